/** Lag and repeated consumption in small histories whose figures can be counted by hand. */
import { expect, test } from 'vitest';

import { logMetrics } from '../../../src/log-anomalies/metrics.ts';
import type { LogOperation, LogRecord } from '../../../src/log-anomalies/operation.ts';

const record = (kind: LogRecord['kind'], offset: number): LogRecord => ({
  kind,
  key: 'a',
  offset,
  value: offset * 10,
});

/** One after the other: operation i is called at 2i and returns at 2i + 1. */
function operations(
  ...drafts: readonly (Partial<LogOperation> & Pick<LogOperation, 'process'>)[]
): LogOperation[] {
  return drafts.map((draft, index) => ({
    index,
    type: 'ok',
    kind: 'transact',
    call: 2 * index,
    returns: 2 * index + 1,
    records: [],
    keys: [],
    rebalanced: [],
    ...draft,
  }));
}

const sends = [
  { process: 'p', records: [record('send', 0)] },
  { process: 'p', records: [record('send', 1)] },
];

test('a consumer that has seen everything does not lag', () => {
  const polled = { process: 'c', records: [record('poll', 0), record('poll', 1)] };
  expect(logMetrics(operations(...sends, polled)).worstLag).toBeNull();
});

test('lag is counted from when a later record was known to the call of the poll', () => {
  // Offset 1 is known at 3; the second poll is called at 6 and leaves its consumer at offset 0.
  const polled = { process: 'c', records: [record('poll', 0)] };
  const history = operations(...sends, polled, { ...polled, process: 'd' });
  expect(logMetrics(history).worstLag).toEqual({ key: 'a', operation: 3, events: 3 });
});

test('an assigned key that nothing was polled of lags from its first record', () => {
  const history = operations(
    ...sends,
    { process: 'c', kind: 'assign', keys: ['a'] },
    { process: 'c', records: [{ ...record('poll', 5), key: 'b' }] },
  );
  // Offset 0 is known at 1, the poll is called at 6.
  expect(logMetrics(history).worstLag).toEqual({ key: 'a', operation: 3, events: 5 });
  const subscribed = history.with(2, { ...history[2], kind: 'subscribe' } as LogOperation);
  expect(logMetrics(subscribed).worstLag).toBeNull();
});

test('values are counted per subscribed process', () => {
  const polled = { process: 'c', records: [record('poll', 0), record('poll', 1)] };
  const again = { process: 'c', records: [record('poll', 1)] };
  const subscribe = { process: 'c', kind: 'subscribe' as const, keys: ['a'] };
  const free = { process: 'd', records: [record('poll', 1)] };
  expect(logMetrics(operations(...sends, subscribe, polled, again, free, free)).consumed).toEqual([
    { times: 1, values: 1 },
    { times: 2, values: 1 },
  ]);
  expect(logMetrics(operations(...sends, polled, again)).consumed).toEqual([]);
});
