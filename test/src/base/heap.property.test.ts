/** The heap against a sorted list. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { Heap } from '../../../src/base/heap.ts';

/** A number is pushed, null pops. */
const steps = fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { freq: 3 }), { maxLength: 200 });

test('pops what a sorted list would, ties in order of pushing', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const heap = new Heap<readonly [number, number]>(
        (a, b) => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]),
      );
      const model: (readonly [number, number])[] = [];
      const popped: unknown[] = [];
      const expected: unknown[] = [];
      for (const [i, step] of sequence.entries()) {
        if (step === null) {
          popped.push(heap.peek(), heap.pop());
          expected.push(model[0], model.shift());
        } else {
          heap.push([step, i]);
          model.push([step, i]);
          model.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        }
        expect(heap.size).toBe(model.length);
        expect(new Set(heap.unordered())).toEqual(new Set(model));
      }
      expect(popped).toEqual(expected);
      while (model.length > 0) expect(heap.pop()).toEqual(model.shift());
      expect(heap.pop()).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});
