/** Keyed state: get, put, remove, and what a snapshot holds. */
import { expect, test } from 'vitest';

import { keyGroupOf } from '../../../../src/engine/plan/key-groups.ts';
import { KeyedTable } from '../../../../src/engine/state/keyed-table.ts';

const keys = Array.from({ length: 40 }, (_, i) => `key-${i}`);

test('holds one value per key', () => {
  const table = new KeyedTable<number>(8);
  expect(table.get('a')).toBeUndefined();
  table.put('a', 1);
  table.put('a', 2);
  table.put('b', 0);
  expect([table.get('a'), table.get('b')]).toEqual([2, 0]);
  table.remove('a');
  table.remove('unknown');
  expect([table.get('a'), table.get('b')]).toEqual([undefined, 0]);
});

test('a snapshot is sorted by key group, each entry under its own group', () => {
  const table = new KeyedTable<number>(8);
  for (const [i, key] of keys.entries()) table.put(key, i);
  const stored = table.snapshot();
  const groups = stored.map(([group]) => group);
  expect(groups).toEqual([...groups].sort((a, b) => a - b));
  expect(new Set(groups).size).toBe(groups.length);
  for (const [group, entries] of stored) {
    for (const [key] of entries) expect(keyGroupOf(key, 8)).toBe(group);
  }
  expect(stored.flatMap(([, entries]) => entries)).toHaveLength(40);
});

test('later changes do not reach a snapshot', () => {
  const table = new KeyedTable<number>(8);
  table.put('a', 1);
  table.put('b', 1);
  const before = JSON.stringify(table.snapshot());
  const stored = table.snapshot();
  table.put('a', 2);
  table.put('c', 3);
  table.remove('b');
  expect(JSON.stringify(stored)).toBe(before);
});

test('a restored table holds the same, also when only some groups are given', () => {
  const table = new KeyedTable<number>(8);
  for (const [i, key] of keys.entries()) table.put(key, i);
  const stored = table.snapshot();
  const half = new KeyedTable<number>(8);
  half.restore(stored.filter(([group]) => group < 4));
  for (const [i, key] of keys.entries()) {
    expect(half.get(key)).toBe(keyGroupOf(key, 8) < 4 ? i : undefined);
  }
  half.restore(stored.filter(([group]) => group >= 4));
  for (const [i, key] of keys.entries()) expect(half.get(key)).toBe(i);
});
