/**
 * Decides whether an operation history is linearizable with respect to a model: partitions, cheap
 * exact checks first (R10), then the search, round robin under one budget of steps.
 * Three-valued: a budget that runs out is `unknown`, never valid. Deterministic: steps, not clocks.
 */
import { mergeStatus, type Status } from '../model/verdict/verdict.ts';
import { newScratch } from './compile/compile-partition.ts';
import type { OperationHistory } from './history/history.ts';
import type { SequentialModel } from './history/model.ts';
import { partitionsOf } from './history/partitions.ts';
import {
  type OperationCheckSettings,
  PartitionTask,
  type PartitionVerdict,
  type TaskContext,
} from './partition-task.ts';
import { allReductions } from './history/reductions.ts';

const defaultOperationSettings: OperationCheckSettings = {
  byKey: true,
  failedCas: 'ignored',
  stepsMax: 1_000_000_000,
  bytesMax: 1_500_000_000,
  reductions: allReductions,
};

export interface OperationVerdict {
  readonly verdict: Status;
  readonly model: string;
  readonly operations: number;
  readonly indefinite: number;
  readonly steps: number;
  /** Largest size of one search's memory, in bytes. */
  readonly peakBytes: number;
  readonly partitions: readonly PartitionVerdict[];
}

/** Steps of a partition's first turn; turns double, so that cheap partitions are decided first. */
const firstTurn = 4000;

export function checkOperations(
  history: OperationHistory,
  model: SequentialModel,
  settings: Partial<OperationCheckSettings> = {},
): OperationVerdict {
  const full = { ...defaultOperationSettings, ...settings };
  const context: TaskContext = {
    history,
    model,
    settings: full,
    scratch: newScratch(history),
  };
  const tasks = partitionsOf(history, model, full).map(
    (partition) => new PartitionTask(context, partition),
  );
  decide(tasks, full.stepsMax);
  return summarize(history, model, tasks);
}

function decide(tasks: readonly PartitionTask[], stepsMax: number): void {
  let left = stepsMax;
  let open = tasks.toSorted((a, b) => a.partition.ops.length - b.partition.ops.length);
  for (let turn = firstTurn; open.length > 0 && left > 0; turn *= 2) {
    for (const task of open) {
      if (left <= 0) break;
      left -= task.run(Math.min(turn, left));
    }
    open = open.filter((task) => !task.isDone);
    // One refuted object refutes the history; the others had their turn.
    if (tasks.some((task) => task.verdict === 'invalid')) break;
  }
}

function summarize(
  history: OperationHistory,
  model: SequentialModel,
  tasks: readonly PartitionTask[],
): OperationVerdict {
  const partitions = tasks.map((task) => task.result());
  const sum = (of: (p: PartitionVerdict) => number): number =>
    partitions.reduce((total, p) => total + of(p), 0);
  return {
    verdict: partitions.reduce<Status>((merged, p) => mergeStatus(merged, p.verdict), 'valid'),
    model: model.name,
    operations: history.count,
    indefinite: sum((p) => p.indefinite),
    steps: sum((p) => p.steps),
    peakBytes: tasks.reduce((most, task) => Math.max(most, task.peakBytes), 0),
    partitions,
  };
}
