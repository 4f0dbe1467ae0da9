/**
 * Small histories of stages behind windows and of functions behind them: batches of panes, panes of
 * merged keys, copies of panes, and running values whose input is sorted.
 */
import { describe, expect, test } from 'vitest';
import { checkHistory } from '../../../../support/checker/verified.ts';
import type { FunctionRef, OperatorSpec } from '../../../../../src/model/pipeline.ts';
import type { Row, Value } from '../../../../../src/model/value.ts';
import type { SplitLog } from '../../../../../src/model/workload.ts';
import { history } from '../../by-hand.ts';
import { makeCase } from '../../legal-run.ts';
import { sink, source, window } from '../../pipelines.ts';
import { unknownLine } from '../../../../../reports/describe/unknown-text.ts';

type LogRecord = SplitLog['records'][number];

const record = (id: number, ts: number, key = 'k'): LogRecord => ({
  id,
  at: id,
  ts,
  key,
  value: { id, amount: 1 },
});
const keyBy = (id: string, input: string, key: FunctionRef): OperatorSpec => ({
  kind: 'key-by',
  id,
  input,
  key,
});
const tens = { kind: 'tumbling', sizeMs: 10, offsetMs: 0 } as const;

interface Setup {
  /** Behind the key-by named `keyed`; the sink reads the last one. */
  readonly operators: readonly OperatorSpec[];
  readonly splits: readonly (readonly LogRecord[])[];
  readonly rows: readonly Row[];
}

function judge({ operators, splits, rows }: Setup): unknown {
  const logs = splits.map((records, i) => ({ split: `s${i}`, records }));
  const kase = makeCase({
    operators: [
      source(logs.map(({ split }) => split)),
      keyBy('keyed', 'source', { fn: 'key' }),
      ...operators,
      sink(operators.at(-1)?.id ?? ''),
    ],
    splits: logs,
    promises: ['exactly-once', 'validity'],
  });
  const { status, anomalies, unknowns } = checkHistory(kase, history(kase, [{ rows }]));
  return [status, ...anomalies.map(({ name }) => name), ...unknowns.slice(0, 1).map(unknownLine)];
}

const row = (ts: number, value: Value, key = 'k'): Row => ({ key, ts, value });

describe('a batch of panes', () => {
  const operators: readonly OperatorSpec[] = [
    window(tens),
    keyBy('again', 'window', { fn: 'key' }),
    {
      kind: 'process',
      id: 'batch',
      input: 'again',
      parallelism: 1,
      fn: { fn: 'processing-batch', delayMs: 30 },
    },
  ];
  const splits = [[record(1, 1), record(2, 2), record(3, 12)]];
  const batch = (ids: readonly number[], n = ids.length): Row => row(19, { ids, n });

  test.each([
    { why: 'lists all of them', rows: [batch([1, 2, 3])], found: ['valid'] },
    { why: 'lists a pane in any order', rows: [batch([2, 1, 3])], found: ['valid'] },
    { why: 'comes in two', rows: [batch([1, 2]), batch([3])], found: ['valid'] },
    { why: 'lacks a pane', rows: [batch([1, 2])], found: ['invalid', 'lost-timer'] },
    { why: 'lacks part of one', rows: [batch([1, 3])], found: ['invalid', 'state-divergence'] },
    { why: 'has one twice', rows: [batch([1, 2, 3]), batch([3])], found: ['invalid', 'duplicate'] },
  ])('that $why', ({ rows, found }) => {
    expect(judge({ operators, splits, rows })).toEqual(found);
  });
});

describe('panes of merged keys', () => {
  const operators = [window(tens, 'sum'), keyBy('merged', 'window', { fn: 'constant' })];
  const pane = (result: number): Row => row(9, { start: 0, end: 10, result }, 'all');

  test('look alike, and are two', () => {
    const splits = [[record(1, 1, 'a'), record(2, 2, 'b')]];
    expect(judge({ operators, splits, rows: [pane(1), pane(1)] })).toEqual(['valid']);
    expect(judge({ operators, splits, rows: [pane(1)] })).toEqual(['invalid', 'missing-fire']);
  });

  test('stay open where a late record may be in either', () => {
    const splits = [[record(1, 1, 'a'), record(2, 2, 'b'), record(3, 60, 'a'), record(4, 3, 'a')]];
    const rows = [pane(1), pane(1), row(69, { start: 60, end: 70, result: 1 }, 'all')];
    const reason = 'exactly-once: sink: panes do not show which key they are of';
    expect(judge({ operators, splits, rows })).toEqual(['unknown', reason]);
  });
});

describe('windows of panes', () => {
  const outer = (key: FunctionRef): readonly OperatorSpec[] => [
    window(tens),
    keyBy('again', 'window', key),
    window({ kind: 'tumbling', sizeMs: 50, offsetMs: 0 }, 'collect', {
      id: 'outer',
      input: 'again',
    }),
  ];
  const pane = (key: string, ids: readonly number[]): Row =>
    row(49, { start: 0, end: 50, result: { n: ids.length, sum: 0, ids } }, key);
  // The last record may come late, so nobody knows which panes there are.
  const splits = [[record(1, 1), record(2, 45), record(3, 2)]];

  test('may be keyed by what the pane says', () => {
    const operators = outer({ fn: 'field', field: 'start' });
    const rows = [pane('0', [1]), pane('40', [2])];
    expect(judge({ operators, splits, rows })).toMatchObject(['unknown', {}]);
  });

  test('are followed where the key tells them', () => {
    const operators = outer({ fn: 'constant' });
    expect(judge({ operators, splits, rows: [pane('all', [1, 2])] })).toEqual(['valid']);
    expect(judge({ operators, splits, rows: [pane('k', [1, 2])] })).toContain('misroute');
  });
});

describe('copies of a pane', () => {
  const operators: readonly OperatorSpec[] = [
    window(tens),
    {
      kind: 'flat-map',
      id: 'twice',
      input: 'window',
      parallelism: 1,
      fn: { fn: 'repeat', times: 2 },
    },
  ];
  const splits = [[record(1, 1)]];
  const copy = (number: number): Row =>
    row(9, { start: 0, end: 10, result: { n: 1, sum: 1, ids: [1] }, copy: number });

  test.each([
    { why: 'are both there', rows: [copy(0), copy(1)], found: ['valid'] },
    { why: 'lack the second', rows: [copy(0)], found: ['invalid', 'missing-fire'] },
    { why: 'come too often', rows: [copy(0), copy(1), copy(1)], found: ['invalid', 'double-fire'] },
    {
      why: 'have another number',
      rows: [copy(0), copy(2)],
      found: ['invalid', 'state-divergence', 'missing-fire'],
    },
  ])('that $why', ({ rows, found }) => {
    expect(judge({ operators, splits, rows })).toEqual(found);
  });
});

describe('a running sum of sorted rows', () => {
  const operators: readonly OperatorSpec[] = [
    { kind: 'sort', id: 'sorted', input: 'keyed', parallelism: 2, lateOutput: false },
    keyBy('again', 'sorted', { fn: 'key' }),
    {
      kind: 'reduce',
      id: 'sum',
      input: 'again',
      parallelism: 2,
      aggregate: { fn: 'sum', field: 'id' },
    },
    { kind: 'map', id: 'scattered', input: 'sum', parallelism: 1, fn: { fn: 'identity' } },
  ];
  const splits = [[record(1, 5)], [record(2, 5)]];
  const open = 'exactly-once: sink: the outputs of a key are opaque and in no known order';

  test.each([1, 2])('takes rows of one time in any order, %i first', (first) => {
    expect(judge({ operators, splits, rows: [row(5, first), row(5, 3)] })).toEqual([
      'unknown',
      open,
    ]);
  });

  test('takes no other', () => {
    expect(judge({ operators, splits, rows: [row(5, 4), row(5, 3)] })).toContain(
      'state-divergence',
    );
  });
});
