/** Workloads do what their knobs say. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { field } from '../../../src/model/functions.ts';
import { unpackVector } from '../../../src/model/trace.ts';
import { steadyPace } from '../../../scenarios/arbitraries/pace.ts';
import {
  makeWorkload,
  workloadKnobs,
  type WorkloadForm,
  type WorkloadKnobs,
} from '../../../scenarios/arbitraries/workload.ts';

const form: WorkloadForm = {
  splits: ['a', 'b', 'c'],
  keyName: (rank) => `k${rank}`,
  value: (draw) => ({ n: draw.below(10) }),
};
const calm: WorkloadKnobs = {
  seed: 1,
  records: 150,
  keys: 5,
  skew: 0,
  spanMs: 2_000,
  startTs: 0,
  disorderMs: 100,
  stragglers: 0,
  burstMs: 0,
  idle: null,
};

/** By how much each split's records are older than the newest before them, at most. */
function disorderOf(knobs: WorkloadKnobs): number {
  let most = 0;
  for (const { records } of makeWorkload(knobs, form).splits) {
    let newest = -Infinity;
    for (const { ts } of records) {
      most = Math.max(most, newest - ts);
      newest = Math.max(newest, ts);
    }
  }
  return most;
}

describe('for any knobs', () => {
  test('there are as many records as asked for, with ids of their own', () => {
    const property = fc.property(workloadKnobs(true), (knobs) => {
      const records = makeWorkload(knobs, form).splits.flatMap((log) => log.records);
      expect(records).toHaveLength(knobs.records);
      expect(new Set(records.map((record) => record.id)).size).toBe(knobs.records);
    });
    fc.assert(property);
  });

  test('without stragglers, disorder within a split is bounded', () => {
    const property = fc.property(workloadKnobs(false), (knobs) => {
      expect(disorderOf(knobs)).toBeLessThanOrEqual(knobs.disorderMs);
    });
    fc.assert(property);
  });

  test('a value names its split by a one-hot digit', () => {
    const property = fc.property(workloadKnobs(true), (knobs) => {
      makeWorkload(knobs, form).splits.forEach(({ records }, split) => {
        const sum = records.reduce((total, { value }) => total + Number(field(value, 'q')), 0);
        const expected = [0, 0, 0];
        expected[split] = records.length;
        expect(unpackVector(sum, 3)).toEqual(expected);
      });
    });
    fc.assert(property);
  });
});

describe('each knob by itself', () => {
  test('A2: a knob that is not about values leaves keys and values alone', () => {
    const content = (knobs: WorkloadKnobs): unknown =>
      makeWorkload(knobs, form).splits.map((log) =>
        [...log.records].sort((a, b) => a.id - b.id).map(({ key, value }) => ({ key, value })),
      );
    expect(content({ ...calm, burstMs: 250, disorderMs: 0, spanMs: 4_000 })).toEqual(content(calm));
  });

  test('stragglers break the bound', () => {
    expect(disorderOf({ ...calm, stragglers: 0.1 })).toBeGreaterThan(calm.disorderMs);
  });

  test('skew makes the first key the most frequent', () => {
    const share = (skew: number): number => {
      const records = makeWorkload({ ...calm, skew }, form).splits.flatMap((log) => log.records);
      return records.filter((record) => record.key === 'k0').length / records.length;
    };
    expect(share(0)).toBeLessThan(0.35);
    expect(share(1.5)).toBeGreaterThan(0.45);
  });

  test('bursts gather arrivals', () => {
    const { splits } = makeWorkload({ ...calm, burstMs: 250 }, form);
    expect(splits.every((log) => log.records.every((record) => record.at % 250 === 0))).toBe(true);
  });

  test('a silent split is silent, and then catches up', () => {
    const idle = { split: 1, fromMs: 500, forMs: 600 };
    const records = makeWorkload({ ...calm, idle }, form).splits[1]?.records ?? [];
    expect(records.some((record) => record.at >= 500 && record.at < 1_100)).toBe(false);
    expect(records.filter((record) => record.at === 1_100).length).toBeGreaterThan(5);
  });

  test('in a silence nothing arrives in any split, and then everything at once', () => {
    const silence = { fromMs: 500, forMs: 600 };
    const { splits } = makeWorkload({ ...calm, pace: { ...steadyPace, silence } }, form);
    const arrivals = splits.flatMap((log) => log.records.map((record) => record.at));
    expect(arrivals.some((at) => at >= 500 && at < 1_100)).toBe(false);
    expect(arrivals.filter((at) => at === 1_100).length).toBeGreaterThan(15);
  });

  test('flat event time stands still while records come', () => {
    const flat = { fromMs: 500, forMs: 600 };
    const { splits } = makeWorkload({ ...calm, pace: { ...steadyPace, flat } }, form);
    const times = splits.flatMap((log) => log.records.map((record) => record.ts));
    expect(times.filter((ts) => ts === 500).length).toBeGreaterThan(15);
    expect(Math.max(...times)).toBeLessThan(calm.spanMs - flat.forMs);
    expect(disorderOf({ ...calm, pace: { ...steadyPace, flat } })).toBeLessThanOrEqual(100);
  });

  test('a tail keeps the last record of some splits back', () => {
    const tail = { splits: 2, forMs: 5_000 };
    const lastOf = (knobs: WorkloadKnobs): (number | undefined)[] =>
      makeWorkload(knobs, form).splits.map((log) => log.records.at(-1)?.at);
    const [a, b, c] = lastOf(calm) as [number, number, number];
    expect(lastOf({ ...calm, pace: { ...steadyPace, tail } })).toEqual([a + 5_000, b + 5_000, c]);
  });
});
