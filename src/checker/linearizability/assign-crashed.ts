/** R7: from an order of the relaxed problem to one of the real one. */
import type { Layout } from './layout.ts';

/**
 * Replaces the k-th use of a class of indefinite operations in `order` by its k-th member, earliest
 * call first. False when a class has fewer members than uses: then the order proves nothing.
 */
export function assignCrashed(layout: Layout, order: Int32Array): boolean {
  const { classStart, members, crashOp, crashClass } = layout;
  const classOf = new Map<number, number>();
  crashOp.forEach((op, i) => classOf.set(op, crashClass[i] as number));
  const used = new Int32Array(layout.classCount);
  for (let i = 0; i < order.length; i++) {
    const c = classOf.get(order[i] as number);
    if (c === undefined) continue;
    const at = (classStart[c] as number) + (used[c] as number);
    if (at >= (classStart[c + 1] as number)) return false;
    order[i] = members[at] as number;
    used[c] = (used[c] as number) + 1;
  }
  return true;
}
