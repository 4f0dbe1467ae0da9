/** When a failed job is restarted, and when it is given up. */
import { expect, test } from 'vitest';

import { createRestartBackoff } from '../../../../src/engine/job-manager/restart-strategy.ts';
import type { RestartStrategy } from '../../../../src/model/options.ts';

/** Delays after failures at these times. */
function delays(strategy: RestartStrategy, ...failuresAt: number[]): (number | null)[] {
  const backoff = createRestartBackoff(strategy);
  return failuresAt.map((at) => backoff.onFailure(at));
}

test('fixed delay: so many times, then never again', () => {
  const strategy = { kind: 'fixed-delay', attemptsMax: 2, delayMs: 50 } as const;
  expect(delays(strategy, 0, 1, 2, 1_000_000)).toEqual([50, 50, null, null]);
  expect(delays({ ...strategy, attemptsMax: 0 }, 0)).toEqual([null]);
});

test('exponential: grows up to the maximum, in whole ms', () => {
  const strategy = {
    kind: 'exponential',
    initialMs: 100,
    maxMs: 350,
    factor: 1.5,
    resetAfterMs: 1000,
  } as const;
  expect(delays(strategy, 0, 1, 2, 3, 4, 5)).toEqual([100, 150, 225, 338, 350, 350]);
});

test('exponential: a calm span resets the delay; the delay itself is not calm', () => {
  const strategy = {
    kind: 'exponential',
    initialMs: 100,
    maxMs: 10_000,
    factor: 2,
    resetAfterMs: 1000,
  } as const;
  expect(delays(strategy, 0, 1199)).toEqual([100, 200]);
  expect(delays(strategy, 0, 1200)).toEqual([100, 100]);
  expect(delays(strategy, 0, 1200, 2399)).toEqual([100, 100, 200]);
});

test('failure rate: gives up at more than so many failures within the interval', () => {
  const strategy = { kind: 'failure-rate', failuresMax: 2, intervalMs: 100, delayMs: 5 } as const;
  expect(delays(strategy, 0, 50, 99)).toEqual([5, 5, null]);
  expect(delays(strategy, 0, 50, 100, 150, 200)).toEqual([5, 5, 5, 5, 5]);
});
