/**
 * Earthquakes: a week of real measurements. A quake becomes known when its entry was last updated,
 * minutes to days after it shook, so the disorder is real and late records are plenty.
 */
import * as fc from 'fast-check';

import { sliceKnobs, sliceOf } from '../arbitraries/data-workload.ts';
import { sink, source, watermarkFor, watermarkKnobs } from '../arbitraries/operators.ts';
import type { Earthquake } from '../data/extract.ts';
import data from '../data/earthquakes.json' with { type: 'json' };
import { exactlyOnce } from '../promises.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { afterFailure, lateRecords } from '../sometimes.ts';

const rows = data.rows as unknown as readonly Earthquake[];
const hourMs = 3_600_000;
const splits = ['california', 'alaska', 'elsewhere'];
const californian: ReadonlySet<string> = new Set(['ci', 'nc']);

function region(network: string): number {
  if (californian.has(network)) return 0;
  return network === 'ak' ? 1 : 2;
}

export const earthquakes: Scenario = defineScenario({
  id: 'earthquakes',
  title: 'Earthquakes (real data)',
  describes:
    'Quakes are grouped by seismic network in windows of six hours of event time; entries that come ' +
    'after their window was closed go to a late output. Verified: each quake is in exactly one of ' +
    'the two, and in its window whenever no legal schedule makes it late.',
  parameters: fc.record({
    slice: sliceKnobs,
    watermark: watermarkKnobs(),
    toleratedHours: fc.constantFrom(1, 6, 24, 72),
    latenessHours: fc.constantFrom(0, 0, 6),
    parallelism: fc.integer({ min: 1, max: 4 }),
  }),
  make: ({ slice, watermark, toleratedHours, latenessHours, parallelism }) => ({
    workload: sliceOf(rows, slice, {
      splits,
      arrivalOf: ([, updated]) => updated,
      tsOf: ([time]) => time,
      splitOf: ([, , network]) => region(network),
      keyOf: ([, , network]) => network,
      valueOf: ([, , network, magnitude]) => ({ network, hundredths: Math.round(magnitude * 100) }),
    }),
    pipeline: {
      name: 'quakes per network and six hours',
      maxParallelism: 128,
      operators: [
        source('quakes', splits, {
          watermark: watermarkFor(watermark, toleratedHours * hourMs),
          parallelism: 3,
        }),
        { kind: 'key-by', id: 'by-network', input: 'quakes', key: { fn: 'key' } },
        {
          kind: 'window',
          id: 'six-hours',
          input: 'by-network',
          parallelism,
          assigner: { kind: 'tumbling', sizeMs: 6 * hourMs, offsetMs: 0 },
          allowedLatenessMs: latenessHours * hourMs,
          lateOutput: true,
          aggregate: { fn: 'collect', field: 'hundredths' },
        },
        sink('activity', 'six-hours', { parallelism }),
        sink('late', 'six-hours.late', { parallelism: 1 }),
      ],
    },
  }),
  promises: exactlyOnce,
  sometimes: [...afterFailure, ...lateRecords],
});
