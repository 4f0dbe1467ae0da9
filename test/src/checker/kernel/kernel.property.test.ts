/**
 * The kernels against brute force on small histories, and at size on a large legal one.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { idFingerprint } from '../../../../src/model/functions.ts';
import { BoxIntersection, boxInput } from '../../../../src/checker/kernel/box.ts';
import { syntheticHistory, syntheticUpdates } from '../../../../src/checker/kernel/synthetic.ts';
import { checkTraceable } from '../../../../src/checker/kernel/traceable.ts';

const numRuns = Math.ceil(500 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));

test('a large legal history has nothing to report', () => {
  const settings = { records: 100_000, splits: 8, keys: 100, perEpoch: 500 };
  const { input, output } = syntheticHistory(7, settings);
  const { phantoms, misrouted, duplicates, reordered, lost, inconsistentCuts } = checkTraceable(
    input,
    output,
  );
  const found = { phantoms, misrouted, duplicates, reordered, lost, inconsistentCuts };
  expect(found).toEqual({
    phantoms: 0,
    misrouted: 0,
    duplicates: 0,
    reordered: 0,
    lost: 0,
    inconsistentCuts: 0,
  });
});

const small = { records: 24, splits: 2, keys: 3, perEpoch: 4 };

test('the traceable kernel counts what brute force counts', () => {
  const rows = fc.array(fc.record({ split: fc.nat(1), offset: fc.nat(13), key: fc.nat(2) }), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(rows, fc.nat(1000), (some, seed) => {
      const { input } = syntheticHistory(seed, small);
      const output = {
        count: some.length,
        split: Uint8Array.from(some, (r) => r.split),
        offset: Int32Array.from(some, (r) => r.offset),
        key: Int32Array.from(some, (r) => r.key),
        epoch: Int32Array.from(some, (_, i) => Math.floor(i / 4)),
      };
      const result = checkTraceable(input, output);
      const real = some.filter(({ offset }) => offset < 12);
      const distinct = new Set(real.map(({ split, offset }) => split * 12 + offset));
      expect(result.phantoms).toBe(some.length - real.length);
      expect(result.duplicates).toBe(real.length - distinct.size);
      expect(result.lost).toBe(24 - distinct.size);
      expect(result.misrouted).toBe(
        real.filter((r) => input.key[r.split * 12 + r.offset] !== r.key).length,
      );
      expect(result.inconsistentCuts).toBe(brokenPrefixes(some));
    }),
    { numRuns },
  );
});

/** Commits after which the shown offsets of some split have a hole. */
function brokenPrefixes(rows: readonly { split: number; offset: number }[]): number {
  let broken = 0;
  for (let end = 4; end - 4 < rows.length; end += 4) {
    const shown = rows.slice(0, end).filter(({ offset }) => offset < 12);
    const holes = [0, 1].some((split) => {
      const offsets = new Set(shown.filter((r) => r.split === split).map((r) => r.offset));
      return offsets.size > 0 && Math.max(...offsets) + 1 !== offsets.size;
    });
    if (holes) broken++;
  }
  return broken;
}

test('every state along a legal run has a cut', () => {
  const { input, key, vectors, fingerprint } = syntheticUpdates(
    syntheticHistory(3, { records: 4000, splits: 4, keys: 50, perEpoch: 10 }),
  );
  const box = new BoxIntersection(input);
  const answers = new Set<string>();
  for (let i = 0; i < key.length; i++) {
    const vector = vectors.subarray(i * 4, i * 4 + 4);
    answers.add(box.update(key[i] as number, vector, fingerprint[i] as number));
  }
  expect([...answers]).toEqual(['consistent']);
  expect(box.witness()).toBeNull();
});

test('the box agrees with trying every cut, and its witness refutes them all', () => {
  const split = fc.array(fc.nat(2), { minLength: 1, maxLength: 5 });
  const shown = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(fc.tuple(split, split), shown, (logs, vectors) => {
      const splits = logs.map((keys, p) => ({
        keys: Int32Array.from(keys),
        ids: Int32Array.from(keys, (_, i) => p * 100 + i),
      }));
      const counts = vectors.map((vector, key) =>
        vector.map((n, p) => Math.min(n, (logs[p] ?? []).filter((k) => k === key).length)),
      );
      const box = new BoxIntersection(boxInput(splits, 3));
      let last = 'consistent';
      counts.forEach((vector, key) => {
        last = box.update(key, vector, fingerprintOf(logs, key, vector));
      });
      expect(last === 'consistent').toBe(someCut(logs, counts));
      const witness = box.witness();
      expect(witness === null).toBe(last === 'consistent');
      if (witness === null) return;
      expect(witness.low).toBeGreaterThan(witness.high);
      const log = logs[witness.split] as number[];
      expect([log[witness.low - 1], log[witness.high]]).toEqual([
        witness.includes,
        witness.excludes,
      ]);
    }),
    { numRuns },
  );
});

function fingerprintOf(logs: readonly number[][], key: number, vector: readonly number[]): number {
  let sum = 0;
  logs.forEach((log, p) => {
    const ids = log.flatMap((k, i) => (k === key ? [p * 100 + i] : []));
    for (const id of ids.slice(0, vector[p])) sum = (sum + idFingerprint(id)) >>> 0;
  });
  return sum;
}

function someCut(logs: readonly number[][], counts: readonly (readonly number[])[]): boolean {
  return logs.every((log, p) => {
    for (let cut = 0; cut <= log.length; cut++) {
      const inside = (key: number): number => log.slice(0, cut).filter((k) => k === key).length;
      if (counts.every((vector, key) => vector[p] === inside(key))) return true;
    }
    return false;
  });
}

test('a value whose fingerprint is another set is not a prefix', () => {
  const keys = Int32Array.from([0, 0]);
  const box = new BoxIntersection(boxInput([{ keys, ids: Int32Array.from([1, 2]) }], 1));
  expect(box.update(0, [1], idFingerprint(2))).toBe('not-a-prefix');
  expect(box.update(0, [3], 0)).toBe('not-a-prefix');
  expect(box.update(0, [2], (idFingerprint(1) + idFingerprint(2)) >>> 0)).toBe('consistent');
  expect(box.update(0, [1], idFingerprint(1))).toBe('regressed');
});
