/** Suggestions: edit distance as such, and near misses of real names. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { guarantees } from '../../../../src/model/guarantee.ts';
import { editDistance, nearestName, suggestName } from '../../../../src/model/validate/suggest.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });

describe('edit distance', () => {
  test('is symmetric, and 0 for equal words only', () => {
    const property = fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
    });
    fc.assert(property);
  });

  test('is at most the longer word, at least the difference', () => {
    const property = fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
    });
    fc.assert(property);
  });

  test('counts a swap of neighbours once', () => {
    expect(editDistance('cuont', 'count')).toBe(1);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });
});

describe('suggestions', () => {
  test('survive one missing letter', () => {
    for (const name of guarantees) {
      for (let at = 0; at < name.length; at++) {
        const typo = name.slice(0, at) + name.slice(at + 1);
        expect(nearestName(typo, guarantees)).toBe(name);
      }
    }
  });

  test('what is not near gets the list, if that is short', () => {
    expect(suggestName('kafka', ['two-phase', 'upsert'])).toBe('known: two-phase, upsert');
    expect(suggestName('kafka', guarantees)).toBeNull();
    expect(suggestName(3, [])).toBeNull();
  });
});
