/**
 * By when a window or timer can, and by when it must, have fired, judged from checkpoint cuts: work
 * that a checkpoint made visible was done before the cut, and no watermark passes what was read.
 */
import { WATERMARK_MAX, WATERMARK_MIN } from '../../model/value.ts';
import type { Context } from '../context.ts';
import type { SplitInfo } from '../plan/records.ts';
import type { Stage } from '../plan/plan.ts';
import { cutOf } from './epochs.ts';
import { PrefixTimes } from './lateness.ts';

export interface FireBound {
  /** Highest watermark before the cut of a checkpoint; the maximum when nothing is known. */
  atMost(checkpoint: number | null): number;
  /** Watermark that has certainly been reached at the end of the run. */
  readonly atLeastAtEnd: number;
}

export function fireBound(context: Context, stage: Stage): FireBound {
  const { plan, seen, due } = context;
  const prefixes = new PrefixTimes(plan.table, stage.splits);
  const specs = stage.splits.map((s) => (plan.table.splits[s] as SplitInfo).source?.watermark);
  const idle = stage.splits.length > 1 && specs.some((s) => (s?.idlenessMs ?? null) !== null);
  const known = new Map<number, number>();
  const usable = plan.kase.options.mode !== 'at-least-once' && plan.kase.options.stop === null;
  const reach = (q: number, end: number): number =>
    end >= prefixes.length(q) ? WATERMARK_MAX : prefixes.watermark(q, end);
  const bound = (checkpoint: number): number => {
    const offsets = seen.checkpoints.get(checkpoint)?.offsets ?? null;
    if (offsets === null) return WATERMARK_MAX;
    const cut = cutOf(plan.table, offsets);
    const reached = stage.splits.map((q) => reach(q, cut[q] ?? 0));
    return idle ? Math.max(...reached) : Math.min(...reached);
  };
  return {
    atMost(checkpoint) {
      if (checkpoint === null || !usable) return stopBound(context, prefixes, idle);
      let max = known.get(checkpoint);
      if (max === undefined) {
        max = bound(checkpoint);
        known.set(checkpoint, max);
      }
      return max;
    },
    atLeastAtEnd: due.kind === 'cut' ? certainAtCut(context, prefixes, specs) : WATERMARK_MAX,
  };
}

/** A job stopped with a savepoint read nothing beyond it; a drain passes everything. */
function stopBound({ due }: Context, prefixes: PrefixTimes, idle: boolean): number {
  if (due.kind !== 'cut') return WATERMARK_MAX;
  const reached = prefixes.splits.map((q) => {
    const end = due.cut[q] ?? 0;
    return end >= prefixes.length(q) ? WATERMARK_MAX : prefixes.watermark(q, end);
  });
  return idle ? Math.max(...reached) : Math.min(...reached);
}

/** Nothing is certain with periodic emission, or after a restart that forgot event time. */
function certainAtCut(
  { due, seen }: Context,
  prefixes: PrefixTimes,
  specs: readonly ({ readonly emission: string } | undefined)[],
): number {
  if (seen.attempts.length > 1 || specs.some((s) => s?.emission !== 'per-record')) {
    return WATERMARK_MIN;
  }
  return prefixes.splits.reduce(
    (min, q) => Math.min(min, prefixes.watermark(q, due.cut[q] ?? 0)),
    WATERMARK_MAX,
  );
}
