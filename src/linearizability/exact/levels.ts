/**
 * Objects that only grow, and whose reads tell how far they had grown, need no search: every
 * operation has an interval of levels in which it must happen.
 *
 * A history is linearizable iff no operation `later` with `low(later) > high(earlier)` returned
 * before `earlier` was called. Necessary: levels never decrease. Sufficient: give each operation
 * the highest `low` among itself and all that returned before its call; then what precedes in real
 * time never has a higher level, and inside a level the order of calls is an order.
 */
import type { Spans } from '../history/real-time.ts';

/** An operation that cannot matter: indefinite and never seen. */
export const leftOut = -1;

export interface LevelBounds {
  /** Lowest level per operation, or {@link leftOut}. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export type LevelOutcome =
  | { readonly kind: 'order'; readonly order: Int32Array }
  /** `earlier` must precede `later` on its level, but was called after it had returned. */
  | { readonly kind: 'contradiction'; readonly earlier: number; readonly later: number };

export function orderByLevels(events: Int32Array, spans: Spans, bounds: LevelBounds): LevelOutcome {
  const { low, high } = bounds;
  const level = new Float64Array(low.length);
  let reached = 0;
  let reachedBy = -1;
  for (const event of events) {
    const op = event >> 1;
    if (low[op] === leftOut) continue;
    if ((event & 1) === 1) {
      if ((low[op] as number) > reached) {
        reached = low[op] as number;
        reachedBy = op;
      }
    } else {
      if (reached > (high[op] as number)) {
        return { kind: 'contradiction', earlier: op, later: reachedBy };
      }
      level[op] = Math.max(reached, low[op] as number);
    }
  }
  const chosen: number[] = [];
  for (let op = 0; op < low.length; op++) if (low[op] !== leftOut) chosen.push(op);
  chosen.sort(
    (a, b) =>
      (level[a] as number) - (level[b] as number) ||
      (spans.call[a] as number) - (spans.call[b] as number),
  );
  return { kind: 'order', order: Int32Array.from(chosen) };
}
