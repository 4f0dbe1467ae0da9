/**
 * The attempts of a run with what each must have read and how far event time must have come in it,
 * and when: the yardstick for all bounds over time. After a restore event time starts from nothing,
 * and what the checkpoint holds is in the state already.
 */
import type { Attempt, Observation } from '../observation/observe.ts';
import type { RecordTable } from '../plan/records.ts';
import { readTimes } from './arrivals.ts';
import { milestonesOf, type EventTimeQuery, type Milestone } from './event-time.ts';
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

export class AttemptProgress {
  readonly attempt: Attempt;
  /** When the next attempt began; infinite for the last one. */
  readonly until: number;
  /** From here to its end faults excuse everything; before its start: they always do. */
  readonly calmUntil: number;
  /** Per record, when its rows are through at the latest. */
  readonly through: Float64Array;
  private readonly query: EventTimeQuery;
  private readonly known = new Map<string, readonly Milestone[]>();
  /** By rank in event time, when all records up to it are through. */
  private prefixes: Float64Array | null = null;

  constructor(parts: ProgressParts, { attempt, until, from }: Part) {
    const { table, timing, influence, runsUntil } = parts;
    const { perRecordMs, latencyMs } = timing;
    const startMs = attempt.t;
    const readBy = readTimes(table, { startMs, from, perRecordMs });
    this.attempt = attempt;
    this.until = until;
    this.calmUntil = influence.calmUntil(Math.min(until, runsUntil));
    this.through = readBy.map((t) => t + latencyMs);
    this.query = { table, readBy, startMs, from, latencyMs, until: this.calmUntil };
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
      milestones = milestonesOf(this.query, splits);
      this.known.set(name, milestones);
    }
    return milestones;
  }

  /** When all records of event time up to `ts` are through; null: there is none. */
  throughUpTo(ts: number): number | null {
    const { order, below } = recordsByTime(this.query.table);
    this.prefixes ??= prefixMaxima(order, this.through);
    const count = below(ts + 1);
    return count === 0 ? null : (this.prefixes[count - 1] as number);
  }

  /** When all records of event time `ts` are through; null: there is none. */
  throughAt(ts: number): number | null {
    const { order, below } = recordsByTime(this.query.table);
    const of = order.subarray(below(ts), below(ts + 1));
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
