/**
 * Watermarks of a source subtask: semantics §3, first two rules. Times are (event ms, active ms).
 */
import { describe, expect, test } from 'vitest';

import { SplitWatermarks } from '../../../../src/engine/time/split-watermarks.ts';
import type { WatermarkSpec } from '../../../../src/model/pipeline.ts';
import { WATERMARK_MIN } from '../../../../src/model/value.ts';

function splits(spec: Partial<WatermarkSpec> = {}, names: readonly string[] = ['a', 'b']) {
  const watermarks = new SplitWatermarks({
    strategy: 'bounded',
    outOfOrdernessMs: 10,
    emission: 'per-record',
    intervalMs: 50,
    idlenessMs: null,
    ...spec,
  });
  for (const name of names) watermarks.addSplit(name, 0);
  return watermarks;
}

test('bounded: the highest timestamp minus B minus 1', () => {
  const one = splits({}, ['a']);
  expect(one.combine().watermark).toBe(WATERMARK_MIN);
  one.onRecord('a', 100, 0);
  expect(one.combine()).toEqual({ watermark: 89, idle: false });
  one.onRecord('a', 90, 0);
  expect(one.combine().watermark, 'an earlier record moves nothing').toBe(89);
});

test('ascending is bounded with 0', () => {
  const one = splits({ strategy: 'ascending', outOfOrdernessMs: 0 }, ['a']);
  one.onRecord('a', 100, 0);
  expect(one.combine().watermark).toBe(99);
});

test('a negative timestamp works like any other', () => {
  const one = splits({ outOfOrdernessMs: 0 }, ['a']);
  one.onRecord('a', -100, 0);
  expect(one.combine().watermark).toBe(-101);
});

test('periodic: nothing moves before the tick', () => {
  const one = splits({ emission: 'periodic' }, ['a']);
  one.onRecord('a', 100, 0);
  expect(one.combine().watermark).toBe(WATERMARK_MIN);
  one.onTick(50);
  expect(one.combine().watermark).toBe(89);
});

test('every assigned split holds the minimum before its first record', () => {
  const two = splits();
  two.onRecord('a', 100, 0);
  expect(two.combine().watermark).toBe(WATERMARK_MIN);
  two.onRecord('b', 50, 0);
  expect(two.combine().watermark).toBe(39);
});

test('a removed split leaves the minimum; the last one leaves it where it was', () => {
  const two = splits();
  two.onRecord('a', 100, 0);
  two.onRecord('b', 50, 0);
  two.combine();
  two.removeSplit('b');
  expect(two.combine()).toEqual({ watermark: 89, idle: false });
  two.removeSplit('a');
  expect(two.combine()).toEqual({ watermark: 89, idle: false });
});

describe('idleness', () => {
  test('a split is idle exactly when that long passed without a record', () => {
    const two = splits({ idlenessMs: 200 });
    two.onRecord('a', 100, 100);
    two.onTick(199);
    expect(two.combine().watermark).toBe(WATERMARK_MIN);
    two.onTick(200);
    expect(two.combine(), 'b never had a record').toEqual({ watermark: 89, idle: false });
    two.onTick(300);
    expect(two.combine(), 'now a is idle too').toEqual({ watermark: 89, idle: true });
  });

  test('one idle split says nothing about the others', () => {
    const three = splits({ idlenessMs: 200 }, ['a', 'b', 'c']);
    three.onRecord('a', 100, 150);
    three.onRecord('b', 70, 150);
    three.onTick(200);
    expect(three.combine()).toEqual({ watermark: 59, idle: false });
  });

  test('a record wakes its split, which again holds the minimum, but nothing goes back', () => {
    const two = splits({ idlenessMs: 200 });
    two.onRecord('a', 100, 150);
    two.onTick(200);
    expect(two.combine().watermark).toBe(89);
    two.onRecord('b', 20, 210);
    expect(two.combine()).toEqual({ watermark: 89, idle: false });
    two.onRecord('a', 500, 220);
    expect(two.combine().watermark, 'b at 9 holds back').toBe(89);
    two.onRecord('b', 200, 230);
    expect(two.combine().watermark).toBe(189);
  });

  test('when all are idle nothing holds back the furthest', () => {
    const two = splits({ idlenessMs: 200 });
    two.onRecord('a', 100, 0);
    two.onRecord('b', 50, 0);
    expect(two.combine().watermark).toBe(39);
    two.onTick(200);
    expect(two.combine()).toEqual({ watermark: 89, idle: true });
  });

  test('periodic: an idle split does not advance at the tick that finds it idle', () => {
    const one = splits({ emission: 'periodic', idlenessMs: 200 }, ['a']);
    one.onRecord('a', 100, 0);
    one.onTick(200);
    expect(one.combine()).toEqual({ watermark: WATERMARK_MIN, idle: true });
  });

  test('without idleness a split may be silent for ever', () => {
    const two = splits();
    two.onRecord('a', 100, 0);
    two.onTick(10_000_000);
    expect(two.combine()).toEqual({ watermark: WATERMARK_MIN, idle: false });
  });
});
