/**
 * By when a window or timer can, and by when it must, have fired, judged from checkpoint cuts: work
 * that a checkpoint made visible was done before the cut, and no watermark passes what was read.
 */
import { WATERMARK_MAX } from '../../model/value.ts';
import type { Context } from '../context/context.ts';
import type { Stage } from '../plan/plan.ts';
import { cutOf, survivingCheckpoints } from './epochs.ts';
import { lowestWaitedFor, PrefixTimes } from './lateness.ts';

export interface FireBound {
  /** Highest watermark before the cut of a checkpoint; the maximum when nothing is known. */
  atMost(checkpoint: number | null): number;
  /** Highest watermark before the last cut of the run: what fires later never shows. */
  readonly atMostAtEnd: number;
  /** Watermark that has certainly been reached at the end of the run. */
  readonly atLeastAtEnd: number;
}

export function fireBound(context: Context, stage: Stage): FireBound {
  const { plan, seen } = context;
  const prefixes = new PrefixTimes(plan.table, stage.splits);
  const known = new Map<number, number>();
  const usable = plan.kase.options.mode !== 'at-least-once';
  const bound = (cut: readonly number[]): number => {
    return lowestWaitedFor(plan.table, stage.splits, (q) => prefixes.highest(q, cut[q] ?? 0));
  };
  const whole = plan.table.splits.map((split) => split.records.length);
  const atEnd = plan.kase.options.mode === 'at-least-once' ? WATERMARK_MAX : bound(whole);
  const atMost = (checkpoint: number | null): number => {
    if (checkpoint === null || !usable) return atEnd;
    // A final checkpoint is taken behind the end of event time, also where a drain cut the input.
    if (seen.finals.has(checkpoint)) return WATERMARK_MAX;
    let max = known.get(checkpoint);
    if (max === undefined) {
      const offsets = seen.checkpoints.get(checkpoint)?.offsets ?? null;
      max = offsets === null ? atEnd : bound(cutOf(plan.table, offsets));
      known.set(checkpoint, max);
    }
    return max;
  };
  return {
    atMost,
    atMostAtEnd: atMost(survivingCheckpoints(seen).at(-1)?.checkpoint ?? null),
    atLeastAtEnd: plan.reached(stage.splits),
  };
}
