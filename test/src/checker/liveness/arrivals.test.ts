/** When records have been read at the latest. */
import { expect, test } from 'vitest';

import { readTimes } from '../../../../src/checker/liveness/arrivals.ts';
import { recordTable } from '../../../../src/checker/plan/records.ts';
import { log } from '../by-hand.ts';
import { makeCase } from '../legal-run.ts';
import { sink, source } from '../pipelines.ts';

const splits = [
  log('s0', [
    [1, 0, 100],
    [2, 0, 100],
    [3, 0, 500],
  ]),
  log('s1', [[4, 0, 101]]),
];
const kase = makeCase({ operators: [source(['s0', 's1']), sink('source')], splits });
const table = recordTable({ kase, clock: 'virtual' });

test('they wait for those before them, of all splits', () => {
  const times = readTimes(table, { startMs: 0, from: {}, perRecordMs: 10 });
  expect([...times]).toEqual([110, 120, 510, 130]);
});

test('nothing is read before the start', () => {
  const times = readTimes(table, { startMs: 300, from: {}, perRecordMs: 10 });
  expect([...times]).toEqual([310, 320, 510, 330]);
});

test('what a checkpoint holds is there from the start', () => {
  const times = readTimes(table, { startMs: 300, from: { s0: 2, s1: 1 }, perRecordMs: 10 });
  expect([...times]).toEqual([300, 300, 510, 300]);
});
