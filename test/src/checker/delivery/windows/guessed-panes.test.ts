/**
 * Panes that hide their records behind a plain number: legal if some choice of records is, and
 * nothing is claimed about which.
 */
import { describe, expect, test } from 'vitest';
import { checkHistory } from '../../../../support/checker/verified.ts';
import type { Row } from '../../../../../src/model/value.ts';
import type { Verdict } from '../../../../../src/model/verdict/verdict.ts';
import { history, log } from '../../by-hand.ts';
import { makeCase } from '../../legal-run.ts';
import { sink, source, window } from '../../pipelines.ts';

const number = (result: number, end = 10): Row => ({
  key: 'k',
  ts: end - 1,
  value: { start: end - 10, end, result },
});

interface Setting {
  readonly aggregate: string;
  readonly allowedLatenessMs?: number;
  readonly splits: Parameters<typeof makeCase>[0]['splits'];
}

function judge(setting: Setting, rows: readonly Row[]): Verdict {
  const { aggregate, allowedLatenessMs = 0, splits } = setting;
  const kase = makeCase({
    operators: [
      source(
        splits.map(({ split }) => split),
        0,
      ),
      { kind: 'key-by', id: 'keyed', input: 'source', key: { fn: 'key' } },
      window({ kind: 'tumbling', sizeMs: 10, offsetMs: 0 }, aggregate, { allowedLatenessMs }),
      sink('window'),
    ],
    splits,
    promises: ['exactly-once', 'at-least-once', 'at-most-once', 'watermark-sound'],
  });
  return checkHistory(kase, history(kase, [{ rows }]));
}

const names = (verdict: Verdict): readonly string[] => verdict.anomalies.map(({ name }) => name);

describe('counts of a window that is kept for late records', () => {
  const late: Setting = {
    aggregate: 'count',
    allowedLatenessMs: 50,
    splits: [
      log('s0', [
        [1, 1],
        [2, 12],
        [3, 2],
        [4, 3],
      ]),
    ],
  };
  const rest = number(1, 20);

  test('rise one by one', () => {
    expect(names(judge(late, [number(1), number(2), number(3), rest]))).toEqual([]);
  });

  test('do not jump, stand still, or stop short', () => {
    expect(names(judge(late, [number(1), number(3), rest]))).toEqual(['window-content']);
    expect(names(judge(late, [number(1), number(2), number(2), rest]))).not.toEqual([]);
    expect(names(judge(late, [number(1), number(2), rest]))).toEqual(['window-content']);
    expect(names(judge(late, [number(1), rest]))).toEqual(['loss']);
    expect(names(judge(late, [number(4), rest]))).toEqual(['window-content']);
  });
});

test('the largest value may stay the same when a smaller one joins', () => {
  const largest: Setting = {
    aggregate: 'max',
    allowedLatenessMs: 50,
    splits: [
      log('s0', [
        [1, 1],
        [2, 12],
        [3, 2],
      ]),
    ],
  };
  expect(names(judge(largest, [number(1), number(1), number(1, 20)]))).toEqual([]);
  expect(names(judge(largest, [number(1), number(1), number(1), number(1, 20)]))).not.toEqual([]);
});

describe('two records of which one schedule makes at least one late', () => {
  const crossed: Setting = {
    aggregate: 'count',
    splits: [
      log('s0', [
        [1, 12],
        [2, 3],
      ]),
      log('s1', [
        [3, 12],
        [4, 4],
      ]),
    ],
  };

  test('a count of one is either of them', () => {
    expect(names(judge(crossed, [number(1), number(2, 20)]))).toEqual([]);
  });

  test('a count of both has no schedule, and the proof names no record as contained', () => {
    const verdict = judge(crossed, [number(2), number(2, 20)]);
    expect(names(verdict)).toEqual(['window-content']);
  });
});
