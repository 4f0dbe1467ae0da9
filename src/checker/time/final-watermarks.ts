/**
 * Which watermarks a suspended job can have reached by its savepoint. With a watermark for every
 * record they are few: each split had announced what it had read, or the end if it had ended.
 */
import { WATERMARK_MAX } from '../../model/value.ts';
import type { Plan, Stage } from '../plan/plan.ts';
import type { SplitInfo } from '../plan/records.ts';
import type { Epoch } from './epochs.ts';
import { announcesAtOnce, PrefixTimes } from './lateness.ts';

/** Null: any may have been reached. */
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
