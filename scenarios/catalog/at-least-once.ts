/**
 * At least once: a pipeline that ends in a sink without transactions. It is here to be found out: a
 * replay must show as "at-least-once, not exactly-once", neither as a failure nor as a clean pass.
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
import { atLeastOnceVisible } from '../promises.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { afterFailure, duplicates } from '../sometimes.ts';

export const atLeastOnce: Scenario = defineScenario({
  id: 'at-least-once',
  title: 'At-least-once pipeline',
  describes:
    'Running totals are appended to a plain log as they come, without transactions. Verified: nothing ' +
    'is lost or made up, and where a failure made the job repeat itself, the verdict says so: ' +
    'at-least-once, not exactly-once.',
  parameters: fc.record({
    workload: workloadKnobs(),
    watermark: watermarkKnobs(),
    splits: fc.integer({ min: 1, max: 3 }),
    parallelism: fc.integer({ min: 1, max: 4 }),
  }),
  make: ({ workload, watermark, splits: count, parallelism }) => {
    const splits = splitNames('orders', count);
    return {
      workload: makeWorkload(workload, {
        splits,
        keyName: (rank) => `customer-${rank}`,
        value: (draw) => ({ price: draw.between(1, 90) }),
      }),
      pipeline: {
        name: 'appended totals',
        maxParallelism: 128,
        operators: [
          source('orders', splits, {
            watermark: watermarkFor(watermark, workload.disorderMs),
            parallelism: 2,
          }),
          { kind: 'key-by', id: 'by-customer', input: 'orders', key: { fn: 'key' } },
          {
            kind: 'reduce',
            id: 'total',
            input: 'by-customer',
            parallelism,
            aggregate: { fn: 'trace', field: 'price' },
          },
          sink('log', 'total', { parallelism, connector: 'append' }),
        ],
      },
    };
  },
  promises: atLeastOnceVisible,
  expectation: { strongest: 'at-least-once' },
  sometimes: [...afterFailure, ...duplicates],
});
