/** What the rows of a sink wait for, read off the pipeline. */
import { describe, expect, test } from 'vitest';

import { waitsOf, type Waits } from '../../../../src/checker/liveness/waits.ts';
import { catalogWith } from '../../../../src/model/validate/own-functions.ts';
import { planOf } from '../../../../src/checker/plan/stages.ts';
import type { FunctionRef, OperatorSpec } from '../../../../src/model/pipeline.ts';
import { log } from '../by-hand.ts';
import { makeCase } from '../legal-run.ts';
import { ownFunctions } from '../own-pipelines.ts';
import { bodies, sink, source } from '../pipelines.ts';

const splits = ['s0', 's1'];

function waits(operators: readonly OperatorSpec[], sinkNumber = 0): Waits {
  const kase = makeCase({ operators, splits: splits.map((split) => log(split, [[1, 0]])) });
  const plan = planOf({ kase, clock: 'virtual', functions: catalogWith(ownFunctions) });
  const of = plan.sinks[sinkNumber];
  return waitsOf(plan, of?.branches ?? []);
}

const body = (name: string): readonly OperatorSpec[] => bodies[name]?.(splits, 0) ?? [];

test.each(['stateless', 'rebalanced', 'reduce-sum', 'dedup', 'union'])('%s: nothing', (name) => {
  expect(waits(body(name))).toMatchObject({ eventTime: false, timerMs: null, unknown: false });
});

test.each(['tumbling', 'session', 'sort', 'bucket-timer', 'window-window', 'window-reduce'])(
  '%s: event time of all splits',
  (name) => {
    expect(waits(body(name))).toMatchObject({ eventTime: true, unknown: false, splits: [0, 1] });
  },
);

test('late rows leave at once', () => {
  expect(waits(body('late'), 1)).toMatchObject({ eventTime: false, unknown: false });
});

test('pairs wait for each other', () => {
  expect(waits(body('join'))).toMatchObject({ eventTime: false, partner: true });
});

describe('functions with timers', () => {
  const process = (fn: FunctionRef): Waits =>
    waits([
      source(splits),
      { kind: 'key-by', id: 'keyed', input: 'source', key: { fn: 'key' } },
      { kind: 'process', id: 'process', input: 'keyed', parallelism: 1, fn },
      sink('process'),
    ]);

  test('that are known wait for what they set', () => {
    const batch = process({ fn: 'processing-batch', delayMs: 70 });
    expect(batch).toMatchObject({ timerMs: 70, eventTime: false, unknown: false });
    const bucket = process({ fn: 'bucket-timer', sizeMs: 30 });
    expect(bucket).toMatchObject({ timerMs: null, eventTime: true, eventTimer: true });
  });

  test('of the user wait for what they declare and do', () => {
    expect(process({ fn: 'totals' })).toMatchObject({ eventTimer: true, unknown: false });
    expect(process({ fn: 'bursts' })).toMatchObject({ timerMs: 10, unknown: false });
  });

  test.each(['tens', 'liar'])('of the user wait for what nobody knows: %s', (fn) => {
    expect(process({ fn }).unknown).toBe(true);
  });
});
