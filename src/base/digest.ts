/**
 * A digest of a JSON value that does not depend on the order of object members: what identifies a
 * case. Walks the value without building its text. Not cryptographic.
 */
import { combine32, hashString, mix32 } from './hash.ts';

/** 16 hex digits. Throws on what JSON cannot hold. */
export function digestValue(value: unknown): string {
  const low = hashValue(value, 0x3c6ef372);
  const high = hashValue(value, 0x1f83d9ab);
  return low.toString(16).padStart(8, '0') + high.toString(16).padStart(8, '0');
}

/** Kind of value, mixed in so that 0, "", null, [] and {} differ. */
const tag = { null: 1, boolean: 2, number: 3, text: 4, array: 5, object: 6 } as const;

function hashValue(value: unknown, seed: number): number {
  if (value === null) return combine32(seed, tag.null);
  switch (typeof value) {
    case 'boolean':
      return combine32(combine32(seed, tag.boolean), value ? 1 : 0);
    case 'number':
      return combine32(combine32(seed, tag.number), hashNumber(value));
    case 'string':
      return combine32(combine32(seed, tag.text), hashString(value));
    case 'object':
      return Array.isArray(value)
        ? hashArray(value, seed)
        : hashObject(value as Record<string, unknown>, seed);
    default:
      throw new TypeError(`JSON cannot hold a ${typeof value}`);
  }
}

function hashNumber(value: number): number {
  if (Number.isSafeInteger(value)) return mix32(value | 0) ^ Math.floor(value / 0x1_0000_0000);
  if (!Number.isFinite(value)) throw new TypeError(`JSON cannot hold the number ${value}`);
  return hashString(String(value));
}

function hashArray(values: readonly unknown[], seed: number): number {
  let hash = combine32(seed, tag.array);
  for (const value of values) hash = combine32(hash, hashValue(value, seed));
  return combine32(hash, values.length);
}

/** Members add up, so that their order does not matter. */
function hashObject(value: Readonly<Record<string, unknown>>, seed: number): number {
  let sum = 0;
  for (const name in value) {
    const member = value[name];
    if (member === undefined) continue;
    sum = (sum + combine32(hashString(name), hashValue(member, seed))) | 0;
  }
  return combine32(combine32(seed, tag.object), sum);
}
