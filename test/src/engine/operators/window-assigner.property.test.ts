/** Which windows hold a timestamp: semantics §3, rounding towards minus infinity. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { assignWindows, windowStart } from '../../../../src/engine/operators/window-assigner.ts';

function slidingStarts(size: number, slide: number, at: { offset: number; ts: number }): number[] {
  const starts: number[] = [];
  const assigner = { kind: 'sliding', sizeMs: size, slideMs: slide, offsetMs: at.offset } as const;
  assignWindows(assigner, at.ts, (start) => void starts.push(start));
  return starts;
}

test.each([
  [0, 0, 10, 0],
  [9, 0, 10, 0],
  [10, 0, 10, 10],
  [-1, 0, 10, -10],
  [-10, 0, 10, -10],
  [-11, 0, 10, -20],
  [12, 3, 10, 3],
  [13, 3, 10, 13],
  [2, 3, 10, -7],
  [2, -3, 10, -3],
  [7, -3, 10, 7],
])('the window of %i with offset %i and size %i starts at %i', (...row) => {
  const [ts, offset, size, start] = row;
  expect(windowStart(ts, offset, size)).toBe(start);
});

const times = fc.record({
  ts: fc.integer({ min: -2_000, max: 2_000 }),
  size: fc.integer({ min: 1, max: 60 }),
  slide: fc.integer({ min: 1, max: 60 }),
  offset: fc.integer({ min: -59, max: 59 }),
});

test('the tumbling window is the only one of its grid that holds the timestamp', () => {
  fc.assert(
    fc.property(times, ({ ts, size, offset }) => {
      const start = windowStart(ts, offset, size);
      expect(start <= ts && ts < start + size).toBe(true);
      expect(Math.abs((start - offset) % size)).toBe(0);
      const starts: number[] = [];
      assignWindows({ kind: 'tumbling', sizeMs: size, offsetMs: offset }, ts, (s) =>
        starts.push(s),
      );
      expect(starts).toEqual([start]);
    }),
  );
});

test('sliding windows are exactly those of the grid that hold the timestamp, latest first', () => {
  fc.assert(
    fc.property(times, ({ ts, size, slide, offset }) => {
      const expected: number[] = [];
      for (let start = ts; start > ts - size; start--) {
        if (Math.abs((start - offset) % slide) === 0) expected.push(start);
      }
      expect(slidingStarts(size, slide, { offset, ts })).toEqual(expected);
    }),
  );
});

test('a sliding window of three slides: three windows, at the edge too', () => {
  expect(slidingStarts(30, 10, { offset: 0, ts: 30 })).toEqual([30, 20, 10]);
  expect(slidingStarts(30, 10, { offset: 0, ts: 29 })).toEqual([20, 10, 0]);
  expect(slidingStarts(30, 10, { offset: 0, ts: -1 })).toEqual([-10, -20, -30]);
  expect(slidingStarts(25, 10, { offset: 0, ts: 24 })).toEqual([20, 10, 0]);
  expect(slidingStarts(25, 10, { offset: 0, ts: 25 })).toEqual([20, 10]);
});
