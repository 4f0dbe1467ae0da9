/**
 * What a schedule can aim at in a given case: nodes, splits, operators by role, and for how long
 * the job has input. Derived from pipeline, workload and options; nothing is drawn here.
 */
import type { NodeName } from '../../src/model/fault.ts';
import type { EngineOptions } from '../../src/model/options.ts';
import { inputsOf } from '../../src/model/operator-kinds.ts';
import type { OperatorSpec, Pipeline } from '../../src/model/pipeline.ts';
import type { Workload } from '../../src/model/workload.ts';

export interface SiteOperator {
  readonly id: string;
  readonly parallelism: number;
}

export interface FaultSite {
  readonly taskManagers: readonly NodeName[];
  readonly splits: readonly string[];
  readonly sources: readonly SiteOperator[];
  /** Operators that read from several subtasks, so that barriers have to be aligned. */
  readonly receivers: readonly SiteOperator[];
  /** The job needs more slots than one task manager has. */
  readonly spread: boolean;
  /** Sinks that are written to all the time: those of late rows are not. */
  readonly sinks: readonly SiteOperator[];
  readonly transactional: boolean;
  /** The job ends its input, rather than being suspended. */
  readonly ends: boolean;
  readonly heartbeatIntervalMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly checkpointIntervalMs: number;
  /** When the last record becomes readable, or the job is stopped. */
  readonly inputEndsMs: number;
  /** By when nearly all records have come: what follows is a quiet tail. */
  readonly busyUntilMs: number;
  /** About how many checkpoints an undisturbed run completes. */
  readonly checkpoints: number;
}

export interface SiteParts {
  readonly pipeline: Pipeline;
  readonly workload: Workload;
  readonly options: EngineOptions;
}

export function faultSite({ pipeline, workload, options }: SiteParts): FaultSite {
  const { operators } = pipeline;
  const inputEndsMs = Math.min(lastArrival(workload), options.stop?.atMs ?? Infinity);
  const sinks = operators.filter((operator) => operator.kind === 'sink');
  const { intervalMs, minPauseMs } = options.checkpoint;
  return {
    taskManagers: Array.from({ length: options.taskManagers }, (_, i) => `tm${i}`),
    splits: workload.splits.filter((log) => log.records.length > 0).map((log) => log.split),
    sources: operators.filter((operator) => operator.kind === 'source'),
    spread: operators.some(
      (o) => 'parallelism' in o && o.parallelism > options.slotsPerTaskManager,
    ),
    receivers: options.mode === 'exactly-once' ? receiversOf(operators) : [],
    sinks: sinks.filter((sink) => !sink.input.includes('.')),
    transactional: sinks.some((sink) => sink.connector === 'two-phase'),
    ends: options.stop?.kind !== 'suspend',
    heartbeatIntervalMs: options.heartbeatIntervalMs,
    heartbeatTimeoutMs: options.heartbeatTimeoutMs,
    checkpointIntervalMs: Math.max(intervalMs, minPauseMs),
    inputEndsMs,
    busyUntilMs: Math.min(inputEndsMs, busyUntil(workload)),
    checkpoints: Math.floor(inputEndsMs / Math.max(intervalMs, minPauseMs)),
  };
}

/** Operators behind a key-by or rebalance of more than one subtask. */
function receiversOf(operators: readonly OperatorSpec[]): SiteOperator[] {
  return operators.flatMap((operator) => {
    if (!('parallelism' in operator) || operator.kind === 'source') return [];
    const senders = inputsOf(operator).map((ref) =>
      sendersOf(ref.split('.')[0] as string, operators),
    );
    const channels = senders.reduce((sum, sender) => sum + sender.subtasks, 0);
    const moved = senders.some(
      (sender) => sender.moved || sender.subtasks !== operator.parallelism,
    );
    return moved && channels > 1 ? [operator] : [];
  });
}

interface Senders {
  readonly subtasks: number;
  /** Rows are dealt out or sent by key, so that every sender reaches every receiver. */
  readonly moved: boolean;
}

function sendersOf(id: string, operators: readonly OperatorSpec[]): Senders {
  const operator = operators.find((candidate) => candidate.id === id);
  if (operator === undefined) return { subtasks: 0, moved: false };
  if ('parallelism' in operator) return { subtasks: operator.parallelism, moved: false };
  const above = inputsOf(operator).map((ref) => sendersOf(ref.split('.')[0] as string, operators));
  return {
    subtasks: above.reduce((sum, sender) => sum + sender.subtasks, 0),
    moved: operator.kind !== 'union' || above.some((sender) => sender.moved),
  };
}

/** When the last record becomes readable, in ms after the job's start. */
export function lastArrival(workload: Workload): number {
  return Math.max(0, ...workload.splits.map((log) => log.records.at(-1)?.at ?? 0));
}

/** Share of the records that belong to the busy part. */
const busyShare = 0.95;

function busyUntil(workload: Workload): number {
  const arrivals = workload.splits.flatMap((log) => log.records.map((record) => record.at));
  arrivals.sort((a, b) => a - b);
  return arrivals[Math.ceil(arrivals.length * busyShare) - 1] ?? 0;
}
