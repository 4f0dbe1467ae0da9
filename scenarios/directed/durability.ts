/**
 * The commit points: JobManagers that fail around the store write, stores that answer late or not
 * at all, damaged checkpoints, and state that changes while it is being written.
 */
import * as fc from 'fast-check';

import type { Fault } from '../../src/model/fault.ts';
import type { Pipeline } from '../../src/model/pipeline.ts';
import { exactlyOnce } from '../promises.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { afterFailure } from '../sometimes.ts';
import {
  crashMidway,
  numbered,
  passing,
  runningTotals,
  steady,
  together,
  twoSplits,
} from './parts.ts';

const splits = twoSplits;
const totals: Pipeline = runningTotals('two-phase');

const seeds: fc.Arbitrary<{ seed: number }> = fc.record({ seed: fc.nat() });

export const newLeaders: Scenario = defineScenario({
  id: 'new-leaders',
  title: 'New leaders',
  describes:
    'The JobManager crashes soon after a checkpoint completed, later a task manager crashes. ' +
    "Verified: the new leader's checkpoints and the clean-up of the old ones do not get in each " +
    "other's way.",
  parameters: seeds,
  make: ({ seed }) => ({
    workload: numbered(steady(seed, { spanMs: 3_000 }), splits),
    pipeline: totals,
  }),
  tune: (options) => ({
    ...options,
    checkpoint: { ...options.checkpoint, intervalMs: 250, minPauseMs: 0, retained: 1 },
  }),
  faults: (site) => together(jobManagerCrash, crashMidway(site)),
  promises: exactlyOnce,
  sometimes: afterFailure,
});

export const ambiguousWrites: Scenario = defineScenario({
  id: 'ambiguous-writes',
  title: 'Ambiguous store writes',
  describes:
    "The JobManager's writes of completed checkpoints fail or get no answer, then a task manager " +
    'crashes. Verified: a checkpoint that was in fact stored is neither forgotten nor deleted.',
  parameters: seeds,
  make: ({ seed }) => ({ workload: numbered(steady(seed, {}), splits), pipeline: totals }),
  faults: (site) => together(brokenStore, crashMidway(site)),
  promises: exactlyOnce,
  sometimes: afterFailure,
});

export const storeOutages: Scenario = defineScenario({
  id: 'store-outages',
  title: 'Outages of the external store',
  describes:
    'The store is down or swallows replies while checkpoints complete, so that several transactions ' +
    'are pending when a task manager crashes. Verified: each is committed in the end, once.',
  parameters: seeds,
  make: ({ seed }) => ({ workload: numbered(steady(seed, {}), splits), pipeline: totals }),
  tune: (options) => ({
    ...options,
    commitRetryMs: 200,
    checkpoint: { ...options.checkpoint, intervalMs: 60, minPauseMs: 0 },
  }),
  faults: (site) => together(outage, crashSoonAfter, crashMidway(site)),
  promises: exactlyOnce,
  sometimes: afterFailure,
});

export const damagedCheckpoints: Scenario = defineScenario({
  id: 'damaged-checkpoints',
  title: 'Damaged checkpoints',
  describes:
    'A state file of the newest checkpoint is corrupted or lost after its commits went out. Verified: ' +
    'the job gives up with a clear error instead of going back silently.',
  parameters: seeds,
  make: ({ seed }) => ({ workload: numbered(steady(seed, {}), splits), pipeline: totals }),
  tune: (options) => ({ ...options, checkpoint: { ...options.checkpoint, retained: 3 } }),
  faults: (site) => together(damage(site.taskManagers)),
  promises: exactlyOnce,
  sometimes: [{ name: 'a checkpoint completed', anyOf: ['checkpoints-completed'] }],
});

export const bursts: Scenario = defineScenario({
  id: 'bursts',
  title: 'Checkpoints in a burst',
  describes:
    'Checkpoints are taken every few milliseconds while records pour in, then a task manager crashes. ' +
    'Verified: rows behind a barrier are not in its state.',
  parameters: seeds,
  make: ({ seed }) => ({
    workload: numbered(steady(seed, { records: 200, spanMs: 60, keys: 3, burstMs: 0 }), splits),
    pipeline: totals,
  }),
  tune: (options) => ({
    ...options,
    channel: { bufferElements: 1, buffersPerChannel: 2, flushMs: 1 },
    checkpoint: { ...options.checkpoint, intervalMs: 3, minPauseMs: 0, concurrentMax: 1 },
  }),
  faults: () => together(crashInBurst),
  promises: exactlyOnce,
  sometimes: afterFailure,
});

const jobManagerCrash: fc.Arbitrary<Fault> = fc
  .record({
    occurrence: fc.constantFrom(1, 1, 2),
    point: fc.constantFrom('completed-store-write', 'notification'),
    restartAfterMs: fc.integer({ min: 20, max: 150 }),
  })
  .map(({ occurrence, point, restartAfterMs }) => ({
    when: passing(point, 'after', occurrence),
    action: { kind: 'crash', node: 'jm', restartAfterMs },
  }));

const brokenStore: fc.Arbitrary<Fault> = fc
  .record({
    occurrence: fc.integer({ min: 1, max: 3 }),
    durationMs: fc.integer({ min: 2, max: 60 }),
  })
  .map(({ occurrence, durationMs }) => ({
    when: passing('completed-store-write', 'before', occurrence),
    action: { kind: 'disk', effect: 'io-error', node: 'jm', durationMs },
  }));

const outage: fc.Arbitrary<Fault> = fc
  .record({
    occurrence: fc.integer({ min: 1, max: 6 }),
    effect: fc.constantFrom('unavailable', 'unavailable', 'reply-lost'),
    durationMs: fc.integer({ min: 5, max: 120 }),
  })
  .map(({ occurrence, effect, durationMs }) => ({
    when: passing('commit-call', 'before', occurrence),
    action: { kind: 'store', effect, durationMs },
  }));

const crashSoonAfter: fc.Arbitrary<Fault> = fc
  .record({
    occurrence: fc.integer({ min: 2, max: 8 }),
    phase: fc.constantFrom('before', 'after'),
    restartAfterMs: fc.integer({ min: 20, max: 100 }),
  })
  .map(({ occurrence, phase, restartAfterMs }) => ({
    when: passing('notification', phase, occurrence),
    action: { kind: 'crash', node: 'tm0', restartAfterMs },
  }));

function damage(taskManagers: readonly string[]): fc.Arbitrary<Fault> {
  return fc
    .record({
      effect: fc.constantFrom('corrupt-file', 'missing-file'),
      occurrence: fc.integer({ min: 2, max: 4 }),
      node: fc.constantFrom(...taskManagers),
    })
    .map(({ effect, occurrence, node }) => ({
      when: passing('commit-reply', 'after', occurrence),
      action: { kind: 'disk', effect, node, durationMs: 50 },
    }));
}

const crashInBurst: fc.Arbitrary<Fault> = fc
  .record({
    occurrence: fc.integer({ min: 1, max: 12 }),
    node: fc.constantFrom('tm0', 'tm1'),
    restartAfterMs: fc.integer({ min: 20, max: 100 }),
  })
  .map(({ occurrence, node, restartAfterMs }) => ({
    when: passing('notification', 'after', occurrence),
    action: { kind: 'crash', node, restartAfterMs },
  }));
