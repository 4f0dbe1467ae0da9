/** The minimum over channels: semantics §3, Flink `StatusWatermarkValve`. */
import { expect, test } from 'vitest';

import { WatermarkValve } from '../../../../src/engine/time/watermark-valve.ts';
import { WATERMARK_MAX } from '../../../../src/model/value.ts';

/** A valve and what came out of it: watermarks as numbers, status as words. */
function valve(channels: number): { valve: WatermarkValve; out: (number | string)[] } {
  const out: (number | string)[] = [];
  const output = {
    watermark: (ts: number) => void out.push(ts),
    status: (idle: boolean) => void out.push(idle ? 'idle' : 'active'),
  };
  return { valve: new WatermarkValve(channels, output), out };
}

test('puts out the minimum, once every channel has spoken', () => {
  const { valve: v, out } = valve(3);
  v.onWatermark(0, 5);
  v.onWatermark(1, 9);
  expect(out).toEqual([]);
  v.onWatermark(2, 3);
  expect(out).toEqual([3]);
  v.onWatermark(2, 7);
  v.onWatermark(0, 6);
  expect(out).toEqual([3, 5, 6]);
});

test('never goes back, neither per channel nor as a whole', () => {
  const { valve: v, out } = valve(1);
  v.onWatermark(0, 5);
  v.onWatermark(0, 4);
  v.onWatermark(0, 5);
  expect(out).toEqual([5]);
});

test('an idle channel leaves the minimum, and its watermarks do not count', () => {
  const { valve: v, out } = valve(2);
  v.onWatermark(0, 10);
  v.onStatus(1, true);
  expect(out).toEqual([10]);
  v.onWatermark(1, 3);
  v.onWatermark(0, 12);
  expect(out).toEqual([10, 12]);
});

test('going idle moves the minimum only when that channel held it', () => {
  const { valve: v, out } = valve(3);
  v.onWatermark(0, 1);
  v.onWatermark(1, 5);
  v.onWatermark(2, 7);
  v.onStatus(2, true);
  expect(out).toEqual([1]);
  v.onStatus(0, true);
  expect(out).toEqual([1, 5]);
});

test('a returning channel rejoins the minimum only when it has caught up', () => {
  const { valve: v, out } = valve(2);
  v.onWatermark(0, 10);
  v.onStatus(1, true);
  v.onWatermark(0, 20);
  v.onStatus(1, false);
  v.onWatermark(1, 15);
  v.onWatermark(0, 30);
  expect(out, 'channel 1 at 15 is behind 20 and does not hold anything').toEqual([10, 20, 30]);
  v.onWatermark(1, 30);
  v.onWatermark(0, 40);
  expect(out, 'channel 1 has caught up and holds the minimum').toEqual([10, 20, 30]);
  v.onWatermark(1, 35);
  expect(out).toEqual([10, 20, 30, 35]);
});

test('a returning channel that was not behind counts at once', () => {
  const { valve: v, out } = valve(2);
  v.onWatermark(0, 10);
  v.onWatermark(1, 12);
  v.onStatus(1, true);
  v.onStatus(1, false);
  v.onWatermark(0, 20);
  expect(out).toEqual([10, 12]);
});

test('when the last active channel goes idle nothing holds back the furthest one', () => {
  const { valve: v, out } = valve(3);
  v.onWatermark(0, 10);
  v.onWatermark(1, 30);
  v.onWatermark(2, 20);
  v.onStatus(1, true);
  v.onStatus(2, true);
  expect(out).toEqual([10]);
  v.onStatus(0, true);
  expect(out).toEqual([10, 30, 'idle']);
});

test('says once that it is idle, and once that it is active again', () => {
  const { valve: v, out } = valve(2);
  v.onStatus(0, true);
  v.onStatus(0, true);
  expect(out).toEqual([]);
  v.onStatus(1, true);
  v.onStatus(0, false);
  v.onStatus(1, false);
  expect(out).toEqual(['idle', 'active']);
});

test('the last watermark passes like any other', () => {
  const { valve: v, out } = valve(2);
  v.onWatermark(0, WATERMARK_MAX);
  v.onWatermark(1, 3);
  v.onWatermark(1, WATERMARK_MAX);
  expect(out).toEqual([3, WATERMARK_MAX]);
});
