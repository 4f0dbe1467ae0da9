/**
 * Zombies: task managers that stand still for longer than the heartbeat timeout, often in the
 * middle of taking over or of handing rows to the store, and wake up after their successors have
 * started.
 */
import * as fc from 'fast-check';

import type { Fault, FaultTime } from '../../src/model/fault.ts';
import type { FaultSite } from '../arbitraries/fault-site.ts';
import { effectivelyOnce, exactlyOnce } from '../promises.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { afterFailure } from '../sometimes.ts';
import {
  crashMidway,
  midway,
  numbered,
  passing,
  runningTotals,
  steady,
  twoSplits,
} from './parts.ts';

export const zombies: Scenario = defineScenario({
  id: 'zombies',
  title: 'Zombie task managers',
  describes:
    'Task managers are frozen beyond the heartbeat timeout and wake up while their successors run. ' +
    'Verified: nothing that a superseded attempt still does to the store becomes or stays visible.',
  parameters: fc.record({
    seed: fc.nat(),
    keys: fc.integer({ min: 3, max: 8 }),
    connector: fc.constantFrom('two-phase', 'upsert'),
  }),
  make: ({ seed, keys, connector }) => ({
    workload: numbered(steady(seed, { keys, spanMs: 3_000 }), twoSplits),
    promises: connector === 'upsert' ? effectivelyOnce : exactlyOnce,
    pipeline: runningTotals(connector),
  }),
  tune: (options) => ({
    ...options,
    heartbeatIntervalMs: 50,
    heartbeatTimeoutMs: 200,
    checkpoint: { ...options.checkpoint, intervalMs: 150, minPauseMs: 0 },
  }),
  faults: (site) =>
    fc.oneof(
      fc.tuple(frozen(midway(site), site)),
      fc.tuple(frozen(committing, site), frozen(midway(site), site)),
      fc.tuple(crashMidway(site), frozen(takingOver, site)),
    ),
  promises: exactlyOnce,
  sometimes: afterFailure,
});

const committing: fc.Arbitrary<FaultTime> = fc
  .record({
    point: fc.constantFrom('pre-commit', 'commit-call', 'ack'),
    phase: fc.constantFrom('before', 'after'),
    occurrence: fc.integer({ min: 1, max: 8 }),
  })
  .map(({ point, phase, occurrence }) => passing(point, phase, occurrence));

const takingOver: fc.Arbitrary<FaultTime> = fc
  .record({
    point: fc.constantFrom('restore-read', 'restore-read', 'commit-call', 'commit-reply'),
    phase: fc.constantFrom('before', 'after'),
    occurrence: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ point, phase, occurrence }) => passing(point, phase, occurrence));

function frozen(when: fc.Arbitrary<FaultTime>, site: FaultSite): fc.Arbitrary<Fault> {
  return when.chain((at) =>
    fc.record({
      when: fc.constant(at),
      action: fc.record({
        kind: fc.constant('pause'),
        node: 'point' in at ? fc.constant('here') : fc.constantFrom(...site.taskManagers),
        durationMs: fc.integer({ min: 300, max: 3_000 }),
      }),
    }),
  );
}
