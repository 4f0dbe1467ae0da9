/**
 * A counter: `add` (also `increment`, `decrement`; the input is the amount, 1 when there is none)
 * changes it, `read` returns it. It starts at 0.
 */
import type { Value } from '../../../model/value.ts';
import type { Operation } from '../history.ts';
import type { SequentialModel } from '../model.ts';

/** What the operation adds. */
function amountOf(operation: Operation): number {
  const amount = operation.input === null ? 1 : Number(operation.input);
  return operation.f === 'decrement' ? -amount : amount;
}

function step(state: Value, operation: Operation): Value | undefined {
  if (operation.f === 'read') {
    return operation.outcome !== 'ok' || operation.output === state ? state : undefined;
  }
  const next = (state as number) + amountOf(operation);
  return Number.isFinite(next) ? next : undefined;
}

export function counterModel(): SequentialModel {
  return {
    name: 'counter',
    functions: ['add', 'increment', 'decrement', 'read'],
    initial: 0,
    step,
    observer: (operation) => operation.f === 'read' || amountOf(operation) === 0,
    effect: (operation) =>
      operation.f === 'read' ? ['read', operation.output] : ['add', amountOf(operation)],
    complaint: (operation) =>
      operation.f === 'read' || Number.isFinite(amountOf(operation))
        ? null
        : `${operation.f} needs an amount, a number`,
    /** R8: sums that nobody reads are one state. */
    quotient(operations) {
      const isRead = operations.some((o) => o.f === 'read' && o.outcome === 'ok');
      return (state) => (isRead ? state : 0);
    },
  };
}
