/**
 * A named limit that ended something, in a line, the same in every report. Pure.
 */
import type { LimitHit } from '../result.ts';

/** e.g. `limit shrink-runs (400): …`; an end that was asked for is no limit to worry about. */
export function limitText({ limit, value, detail }: LimitHit): string {
  const [first = ''] = detail.split('\n');
  return limit === 'bail' ? first : `limit ${limit} (${value}): ${first}`;
}

/** Whether the user asked for it. */
export function isAskedFor({ limit }: LimitHit): boolean {
  return limit === 'bail';
}
