/**
 * A sink that cannot be judged: everything that is decided by its rows stays open, with the reason.
 */
import { everyDelivery } from '../../../judgement/delivery.ts';
import type { Context } from '../../context/context.ts';

export function leaveAllOpen({ findings }: Context, reason: string): void {
  findings.leaveOpen(reason, ...everyDelivery);
}
