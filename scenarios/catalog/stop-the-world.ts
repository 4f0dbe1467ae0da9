/**
 * Stop the world: the simplest checkpoint protocol. On the JobManager's word every TaskManager
 * stops processing, writes its state and acknowledges; when all have, the checkpoint is complete
 * and processing goes on. Simple to state, and to be verified like any other.
 */
import * as fc from 'fast-check';

import {
  sink,
  source,
  splitNames,
  watermarkFor,
  watermarkKnobs,
} from '../arbitraries/operators.ts';
import { makeWorkload, workloadKnobs } from '../arbitraries/workload.ts';
import { exactlyOnceInOrder } from '../promises.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { afterFailure } from '../sometimes.ts';

export const stopTheWorld: Scenario = defineScenario({
  id: 'stop-the-world',
  title: 'Stop-the-world checkpoints',
  describes:
    'A running sum per meter under a protocol in which processing stands still while state is ' +
    'written: the TaskManagers stop, write, acknowledge, and the JobManager completes the checkpoint ' +
    'when all have. Verified: exactly-once, in order, whoever crashes at whichever step.',
  parameters: fc.record({
    workload: workloadKnobs(),
    watermark: watermarkKnobs(),
    splits: fc.integer({ min: 1, max: 4 }),
    parallelism: fc.integer({ min: 1, max: 4 }),
  }),
  make: ({ workload, watermark, splits: count, parallelism }) => {
    const splits = splitNames('readings', count);
    return {
      mode: 'stop-the-world',
      workload: makeWorkload(workload, {
        splits,
        keyName: (rank) => `meter-${rank}`,
        value: (draw) => ({ kwh: draw.between(1, 40) }),
      }),
      pipeline: {
        name: 'meter readings',
        maxParallelism: 128,
        operators: [
          source('readings', splits, {
            watermark: watermarkFor(watermark, workload.disorderMs),
            parallelism: 2,
          }),
          { kind: 'key-by', id: 'by-meter', input: 'readings', key: { fn: 'key' } },
          {
            kind: 'reduce',
            id: 'consumption',
            input: 'by-meter',
            parallelism,
            aggregate: { fn: 'trace', field: 'kwh' },
          },
          sink('meters', 'consumption', { parallelism }),
        ],
      },
    };
  },
  promises: exactlyOnceInOrder,
  sometimes: afterFailure,
});
