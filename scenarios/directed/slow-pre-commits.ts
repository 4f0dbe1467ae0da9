/**
 * Slow pre-commits: checkpoints overlap, few records between them, and the store does not answer a
 * prepare. What a later checkpoint without rows of its own may claim is the question.
 */
import * as fc from 'fast-check';

import type { Fault } from '../../src/model/fault.ts';
import { exactlyOnce } from '../promises.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { afterFailure } from '../sometimes.ts';
import { numbered, passing, runningTotals, steady, together, twoSplits } from './parts.ts';

const silence: fc.Arbitrary<Fault> = fc
  .record({
    occurrence: fc.integer({ min: 1, max: 6 }),
    effect: fc.constantFrom('unavailable', 'unavailable', 'reply-lost'),
    durationMs: fc.integer({ min: 2, max: 60 }),
  })
  .map(({ occurrence, effect, durationMs }) => ({
    when: passing('pre-commit', 'before', occurrence),
    action: { kind: 'store', effect, durationMs },
  }));

export const slowPreCommits: Scenario = defineScenario({
  id: 'slow-pre-commits',
  title: 'Slow pre-commits',
  describes:
    'Two checkpoints at a time over a thin stream, and a store that leaves a prepare without answer. ' +
    'Verified: a checkpoint completes only when all transactions in its state are prepared.',
  parameters: fc.record({ seed: fc.nat() }),
  make: ({ seed }) => ({
    workload: numbered(steady(seed, { records: 60, keys: 4 }), twoSplits),
    pipeline: runningTotals('two-phase'),
  }),
  tune: (options) => ({
    ...options,
    checkpoint: { ...options.checkpoint, intervalMs: 25, minPauseMs: 0, concurrentMax: 3 },
  }),
  faults: () => together(silence, silence),
  promises: exactlyOnce,
  sometimes: afterFailure,
});
