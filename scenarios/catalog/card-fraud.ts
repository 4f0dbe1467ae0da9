/**
 * Card fraud: sliding windows per card over a skewed stream of payments; windows with too much in
 * them become alerts. No payment is ever late (no idleness, bounded disorder): what a late one had
 * added to a pane that raised no alert, nobody could see.
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
import { exactlyOnce } from '../promises.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { afterFailure } from '../sometimes.ts';

/** Few enough that some card is used often enough to be suspicious. */
const cardsMax = 6;

export const cardFraud: Scenario = defineScenario({
  id: 'card-fraud',
  title: 'Fraud detection on card payments',
  describes:
    'Payments per card are summed over sliding windows; a window of 200 and more is an alert. ' +
    'Verified: every alert that is due is raised once, names exactly the payments that caused it, ' +
    'and no other alert is raised.',
  parameters: fc.record({
    workload: workloadKnobs(),
    watermark: watermarkKnobs(),
    splits: fc.integer({ min: 1, max: 3 }),
    sizeMs: fc.constantFrom(400, 800),
    panes: fc.constantFrom(2, 4),
    parallelism: fc.integer({ min: 1, max: 4 }),
  }),
  make: ({ workload, watermark, splits: count, sizeMs, panes, parallelism }) => {
    const splits = splitNames('payments', count);
    return {
      workload: makeWorkload(
        { ...workload, keys: Math.min(workload.keys, cardsMax) },
        {
          splits,
          keyName: (rank) => `card-${rank}`,
          value: (draw) => ({ amount: draw.between(1, 120), shop: `shop-${draw.below(9)}` }),
        },
      ),
      pipeline: {
        name: 'card fraud',
        maxParallelism: 128,
        operators: [
          source('payments', splits, {
            watermark: watermarkFor({ ...watermark, idlenessMs: null }, workload.disorderMs),
            parallelism: 2,
          }),
          { kind: 'key-by', id: 'by-card', input: 'payments', key: { fn: 'key' } },
          {
            kind: 'window',
            id: 'spending',
            input: 'by-card',
            parallelism,
            assigner: { kind: 'sliding', sizeMs, slideMs: sizeMs / panes, offsetMs: 0 },
            allowedLatenessMs: 0,
            lateOutput: false,
            aggregate: { fn: 'collect', field: 'amount' },
          },
          {
            kind: 'filter',
            id: 'suspicious',
            input: 'spending',
            parallelism,
            fn: { fn: 'result-at-least', field: 'sum', minimum: 200 },
          },
          sink('alerts', 'suspicious', { parallelism }),
        ],
      },
    };
  },
  promises: exactlyOnce,
  sometimes: afterFailure,
});
