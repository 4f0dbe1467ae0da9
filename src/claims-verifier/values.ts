/**
 * What values say by themselves: whether two are the same, and which records one names. Naive, and
 * the verifier's own.
 */
import { canonicalJson } from '../base/json.ts';
import type { Row, Value, ValueObject } from '../model/value.ts';

/** Equal but for the order of collected ids, which is the engine's choice. */
export function isSameRow(a: Row, b: Row): boolean {
  return a.key === b.key && a.ts === b.ts && isSameValue(a.value, b.value);
}

export function isSameValue(a: Value, b: Value): boolean {
  return canonicalJson(withSortedIds(a)) === canonicalJson(withSortedIds(b));
}

function withSortedIds(value: Value): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map(withSortedIds);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value as ValueObject).map(([name, member]) => [
      name,
      name === 'ids' && Array.isArray(member)
        ? [...(member as readonly Value[])].sort((a, b) => Number(a) - Number(b))
        : withSortedIds(member),
    ]),
  );
}

/** A member of an object; undefined when there is none. */
export function memberOf(value: Value, name: string): Value | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  return (value as Readonly<Record<string, Value | undefined>>)[name];
}

/** The ids a value names, in its own order; null: it names none. */
export function idsNamed(value: Value): readonly number[] | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const { id, ids, result, left, right } = value as Readonly<Record<string, Value | undefined>>;
  const own = typeof id === 'number' ? [id] : [];
  if (Array.isArray(ids)) return [...(ids as readonly number[]), ...own];
  if (typeof id === 'number') return own;
  if (result !== undefined && result !== null) return idsNamed(result);
  if (left === undefined || right === undefined) return null;
  const [a, b] = [idsNamed(left), idsNamed(right)];
  return a === null || b === null ? null : [...a, ...b];
}
