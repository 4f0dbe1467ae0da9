/**
 * Pipelines of every kind of regime the checker decides, for its tests.
 */
import type {
  OperatorSpec,
  SinkSpec,
  SourceSpec,
  WatermarkSpec,
  WindowAssigner,
} from '../../../src/model/pipeline.ts';

const watermark = (outOfOrdernessMs: number): WatermarkSpec => ({
  strategy: 'bounded',
  outOfOrdernessMs,
  emission: 'per-record',
  intervalMs: 0,
  idlenessMs: null,
});

export const source = (splits: readonly string[], bound = 20): SourceSpec => ({
  kind: 'source',
  id: 'source',
  parallelism: 1,
  splits,
  watermark: watermark(bound),
});

export const sink = (
  input: string,
  connector: SinkSpec['connector'] = 'two-phase',
  id = 'sink',
): SinkSpec => ({ kind: 'sink', id, input, connector, parallelism: 2 });

export const keyBy = (input: string, id = 'keyed'): OperatorSpec => ({
  kind: 'key-by',
  id,
  input,
  key: { fn: 'key' },
});

export const window = (
  assigner: WindowAssigner,
  aggregate = 'collect',
  more: { allowedLatenessMs?: number; lateOutput?: boolean; input?: string; id?: string } = {},
): OperatorSpec => ({
  kind: 'window',
  id: 'window',
  input: 'keyed',
  parallelism: 2,
  assigner,
  allowedLatenessMs: 0,
  lateOutput: false,
  aggregate: { fn: aggregate, field: 'amount' },
  ...more,
});

const tumbling: WindowAssigner = { kind: 'tumbling', sizeMs: 25, offsetMs: 5 };
const sliding: WindowAssigner = { kind: 'sliding', sizeMs: 30, slideMs: 10, offsetMs: 0 };
export const session: WindowAssigner = { kind: 'session', gapMs: 9 };

export type Body = (splits: readonly string[], bound: number) => readonly OperatorSpec[];

const reduce = (aggregate: string): OperatorSpec => ({
  kind: 'reduce',
  id: 'reduce',
  input: 'keyed',
  parallelism: 2,
  aggregate: { fn: aggregate, field: 'amount' },
});

const simple =
  (...operators: readonly OperatorSpec[]): Body =>
  (splits, bound) => [source(splits, bound), keyBy('source'), ...operators];

/** Every regime, by name; each ends in a transactional sink called `sink`. */
export const bodies: Readonly<Record<string, Body>> = {
  stateless: (splits, bound) => [
    source(splits, bound),
    {
      kind: 'map',
      id: 'map',
      input: 'source',
      parallelism: 1,
      fn: { fn: 'add', field: 'amount', amount: 3 },
    },
    {
      kind: 'filter',
      id: 'filter',
      input: 'map',
      parallelism: 1,
      fn: { fn: 'modulo-not', field: 'amount', divisor: 3, remainder: 0 },
    },
    {
      kind: 'flat-map',
      id: 'copies',
      input: 'filter',
      parallelism: 1,
      fn: { fn: 'repeat', times: 2 },
    },
    keyBy('copies'),
    sink('keyed'),
  ],
  rebalanced: (splits, bound) => [
    source(splits, bound),
    { kind: 'rebalance', id: 'spread', input: 'source' },
    { kind: 'map', id: 'map', input: 'spread', parallelism: 2, fn: { fn: 'identity' } },
    keyBy('map'),
    reduce('collect'),
    sink('reduce'),
  ],
  'reduce-collect': simple(reduce('collect'), sink('reduce')),
  'reduce-trace': simple(reduce('trace'), sink('reduce')),
  'reduce-sum': simple(reduce('sum'), sink('reduce')),
  'reduce-count': simple(reduce('count'), sink('reduce')),
  'reduce-max': simple(reduce('max'), sink('reduce')),
  'reduce-map': simple(
    reduce('collect'),
    {
      kind: 'map',
      id: 'after',
      input: 'reduce',
      parallelism: 2,
      fn: { fn: 'scale', field: 'sum', factor: 2 },
    },
    sink('after'),
  ),
  tumbling: simple(window(tumbling), sink('window')),
  sliding: simple(window(sliding), sink('window')),
  session: simple(window(session), sink('window')),
  'tumbling-trace': simple(window(tumbling, 'trace'), sink('window')),
  'sliding-count': simple(window(sliding, 'count'), sink('window')),
  'session-sum': simple(window(session, 'sum'), sink('window')),
  late: simple(
    window(tumbling, 'collect', { lateOutput: true }),
    sink('window'),
    sink('window.late', 'two-phase', 'late'),
  ),
  'allowed-lateness': simple(
    window(tumbling, 'collect', { allowedLatenessMs: 12, lateOutput: true }),
    sink('window'),
    sink('window.late', 'two-phase', 'late'),
  ),
  'late-sliding': simple(
    window(sliding, 'collect', { lateOutput: true, allowedLatenessMs: 5 }),
    sink('window'),
    sink('window.late', 'two-phase', 'late'),
  ),
  'late-session': simple(
    window(session, 'collect', { lateOutput: true }),
    sink('window'),
    sink('window.late', 'two-phase', 'late'),
  ),
  'window-window': simple(
    window(tumbling),
    { kind: 'key-by', id: 'bucketed', input: 'window', key: { fn: 'bucket', buckets: 2 } },
    window({ kind: 'tumbling', sizeMs: 75, offsetMs: 5 }, 'collect', {
      input: 'bucketed',
      id: 'outer',
    }),
    sink('outer'),
  ),
  'window-reduce': simple(
    window(tumbling),
    { kind: 'key-by', id: 'bucketed', input: 'window', key: { fn: 'bucket', buckets: 2 } },
    {
      kind: 'reduce',
      id: 'total',
      input: 'bucketed',
      parallelism: 2,
      aggregate: { fn: 'collect', field: 'n' },
    },
    sink('total'),
  ),
  sort: simple(
    { kind: 'sort', id: 'sort', input: 'keyed', parallelism: 2, lateOutput: false },
    sink('sort'),
  ),
  'sort-late': simple(
    { kind: 'sort', id: 'sort', input: 'keyed', parallelism: 2, lateOutput: true },
    sink('sort'),
    sink('sort.late', 'two-phase', 'late'),
  ),
  dedup: simple(
    { kind: 'dedup', id: 'dedup', input: 'keyed', parallelism: 2, field: 'amount' },
    sink('dedup'),
  ),
  'bucket-timer': simple(
    {
      kind: 'process',
      id: 'process',
      input: 'keyed',
      parallelism: 2,
      fn: { fn: 'bucket-timer', sizeMs: 30 },
    },
    sink('process'),
  ),
  'processing-batch': simple(
    {
      kind: 'process',
      id: 'process',
      input: 'keyed',
      parallelism: 2,
      fn: { fn: 'processing-batch', delayMs: 10 },
    },
    sink('process'),
  ),
  join: (splits, bound) => [
    source(splits.slice(0, 1), bound),
    { ...source(splits.slice(1), bound), id: 'right' },
    keyBy('source', 'leftKeyed'),
    keyBy('right', 'rightKeyed'),
    {
      kind: 'interval-join',
      id: 'join',
      left: 'leftKeyed',
      right: 'rightKeyed',
      lowerMs: -10,
      upperMs: 5,
      parallelism: 2,
    },
    sink('join'),
  ],
  union: (splits, bound) => [
    source(splits.slice(0, 1), bound),
    { ...source(splits.slice(1), bound), id: 'other' },
    { kind: 'union', id: 'both', inputs: ['source', 'other'] },
    keyBy('both'),
    reduce('trace'),
    sink('reduce'),
  ],
};
