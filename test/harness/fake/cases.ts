/**
 * Small, valid cases for tests of the harness.
 */
import { caseVersion, type Case } from '../../../src/model/case.ts';
import { defaultOptions } from '../../../src/model/options.ts';

/** Two splits, source → map → key-by → reduce → sink, a crash and a pause. */
export function smallCase(scenario: string, seed: number): Case {
  return {
    version: caseVersion,
    scenario,
    seed,
    pipeline: {
      name: 'small',
      maxParallelism: 128,
      operators: [
        {
          kind: 'source',
          id: 'in',
          parallelism: 2,
          splits: ['s0', 's1'],
          watermark: {
            strategy: 'bounded',
            outOfOrdernessMs: 20,
            emission: 'per-record',
            intervalMs: 50,
            idlenessMs: null,
          },
        },
        { kind: 'map', id: 'same', input: 'in', parallelism: 2, fn: { fn: 'identity' } },
        { kind: 'key-by', id: 'keyed', input: 'same', key: { fn: 'key' } },
        {
          kind: 'reduce',
          id: 'sum',
          input: 'keyed',
          parallelism: 2,
          aggregate: { fn: 'count' },
        },
        { kind: 'sink', id: 'out', input: 'sum', parallelism: 1, connector: 'two-phase' },
      ],
    },
    workload: {
      splits: [
        { split: 's0', records: [] },
        { split: 's1', records: [] },
      ],
    },
    schedule: [
      { when: { at: 437 }, action: { kind: 'crash', node: 'tm1', restartAfterMs: 120 } },
      { when: { at: 812 }, action: { kind: 'pause', node: 'tm0', durationMs: 300 } },
    ],
    options: { ...defaultOptions, pollIntervalMs: 13 },
    promises: ['exactly-once'],
    deadlineMs: 30_000,
  };
}

/** `count` records over both splits; those of which `poison` holds are lost by the fake subject. */
export function withRecords(kase: Case, count: number, poison: (id: number) => boolean): Case {
  const records = Array.from({ length: count }, (_, id) => ({
    id,
    at: id * 17,
    ts: 1000 + id * 13,
    key: `k${id % 5}`,
    value: poison(id) ? { n: id, poison: true } : { n: id },
  }));
  return {
    ...kase,
    workload: {
      splits: kase.workload.splits.map(({ split }, index) => ({
        split,
        records: records.filter(({ id }) => id % kase.workload.splits.length === index),
      })),
    },
  };
}
