/** A list, after Elle: `append` adds an element to the end, `read` returns the whole list. */
import { canonicalJson } from '../../base/json.ts';
import type { Value } from '../../model/value.ts';
import type { Operation } from '../history/history.ts';
import type { SequentialModel } from '../history/model.ts';
import { sameValue } from './same-value.ts';

/** Stands for every list that begins no list anybody read. */
const unobserved: Value = { unobserved: true };

/** A list nobody appended to may read as null. */
function listOf(value: Value): readonly Value[] | null {
  if (value === null) return [];
  return Array.isArray(value) ? (value as readonly Value[]) : null;
}

function step(state: Value, operation: Operation): Value | undefined {
  if (operation.f === 'read') {
    if (operation.outcome !== 'ok') return state;
    const read = listOf(operation.output);
    return read !== null && sameValue(state, read) ? state : undefined;
  }
  return Array.isArray(state) ? [...(state as readonly Value[]), operation.input] : state;
}

/** R8: appending never leads back to a list that somebody read. */
function quotient(operations: readonly Operation[]): (state: Value) => Value {
  const prefixes = new Set<string>(['[]']);
  for (const operation of operations) {
    if (operation.f !== 'read' || operation.outcome !== 'ok') continue;
    const list = listOf(operation.output) ?? [];
    for (let n = 1; n <= list.length; n++) prefixes.add(canonicalJson(list.slice(0, n)));
  }
  return (state) =>
    Array.isArray(state) && prefixes.has(canonicalJson(state)) ? state : unobserved;
}

export function listAppendModel(): SequentialModel {
  return {
    name: 'list-append',
    functions: ['append', 'read'],
    initial: [],
    step,
    observer: (operation) => operation.f === 'read',
    effect: (operation) =>
      operation.f === 'read' ? ['read', operation.output] : ['append', operation.input],
    quotient,
    unobserved,
    traceable: 'list',
  };
}
