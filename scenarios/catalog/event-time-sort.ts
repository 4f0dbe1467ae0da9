/**
 * Event-time sort: the formula this project began with. For all events E1, E2 that an operator
 * processes in event-time order: time(E1) < time(E2) implies PT(E1) < PT(E2), where PT is the
 * processing time.
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
import { afterFailure, lateRecords } from '../sometimes.ts';

export const eventTimeSort: Scenario = defineScenario({
  id: 'event-time-sort',
  title: 'Event-time sort',
  describes:
    'A disordered stream is buffered per key and let out in event-time order as the watermark passes. ' +
    'Verified: time(E1) < time(E2) implies PT(E1) < PT(E2) for any two events the operator lets out ' +
    'under one key, and what came too late for that is in the late output instead.',
  parameters: fc.record({
    workload: workloadKnobs(true),
    watermark: watermarkKnobs(true),
    splits: fc.integer({ min: 1, max: 3 }),
    parallelism: fc.integer({ min: 1, max: 4 }),
    global: fc.constantFrom(false, false, true),
  }),
  make: ({ workload, watermark, splits: count, parallelism, global }) => {
    const splits = splitNames('events', count);
    return {
      workload: makeWorkload(workload, {
        splits,
        keyName: (rank) => `sensor-${rank}`,
        value: (draw) => ({ reading: draw.below(1_000) }),
      }),
      pipeline: {
        name: 'event-time sort',
        maxParallelism: 128,
        operators: [
          source('events', splits, {
            watermark: watermarkFor(watermark, workload.disorderMs),
            parallelism: 2,
          }),
          {
            kind: 'key-by',
            id: 'by-sensor',
            input: 'events',
            key: { fn: global ? 'constant' : 'key' },
          },
          { kind: 'sort', id: 'sort', input: 'by-sensor', parallelism, lateOutput: true },
          sink('sorted', 'sort', { parallelism }),
          sink('late', 'sort.late', { parallelism: 1 }),
        ],
      },
    };
  },
  promises: [...exactlyOnce, 'event-time-order'],
  sometimes: [...afterFailure, ...lateRecords],
});
