/**
 * What a process function of the user's own declares: judged row by row where it keeps its word on
 * the rows of the run, unknown with the reason where it does not.
 */
import { describe, expect, test } from 'vitest';
import { checkHistory } from '../../../support/checker/verified.ts';
import type { Case } from '../../../../src/model/case.ts';
import type { ProcessDeclaration } from '../../../../src/model/functions.ts';
import type { OwnFunctions } from '../../../../src/model/validate/own-functions.ts';
import type { Row, Value } from '../../../../src/model/value.ts';
import { history, log } from '../by-hand.ts';
import { makeCase } from '../legal-run.ts';
import { ownFunctions } from '../own-pipelines.ts';
import { sink, source } from '../pipelines.ts';
import { unknownLine } from '../../../../reports/describe/unknown-text.ts';

const records = [
  [1, 3],
  [2, 7],
  [3, 31],
] as const;

const kaseOf = (fn: string): Case =>
  makeCase({
    operators: [
      source(['s0']),
      { kind: 'key-by', id: 'keyed', input: 'source', key: { fn: 'key' } },
      { kind: 'process', id: 'own', input: 'keyed', parallelism: 1, fn: { fn } },
      sink('own'),
    ],
    splits: [log('s0', records)],
    promises: ['exactly-once', 'validity'],
  });

const row = (ts: number, value: Value): Row => ({ key: 'k', ts, value });
const total = (till: number, ids: readonly number[], sum = ids.length): Row =>
  row(till, { till, ids, total: sum });
const burst = (ts: number, ids: readonly number[], first = 1): Row => row(ts, { ids, first });

function judge(fn: string, rows: readonly Row[], own: OwnFunctions = ownFunctions): unknown {
  const kase = kaseOf(fn);
  const { status, anomalies, unknowns } = checkHistory(kase, history(kase, [{ rows }]), {
    functions: own,
  });
  return [status, anomalies.map(({ name }) => name), ...unknowns.slice(-1).map(unknownLine)];
}

describe('buckets of event time', () => {
  test.each([
    { why: 'all', rows: [total(29, [1, 2]), total(59, [3])], found: [] },
    { why: 'one lost', rows: [total(29, [1, 2])], found: ['lost-timer'] },
    { why: 'a record lost', rows: [total(29, [1]), total(59, [3])], found: ['loss'] },
    { why: 'a wrong sum', rows: [total(29, [1, 2], 7), total(59, [3])], found: ['window-content'] },
    {
      why: 'one twice',
      rows: [total(29, [1, 2]), total(29, [1, 2]), total(59, [3])],
      found: ['double-fire'],
    },
  ])('with $why', ({ rows, found }) => {
    expect(judge('totals', rows)).toEqual([found.length === 0 ? 'valid' : 'invalid', found]);
  });
});

describe('batches of processing time', () => {
  test.each([
    { why: 'all', rows: [burst(7, [1, 2]), burst(31, [3])], found: [] },
    { why: 'all in other batches', rows: [burst(3, [1]), burst(31, [2, 3])], found: [] },
    { why: 'one lost', rows: [burst(7, [1, 2])], found: ['lost-timer'] },
    { why: 'a wrong member', rows: [burst(7, [1, 2, 3], 9)], found: ['state-divergence'] },
    { why: 'one twice', rows: [burst(7, [1, 2]), burst(31, [2, 3])], found: ['duplicate'] },
  ])('with $why', ({ rows, found }) => {
    expect(judge('bursts', rows)).toEqual([found.length === 0 ? 'valid' : 'invalid', found]);
  });
});

describe('what is not so', () => {
  const rows = [total(29, [1, 2]), total(59, [3])];

  test('is not believed', () => {
    const reason = 'validity: sink: own does not do what its function declares';
    expect(judge('liar', rows)).toEqual(['unknown', [], reason]);
  });

  test('is not guessed without a declaration', () => {
    const reason = 'validity: sink: the checker has no specification of own';
    expect(judge('tens', rows)).toEqual(['unknown', [], reason]);
  });

  test.each([
    { part: { kind: 'buckets' }, reason: 'declares.kind is "buckets", expected a known kind' },
    { part: { sizeMs: 0 }, reason: 'declares.sizeMs is 0, expected an integer from 1 to' },
    { part: { row: 7 }, reason: 'declares.row is 7, expected a function' },
  ])('and is refused as $reason', ({ part, reason }) => {
    const declares = {
      kind: 'event-time-buckets',
      sizeMs: 30,
      row: () => null,
      ...part,
    } as unknown as ProcessDeclaration;
    const process = {
      mine: () => ({ declares, onRow: () => undefined, onTimer: () => undefined }),
    };
    const words = expect.stringContaining(
      `validity: the process function "mine": ${reason}`,
    ) as unknown;
    expect(judge('mine', rows, { process })).toEqual(['unknown', [], words]);
  });

  test('as for a function that sets timers for ever', () => {
    const process: OwnFunctions['process'] = {
      mine: () => ({
        declares: { kind: 'event-time-buckets', sizeMs: 30, row: () => ({ ids: [] }) },
        onRow: (_, context) => context.registerEventTimer(context.ts),
        onTimer: (_, context) => context.registerEventTimer(context.ts + 1),
      }),
    };
    const reason = 'validity: sink: own does not do what its function declares';
    expect(judge('mine', rows, { process })).toEqual(['unknown', [], reason]);
  });
});
