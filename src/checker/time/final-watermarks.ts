/**
 * Which watermarks a suspended job can have reached by its savepoint. With a watermark for every
 * record they are few: each split had announced what it had read, or the end if it had ended.
 */
import { WATERMARK_MAX } from '../../model/value.ts';
import type { Plan, Stage } from '../plan/plan.ts';
import type { SplitInfo } from '../plan/records.ts';
import type { Epoch } from './epochs.ts';
import { announcesAtOnce, lowestWaitedFor, PrefixTimes } from './lateness.ts';

/** Every value that a watermark of the stage can take: what some split announces, or the end. */
export function watermarkValues({ table }: Plan, { splits }: Stage): readonly number[] {
  const prefixes = new PrefixTimes(table, splits);
  const values = new Set<number>([WATERMARK_MAX]);
  for (const split of splits) {
    for (let end = 1; end <= prefixes.length(split); end++) {
      values.add(prefixes.watermark(split, end));
    }
  }
  return [...values].sort((a, b) => a - b);
}

/** The first attempt in which a watermark can have reached `time`; null: unknown. */
export function firstToReach(
  { table }: Plan,
  { splits }: Stage,
  { epochs, time }: { readonly epochs: readonly Epoch[]; readonly time: number },
): number | null {
  const prefixes = new PrefixTimes(table, splits);
  for (const { to, attempt } of epochs) {
    if (to === null) return null;
    const most = lowestWaitedFor(table, splits, (q) => prefixes.highest(q, to[q] ?? 0));
    if (most >= time) return attempt;
  }
  return null;
}

/** What is reached at the end. Null: any may have been reached. */
export function finalWatermarks(
  { table }: Plan,
  { splits }: Stage,
  epochs: readonly Epoch[],
): readonly number[] | null {
  const infos = splits.map((split) => table.splits[split] as SplitInfo);
  const idle = infos.some(({ mayIdle, besideEnded }) => mayIdle || besideEnded);
  if (idle || !announcesAtOnce(table, splits)) return null;
  const prefixes = new PrefixTimes(table, splits);
  const start = epochs.at(-1)?.attemptFrom ?? null;
  const options = splits.map((split, i) => {
    const { ends, records } = infos[i] as SplitInfo;
    const whole = prefixes.watermark(split, records.length);
    const since = prefixes.watermarkSince(split, start?.[split] ?? 0, records.length);
    return ends ? [whole, since, WATERMARK_MAX] : [whole, since];
  });
  const most = Math.min(...options.map((own) => Math.max(...own)));
  return [...new Set(options.flat())].filter((value) => value <= most).sort((a, b) => a - b);
}
