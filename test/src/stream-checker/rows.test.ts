/**
 * Single rows against the record that they name: its value, its key, its place in a split whose
 * offsets have gaps, and what is due when a run was stopped or gave up.
 */
import { describe, expect, test } from 'vitest';
import type { StreamEvent, StreamHeader } from '../../../src/model/stream-history.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';
import { namesOf, verdictOf } from './small-run.ts';
import {
  appendSink,
  attempt,
  completed,
  end,
  log,
  rows,
  tinyHeader,
  tinyRun,
  transaction,
} from './tiny-run.ts';

function verdict(events: readonly StreamEvent[], header: Partial<StreamHeader> = {}): Verdict {
  return verdictOf(tinyRun(tinyHeader(header), events));
}

function names(events: readonly StreamEvent[], header: Partial<StreamHeader> = {}): string[] {
  return namesOf(tinyRun(tinyHeader(header), events));
}

const append = { sink: appendSink, aligned: false } as const;

describe('a row that an attempt shows again', () => {
  const once = [log([0, 0]), attempt(1), rows(null, [{ offset: 0 }, { offset: 1 }]), attempt(2)];
  const again = (wrong: number, key = 0): StreamEvent =>
    rows(null, [{ offset: 0, wrong, key }, { offset: 1 }], { attempt: 2 });
  const promises = ['at-least-once', 'validity'] as const;

  test('has the value of its record', () => {
    expect(names([...once, again(0), end()], { ...append, promises })).toEqual([
      'duplicate-replay',
    ]);
    expect(names([...once, again(1), end()], { ...append, promises })).toEqual([
      'duplicate-replay',
      'state-divergence',
    ]);
    expect(verdict([...once, again(0), end()], { ...append, promises }).status).toBe('valid');
    const { guarantees } = verdict([...once, again(1), end()], { ...append, promises });
    expect(guarantees).toMatchObject({ validity: 'invalid', 'at-least-once': 'valid' });
  });

  test('has the key of its record', () => {
    const { guarantees, anomalies } = verdict([...once, again(0, 1), end()], {
      ...append,
      promises,
    });
    expect(anomalies.map(({ name }) => name).sort()).toEqual(['duplicate-replay', 'misroute']);
    expect(guarantees).toMatchObject({ validity: 'invalid', 'at-least-once': 'valid' });
  });
});

describe('a row under another key', () => {
  const run = (key: number): StreamEvent[] => [
    log([0, 1]),
    attempt(1),
    rows(null, [{ offset: 0 }, { offset: 1, key }]),
    end(),
  ];

  test.each(['exactly-once', 'effectively-once', 'validity'] as const)('refutes %s', (promise) => {
    const header = { ...append, promises: [promise] };
    expect(verdict(run(1), header).status).toBe('valid');
    const { status, anomalies } = verdict(run(0), header);
    expect(status).toBe('invalid');
    expect(anomalies.map(({ name }) => name)).toEqual(['misroute']);
  });

  test('leaves the counts of deliveries alone', () => {
    const promises = ['at-most-once', 'at-least-once'] as const;
    expect(verdict(run(0), { ...append, promises }).status).toBe('valid');
  });
});

describe('a split whose offsets have gaps', () => {
  const gaps = log([0, 0, 1, 0], { offset: [3, 4, 9, 11] });
  const all = [{ offset: 3 }, { offset: 4 }, { offset: 9, key: 1 }, { offset: 11 }];
  const promises = ['exactly-once', 'validity', 'ordered'] as const;
  const run = (shown: typeof all): StreamEvent[] => [gaps, attempt(1), rows(null, shown), end()];

  test('owes what there is', () => {
    expect(verdict(run(all), { ...append, promises }).status).toBe('valid');
    expect(names(run(all.toSpliced(1, 1)), append)).toEqual(['loss']);
  });

  test('has no record in a gap', () => {
    expect(names(run([...all, { offset: 7 }]), append)).toEqual(['phantom']);
    expect(names(run([...all, { offset: 1 }]), append)).toEqual(['phantom']);
  });

  test('counts offsets, not records, where a checkpoint has read it', () => {
    const split = [
      gaps,
      attempt(1),
      transaction('prepared', 0, { rows: 2 }),
      transaction('prepared', 1, { checkpoint: 2, rows: 2 }),
    ];
    const shows = [rows([0, 1], all.slice(0, 2)), rows([1, 2], all.slice(2)), end()];
    const cuts = (first: number): StreamEvent[] => [completed(1, [first]), completed(2, [12])];
    // A checkpoint has read up to any offset of the gap.
    for (const first of [5, 9]) expect(names([...split, ...cuts(first), ...shows])).toEqual([]);
    expect(names([...split, ...cuts(4), ...shows])).toEqual(['offset-skew']);
    expect(names([...split, ...cuts(10), ...shows])).toEqual(['offset-skew']);
  });
});

describe('what is due', () => {
  const records = [log([0, 0, 0, 0]), attempt(1)];
  const promises = ['at-least-once'] as const;
  const upTo = (n: number): StreamEvent =>
    rows(
      null,
      Array.from({ length: n }, (_, offset) => ({ offset })),
    );

  test('of a run that was stopped is what its last checkpoint had read', () => {
    const header = { ...append, promises };
    expect(verdict([...records, upTo(3), completed(1, [3]), end('suspended')], header).status).toBe(
      'valid',
    );
    expect(names([...records, upTo(2), completed(1, [3]), end('suspended')], header)).toEqual([
      'loss',
    ]);
  });

  test('of a run that gave up is what an append sink showed before a checkpoint completed', () => {
    const header = { ...append, promises };
    expect(names([...records, upTo(3), completed(1, [3]), end('failed')], header)).toEqual([]);
    expect(names([...records, upTo(2), completed(1, [3]), end('failed')], header)).toEqual([
      'loss',
    ]);
  });

  test('of a run that gave up is what transactions passed over', () => {
    const shows = (offsets: readonly number[]): StreamEvent[] => [
      transaction('prepared', 0, { rows: offsets.length }),
      completed(1, [3]),
      rows(
        [0, 1],
        offsets.map((offset) => ({ offset })),
      ),
      end('failed'),
    ];
    expect(names([...records, ...shows([0, 1, 2])])).toEqual([]);
    expect(names([...records, ...shows([0, 2])])).toEqual(['loss']);
    // Its only subtask shows a checkpoint that had read offset 2.
    expect(names([...records, ...shows([0, 1])])).toEqual(['loss']);
    const several = { sink: { connector: 'two-phase', subtasks: 2 } } as const;
    expect(names([...records, ...shows([0, 1])], several)).toEqual([]);
  });
});

test('an attempt that restored nothing, though a checkpoint had completed, is said so', () => {
  const run = (restored: number | null): StreamEvent[] => [
    log([0]),
    attempt(1),
    rows(null, [{ offset: 0 }]),
    completed(1, [1]),
    attempt(2, restored),
    rows(null, [{ offset: 0 }], { attempt: 2 }),
    end(),
  ];
  const blamed = (restored: number | null): string =>
    verdict(run(restored), append)
      .anomalies.flatMap(({ blame }) => blame.forensics)
      .join('\n');
  expect(blamed(null)).toContain('attempt 2 began from nothing, though checkpoint 1 had completed');
  expect(blamed(1)).not.toContain('from nothing, though');
});
