/** Canonical text, digests and hashes of plain data. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { digestValue } from '../../../src/base/digest.ts';
import { combine32, digest64, hashString, mix32 } from '../../../src/base/hash.ts';
import { canonicalJson } from '../../../src/base/json.ts';
import { defaultCase } from '../../../scenarios/default-case.ts';
import type { Case } from '../../../src/model/case.ts';

/** The same value with the members of every object in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reordered(member)]),
  );
}

const json = fc
  .jsonValue({ maxDepth: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe('canonicalJson', () => {
  test('does not depend on the order of members, and reads back', () => {
    fc.assert(
      fc.property(json, (value: unknown) => {
        const text = canonicalJson(value);
        expect(canonicalJson(reordered(value))).toBe(text);
        expect(JSON.parse(text)).toEqual(value);
      }),
    );
  });

  test('leaves undefined members out', () => {
    expect(canonicalJson({ b: 1, a: undefined })).toBe('{"b":1}');
  });

  test.each([[Number.NaN], [Infinity], [() => 1], [[undefined]], [10n]])('refuses %s', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});

describe('digestValue', () => {
  test('does not depend on the order of members', () => {
    fc.assert(
      fc.property(json, (value: unknown) => {
        expect(digestValue(reordered(value))).toBe(digestValue(value));
        expect(digestValue(value)).toMatch(/^[0-9a-f]{16}$/);
      }),
    );
  });

  test('is equal exactly where the canonical text is', () => {
    fc.assert(
      fc.property(json, json, (a: unknown, b: unknown) => {
        expect(digestValue(a) === digestValue(b)).toBe(canonicalJson(a) === canonicalJson(b));
      }),
      { numRuns: 500 },
    );
  });

  test('tells kinds, nesting, order in arrays and large numbers apart', () => {
    const values = [
      [null, false, true, 0, '', '0', [], {}, [0], [[]], [[], []], { a: 0 }, { a: [0] }],
      [[1, 2], [2, 1], [1, [2]], { a: 1, b: 2 }, { a: 2, b: 1 }, { a: { b: 1 } }],
      [1, -1, 2 ** 32, 2 ** 32 + 1, -(2 ** 32), 2 ** 53 - 1, 0.5, 1e300, 'a', 'b'],
      [{ a: null }, { b: null }, { a: { a: 1 }, b: 2 }, { a: 2, b: { a: 1 } }],
    ].flat();
    expect(new Set(values.map(digestValue)).size).toBe(values.length);
  });

  test('leaves undefined members out, refuses what JSON cannot hold', () => {
    expect(digestValue({ a: 1, b: undefined })).toBe(digestValue({ a: 1 }));
    expect(() => digestValue([undefined])).toThrow(TypeError);
    expect(() => digestValue(Number.NaN)).toThrow(TypeError);
  });

  test('a case changes its digest with every record and every fault', () => {
    const kase = defaultCase(3, 4);
    const { splits } = kase.workload;
    const variants: Case[] = [
      kase,
      { ...kase, seed: kase.seed + 1 },
      ...kase.schedule.map((_, i) => ({ ...kase, schedule: kase.schedule.toSpliced(i, 1) })),
      ...splits.flatMap((log, i) =>
        log.records.map((_, j) => {
          const thinner = { ...log, records: log.records.toSpliced(j, 1) };
          return { ...kase, workload: { splits: splits.with(i, thinner) } };
        }),
      ),
    ];
    expect(new Set(variants.map(digestValue)).size).toBe(variants.length);
  });
});

describe('hashes', () => {
  test('mix32 is a bijection as far as one can look', () => {
    const seen = new Set<number>();
    for (let i = 0; i < 50_000; i++) seen.add(mix32(i * 85_899));
    expect(seen.size).toBe(50_000);
  });

  test('results are uint32, and order matters to combine32', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.string(), (a, b, text) => {
        for (const hash of [mix32(a), combine32(a, b), hashString(text)]) {
          expect(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32).toBe(true);
        }
        fc.pre(a !== b);
        expect(combine32(combine32(7, a), b)).not.toBe(combine32(combine32(7, b), a));
      }),
    );
  });

  test('digest64 notices any one changed, added or missing character', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60 }), fc.nat(), (text, at) => {
        const i = at % text.length;
        const changed = `${text.slice(0, i)}${text[i] === '?' ? '!' : '?'}${text.slice(i + 1)}`;
        const digests = [text, changed, `${text}?`, text.slice(1)].map(digest64);
        expect(new Set(digests).size).toBe(4);
      }),
    );
  });
});
