/**
 * Word count: the smallest pipeline with state. Lines are split into words, each word is counted
 * under its own key, and every new count goes to a transactional sink.
 */
import * as fc from 'fast-check';

import type { RandomStream } from '../../src/base/random.ts';
import { keyByField, sink, source, splitNames } from '../arbitraries/operators.ts';
import { watermarkFor, watermarkKnobs } from '../arbitraries/operators.ts';
import { makeWorkload, workloadKnobs } from '../arbitraries/workload.ts';
import { exactlyOnceInOrder } from '../promises.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { afterFailure } from '../sometimes.ts';

const vocabulary = [
  'the',
  'tide',
  'rises',
  'falls',
  'twilight',
  'darkens',
  'curlew',
  'calls',
  'along',
  'sea-sands',
  'traveller',
  'shore',
];

export const wordCount: Scenario = defineScenario({
  id: 'word-count',
  title: 'Word count',
  describes:
    'Lines are split into words and counted per word; each new count is written in a transaction. ' +
    'Verified: every word of every line is counted once, in the order of its split, however often ' +
    'the job fails and replays.',
  parameters: fc.record({
    workload: workloadKnobs(),
    watermark: watermarkKnobs(),
    splits: fc.integer({ min: 1, max: 3 }),
    parallelism: fc.integer({ min: 1, max: 4 }),
  }),
  make: ({ workload, watermark, splits: count, parallelism }) => {
    const splits = splitNames('lines', count);
    return {
      workload: makeWorkload(
        { ...workload, records: Math.ceil(workload.records / 2) },
        {
          splits,
          keyName: (rank) => `line-${rank}`,
          value: (draw) => ({ text: line(draw), n: 1 }),
        },
      ),
      pipeline: {
        name: 'word count',
        maxParallelism: 128,
        operators: [
          source('lines', splits, {
            watermark: watermarkFor(watermark, workload.disorderMs),
            parallelism: 2,
          }),
          {
            kind: 'flat-map',
            id: 'words',
            input: 'lines',
            parallelism: Math.min(2, count),
            fn: { fn: 'words', field: 'text' },
          },
          keyByField('by-word', 'words', 'word'),
          {
            kind: 'reduce',
            id: 'count',
            input: 'by-word',
            parallelism,
            aggregate: { fn: 'trace', field: 'n' },
          },
          sink('counts', 'count', { parallelism }),
        ],
      },
    };
  },
  promises: exactlyOnceInOrder,
  sometimes: afterFailure,
});

/** One to four different words, so that a line counts once per word. */
function line(draw: RandomStream): string {
  const start = draw.below(vocabulary.length);
  const count = draw.between(1, 4);
  const step = draw.pick([1, 5, 7]);
  return Array.from(
    { length: count },
    (_, i) => vocabulary[(start + i * step) % vocabulary.length],
  ).join(' ');
}
