/**
 * Generated topologies, first half: the independent choices, drawn as plain data. What they mean as
 * a pipeline is in topology.ts.
 */
import * as fc from 'fast-check';

import type { CheckpointMode } from '../../src/model/options.ts';
import type { SinkSpec } from '../../src/model/pipeline.ts';

/** The keyed operator in the middle. */
export type KeyedStage =
  | 'none'
  | 'reduce'
  | 'tumbling'
  | 'sliding'
  | 'session'
  | 'timer'
  | 'batch'
  | 'join'
  | 'sort'
  | 'dedup';

export interface TopologyKnobs {
  /** Splits per source: one source or two. */
  readonly sources: readonly number[];
  readonly sourceParallelism: number;
  readonly stateless: readonly ('identity' | 'add' | 'filter' | 'repeat')[];
  /** How rows get from the stateless part's input to it. */
  readonly spread: 'forward' | 'rebalance' | 'wider';
  readonly key: 'key' | 'bucket' | 'constant';
  readonly buckets: number;
  readonly stage: KeyedStage;
  readonly aggregate: 'collect' | 'trace' | 'count' | 'sum' | 'max';
  readonly sizeMs: number;
  /** Sliding windows: panes per record. */
  readonly panes: number;
  readonly offset: number;
  readonly allowedLatenessMs: number;
  readonly lateOutput: boolean;
  readonly secondStage: boolean;
  readonly parallelism: number;
  /** Subtasks of the sink: as many as what it reads, or one. */
  readonly sinkSpread: 'same' | 'one';
  readonly connector: SinkSpec['connector'];
  /** A second sink that sees what enters the keyed stage. */
  readonly tap: boolean;
  readonly maxParallelism: number;
  readonly mode: CheckpointMode;
  /** A stop with savepoint while input still comes, at this share of its time; null: none. */
  readonly stop: { readonly kind: 'drain' | 'suspend'; readonly share: number } | null;
}

/** How often each is drawn, among themselves. */
const stageWeights: Readonly<Record<KeyedStage, number>> = {
  none: 1,
  reduce: 4,
  tumbling: 4,
  sliding: 3,
  session: 3,
  timer: 3,
  batch: 2,
  join: 3,
  sort: 2,
  dedup: 2,
};

/**
 * The choices for a workload in which records may or may not be late. What such a stage gives out
 * is not one thing but several, and only outputs that name their records tell which: no plain sums
 * over its windows, and no second stage over its results.
 */
export function openlyTraced(knobs: TopologyKnobs): TopologyKnobs {
  const windowed = knobs.stage !== 'reduce';
  return { ...knobs, secondStage: false, aggregate: windowed ? 'collect' : knobs.aggregate };
}

export const topologyKnobs: fc.Arbitrary<TopologyKnobs> = fc.record({
  sources: fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.integer({ min: 1, max: 4 })) },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom(1, 2), fc.constantFrom(1, 2)) },
  ),
  sourceParallelism: fc.integer({ min: 1, max: 3 }),
  stateless: fc.array(fc.constantFrom('identity', 'add', 'filter', 'filter', 'repeat'), {
    maxLength: 2,
  }),
  spread: fc.constantFrom('forward', 'forward', 'forward', 'rebalance', 'wider'),
  key: fc.constantFrom('key', 'key', 'key', 'bucket', 'constant'),
  buckets: fc.integer({ min: 2, max: 6 }),
  stage: fc.oneof(
    ...Object.entries(stageWeights).map(([stage, weight]) => ({
      weight,
      arbitrary: fc.constant(stage as KeyedStage),
    })),
  ),
  aggregate: fc.constantFrom(
    'collect',
    'collect',
    'collect',
    'collect',
    'trace',
    'count',
    'sum',
    'max',
  ),
  sizeMs: fc.constantFrom(100, 250, 400, 1_000),
  panes: fc.integer({ min: 2, max: 4 }),
  offset: fc.constantFrom(0, 0, 0.3, -0.3),
  allowedLatenessMs: fc.constantFrom(0, 0, 100, 500),
  lateOutput: fc.boolean(),
  secondStage: fc.boolean(),
  parallelism: fc.integer({ min: 1, max: 4 }),
  sinkSpread: fc.constantFrom('same', 'same', 'one'),
  connector: fc.constantFrom(
    'two-phase',
    'two-phase',
    'two-phase',
    'two-phase',
    'two-phase',
    'two-phase',
    'upsert',
    'append',
  ),
  tap: fc.constantFrom(false, false, false, false, true),
  maxParallelism: fc.constantFrom(4, 16, 128),
  mode: fc.constantFrom(
    'exactly-once',
    'exactly-once',
    'exactly-once',
    'exactly-once',
    'exactly-once',
    'exactly-once',
    'stop-the-world',
    'at-least-once',
  ),
  stop: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('drain', 'suspend'),
        share: fc.constantFrom(0.6, 0.8, 0.95),
      }),
    },
  ),
});
