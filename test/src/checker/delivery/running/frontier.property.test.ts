/**
 * The frontier search against brute force over all shuffles of small words.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findShuffle, Grid } from '../../../../../src/checker/delivery/running/frontier.ts';
import { builtinFunctions, resolveFunction } from '../../../../../src/model/functions.ts';
import type { Item } from '../../../../../src/checker/plan/items.ts';

const numRuns = Math.ceil(300 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));
const aggregate = resolveFunction(builtinFunctions, 'aggregate', { fn: 'sum', field: 'w' });

const item = (word: number, rank: number, w: number): Item => ({
  key: 'k',
  ts: 0,
  value: { w },
  from: [word * 100 + rank],
  word,
  rank,
  direct: true,
  input: 0,
  waits: false,
});

function* shuffles(words: readonly (readonly Item[])[]): Generator<readonly Item[]> {
  if (words.every((word) => word.length === 0)) yield [];
  for (const [i, word] of words.entries()) {
    const [head] = word;
    if (head === undefined) continue;
    const rest = words.map((other, j) => (j === i ? other.slice(1) : other));
    for (const tail of shuffles(rest)) yield [head, ...tail];
  }
}

const sumsOf = (items: readonly Item[]): readonly number[] => {
  let sum = 0;
  return items.map(({ value }) => (sum += (value as { w: number }).w));
};

function search(words: readonly (readonly Item[])[], sums: readonly number[], stepsMax = 1e6) {
  return findShuffle({
    grid: new Grid(words.flat(), aggregate),
    produces: (row, at) => row.value === sums[at],
    length: sums.length,
    stepsMax,
  });
}

const wordsArbitrary = fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }), {
  minLength: 1,
  maxLength: 3,
});

test('finds an explanation exactly when some shuffle gives the sums', () => {
  fc.assert(
    fc.property(wordsArbitrary, fc.array(fc.nat(12), { maxLength: 6 }), (weights, noise) => {
      const words = weights.map((word, w) => word.map((weight, i) => item(w, i, weight)));
      const all = [...shuffles(words)].map(sumsOf);
      for (const sums of [all[0] ?? [], noise, (all.at(-1) ?? []).slice(0, -1)]) {
        const explained = all.some((own) => sums.every((sum, i) => own[i] === sum));
        expect(search(words, sums).kind).toBe(explained ? 'found' : 'dead');
      }
    }),
    { numRuns },
  );
});

test('rows without order may come in any permutation', () => {
  const loose = [3, 1, 2].map((w, i) => item(-1, i, w));
  expect(search([loose], [2, 3, 6]).kind).toBe('found');
  const ordered = [3, 1, 2].map((w, i) => item(0, i, w));
  expect(search([ordered], [2, 3, 6]).kind).toBe('dead');
});

test('a budget that runs out is neither yes nor no', () => {
  const words = [0, 1, 2].map((w) => [1, 1, 1, 1].map((weight, i) => item(w, i, weight)));
  const sums = Array.from({ length: 12 }, (_, i) => i + 1);
  expect(search(words, sums, 20).kind).toBe('budget');
});

test('a dead frontier says where the run could have been', () => {
  const result = search([[item(0, 0, 1), item(0, 1, 5)]], [1, 7]);
  expect(result).toMatchObject({ kind: 'dead', at: 1 });
  expect(result.kind === 'dead' && result.frontier.length).toBe(1);
});
