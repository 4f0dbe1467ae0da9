/**
 * The attempts of a run with what each must have read and how far event time must have come in it,
 * and when: the yardstick for all bounds over time. After a restore event time starts from nothing,
 * and what the checkpoint holds is in the state already.
 */
import type { Attempt, Observation } from '../observation/observe.ts';
import type { RecordTable } from '../plan/records.ts';
import { readTimes } from './arrivals.ts';
import { milestonesOf, type Milestone } from './event-time.ts';
import type { Influence } from './influence.ts';
import type { Timing } from './timing.ts';

export interface AttemptProgress {
  readonly attempt: Attempt;
  /** When the next attempt began; infinite for the last one. */
  readonly until: number;
  /** From here to its end faults excuse everything; before its start: they always do. */
  readonly calmUntil: number;
  /** Per record, when its rows are through at the latest. */
  readonly through: Float64Array;
  /** How far event time over these splits must have come. */
  milestones(splits: readonly number[]): readonly Milestone[];
}

export interface ProgressParts {
  readonly table: RecordTable;
  readonly seen: Observation;
  readonly timing: Timing;
  readonly influence: Influence;
  /** The end of all attempts. */
  readonly runsUntil: number;
}

/** Without those that restored a checkpoint of unknown offsets: nothing can be asked of them. */
export function progressOfAttempts(parts: ProgressParts): AttemptProgress[] {
  const { attempts } = parts.seen;
  return attempts.flatMap((attempt, i) => {
    const from = offsetsOf(parts.seen, attempt);
    const until = attempts[i + 1]?.t ?? Infinity;
    return from === null ? [] : [progressOf(parts, { attempt, until, from })];
  });
}

function offsetsOf(
  seen: Observation,
  { restored }: Attempt,
): Readonly<Record<string, number>> | null {
  return restored === null ? {} : (seen.checkpoints.get(restored)?.offsets ?? null);
}

interface Part {
  readonly attempt: Attempt;
  readonly until: number;
  readonly from: Readonly<Record<string, number>>;
}

function progressOf(parts: ProgressParts, { attempt, until, from }: Part): AttemptProgress {
  const { table, timing, influence, runsUntil } = parts;
  const { perRecordMs, latencyMs } = timing;
  const startMs = attempt.t;
  const calmUntil = influence.calmUntil(Math.min(until, runsUntil));
  const readBy = readTimes(table, { startMs, from, perRecordMs });
  const query = { table, readBy, startMs, from, latencyMs, until: calmUntil };
  const known = new Map<string, readonly Milestone[]>();
  return {
    attempt,
    until,
    calmUntil,
    through: readBy.map((t) => t + latencyMs),
    milestones(splits) {
      const name = splits.join(' ');
      let milestones = known.get(name);
      if (milestones === undefined) {
        milestones = milestonesOf(query, splits);
        known.set(name, milestones);
      }
      return milestones;
    },
  };
}

/** When event time must have reached `watermark`; infinite: before the end of input it need not. */
export function reachedBy(milestones: readonly Milestone[], watermark: number): number {
  let [low, high] = [0, milestones.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((milestones[middle] as Milestone).watermark >= watermark) high = middle;
    else low = middle + 1;
  }
  return milestones[low]?.at ?? Infinity;
}
