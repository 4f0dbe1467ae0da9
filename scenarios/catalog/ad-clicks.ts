/**
 * Ad clicks: one stream, two uses. Sessions of clicks per user, and what each ad has to be billed.
 */
import * as fc from 'fast-check';

import { keyByField, sink, source, splitNames } from '../arbitraries/operators.ts';
import { watermarkFor, watermarkKnobs } from '../arbitraries/operators.ts';
import { makeWorkload, workloadKnobs } from '../arbitraries/workload.ts';
import { exactlyOnce } from '../promises.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { afterFailure } from '../sometimes.ts';

const ads = ['boots', 'kayak', 'lamp', 'novel', 'tea'];

export const adClicks: Scenario = defineScenario({
  id: 'ad-clicks',
  title: 'Ad clicks',
  describes:
    'Clicks are gathered into sessions per user (the user pausing ends a session), and billed per ad ' +
    'as a running sum. Verified: each click is in one session and billed once; sessions are merged ' +
    'and cut where the gaps say.',
  parameters: fc.record({
    workload: workloadKnobs(),
    watermark: watermarkKnobs(),
    splits: fc.integer({ min: 1, max: 3 }),
    gapMs: fc.constantFrom(60, 150, 400),
    parallelism: fc.integer({ min: 1, max: 3 }),
  }),
  make: ({ workload, watermark, splits: count, gapMs, parallelism }) => {
    const splits = splitNames('clicks', count);
    return {
      workload: makeWorkload(workload, {
        splits,
        keyName: (rank) => `user-${rank}`,
        value: (draw) => ({ ad: draw.pick(ads), price: draw.between(1, 50) }),
      }),
      pipeline: {
        name: 'ad clicks',
        maxParallelism: 128,
        operators: [
          source('clicks', splits, {
            watermark: watermarkFor(watermark, workload.disorderMs),
            parallelism: 2,
          }),
          { kind: 'key-by', id: 'by-user', input: 'clicks', key: { fn: 'key' } },
          {
            kind: 'window',
            id: 'session',
            input: 'by-user',
            parallelism,
            assigner: { kind: 'session', gapMs },
            allowedLatenessMs: 0,
            lateOutput: false,
            aggregate: { fn: 'collect', field: 'price' },
          },
          sink('sessions', 'session', { parallelism }),
          keyByField('by-ad', 'clicks', 'ad'),
          {
            kind: 'reduce',
            id: 'bill',
            input: 'by-ad',
            parallelism,
            aggregate: { fn: 'trace', field: 'price' },
          },
          sink('bills', 'bill', { parallelism }),
        ],
      },
    };
  },
  promises: exactlyOnce,
  sometimes: afterFailure,
});
