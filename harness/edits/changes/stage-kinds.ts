/**
 * The kinds of pipelines that are run: what stands between source and sink, and what its rows look
 * like. Plain data of src/model/pipeline.ts, built short.
 */
import type { FunctionRef, OperatorSpec, WindowAssigner } from '../../../src/model/pipeline.ts';

/**
 * What a row is made of. `record`: one record, unchanged or mapped; `running`: an aggregate after
 * one more record; `pane`: an aggregate of a window; `bucket` and `batch`: lists of timers; `pair`:
 * two records.
 */
export type RowForm = 'record' | 'running' | 'pane' | 'bucket' | 'batch' | 'pair';

export interface StageKind {
  readonly name: string;
  readonly form: RowForm;
  /** The path keeps the order that a split has under a key. */
  readonly inOrder: boolean;
  /** Records come behind the watermark. */
  readonly late: boolean;
  /** Two sources. */
  readonly joins: boolean;
  /** From `in` (of a join: `in` and `right`) on; the last one leads to the sink. */
  readonly operators: (parallelism: number) => readonly OperatorSpec[];
}

const byKey: OperatorSpec = { kind: 'key-by', id: 'by-key', input: 'in', key: { fn: 'key' } };
const dealt: OperatorSpec = { kind: 'rebalance', id: 'dealt', input: 'in' };

const identity = (id: string, input: string, parallelism: number): OperatorSpec => ({
  kind: 'map',
  id,
  input,
  parallelism,
  fn: { fn: 'identity' },
});

const sumOf = (fn: string): FunctionRef => (fn === 'count' ? { fn } : { fn, field: 'n' });

function reduce(
  fn: string,
  { id = 'stage', input = 'by-key', parallelism = 1 }: Partial<Place>,
): OperatorSpec {
  return { kind: 'reduce', id, input, parallelism, aggregate: sumOf(fn) };
}

interface Place {
  readonly id: string;
  readonly input: string;
  readonly parallelism: number;
}

const tumbling: WindowAssigner = { kind: 'tumbling', sizeMs: 200, offsetMs: 0 };
const sliding: WindowAssigner = { kind: 'sliding', sizeMs: 200, slideMs: 100, offsetMs: 0 };
const session: WindowAssigner = { kind: 'session', gapMs: 60 };

interface WindowParts extends Place {
  readonly assigner: WindowAssigner;
  readonly aggregate: string;
  readonly latenessMs: number;
  readonly lateOutput: boolean;
}

function window(parts: Partial<WindowParts>): OperatorSpec {
  const { id = 'stage', input = 'by-key', parallelism = 1, assigner = tumbling } = parts;
  return {
    kind: 'window',
    id,
    input,
    parallelism,
    assigner,
    allowedLatenessMs: parts.latenessMs ?? 0,
    lateOutput: parts.lateOutput ?? false,
    aggregate: sumOf(parts.aggregate ?? 'collect'),
  };
}

const again: OperatorSpec = {
  kind: 'key-by',
  id: 'again',
  input: 'first',
  key: { fn: 'bucket', buckets: 2 },
};

const process = (fn: FunctionRef): StageKind['operators'] => {
  return (parallelism) => [
    byKey,
    { kind: 'process', id: 'stage', input: 'by-key', parallelism, fn },
  ];
};

function kind(name: string, form: RowForm, operators: StageKind['operators']): StageKind {
  return { name, form, operators, inOrder: true, late: false, joins: false };
}

const reduced = (fn: string): StageKind =>
  kind(`reduce ${fn}`, 'running', (parallelism) => [byKey, reduce(fn, { parallelism })]);

const windowed = (name: string, parts: Partial<WindowParts>): StageKind => {
  const operators = (parallelism: number): OperatorSpec[] => [
    byKey,
    window({ parallelism, ...parts }),
  ];
  return { ...kind(name, 'pane', operators), late: name.startsWith('late') };
};

const stateless: readonly StageKind[] = [
  kind('none', 'record', () => []),
  kind('map', 'record', (parallelism) => [
    {
      kind: 'map',
      id: 'stage',
      input: 'in',
      parallelism,
      fn: { fn: 'add', field: 'n', amount: 1 },
    },
  ]),
  kind('filter', 'record', (parallelism) => [
    {
      kind: 'filter',
      id: 'stage',
      input: 'in',
      parallelism,
      fn: { fn: 'modulo-not', field: 'n', divisor: 5, remainder: 2 },
    },
  ]),
  kind('flat-map', 'record', (parallelism) => [
    { kind: 'flat-map', id: 'stage', input: 'in', parallelism, fn: { fn: 'repeat', times: 2 } },
  ]),
  { ...kind('rebalance', 'record', () => [dealt, identity('stage', 'dealt', 2)]), inOrder: false },
];

const running: readonly StageKind[] = [
  ...['sum', 'count', 'max', 'trace', 'collect'].map(reduced),
  ...['trace', 'collect'].map((fn) => ({
    ...kind(`rebalance, reduce ${fn}`, 'running', (parallelism) => [
      dealt,
      identity('mixed', 'dealt', 2),
      { ...byKey, input: 'mixed' },
      reduce(fn, { parallelism }),
    ]),
    inOrder: false,
  })),
];

const timed: readonly StageKind[] = [
  windowed('tumbling', {}),
  windowed('sliding', { assigner: sliding }),
  windowed('session', { assigner: session }),
  windowed('tumbling count', { aggregate: 'count' }),
  windowed('tumbling trace', { aggregate: 'trace' }),
  windowed('late tumbling', { lateOutput: true }),
  windowed('late sliding', { assigner: sliding, lateOutput: true, latenessMs: 80 }),
  windowed('late session', { assigner: session, lateOutput: true, latenessMs: 80 }),
  kind('bucket-timer', 'bucket', process({ fn: 'bucket-timer', sizeMs: 200 })),
  kind('processing-batch', 'batch', process({ fn: 'processing-batch', delayMs: 80 })),
  {
    ...kind('interval-join', 'pair', (parallelism) => [
      byKey,
      { kind: 'key-by', id: 'right-key', input: 'right', key: { fn: 'key' } },
      {
        kind: 'interval-join',
        id: 'stage',
        left: 'by-key',
        right: 'right-key',
        parallelism,
        lowerMs: -80,
        upperMs: 40,
      },
    ]),
    joins: true,
  },
  kind('sort', 'record', (parallelism) => [
    byKey,
    { kind: 'sort', id: 'stage', input: 'by-key', parallelism, lateOutput: false },
  ]),
  {
    ...kind('late sort', 'record', (parallelism) => [
      byKey,
      { kind: 'sort', id: 'stage', input: 'by-key', parallelism, lateOutput: true },
    ]),
    late: true,
  },
  kind('dedup', 'record', (parallelism) => [
    { kind: 'flat-map', id: 'twice', input: 'in', parallelism, fn: { fn: 'repeat', times: 2 } },
    { ...byKey, input: 'twice' },
    { kind: 'dedup', id: 'stage', input: 'by-key', parallelism, field: 'id' },
  ]),
];

const twoStages: readonly StageKind[] = [
  kind('window, window', 'pane', (parallelism) => [
    byKey,
    window({ id: 'first', parallelism }),
    again,
    window({ input: 'again', assigner: { kind: 'tumbling', sizeMs: 400, offsetMs: 0 } }),
  ]),
  kind('sort, reduce trace', 'running', (parallelism) => [
    byKey,
    { kind: 'sort', id: 'first', input: 'by-key', parallelism, lateOutput: false },
    { ...again, key: { fn: 'key' } },
    reduce('trace', { input: 'again', parallelism }),
  ]),
  kind('window, reduce collect', 'running', (parallelism) => [
    byKey,
    window({ id: 'first', parallelism }),
    { ...again, key: { fn: 'key' } },
    reduce('collect', { input: 'again', parallelism }),
  ]),
  kind('reduce trace, map', 'running', (parallelism) => [
    byKey,
    reduce('trace', { id: 'first', parallelism }),
    {
      kind: 'map',
      id: 'stage',
      input: 'first',
      parallelism,
      fn: { fn: 'scale', field: 'sum', factor: 2 },
    },
  ]),
];

export const stageKinds: readonly StageKind[] = [...stateless, ...running, ...timed, ...twoStages];
