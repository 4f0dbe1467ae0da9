/** Equality of JSON values, members of objects in any order. */
import { canonicalJson } from '../../base/json.ts';
import type { Value } from '../../model/value.ts';

export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  return canonicalJson(a) === canonicalJson(b);
}
