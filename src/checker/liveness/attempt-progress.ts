/**
 * The attempts of a run with what each must have read and how far event time must have come in it,
 * and when: the yardstick for all bounds over time. After a restore event time starts from nothing,
 * and what the checkpoint holds is in the state already.
 */
import type { Attempt, Observation } from '../evidence/observe.ts';
import type { RecordTable } from '../plan/records.ts';
import { readTimes } from './arrivals.ts';
import { milestonesOf, type Milestone } from './event-time.ts';
import type { Influence } from './influence.ts';
import { recordsByTime } from './records-by-time.ts';
import type { Timing } from './timing.ts';

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
    return from === null ? [] : [new AttemptProgress(parts, { attempt, until, from })];
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

/** What is never asked for, as under the influence of a fault, is never worked out. */
export class AttemptProgress {
  readonly attempt: Attempt;
  /** When the next attempt began; infinite for the last one. */
  readonly until: number;
  /** From here to its end faults excuse everything; before its start: they always do. */
  readonly calmUntil: number;
  private readonly parts: ProgressParts;
  private readonly from: Readonly<Record<string, number>>;
  private readTimes: Float64Array | null = null;
  private throughTimes: Float64Array | null = null;
  private readonly known = new Map<string, readonly Milestone[]>();
  /** By rank in event time, when all records up to it are through. */
  private prefixes: Float64Array | null = null;

  constructor(parts: ProgressParts, { attempt, until, from }: Part) {
    this.parts = parts;
    this.attempt = attempt;
    this.until = until;
    this.from = from;
    this.calmUntil = parts.influence.calmUntil(Math.min(until, parts.runsUntil));
  }

  /** Per record, when its rows are through at the latest. */
  get through(): Float64Array {
    const { latencyMs } = this.parts.timing;
    this.throughTimes ??= this.readBy.map((t) => t + latencyMs);
    return this.throughTimes;
  }

  private get readBy(): Float64Array {
    const { table, timing } = this.parts;
    const { attempt, from } = this;
    const { perRecordMs } = timing;
    this.readTimes ??= readTimes(table, { startMs: attempt.t, from, perRecordMs });
    return this.readTimes;
  }

  /** When event time over these splits must have reached `watermark`; infinite: it need not. */
  reachedBy(splits: readonly number[], watermark: number): number {
    const milestones = this.milestones(splits);
    let [low, high] = [0, milestones.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((milestones[middle] as Milestone).watermark >= watermark) high = middle;
      else low = middle + 1;
    }
    return milestones[low]?.at ?? Infinity;
  }

  /** How far event time over these splits must have come. */
  milestones(splits: readonly number[]): readonly Milestone[] {
    const name = splits.join(' ');
    let milestones = this.known.get(name);
    if (milestones === undefined) {
      const { readBy, from, calmUntil: until, attempt, parts } = this;
      const { latencyMs } = parts.timing;
      const query = { table: parts.table, readBy, from, startMs: attempt.t, latencyMs, until };
      milestones = milestonesOf(query, splits);
      this.known.set(name, milestones);
    }
    return milestones;
  }

  /** When all records of event time up to `ts` are through; null: there is none. */
  throughUpTo(ts: number): number | null {
    const byTime = recordsByTime(this.parts.table);
    this.prefixes ??= prefixMaxima(byTime.order, this.through);
    const count = byTime.below(ts + 1);
    return count === 0 ? null : (this.prefixes[count - 1] as number);
  }

  /** When all records of event time `ts` are through; null: there is none. */
  throughAt(ts: number): number | null {
    const byTime = recordsByTime(this.parts.table);
    const of = byTime.order.subarray(byTime.below(ts), byTime.below(ts + 1));
    return of.length === 0 ? null : of.reduce((last, r) => Math.max(last, this.timeOf(r)), 0);
  }

  private timeOf(record: number): number {
    return this.through[record] as number;
  }
}

function prefixMaxima(order: Int32Array, through: Float64Array): Float64Array {
  const maxima = new Float64Array(order.length);
  let last = 0;
  order.forEach((record, i) => {
    last = Math.max(last, through[record] as number);
    maxima[i] = last;
  });
  return maxima;
}
