/**
 * What a campaign's cases are like, taken together: every kind of trouble and of operator occurs.
 */
import { describe, expect, test } from 'vitest';

import type { Case } from '../../src/model/case.ts';
import { protocolPoints } from '../../src/model/fault.ts';
import { operatorKinds } from '../../src/model/operator-kinds.ts';
import { faultFamilies } from '../../scenarios/arbitraries/fault-actions.ts';
import { rareFamilies } from '../../scenarios/arbitraries/rare-faults.ts';
import { random } from '../../scenarios/catalog/random.ts';

const cases: readonly Case[] = Array.from({ length: 2_000 }, (_, run) => random.generate(21, run));
const faults = cases.flatMap((kase) => kase.schedule);

/** How often each name occurs. */
function tally(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

describe('faults', () => {
  test('schedules are short: the median is 2 to 4, the longest has 6', () => {
    const lengths = cases.map((kase) => kase.schedule.length).sort((a, b) => a - b);
    const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
    expect(median).toBeGreaterThanOrEqual(2);
    expect(median).toBeLessThanOrEqual(4);
    expect([lengths[0], lengths.at(-1)]).toEqual([0, 6]);
  });

  test('every kind occurs, and every variant of it', () => {
    const kinds = tally(faults.map((fault) => fault.action.kind));
    const seldom = [...faultFamilies, ...rareFamilies].filter(
      ({ kind }) => (kinds.get(kind) ?? 0) <= 20,
    );
    expect(seldom.map(({ name }) => name)).toEqual([]);
    const effects = faults.map(({ action }) => ('effect' in action ? action.effect : ''));
    expect(tally(effects).size).toBe(1 + 6 + 4);
  });

  test('about half are anchored at a protocol point, and every point is among them', () => {
    const points = faults.flatMap(({ when }) => ('point' in when ? [when.point] : []));
    expect(points.length / faults.length).toBeGreaterThan(0.4);
    expect(points.length / faults.length).toBeLessThan(0.7);
    expect([...tally(points).keys()].sort()).toEqual([...protocolPoints].sort());
  });

  test('swarms differ: single runs use few kinds, and not always the same', () => {
    const longer = cases.filter((kase) => kase.schedule.length >= 4);
    const pure = longer.filter(
      (kase) => new Set(kase.schedule.map((fault) => fault.action.kind)).size <= 2,
    );
    expect(pure.length / longer.length).toBeGreaterThan(0.15);
    expect(pure.length / longer.length).toBeLessThan(0.85);
  });
});

describe('topologies', () => {
  test('every kind of operator occurs', () => {
    const kinds = tally(cases.flatMap((k) => k.pipeline.operators.map((o) => o.kind)));
    for (const kind of operatorKinds) expect(kinds.get(kind) ?? 0).toBeGreaterThan(50);
  });

  test('every sink, mode and number of task managers occurs', () => {
    const sinks = cases.flatMap((k) =>
      k.pipeline.operators.flatMap((o) => (o.kind === 'sink' ? [o.connector] : [])),
    );
    expect([...tally(sinks).keys()].sort()).toEqual(['append', 'two-phase', 'upsert']);
    const modes = tally(cases.map((k) => k.options.mode));
    expect([...modes.keys()].sort()).toEqual(['at-least-once', 'exactly-once', 'stop-the-world']);
    expect([...tally(cases.map((k) => `${k.options.taskManagers}`)).keys()].sort()).toEqual([
      '2',
      '3',
    ]);
  });
});

describe('workloads', () => {
  test('sizes stay within what a fast campaign can afford', () => {
    for (const { workload } of cases) {
      const records = workload.splits.flatMap((log) => log.records);
      expect(records.length).toBeGreaterThanOrEqual(20);
      expect(records.length).toBeLessThanOrEqual(200);
    }
  });

  test('event times are in order here and out of order there', () => {
    const disordered = cases.filter(({ workload }) =>
      workload.splits.some(({ records }) =>
        records.some((record, i) => record.ts < (records[i - 1]?.ts ?? record.ts)),
      ),
    );
    expect(disordered.length / cases.length).toBeGreaterThan(0.4);
    expect(disordered.length / cases.length).toBeLessThan(0.9);
  });

  test('a cluster keeps enough slots when one task manager is gone', () => {
    for (const { pipeline, options } of cases) {
      const widest = Math.max(
        ...pipeline.operators.map((o) => ('parallelism' in o ? o.parallelism : 1)),
      );
      expect((options.taskManagers - 1) * options.slotsPerTaskManager).toBeGreaterThanOrEqual(
        widest,
      );
    }
  });
});
