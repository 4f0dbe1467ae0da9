/** The bench runs and its figures are about what they say; how large they are is not tested. */
import { expect, test } from 'vitest';
import { benchToxiproxy } from '../../../harness/bench/toxiproxy.ts';

test('gives finite figures for both placements', async () => {
  const figures = await benchToxiproxy({ roundTrips: 30, batches: 2, throughputBytes: 300_000 });
  expect([figures.roundTrips, figures.messageBytes]).toEqual([60, 64]);
  for (const { directMedianUs, proxiedMedianUs, addedMedianUs, proxiedP99Us } of [
    figures.sameLoop,
    figures.otherThread,
  ]) {
    expect(directMedianUs).toBeGreaterThan(0);
    expect(addedMedianUs).toBeCloseTo(proxiedMedianUs - directMedianUs, 5);
    expect(proxiedP99Us).toBeGreaterThanOrEqual(proxiedMedianUs);
  }
  expect(figures.throughputMegabytesPerSecond).toBeGreaterThan(0);
});
