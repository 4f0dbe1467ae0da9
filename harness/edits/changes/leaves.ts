/**
 * The numbers and lists inside a value, by their path.
 */
import type { Value, ValueObject } from '../../../src/model/value.ts';

/** Names of members, from the outermost in. */
export type Leaf = readonly string[];

interface Leaves {
  readonly numbers: readonly Leaf[];
  readonly lists: readonly Leaf[];
}

export function leavesOf(value: Value, path: Leaf = []): Leaves {
  if (typeof value === 'number') return { numbers: [path], lists: [] };
  if (Array.isArray(value)) return { numbers: [], lists: [path] };
  if (value === null || typeof value !== 'object') return { numbers: [], lists: [] };
  const inner = Object.entries(value as ValueObject).map(([name, member]) =>
    leavesOf(member, [...path, name]),
  );
  return {
    numbers: inner.flatMap(({ numbers }) => numbers),
    lists: inner.flatMap(({ lists }) => lists),
  };
}

export function leafAt(value: Value, [name, ...rest]: Leaf): Value {
  if (name === undefined) return value;
  return leafAt((value as ValueObject)[name] ?? null, rest);
}

export function withLeaf(value: Value, [name, ...rest]: Leaf, to: Value): Value {
  if (name === undefined) return to;
  const object = value as ValueObject;
  return { ...object, [name]: withLeaf(object[name] ?? null, rest, to) };
}
