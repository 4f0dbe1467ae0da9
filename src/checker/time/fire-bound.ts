/**
 * By when a window or timer can, and by when it must, have fired, judged from checkpoint cuts: work
 * that a checkpoint made visible was done before the cut, and no watermark passes what was read.
 */
import { WATERMARK_MAX, WATERMARK_MIN } from '../../model/value.ts';
import type { Context } from '../context.ts';
import type { SplitInfo } from '../plan/records.ts';
import type { Stage } from '../plan/plan.ts';
import { cutOf } from './epochs.ts';
import { lowestWaitedFor, PrefixTimes } from './lateness.ts';

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
  const known = new Map<number, number>();
  const drains = plan.kase.options.stop?.kind === 'drain';
  const usable = plan.kase.options.mode !== 'at-least-once' && !drains;
  const bound = (cut: readonly number[]): number => {
    return lowestWaitedFor(plan.table, stage.splits, (q) => prefixes.highest(q, cut[q] ?? 0));
  };
  const whole = plan.table.splits.map((split) => split.records.length);
  const atEnd = plan.kase.options.mode === 'at-least-once' ? WATERMARK_MAX : bound(whole);
  return {
    atMost(checkpoint) {
      if (checkpoint === null || !usable) return atEnd;
      let max = known.get(checkpoint);
      if (max === undefined) {
        const offsets = seen.checkpoints.get(checkpoint)?.offsets ?? null;
        max = offsets === null ? atEnd : bound(cutOf(plan.table, offsets));
        known.set(checkpoint, max);
      }
      return max;
    },
    atLeastAtEnd: due.suspended ? certainAtEnd(context, prefixes, specs) : WATERMARK_MAX,
  };
}

/** Nothing is certain with periodic emission, or after a restart that forgot event time. */
function certainAtEnd(
  { seen }: Context,
  prefixes: PrefixTimes,
  specs: readonly ({ readonly emission: string } | undefined)[],
): number {
  if (seen.attempts.length > 1 || specs.some((s) => s?.emission !== 'per-record')) {
    return WATERMARK_MIN;
  }
  return prefixes.splits.reduce(
    (min, q) => Math.min(min, prefixes.watermark(q, prefixes.length(q))),
    WATERMARK_MAX,
  );
}
