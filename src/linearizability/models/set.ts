/**
 * A set: `add` puts an element in, `remove` takes it out, `read` returns all elements in any order.
 */
import { canonicalJson } from '../../base/json.ts';
import type { Value } from '../../model/value.ts';
import type { Operation } from '../history/history.ts';
import type { SequentialModel } from '../history/model.ts';

/**
 * The canonical texts of the elements, sorted and without repetitions; null for what is no list.
 */
function elementsOf(value: Value): string[] | null {
  if (value === null) return [];
  if (!Array.isArray(value)) return null;
  return [...new Set((value as readonly Value[]).map(canonicalJson))].toSorted();
}

/** The state is the sorted list of the elements' canonical texts. */
function step(state: Value, operation: Operation): Value | undefined {
  const present = state as readonly string[];
  if (operation.f === 'read') {
    if (operation.outcome !== 'ok') return state;
    const read = elementsOf(operation.output);
    if (read === null || read.length !== present.length) return undefined;
    return read.every((text, i) => text === present[i]) ? state : undefined;
  }
  const text = canonicalJson(operation.input);
  const isIn = present.includes(text);
  if (operation.f === 'remove') return isIn ? present.filter((other) => other !== text) : state;
  return isIn ? state : [...present, text].toSorted();
}

export function setModel(): SequentialModel {
  return {
    name: 'set',
    functions: ['add', 'remove', 'read'],
    initial: [],
    step,
    observer: (operation) => operation.f === 'read',
    effect: (operation) =>
      operation.f === 'read' ? ['read', operation.output] : [operation.f, operation.input],
    /** R8: a set that nobody reads has one state. */
    quotient(operations) {
      const isRead = operations.some((o) => o.f === 'read' && o.outcome === 'ok');
      return (state) => (isRead ? state : []);
    },
    traceable: 'set',
  };
}
