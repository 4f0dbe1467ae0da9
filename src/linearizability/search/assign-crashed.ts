/** R7, R11: from an order of a relaxed problem to one of the real one. */
import type { Layout } from './layout.ts';
import type { Spans } from '../history/real-time.ts';

/**
 * Replaces the k-th use of a class of indefinite operations in `order` by its k-th member, earliest
 * call first. Returns the classes for which that fails: more uses than members, or a use before an
 * operation that returned before the member was called. None: the order is one of the real problem.
 */
export function assignCrashed(layout: Layout, spans: Spans, order: Int32Array): number[] {
  const { classStart, members, classOf } = layout;
  const used = new Int32Array(layout.classCount);
  const failed = new Set<number>();
  for (let i = 0; i < order.length; i++) {
    const c = classOf[order[i] as number] as number;
    if (c < 0) continue;
    const at = (classStart[c] as number) + (used[c] as number);
    if (at >= (classStart[c + 1] as number)) {
      failed.add(c);
      continue;
    }
    order[i] = members[at] as number;
    used[c] = (used[c] as number) + 1;
  }
  let earliestReturn = spans.end;
  for (let i = order.length - 1; i >= 0; i--) {
    const op = order[i] as number;
    const c = classOf[op] as number;
    if (c >= 0 && (spans.call[op] as number) > earliestReturn) failed.add(c);
    earliestReturn = Math.min(earliestReturn, spans.returns[op] as number);
  }
  return [...failed];
}
