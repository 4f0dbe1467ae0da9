import { describe, expect, it } from 'vitest';

import {
  quantile,
  statementOf,
  waitingTimes,
  wilson,
} from '../../../harness/campaign/statistics.ts';

describe('the Wilson interval', () => {
  // Values of R's `prop.test(x, n, correct = FALSE)`.
  it.each([
    [0, 10, [0, 0.2775]],
    [5, 10, [0.2366, 0.7634]],
    [10, 10, [0.7225, 1]],
    [1, 500, [0.0004, 0.0112]],
  ])('of %i in %i', (hits, trials, [low, high]) => {
    const interval = wilson(hits, trials);
    expect(interval.low).toBeCloseTo(low ?? -1, 4);
    expect(interval.high).toBeCloseTo(high ?? -1, 4);
  });

  it('of nothing is everything', () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

describe('the statement', () => {
  it('is the rule of three without failures', () => {
    expect(statementOf(3000, 0)).toBe(
      '3000 runs, none unexplained: failure rate < 0.1 % at 95 % confidence',
    );
    expect(statementOf(30, 0)).toContain('30 runs, none unexplained: failure rate < 10 %');
  });

  it('bounds nothing with few runs', () => {
    const few = [1, 29].map((runs) => statementOf(runs, 0));
    expect(few).toEqual([
      '1 run, none unexplained (too few to bound the failure rate)',
      '29 runs, none unexplained (too few to bound the failure rate)',
    ]);
  });

  it('is an interval with failures', () => {
    expect(statementOf(10, 5)).toContain('failure rate 24 % to 76 %');
  });

  it('of a single failing run is no rate', () => {
    expect(statementOf(1, 1)).toBe('1 run, unexplained');
  });

  it('claims nothing without runs', () => {
    expect(statementOf(0, 0)).toContain('nothing is known');
  });
});

describe('the waiting time', () => {
  it('counts from every start, around the end', () => {
    expect(waitingTimes([false, true, false, false])).toEqual([1, 2, 3, 4]);
    expect(waitingTimes([true, true])).toEqual([1, 1]);
  });

  it('is empty when nothing was hit', () => {
    expect(waitingTimes([false, false])).toEqual([]);
    expect(quantile([], 0.5)).toBeNull();
  });

  it('has its median and 95th percentile by nearest rank', () => {
    const times = Array.from({ length: 100 }, (_, i) => i + 1);
    expect([quantile(times, 0.5), quantile(times, 0.95)]).toEqual([50, 95]);
  });
});
