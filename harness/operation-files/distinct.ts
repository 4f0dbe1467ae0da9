/**
 * Whether the values of a table are all different: equal ones with two numbers would be compared as
 * different values.
 */
import { canonicalJson } from '../../src/base/json.ts';
import type { Value } from '../../src/model/value.ts';

const factor = 0x9e3779b1;

/** The table of a binary history: integers by number, and the other values with theirs. */
export interface StoredValues {
  readonly integers: Int32Array;
  readonly others: readonly (readonly [number, Value])[];
}

/** The number of a value that stands in the table twice; -1: there is none. */
export function repeatedValue({ integers, others }: StoredValues): number {
  const isOther = new Uint8Array(integers.length);
  const texts = new Set<string>();
  for (const [id, value] of others) {
    const text = canonicalJson(value);
    // An integer among the others is the same as one in its own place.
    if (isOther[id] === 1 || texts.has(text) || isInt32(value)) return id;
    isOther[id] = 1;
    texts.add(text);
  }
  return repeatedInteger(integers, isOther);
}

function isInt32(value: Value): boolean {
  return typeof value === 'number' && (value | 0) === value;
}

function repeatedInteger(integers: Int32Array, isOther: Uint8Array): number {
  let size = 64;
  while (size < 2 * integers.length) size *= 2;
  const last = size - 1;
  const seen = new Int32Array(size);
  for (let id = 0; id < integers.length; id++) {
    if (isOther[id] === 1) continue;
    const value = integers[id] as number;
    let at = (Math.imul(value, factor) >>> 0) & last;
    for (let entry = seen[at] as number; entry !== 0; entry = seen[at] as number) {
      if (integers[entry - 1] === value) return id;
      at = (at + 1) & last;
    }
    seen[at] = id + 1;
  }
  return -1;
}
