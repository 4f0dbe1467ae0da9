/**
 * A sink that cannot be judged: everything that is decided by its rows stays open, with the reason.
 */
import type { Guarantee } from '../../../model/guarantee.ts';
import type { Context } from '../../context/context.ts';

/** The guarantees that the rows of a sink decide. */
export const everyDelivery: readonly Guarantee[] = [
  'validity',
  'at-least-once',
  'at-most-once',
  'exactly-once',
  'effectively-once',
  'ordered',
];

export function leaveAllOpen({ findings }: Context, reason: string): void {
  findings.leaveOpen(reason, ...everyDelivery);
}
