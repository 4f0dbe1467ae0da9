/**
 * A key-value store, one register of text per key: `put` replaces, `append` adds to the end, `get`
 * returns it; a key that was never set reads as the empty text (or null).
 */
import { textOfValue } from '../../model/exact/exact-value.ts';
import type { Value } from '../../model/value.ts';
import type { Operation } from '../history/history.ts';
import type { SequentialModel } from '../history/model.ts';
import { sameValue } from './same-value.ts';

const absent = '';
/** Stands for every text that no get returned the beginning of. */
const unobserved: Value = { unobserved: true };

const orAbsent = (value: Value): Value => (value === null ? absent : value);
const isText = (value: Value): boolean => textOfValue(value) !== null;

const text = (value: Value): string => textOfValue(value) ?? JSON.stringify(value);

function step(state: Value, operation: Operation): Value | undefined {
  if (operation.f === 'put') return orAbsent(operation.input);
  if (operation.f === 'get') {
    if (operation.outcome !== 'ok') return state;
    return sameValue(state, orAbsent(operation.output)) ? state : undefined;
  }
  if (!isText(state)) return state;
  return `${text(state)}${text(orAbsent(operation.input))}`;
}

/**
 * R8: a text that begins no text any get returned can only be told from others by a `put`, and that
 * replaces it; appending to it keeps it so.
 */
function quotient(operations: readonly Operation[]): (state: Value) => Value {
  const gets = operations.filter((o) => o.f === 'get' && o.outcome === 'ok');
  const outputs = gets.map((o) => orAbsent(o.output));
  // Structures put as values cannot be appended to: such histories are searched as they are.
  if (!operations.every((o) => isText(o.input) && isText(o.output))) return (state) => state;
  const texts = [...new Set(outputs.map(text))].toSorted();
  return (state) => (beginsOne(texts, text(state)) ? state : unobserved);
}

/** Whether `start` is a prefix of an entry of the sorted list. */
function beginsOne(sorted: readonly string[], start: string): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as string) < start) low = middle + 1;
    else high = middle;
  }
  return sorted[low]?.startsWith(start) === true;
}

export function keyValueModel(): SequentialModel {
  return {
    name: 'key-value',
    functions: ['put', 'append', 'get'],
    initial: absent,
    step,
    observer: (operation) => operation.f === 'get',
    effect: (operation) =>
      operation.f === 'get' ? [operation.f, operation.output] : [operation.f, operation.input],
    quotient,
    unobserved,
  };
}
