/** One text stands for all values that are the same to the checker, and for no others. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameValue, valueText } from '../../../../src/checker/evidence/values.ts';
import type { Value } from '../../../../src/model/value.ts';

const ids = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 });
const leaf = fc.oneof(fc.constantFrom<Value>(null, true, 0, 1, '0', 'ids'), ids);
const value = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.dictionary(fc.constantFrom('ids', 'n', 'result'), tie('value'), { maxKeys: 3 }),
  ),
})).value;

describe('the text of a value', () => {
  it('is the same where the values are, and differs where they do', () => {
    let same = 0;
    fc.assert(
      fc.property(value, value, (a, b) => {
        const isSame = sameValue(a, b);
        if (isSame) same++;
        expect(valueText(a) === valueText(b)).toBe(isSame);
      }),
      { numRuns: 5_000, seed: 1 },
    );
    expect(same).toBeGreaterThan(50);
  });

  it('does not tell in which order ids came, but in which order other lists did', () => {
    expect(valueText({ ids: [2, 1], n: 2 })).toBe(valueText({ n: 2, ids: [1, 2] }));
    expect(valueText([2, 1])).not.toBe(valueText([1, 2]));
  });
});
