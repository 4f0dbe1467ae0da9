/**
 * The stream tier agrees with the checker of whole histories where both can judge: legal runs, and
 * runs with one planted anomaly.
 */
import { describe, expect, test } from 'vitest';
import { streamHistoryOf } from '../../../harness/stream-history/from-history.ts';
import { checkHistory } from '../../support/checker/verified.ts';
import { StreamChecker } from '../../../src/stream-checker/stream-checker.ts';
import type { Case } from '../../../src/model/case.ts';
import { numberField } from '../../../src/model/functions.ts';
import type { History } from '../../../src/model/history.ts';
import type { Row } from '../../../src/model/value.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';
import { legalRun, makeCase, makeLogs } from '../../src/checker/legal-run.ts';
import * as mutate from '../../src/checker/mutate.ts';
import { sink, source } from '../../src/checker/pipelines.ts';

const scale = Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);

/** Every other one sends forward, so that the order of a key is kept. */
function plainCase(seed: number): Case {
  const splits = makeLogs(seed, { splits: 3, records: 25, keys: 4, disorder: 5 });
  const names = splits.map(({ split }) => split);
  return makeCase({
    operators: [{ ...source(names), parallelism: 1 + (seed % 2) }, sink('source')],
    splits,
    promises: ['exactly-once', 'validity', 'ordered', 'atomic-commit', 'checkpoint-sound'],
  });
}

function streamVerdict(kase: Case, history: History): Verdict {
  const { header, events } = streamHistoryOf(kase, history);
  const checker = new StreamChecker(header);
  for (const event of events) checker.take(event);
  return checker.verdict();
}

/**
 * A commit before its checkpoint is compared with the cuts that exist then: whether a later one
 * would have excluded its rows is known for the newest of its split only.
 */
const isEarly = ({ anomalies }: Verdict): boolean =>
  anomalies.some(({ name }) => name === 'zombie-commit' || name === 'premature-visible');

const namesOf = ({ anomalies }: Verdict): string[] => anomalies.map(({ name }) => name).sort();

const id = ({ value }: Row): number => numberField(value, 'id');
const sameOrigin = (a: Row, b: Row): boolean =>
  a.key === b.key && Math.floor(id(a) / 1000) === Math.floor(id(b) / 1000) && id(a) !== id(b);
const unknownRow = (row: Row): Row => ({
  ...row,
  value: mutate.withRow(row.value, { id: 999_999 }),
});

const mutations: Readonly<Record<string, mutate.Mutation>> = {
  nothing: (history) => [...history],
  'a row is lost': mutate.dropRow(),
  'a row of no record': mutate.addRow(unknownRow),
  'another key': mutate.changeKey,
  'another value': mutate.changeValue((value) => mutate.withRow(value, { amount: 1000 })),
  'a transaction twice': mutate.showAgain,
  'a row again later': mutate.repeatRow('later'),
  'a row again at once': mutate.repeatRow('same'),
  'another order': mutate.swapRows(sameOrigin),
  torn: mutate.tear,
  'torn for a while': mutate.tearForAWhile,
  'too early': mutate.showEarly,
  'commits change places': mutate.swapCommits,
  'an aborted transaction': mutate.showAborted(false),
  'a zombie': mutate.showAborted(true),
  'offsets too large': mutate.skewOffsets(5),
  'offsets too small': mutate.skewOffsets(-5),
};

describe('the same anomalies and the same status', () => {
  test.each(Object.entries(mutations))('%s', (_name, mutation) => {
    let compared = 0;
    for (let seed = 1; seed <= 12 * scale; seed++) {
      const kase = plainCase(seed);
      const history = mutation(legalRun(kase, seed, 0.08));
      if (history === null) continue;
      const whole = checkHistory(kase, history);
      const stream = streamVerdict(kase, history);
      const isCompared = (name: string): boolean => !isEarly(whole) || name !== 'offset-skew';
      const [all, found] = [namesOf(whole), namesOf(stream)];
      expect(found.filter(isCompared), `seed ${seed}`).toEqual(all.filter(isCompared));
      expect(all, `seed ${seed}`).toEqual(expect.arrayContaining(found));
      expect(stream.status, `seed ${seed}`).toBe(whole.status);
      expect(stream.strongest, `seed ${seed}`).toBe(whole.strongest);
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
  });
});

describe('refused is', () => {
  const { splits } = plainCase(1).workload;
  const from = source(['s0', 's1', 's2']);
  const keyed = { kind: 'key-by', id: 'keyed', input: 'source', key: { fn: 'key' } } as const;
  const reduce = { kind: 'reduce', id: 'sum', input: 'keyed', parallelism: 2 } as const;

  test('a pipeline that leaves records out', () => {
    const filter = { kind: 'filter', id: 'f', input: 'source', parallelism: 1 } as const;
    const operators = [from, { ...filter, fn: { fn: 'at-least' } }, sink('f')];
    expect(() => streamHistoryOf(makeCase({ operators, splits }), [])).toThrow(
      /sources, perhaps a/,
    );
  });

  test('an aggregate without a version vector', () => {
    const operators = [from, keyed, { ...reduce, aggregate: { fn: 'sum' } }, sink('sum')];
    expect(() => streamHistoryOf(makeCase({ operators, splits }), [])).toThrow(/version vector/);
  });

  test('an aggregate that may count a record twice', () => {
    const operators = [from, keyed, { ...reduce, aggregate: { fn: 'trace' } }, sink('sum')];
    const kase = makeCase({ operators, splits, options: { mode: 'at-least-once' } });
    expect(() => streamHistoryOf(kase, [])).toThrow(/counts each record once/);
    expect(streamHistoryOf(makeCase({ operators, splits }), []).header.output).toBe('values');
  });

  test('a history that contradicts itself', () => {
    const kase = plainCase(1);
    const history = legalRun(kase, 1).map((event) =>
      event.kind === 'visible' ? { ...event, attempt: 99 } : event,
    );
    expect(() => streamHistoryOf(kase, history)).toThrow(/attempt 99, which never began/);
  });
});
