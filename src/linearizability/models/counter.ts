/**
 * A counter: `add` (also `increment`, `decrement`; the input is the amount, 1 when there is none)
 * changes it, `read` returns it. It starts at 0. Sums are exact, however many digits they have.
 */
import { parseDecimal } from '../../model/exact/decimal.ts';
import { addValues, decimalOf, numberValue } from '../../model/exact/exact-value.ts';
import type { Value } from '../../model/value.ts';
import type { Operation } from '../history/history.ts';
import type { SequentialModel } from '../history/model.ts';
import { sameValue } from './same-value.ts';

/** What the operation adds; null when that is no number, or none that can be added exactly. */
function amountOf({ f, input }: Operation): Value | null {
  const given = typeof input === 'string' ? parseDecimal(input.trim()) : decimalOf(input ?? 1);
  if (given === null) return null;
  const negative = f === 'decrement' && given.digits !== '' ? !given.negative : given.negative;
  return addValues(numberValue({ ...given, negative }), 0);
}

function step(state: Value, operation: Operation): Value | undefined {
  if (operation.f === 'read') {
    return operation.outcome !== 'ok' || sameValue(state, operation.output) ? state : undefined;
  }
  return addValues(state, amountOf(operation)) ?? undefined;
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
      operation.f === 'read' || amountOf(operation) !== null
        ? null
        : `${operation.f} needs an amount, a number that can be added exactly`,
    /** R8: sums that nobody reads are one state. */
    quotient(operations) {
      const isRead = operations.some((o) => o.f === 'read' && o.outcome === 'ok');
      return (state) => (isRead ? state : 0);
    },
  };
}
