/**
 * Comparing output values, and reading what traceable values say about their contributors.
 * `ids` lists compare as multisets: in which order rows of different splits met is the engine's
 * choice (whether one split's order survived is checked elsewhere).
 */
import { canonicalJson } from '../../base/json.ts';
import { field } from '../../model/functions.ts';
import type { Value, ValueObject } from '../../model/value.ts';

/** Deep equality; arrays under the name `ids` as multisets. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && sameList(a as Value[], b as Value[]);
  }
  return sameObject(a as ValueObject, b as ValueObject);
}

function sameList(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((value, i) => sameValue(value, b[i] as Value));
}

function sameObject(a: ValueObject, b: ValueObject): boolean {
  let size = 0;
  for (const name in a) {
    size++;
    const other = b[name];
    if (other === undefined) return false;
    if (name === 'ids' ? !sameIds(a[name] as Value, other) : !sameValue(a[name] as Value, other)) {
      return false;
    }
  }
  for (const _ in b) size--;
  return size === 0;
}

function sameIds(a: Value, b: Value): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return sameValue(a, b);
  if (a.length !== b.length) return false;
  if (a.every((id, i) => id === b[i])) return true;
  return sameList([...(a as Value[])].sort(order), [...(b as Value[])].sort(order));
}

/** Numbers first, by size; the rest by its text. */
function order(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? -1 : 1;
  const [x, y] = [canonicalJson(a), canonicalJson(b)];
  if (x === y) return 0;
  return x < y ? -1 : 1;
}

/** One text for all values that are the same here. */
export function valueText(value: Value): string {
  return canonicalJson(listsIds(value) ? inOneOrder(value) : value);
}

function listsIds(value: Value): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value)) return (value as readonly Value[]).some(listsIds);
  return Object.entries(value as ValueObject).some(
    ([name, own]) => (name === 'ids' && Array.isArray(own)) || listsIds(own),
  );
}

function inOneOrder(value: Value): Value {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Value[]).map(inOneOrder);
  const members = Object.entries(value as ValueObject).map(([name, own]): [string, Value] => {
    const inner = inOneOrder(own);
    return [
      name,
      name === 'ids' && Array.isArray(inner) ? [...(inner as readonly Value[])].sort(order) : inner,
    ];
  });
  return Object.fromEntries(members);
}

/** The ids a value names: its own `id`, or the list an aggregate collected; null: it names none. */
export function idsIn(value: Value): readonly number[] | null {
  const own = field(value, 'id');
  if (typeof own === 'number') return [own];
  const list = idListIn(value);
  if (list !== null) return list;
  return pairIds(value);
}

/** The `ids` list of a collected value, in its own order. */
export function idListIn(value: Value): readonly number[] | null {
  const result = field(value, 'result');
  const ids = field(result === null ? value : result, 'ids');
  return Array.isArray(ids) ? (ids as readonly number[]) : null;
}

function pairIds(value: Value): readonly number[] | null {
  const left = field(value, 'left');
  const right = field(value, 'right');
  if (left === null || right === null) return null;
  const a = idsIn(left);
  const b = idsIn(right);
  return a === null || b === null ? null : [...a, ...b];
}
