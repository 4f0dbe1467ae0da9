/**
 * A scenario whose pipeline calls functions of its own, as a user would write it: orders become
 * lines, and the range of quantities is kept per product.
 */
import * as fc from 'fast-check';

import { defineScenario, makeWorkload, sink, source } from '../../../harness/index.ts';
import { workloadKnobs, type OwnFunctions, type Scenario } from '../../../harness/index.ts';

const splits = ['orders-0', 'orders-1'];

const functions: OwnFunctions = {
  flatMap: {
    /** One row per product of the order. */
    lines: () => (value) => {
      const { first, second, n } = value as { first: string; second: string; n: number };
      return [
        { product: first, n },
        { product: second, n: n + 1 },
      ];
    },
  },
  key: { product: () => (value) => (value as { product: string }).product },
  aggregate: {
    /** Largest and smallest so far. */
    range: () => ({
      commutative: true,
      create: () => null,
      add: (range, value) => widen(range as Range | null, (value as { n: number }).n),
      merge: (a, b) => {
        const [low, high] = b as Range;
        return widen(widen(a as Range | null, low), high);
      },
      result: (range) => range,
    }),
  },
};

type Range = readonly [number, number];

function widen(range: Range | null, n: number): Range {
  return range === null ? [n, n] : [Math.min(range[0], n), Math.max(range[1], n)];
}

export const own: Scenario = defineScenario({
  id: 'own-functions',
  title: 'Products in orders',
  describes: 'Orders become lines, and the range of quantities is kept per product.',
  parameters: fc.record({ workload: workloadKnobs() }),
  functions,
  make: ({ workload }) => ({
    workload: makeWorkload(workload, {
      splits,
      keyName: (rank) => `customer-${rank}`,
      value: (draw) => ({
        first: `p${draw.between(0, 2)}`,
        second: `p${draw.between(3, 5)}`,
        n: draw.between(1, 100),
      }),
    }),
    pipeline: {
      name: 'products',
      maxParallelism: 128,
      operators: [
        source('orders', splits, {
          parallelism: 2,
          watermark: {
            strategy: 'bounded',
            outOfOrdernessMs: workload.disorderMs,
            emission: 'per-record',
            intervalMs: 50,
            idlenessMs: null,
          },
        }),
        { kind: 'flat-map', id: 'lines', input: 'orders', parallelism: 2, fn: { fn: 'lines' } },
        { kind: 'key-by', id: 'by-product', input: 'lines', key: { fn: 'product' } },
        {
          kind: 'reduce',
          id: 'ranges',
          input: 'by-product',
          parallelism: 2,
          aggregate: { fn: 'range' },
        },
        sink('out', 'ranges', { parallelism: 2 }),
      ],
    },
  }),
  promises: ['exactly-once', 'progress'],
  sometimes: [{ name: 'the job restored a checkpoint', anyOf: ['restores'] }],
});
