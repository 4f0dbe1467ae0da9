/**
 * A random member of the legal set: every key takes random moves through every attempt. What the
 * run shows is then legal without having been looked up.
 */
import type { RandomStream } from '../../../src/base/random.ts';
import type { Defect } from './defects.ts';
import {
  type Channels,
  isBarrier,
  isExhausted,
  type Move,
  moves,
  startOf,
  timeLabel,
} from './channels.ts';
import { attemptChannels, hasProcessingTimers, type SmallRun, type Unit } from './small-run.ts';
import { type AttemptPlan, completedOf, isOver } from './skeleton.ts';
import { type OutRow, StageRun } from './stage-run.ts';

/** Rows of one key in one attempt, by the number of its completed checkpoints before them. */
export type Emitted = readonly (readonly OutRow[])[];

interface Step {
  readonly label: number;
  readonly channels: Channels;
}

export interface Way {
  readonly random: RandomStream;
  /** What the engine does wrong under this key. */
  readonly defect?: Defect;
}

/** By attempt. */
export function walkUnit(run: SmallRun, unit: Unit, way: Way): readonly Emitted[] {
  const { random, defect = {} } = way;
  let line: readonly (Step | 'restart')[] = [];
  return run.skeleton.attempts.map((attempt, i) => {
    const isLast = i === run.skeleton.attempts.length - 1;
    const fails = !isLast || run.skeleton.outcome === 'failed';
    const beyond = fails && !isOver(run.skeleton, attempt);
    const channels = attemptChannels(run, unit, { attempt, beyond });
    const right = walkAttempt({
      channels,
      attempt,
      beyond,
      timers: hasProcessingTimers(run.layout),
      random,
    });
    const labels = defect.labels?.(right, { channels, random }) ?? right;
    const kept = defect.kept?.(line.length, random) ?? line.length;
    const stage = new StageRun(run.layout);
    replay(stage, unit, line.slice(0, kept));
    stage.barriers = barriersIn(line);
    if (line.length > 0 && defect.keepsTime !== true) stage.restart();
    const before = stage.rows().length;
    const { barriers } = stage;
    for (const label of labels) stage.take(label, channels, unit.arrivals);
    const done = upToBarrier(labels, completedOf(attempt).length);
    if (done.length > 0) {
      const steps = done.map((label) => ({ label, channels }));
      line = line.length > 0 ? [...line, 'restart', ...steps] : steps;
    }
    return byCheckpoint(stage.rows().slice(before), { attempt, barriers });
  });
}

/** The labels up to the last checkpoint that was completed. */
function upToBarrier(labels: readonly number[], completed: number): readonly number[] {
  let left = completed;
  const end = labels.findIndex((label) => isBarrier(label) && --left === 0);
  return labels.slice(0, end + 1);
}

function barriersIn(line: readonly (Step | 'restart')[]): number {
  return line.filter((step) => step !== 'restart' && isBarrier(step.label)).length;
}

function replay(stage: StageRun, unit: Unit, line: readonly (Step | 'restart')[]): void {
  for (const step of line) {
    if (step === 'restart') stage.restart();
    else stage.take(step.label, step.channels, unit.arrivals);
  }
}

function byCheckpoint(
  rows: readonly OutRow[],
  { attempt, barriers }: { readonly attempt: AttemptPlan; readonly barriers: number },
): Emitted {
  const completed = completedOf(attempt).length;
  const lists: OutRow[][] = Array.from({ length: completed + 1 }, () => []);
  for (const row of rows) lists[row.barriers - barriers]?.push(row);
  return lists;
}

interface Walk {
  readonly channels: Channels;
  readonly attempt: AttemptPlan;
  readonly beyond: boolean;
  readonly timers: boolean;
  readonly random: RandomStream;
}

function walkAttempt({ channels, attempt, beyond, timers, random }: Walk): readonly number[] {
  const labels: number[] = [];
  const wanted = completedOf(attempt).length;
  let snapshots = 0;
  let favourite = random.below(8);
  for (let state = startOf(channels); ;) {
    if (snapshots === wanted && (!beyond || random.chance(0.15))) return labels;
    const possible = moves(channels, state);
    if (possible.length === 0) {
      if (!isExhausted(channels, state)) throw new Error('no move left before the end');
      return labels;
    }
    if (timers && labels.length > 0 && random.chance(0.15)) labels.push(timeLabel);
    if (random.chance(0.2)) favourite = random.below(8);
    const { label, next } = pick(random, possible, favourite);
    state = next;
    if (label === null) continue;
    labels.push(label);
    if (isBarrier(label)) snapshots++;
  }
}

/** Half of the steps follow one channel, so that channels get far ahead of each other. */
function pick(random: RandomStream, possible: readonly Move[], favourite: number): Move {
  return random.chance(0.5)
    ? (possible[favourite % possible.length] as Move)
    : random.pick(possible);
}
