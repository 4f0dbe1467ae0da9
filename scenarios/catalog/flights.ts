/**
 * Flights: a week of real departures. A flight is reported when it is over its delay, so hubs on a
 * bad day report out of order; a handful of airports have most of the flights.
 */
import * as fc from 'fast-check';

import { hashString } from '../../src/base/hash.ts';
import { sliceKnobs, sliceOf } from '../arbitraries/data-workload.ts';
import {
  sink,
  source,
  splitNames,
  watermarkFor,
  watermarkKnobs,
} from '../arbitraries/operators.ts';
import type { Flight } from '../data/extract.ts';
import data from '../data/flights.json' with { type: 'json' };
import { exactlyOnce } from '../promises.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { afterFailure, lateRecords } from '../sometimes.ts';

const rows = data.rows as unknown as readonly Flight[];
const minuteMs = 60_000;
const startTs = Date.UTC(2001, 0, 1);
const splits = splitNames('feed', 3);

export const flights: Scenario = defineScenario({
  id: 'flights',
  title: 'Flights (real data)',
  describes:
    'Departures are grouped per airport in sliding windows of three hours, with their delays summed; ' +
    'reports that come too late go to a side output. Verified: each flight is in all of its windows ' +
    'or in the late output, once, under real disorder and real key skew.',
  parameters: fc.record({
    slice: sliceKnobs,
    watermark: watermarkKnobs(),
    toleratedMinutes: fc.constantFrom(15, 60, 180),
    parallelism: fc.integer({ min: 1, max: 4 }),
  }),
  make: ({ slice, watermark, toleratedMinutes, parallelism }) => ({
    workload: sliceOf(rows, slice, {
      splits,
      arrivalOf: ([departure, delay]) => departure + delay,
      tsOf: ([departure]) => startTs + departure * minuteMs,
      splitOf: ([, , origin]) => hashString(origin) % splits.length,
      keyOf: ([, , origin]) => origin,
      valueOf: ([, delay, origin, destination]) => ({ delay, origin, destination }),
    }),
    pipeline: {
      name: 'delays per airport',
      maxParallelism: 128,
      operators: [
        source('departures', splits, {
          watermark: watermarkFor(watermark, toleratedMinutes * minuteMs),
          parallelism: 2,
        }),
        { kind: 'key-by', id: 'by-airport', input: 'departures', key: { fn: 'key' } },
        {
          kind: 'window',
          id: 'three-hours',
          input: 'by-airport',
          parallelism,
          assigner: {
            kind: 'sliding',
            sizeMs: 180 * minuteMs,
            slideMs: 60 * minuteMs,
            offsetMs: 0,
          },
          allowedLatenessMs: 0,
          lateOutput: true,
          aggregate: { fn: 'collect', field: 'delay' },
        },
        sink('delays', 'three-hours', { parallelism }),
        sink('late', 'three-hours.late', { parallelism: 1 }),
      ],
    },
  }),
  promises: exactlyOnce,
  sometimes: [...afterFailure, ...lateRecords],
});
