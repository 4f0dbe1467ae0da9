/**
 * Aborted checkpoints: slow links and short timeouts, so that markers of given-up checkpoints meet
 * the alignments of the next ones.
 */
import * as fc from 'fast-check';

import type { Fault } from '../../src/model/fault.ts';
import type { FaultSite } from '../arbitraries/fault-site.ts';
import { sink, source, splitNames } from '../arbitraries/operators.ts';
import { exactlyOnce } from '../promises.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { afterFailure } from '../sometimes.ts';
import { crashMidway, keyBy, numbered, perRecord, steady, together } from './parts.ts';

const splits = splitNames('events', 2);

export const abortedCheckpoints: Scenario = defineScenario({
  id: 'aborted-checkpoints',
  title: 'Aborted checkpoints',
  describes:
    'Two keyed stages, two checkpoints at a time, short timeouts and slow links: many checkpoints are ' +
    'given up half way. Verified: what a later, completed one covers is still counted once.',
  parameters: fc.record({ seed: fc.nat(), keys: fc.integer({ min: 4, max: 12 }) }),
  make: ({ seed, keys }) => ({
    workload: numbered(steady(seed, { keys }), splits),
    pipeline: {
      name: 'aborted checkpoints',
      maxParallelism: 16,
      operators: [
        source('events', splits, { watermark: perRecord(20), parallelism: 2 }),
        keyBy('by-key', 'events'),
        { kind: 'dedup', id: 'first', input: 'by-key', parallelism: 2, field: 'id' },
        { kind: 'key-by', id: 'by-bucket', input: 'first', key: { fn: 'bucket', buckets: 3 } },
        {
          kind: 'reduce',
          id: 'total',
          input: 'by-bucket',
          parallelism: 2,
          aggregate: { fn: 'trace', field: 'n' },
        },
        sink('totals', 'total', { parallelism: 2 }),
      ],
    },
  }),
  tune: (options) => ({
    ...options,
    checkpoint: {
      ...options.checkpoint,
      intervalMs: 60,
      minPauseMs: 0,
      timeoutMs: 90,
      concurrentMax: 2,
      tolerableFailures: 1_000,
    },
  }),
  faults: (site) => together(slowRows(site), slowRows(site), crashMidway(site)),
  promises: exactlyOnce,
  sometimes: [
    ...afterFailure,
    { name: 'a checkpoint was aborted', anyOf: ['checkpoints-aborted'] },
  ],
});

/** Messages out of one task manager take about as long as a checkpoint may. */
function slowRows(site: FaultSite): fc.Arbitrary<Fault> {
  return fc
    .record({
      node: fc.constantFrom(...site.taskManagers),
      delayMs: fc.integer({ min: 20, max: 150 }),
      at: fc.integer({ min: 100, max: 1_200 }),
      durationMs: fc.integer({ min: 200, max: 900 }),
    })
    .map(({ node, delayMs, at, durationMs }) => {
      const to = site.taskManagers.filter((other) => other !== node);
      const links = { from: [node], to, bothWays: false };
      return { when: { at }, action: { kind: 'delay', links, delayMs, durationMs } };
    });
}
