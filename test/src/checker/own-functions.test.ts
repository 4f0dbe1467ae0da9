/**
 * Pipelines with functions of the user's own: judged when their catalogue is passed, unknown with
 * the reason when it is not, and never an exception.
 */
import { describe, expect, test } from 'vitest';
import { checkHistory } from '../../support/checker/verified.ts';
import type { Case } from '../../../src/model/case.ts';
import type { HistoryEvent } from '../../../src/model/history.ts';
import type { OwnFunctions } from '../../../src/model/validate/own-functions.ts';
import type { OperatorSpec } from '../../../src/model/pipeline.ts';
import type { Row, Value } from '../../../src/model/value.ts';
import { history, log } from './by-hand.ts';
import { makeCase } from './legal-run.ts';
import { sink, source } from './pipelines.ts';

/** Emits the amount of a row, and its square. */
const functions: OwnFunctions = {
  flatMap: {
    mine: () => (value: Value) => {
      const { amount } = value as { readonly amount: number };
      return [{ amount }, { amount: 10 * amount }];
    },
  },
};

const mine: OperatorSpec = {
  kind: 'flat-map',
  id: 'twice',
  input: 'source',
  parallelism: 1,
  fn: { fn: 'mine' },
};

const kase: Case = makeCase({
  operators: [source(['s0']), mine, sink('twice')],
  splits: [log('s0', [[1, 10]])],
  promises: ['exactly-once'],
});

const row = (amount: number): Row => ({ key: 'k', ts: 10, value: { amount } });
const whole = history(kase, [{ rows: [row(1), row(10)] }]);
const short = history(kase, [{ rows: [row(1)] }]);

const judged = (events: readonly HistoryEvent[], own?: OwnFunctions): unknown => {
  const {
    status,
    anomalies,
    unknowns: [unknown],
  } = checkHistory(kase, events, own === undefined ? {} : { functions: own });
  return { status, anomalies: anomalies.map(({ name }) => name), unknown: unknown?.text };
};

describe('a function of the user’s own', () => {
  test('is applied by the checker', () => {
    expect(judged(whole, functions)).toEqual({
      status: 'valid',
      anomalies: [],
      unknown: undefined,
    });
  });

  test('says what is missing', () => {
    expect(judged(short, functions)).toMatchObject({ status: 'invalid', anomalies: ['loss'] });
  });

  test('that is not passed leaves the run unknown, with the reason', () => {
    const reason = 'twice: the flatMap function "mine" is not known here; pass it as { functions }';
    expect(judged(whole)).toEqual({
      status: 'unknown',
      anomalies: [],
      unknown: reason,
    });
  });

  test('that throws leaves the run unknown, with the reason', () => {
    const broken = (): never => {
      throw new RangeError('no amount');
    };
    const reason = 'the flatMap function "mine" threw RangeError: no amount';
    expect(judged(whole, { flatMap: { mine: () => broken } })).toMatchObject({
      status: 'unknown',
      unknown: reason,
    });
    expect(judged(whole, { flatMap: { mine: broken } })).toMatchObject({
      status: 'unknown',
      unknown: reason,
    });
  });

  test('that answers what JSON cannot hold leaves the run unknown, with the reason', () => {
    const own: OwnFunctions = { flatMap: { mine: () => () => [{ amount: Number.NaN }] } };
    const reason =
      'the flatMap function "mine": its answer[0].amount is NaN, expected a number that JSON can hold';
    expect(judged(whole, own)).toMatchObject({ status: 'unknown', unknown: reason });
  });

  test('of another catalogue is another function of the same case', () => {
    const once: OwnFunctions = {
      flatMap: { mine: () => (value) => [{ amount: (value as { amount: number }).amount }] },
    };
    expect(judged(short, once)).toMatchObject({ status: 'valid' });
    expect(judged(short, functions)).toMatchObject({ status: 'invalid' });
  });
});
