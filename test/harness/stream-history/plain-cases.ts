/**
 * Cases whose histories both checkers can read: sources, perhaps a running traced aggregate, one
 * sink; with the usual clusters and faults, and sometimes stopped with a savepoint.
 */
import * as fc from 'fast-check';

import {
  sink,
  source,
  splitNames,
  watermarkFor,
  watermarkKnobs,
} from '../../../scenarios/arbitraries/operators.ts';
import { makeWorkload, workloadKnobs } from '../../../scenarios/arbitraries/workload.ts';
import { defineScenario, type Scenario } from '../../../scenarios/scenario.ts';
import type { Guarantee } from '../../../src/model/guarantee.ts';
import type { OperatorSpec, SinkSpec } from '../../../src/model/pipeline.ts';

/** Everything that the stream tier judges. */
const judged: readonly Guarantee[] = [
  'validity',
  'at-most-once',
  'at-least-once',
  'effectively-once',
  'exactly-once',
  'ordered',
  'atomic-commit',
  'snapshot-consistent',
  'monotone',
  'checkpoint-sound',
  'progress',
];

const transactional: ReadonlySet<Guarantee> = new Set([
  'atomic-commit',
  'snapshot-consistent',
  'monotone',
  'checkpoint-sound',
]);

function promisesAt(connector: SinkSpec['connector']): readonly Guarantee[] {
  return connector === 'two-phase' ? judged : judged.filter((one) => !transactional.has(one));
}

const stops = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('drain' as const, 'suspend' as const),
      atMs: fc.integer({ min: 300, max: 3_000 }),
    }),
  },
);

interface Shape {
  readonly aggregates: boolean;
  readonly connector: SinkSpec['connector'];
  readonly splits: readonly number[];
  readonly parallelism: number;
  readonly sinkParallelism: number;
  readonly isKeyed: boolean;
}

function operatorsOf(shape: Shape, sources: readonly OperatorSpec[]): OperatorSpec[] {
  const { aggregates, connector, parallelism, isKeyed } = shape;
  const operators = [...sources];
  let [input] = sources.map(({ id }) => id) as [string];
  if (sources.length > 1) {
    operators.push({ kind: 'union', id: 'all', inputs: sources.map(({ id }) => id) });
    input = 'all';
  }
  if (aggregates || isKeyed) {
    operators.push({ kind: 'key-by', id: 'keyed', input, key: { fn: 'key' } });
    input = 'keyed';
  }
  if (!aggregates) {
    return [...operators, sink('out', input, { parallelism: shape.sinkParallelism, connector })];
  }
  const aggregate = { fn: 'trace', field: 'amount' };
  operators.push({ kind: 'reduce', id: 'total', input, parallelism, aggregate });
  const sinks = shape.sinkParallelism === 1 ? 1 : parallelism;
  return [...operators, sink('out', 'total', { parallelism: sinks, connector })];
}

export const plainCases: Scenario = defineScenario({
  id: 'plain',
  title: 'Plain pipelines',
  describes: 'What both checkers can read.',
  parameters: fc.record({
    workload: workloadKnobs(),
    records: fc.integer({ min: 8, max: 60 }),
    keys: fc.integer({ min: 1, max: 6 }),
    watermark: watermarkKnobs(),
    stop: stops,
    mode: fc.constantFrom('exactly-once', 'exactly-once', 'exactly-once', 'stop-the-world'),
    shape: fc.record({
      aggregates: fc.boolean(),
      connector: fc.constantFrom('two-phase', 'two-phase', 'append'),
      splits: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 }),
      parallelism: fc.integer({ min: 1, max: 3 }),
      sinkParallelism: fc.integer({ min: 1, max: 3 }),
      isKeyed: fc.boolean(),
    }),
  }),
  make: ({ workload, records, keys, watermark, stop, mode, shape }) => {
    const names = shape.splits.map((count, i) => splitNames(`in${i}`, count));
    const fewer = { ...workload, records, keys, spanMs: Math.min(workload.spanMs, 2_500) };
    const strategy = watermarkFor(watermark, workload.disorderMs);
    const sources = names.map((splits, i) =>
      // One alike for all, so that all paths keep the order, or none does.
      source(`source${i}`, splits, { watermark: strategy, parallelism: 1 }),
    );
    // A union has no parallelism of its own: a sink behind it needs a key.
    const keyed = { ...shape, isKeyed: shape.isKeyed || sources.length > 1 };
    return {
      mode,
      stop,
      promises: promisesAt(shape.connector),
      workload: makeWorkload(fewer, {
        splits: names.flat(),
        keyName: (rank) => `k${rank}`,
        value: (draw) => ({ amount: draw.between(1, 50) }),
      }),
      pipeline: {
        name: 'plain',
        maxParallelism: 8,
        operators: operatorsOf(keyed, sources),
      },
    };
  },
  promises: judged,
  sometimes: [],
});
