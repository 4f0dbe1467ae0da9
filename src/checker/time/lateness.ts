/**
 * Between which watermarks a record can have been processed, over all legal schedules (semantics:
 * lateness is set-valued). A record meets at most what its own split had announced and, between two
 * aligned checkpoint cuts, at most the minimum over the others at the later cut and at least the
 * minimum at the earlier one. Idle splits may leave the minimum; periodic emission, unaligned modes
 * and sinks that show work of failed attempts widen the interval; a restart forgets event time.
 */
import { type Context } from '../context/context.ts';
import type { Item } from '../plan/items.ts';
import { ownBounds } from '../plan/own-bound.ts';
import { offsetOf, type RecordTable, type SplitInfo } from '../plan/records.ts';
import type { Stage } from '../plan/plan.ts';
import { boundOf } from '../../oracle/specification.ts';
import { WATERMARK_MAX, WATERMARK_MIN } from '../../model/value.ts';
import { type Epoch, epochsOf } from './epochs.ts';

export interface Met {
  /** The highest and the lowest watermark the item can have met. */
  max(item: Item): number;
  min(item: Item): number;
}

/** `committed`: only work that a checkpoint made permanent shows (transactional sinks). */
export function metWatermarks(context: Context, stage: Stage, committed: boolean): Met {
  const { plan, seen } = context;
  const { table } = plan;
  const own = ownBounds(table);
  if (stage.punctual) return punctual(own);
  const aligned = committed && plan.kase.options.mode !== 'at-least-once';
  const perRecord = announcesAtOnce(table, stage.splits);
  const prefixes = new PrefixTimes(table, stage.splits);
  const epochs = aligned ? epochsOf(seen, table) : [];
  const inOrder = stage.branches.every((branch) => branch.fifo);
  const readsOn = mayHaveReadOn(context, committed);
  const bounds = (item: Item): { max: number; min: number } => {
    const record = item.from[0];
    if (!item.direct || record === undefined) return { max: WATERMARK_MAX, min: WATERMARK_MIN };
    const epoch = epochs.find((e) => covers(table, e, record)) ?? null;
    const max = upper({ record, epoch, prefixes, own, fansOut: stage.fansOut, readsOn });
    const min =
      aligned && perRecord && epoch !== null ? lower({ record, epoch, prefixes, inOrder }) : null;
    return { max, min: min ?? WATERMARK_MIN };
  };
  return memo(bounds);
}

/** Whether a watermark goes out with every record of these splits. */
export function announcesAtOnce(table: RecordTable, splits: readonly number[]): boolean {
  return splits.every(
    (split) => (table.splits[split] as SplitInfo).source?.watermark.emission === 'per-record',
  );
}

function punctual(own: Float64Array): Met {
  return {
    max: (item) => (item.direct ? (own[item.from[0] as number] as number) : item.ts - 1),
    min: () => WATERMARK_MIN,
  };
}

function memo(bounds: (item: Item) => { max: number; min: number }): Met {
  const known = new Map<Item, { max: number; min: number }>();
  const of = (item: Item): { max: number; min: number } => {
    let found = known.get(item);
    if (found === undefined) {
      found = bounds(item);
      known.set(item, found);
    }
    return found;
  };
  return { max: (item) => of(item).max, min: (item) => of(item).min };
}

function covers(table: RecordTable, epoch: Epoch, record: number): boolean {
  return (
    epoch.to === null || (epoch.to[table.splitOf[record] as number] ?? 0) > offsetOf(table, record)
  );
}

/**
 * Highest watermark of split q after its first `n` records from `start`; max timestamps by prefix.
 */
export class PrefixTimes {
  readonly table: RecordTable;
  readonly splits: readonly number[];
  private readonly maxima = new Map<number, Map<number, Float64Array>>();

  constructor(table: RecordTable, splits: readonly number[]) {
    this.table = table;
    this.splits = splits;
  }

  length(q: number): number {
    return (this.table.splits[q] as SplitInfo).records.length;
  }

  /** After all records below `end`. */
  watermark(q: number, end: number): number {
    return this.watermarkSince(q, 0, end);
  }

  /** The same, or the maximum where the split may have ended. */
  highest(q: number, end: number): number {
    const { ends } = this.table.splits[q] as SplitInfo;
    return ends && end >= this.length(q) ? WATERMARK_MAX : this.watermark(q, end);
  }

  /** After the records in [start, end): what a restarted split has announced again. */
  watermarkSince(q: number, start: number, end: number): number {
    const last = Math.min(end, this.length(q)) - start - 1;
    if (last < 0) return WATERMARK_MIN;
    return (this.maximaSince(q, start)[last] as number) - this.bound(q) - 1;
  }

  private bound(q: number): number {
    const { source } = this.table.splits[q] as SplitInfo;
    return source === null ? 0 : boundOf(source.watermark);
  }

  /** Highest timestamp of the records from `start` up to each. */
  private maximaSince(q: number, start: number): Float64Array {
    const byStart = this.maxima.get(q) ?? new Map<number, Float64Array>();
    this.maxima.set(q, byStart);
    let maxima = byStart.get(start);
    if (maxima !== undefined) return maxima;
    const { records } = this.table.splits[q] as SplitInfo;
    maxima = new Float64Array(Math.max(0, records.length - start));
    let maxTs = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < maxima.length; i++) {
      maxTs = Math.max(maxTs, records[start + i]?.ts ?? maxTs);
      maxima[i] = maxTs;
    }
    byStart.set(start, maxima);
    return maxima;
  }
}

/**
 * Of a job that was stopped early the plan knows what its last checkpoint had read. An attempt that
 * failed may have come further, and shows it where there are no transactions.
 */
function mayHaveReadOn({ due, plan, seen }: Context, committed: boolean): boolean {
  if (!due.cutShort) return false;
  return plan.kase.options.mode === 'at-least-once' || (!committed && seen.attempts.length > 1);
}

interface UpperQuery {
  readonly record: number;
  readonly epoch: Epoch | null;
  readonly prefixes: PrefixTimes;
  readonly own: Float64Array;
  readonly fansOut: boolean;
  /** Other splits may have come further than the plan says. */
  readonly readsOn: boolean;
}

function upper({ record, epoch, prefixes, own, fansOut, readsOn }: UpperQuery): number {
  const { table, splits } = prefixes;
  const p = table.splitOf[record] as number;
  const ownSplit = own[record] as number;
  const reach = (q: number): number => {
    const end = epoch?.to?.[q] ?? prefixes.length(q);
    if (readsOn && end >= prefixes.length(q)) return WATERMARK_MAX;
    return prefixes.highest(q, end);
  };
  // While one of its channels is still idle, the others may let later records of the split pass.
  const { mayIdle, besideEnded } = table.splits[p] as SplitInfo;
  const overtaken = mayIdle && (fansOut || besideEnded);
  const bound = (q: number): number => (q === p && !overtaken ? ownSplit : reach(q));
  return lowestWaitedFor(table, splits, bound);
}

/**
 * The most a minimum over splits can be: splits that are always waited for bound it; without any of
 * those, the furthest split may have been the only active one, and a source subtask that has ended
 * (it had no split at all) is further than any.
 */
export function lowestWaitedFor(
  table: RecordTable,
  splits: readonly number[],
  bound: (split: number) => number,
): number {
  const waitedFor = splits.filter((q) => !(table.splits[q] as SplitInfo).mayIdle);
  if (waitedFor.length > 0) return Math.min(...waitedFor.map(bound));
  if (splits.some((q) => (table.splits[q] as SplitInfo).besideEnded)) return WATERMARK_MAX;
  return splits.length === 1 ? bound(splits[0] as number) : Math.max(...splits.map(bound));
}

interface LowerQuery {
  readonly record: number;
  readonly epoch: Epoch;
  readonly prefixes: PrefixTimes;
  readonly inOrder: boolean;
}

/** Null: nothing is certain. */
function lower({ record, epoch, prefixes, inOrder }: LowerQuery): number | null {
  const { from, to, attemptFrom } = epoch;
  if (from === null || to === null || attemptFrom === null) return null;
  const { table, splits } = prefixes;
  const p = table.splitOf[record] as number;
  let min = WATERMARK_MAX;
  for (const q of splits) {
    const end = q === p && inOrder ? offsetOf(table, record) : (from[q] ?? 0);
    min = Math.min(min, prefixes.watermarkSince(q, attemptFrom[q] ?? 0, end));
  }
  return min;
}
