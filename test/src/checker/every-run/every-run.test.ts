/**
 * Keys of which every legal run can be listed: what holds is not refuted, what is broken is not
 * called valid; and where the list would be too long nothing is said.
 */
import { describe, expect, test } from 'vitest';
import { checkHistory } from '../../../support/checker/verified.ts';
import type { CheckSettings } from '../../../../src/checker/check.ts';
import type { Row } from '../../../../src/model/value.ts';
import type { Verdict } from '../../../../src/model/verdict/verdict.ts';
import { history, log } from '../by-hand.ts';
import { makeCase } from '../legal-run.ts';
import { sink, source, window } from '../pipelines.ts';

const operators = [
  source(['s0'], 0),
  { kind: 'key-by', id: 'keyed', input: 'source', key: { fn: 'key' } },
  window({ kind: 'tumbling', sizeMs: 10, offsetMs: 0 }, 'count', { allowedLatenessMs: 50 }),
  sink('window'),
] as const;
/** The third record comes after event time has passed its window, which still takes it. */
const splits = [
  log('s0', [
    [1, 1],
    [2, 12],
    [3, 2],
  ]),
];

const count = (result: number, start = 0): Row => ({
  key: 'k',
  ts: start + 9,
  value: { start, end: start + 10, result },
});

function judge(rows: readonly Row[], settings: CheckSettings = {}): Verdict {
  const kase = makeCase({ operators, splits, promises: ['exactly-once'] });
  return checkHistory(kase, history(kase, [{ rows }]), settings);
}

const listed = 'keys-with-every-run-listed';

describe('a window that fires again for a late record', () => {
  test('all that one run shows is valid, and was looked up', () => {
    const verdict = judge([count(1), count(2), count(1, 10)]);
    expect(verdict.guarantees).toMatchObject({ 'exactly-once': 'valid', validity: 'valid' });
    expect(verdict.coverage[listed]).toBe(1);
  });

  test('what no run shows is not valid, with the list or without it', () => {
    for (const listsRuns of [true, false]) {
      const verdict = judge([count(1), count(1), count(2), count(1, 10)], { listsRuns });
      expect(verdict.guarantees['exactly-once']).not.toBe('valid');
    }
  });

  test('rows that are all legal leave validity whole, whatever else is wrong', () => {
    const verdict = judge([count(1), count(2)]);
    expect(verdict.guarantees).toMatchObject({ 'exactly-once': 'invalid', validity: 'valid' });
  });
});

describe('nothing is listed', () => {
  test('when it is not wanted, or there are too few steps', () => {
    const rows = [count(1), count(2), count(1, 10)];
    expect(judge(rows, { listsRuns: false }).coverage[listed]).toBeUndefined();
    expect(judge(rows, { stepsMax: 5 }).coverage[listed]).toBeUndefined();
  });

  test('of a job that reads too much', () => {
    const many = Array.from({ length: 17 }, (_, i): readonly [number, number] => [i, i]);
    const kase = makeCase({ operators, splits: [log('s0', many)], promises: ['exactly-once'] });
    expect(checkHistory(kase, history(kase, [{ rows: [] }])).coverage[listed]).toBeUndefined();
  });
});

test('a verdict does not depend on what was judged before', () => {
  const kase = makeCase({ operators, splits, promises: ['exactly-once'] });
  const right = history(kase, [{ rows: [count(1), count(2), count(1, 10)] }]);
  const wrong = history(kase, [{ rows: [count(1), count(3), count(1, 10)] }]);
  const settings = { stepsMax: 150 };
  const first = checkHistory(kase, right, settings);
  checkHistory(kase, wrong, settings);
  expect(checkHistory(kase, right, settings)).toEqual(first);
});
