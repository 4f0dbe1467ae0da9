/**
 * A transaction that was prepared for a completed checkpoint is committed in the end, unless a
 * later attempt gave it up; and one that a later attempt gave up is not.
 */
import { describe, expect, test } from 'vitest';
import type { AnomalyName } from '../../../src/model/guarantee.ts';
import type { StreamEvent, StreamHeader } from '../../../src/model/stream-history.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';
import { namesOf, verdictOf } from './small-run.ts';
import {
  attempt,
  completed,
  count,
  end,
  log,
  rows,
  tinyHeader,
  tinyRun,
  transaction,
  values,
} from './tiny-run.ts';

const shown = transaction('prepared', 0, { rows: 1 });
/** The second of two transactions, of a checkpoint that completed. */
const unshown = transaction('prepared', 1, { checkpoint: 2, rows: 2 });
const before = [
  log([0, 0, 0]),
  attempt(1),
  shown,
  completed(1, [1]),
  rows([0, 1], [{ offset: 0 }]),
  unshown,
];
const shows = rows([1, 2], [{ offset: 1 }, { offset: 2 }]);
const done = completed(2, [3]);

function verdict(events: readonly StreamEvent[], header: Partial<StreamHeader> = {}): Verdict {
  return verdictOf(tinyRun(tinyHeader(header), events));
}

/** Sorted, as they are found. */
function names(events: readonly StreamEvent[], header: Partial<StreamHeader> = {}): string[] {
  return namesOf(tinyRun(tinyHeader(header), events));
}

const torn: AnomalyName[] = ['loss', 'torn-commit-permanent'];

describe('of rows', () => {
  test.each(['finished', 'suspended'] as const)('a run that is %s owes it', (outcome) => {
    expect(names([...before, done, shows, end(outcome)])).toEqual([]);
    expect(names([...before, done, end(outcome)])).toEqual(torn);
    const { anomalies, guarantees } = verdict([...before, done, end(outcome)]);
    expect(anomalies.flatMap(({ blame }) => blame.forensics).join('\n')).toContain(
      'transaction 1 was prepared for checkpoint 2 and that completed, but it was never committed',
    );
    expect(guarantees['exactly-once']).toBe('invalid');
    expect(guarantees['atomic-commit']).toBe('invalid');
  });

  test('a part of it does not do', () => {
    expect(names([...before, done, rows([1, 2], [{ offset: 1 }]), end()])).toEqual(torn);
  });

  test('a run that gave up may not have come to it', () => {
    expect(verdict([...before, done, end('failed')]).anomalies).toEqual([]);
    expect(verdict([...before, done, end('failed')]).status).toBe('unknown');
    // Its subtask has gone on to a later one, so that it had come to it.
    const later = [
      log([0], { from: 3 }),
      transaction('prepared', 2, { checkpoint: 3, rows: 1 }),
      completed(3, [4]),
      rows([2, 3], [{ offset: 3 }]),
    ];
    expect(names([...before, done, ...later, end('failed')])).toEqual(torn);
    expect(names([...before, done, shows, ...later, end('failed')])).toEqual([]);
  });

  test('what the store calls committed shows, however the run ends', () => {
    const committed = transaction('committed', 1, { checkpoint: 2 });
    expect(names([...before, done, committed, end('failed')])).toEqual(['torn-commit-permanent']);
    expect(names([...before, done, committed, shows, end('failed')])).toEqual([]);
  });

  test('what a later attempt restored is owed', () => {
    const after = [...before, done, attempt(2, 2)];
    expect(names([...after, end()])).toEqual(torn);
    expect(names([...after, { ...shows, attempt: 2 }, end()])).toEqual([]);
  });

  test('a checkpoint that did not complete owes nothing', () => {
    const again = transaction('prepared', 2, { attempt: 2, checkpoint: 3, rows: 2 });
    const after = [
      attempt(2, 1),
      again,
      completed(3, [3], { attempt: 2 }),
      rows([2, 3], [{ offset: 1 }, { offset: 2 }], { attempt: 2 }),
    ];
    expect(names([...before, ...after, end()])).toEqual([]);
    // Nor does one that completed, but that no attempt went on from.
    expect(names([...before, done, ...after, end()])).toEqual([]);
  });

  test('what was aborted, or holds nothing, is not owed', () => {
    const aborted = transaction('aborted', 1, { checkpoint: 2 });
    expect(names([...before, done, aborted, end('failed')])).toEqual([]);
    const empty = transaction('prepared', 1, { checkpoint: 2, rows: 0 });
    const few = [log([0]), ...before.slice(1, -1), empty, completed(2, [1])];
    expect(names([...few, end()])).toEqual([]);
  });

  test('what was prepared for an aborted checkpoint is owed by the next', () => {
    const last = completed(3, [3]);
    expect(names([...before, last, shows, end()])).toEqual([]);
    expect(names([...before, last, end()])).toEqual(torn);
  });

  test('what no completed checkpoint covers, and a later attempt repeats, must not show', () => {
    const zombie = [...before, attempt(2, 1), shows];
    expect(names([...zombie, end()])).toEqual(['zombie-commit']);
    // Its checkpoint was complete when its attempt was given up: this repeats, but is no zombie.
    const again = [
      transaction('prepared', 2, { attempt: 2, checkpoint: 3, rows: 2 }),
      completed(3, [3], { attempt: 2 }),
      rows([2, 3], [{ offset: 1 }, { offset: 2 }], { attempt: 2 }),
    ];
    expect(names([...before, done, attempt(2, 1), ...again, shows, end()])).toContain(
      'duplicate-zombie',
    );
    expect(names([...before, done, attempt(2, 1), shows, end()])).toEqual([]);
  });
});

describe('of values', () => {
  const header = { output: 'values' } as const;
  const start = [log([0, 0, 0]), attempt(1), shown, completed(1, [1]), values([0, 1], [count(1)])];
  const rest = [unshown, done];
  const tail = values([1, 2], [count(2), count(3)]);

  test('that show nothing, the first record is missing that none contains', () => {
    expect(names([...start, ...rest, tail, end()], header)).toEqual([]);
    expect(names([...start, ...rest, end()], header)).toEqual(torn);
  });

  test('of which each record gives one, those are missing', () => {
    const every = { ...header, everyStep: true };
    expect(names([...start, ...rest, tail, end()], every)).toEqual([]);
    const { anomalies } = verdict([...start, ...rest, end()], every);
    expect(anomalies.map(({ name }) => name).sort()).toEqual(torn);
    const loss = anomalies.find(({ name }) => name === 'loss');
    expect(loss?.explanation.sentence).toContain('s0@1 ');
  });

  test('that later ones contain, it is not known which records are missing', () => {
    const later = [
      transaction('prepared', 2, { checkpoint: 3, rows: 1 }),
      completed(3, [4]),
      values([2, 3], [count(4)]),
    ];
    const all = [log([0, 0, 0, 0]), ...start.slice(1), ...rest];
    expect(names([...all, tail, ...later, end()], header)).toEqual([]);
    expect(names([...all, ...later, end()], header)).toEqual(torn);
    const { anomalies } = verdict([...all, ...later, end()], header);
    expect(anomalies.map(({ explanation }) => explanation.sentence)).toContain(
      'The 2 values of transaction 1 never became visible, though they were due.',
    );
  });
});
