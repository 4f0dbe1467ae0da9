/**
 * Single values of running aggregates: what is shown again after a restore, steps that were left
 * out or came late, states that went on from another position, and what a wrong one stands for.
 */
import { describe, expect, test } from 'vitest';
import type { StreamEvent, StreamHeader } from '../../../src/model/stream-history.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';
import { namesOf, verdictOf } from './small-run.ts';
import {
  appendSink,
  attempt,
  completed,
  count,
  end,
  log,
  tinyHeader,
  tinyRun,
  type TinyValue,
  transaction,
  values,
} from './tiny-run.ts';
import { unknownLine } from '../../../reports/describe/unknown-text.ts';

const promises = ['exactly-once', 'validity', 'ordered'] as const;
const direct = { output: 'values', sink: appendSink, aligned: false, promises } as const;
const everyStep = { ...direct, everyStep: true } as const;

function verdict(events: readonly StreamEvent[], header: Partial<StreamHeader> = direct): Verdict {
  return verdictOf(tinyRun(tinyHeader(header), events));
}

function names(events: readonly StreamEvent[], header: Partial<StreamHeader> = direct): string[] {
  return namesOf(tinyRun(tinyHeader(header), events));
}

/** The value of the first `n` records, with the fingerprints of other ones. */
const wrong = (n: number): TinyValue => ({ vector: [n], of: [[5, ...Array(n - 1).keys()]] });

type Commit = (
  id: number,
  offsets: readonly number[],
  shown: readonly TinyValue[],
) => StreamEvent[];

/** A commit of one transaction, which shows these values. */
const commitOf =
  (by: number): Commit =>
  (id, offsets, shown) => {
    const checkpoint = id + 1;
    const who = { attempt: by };
    return [
      transaction('prepared', id, { checkpoint, rows: shown.length, ...who }),
      completed(checkpoint, offsets, who),
      values([id, checkpoint], shown, who),
    ];
  };
const commit = commitOf(1);
const secondCommit = commitOf(2);

describe('a value that shows again after a restore', () => {
  const once = [
    log([0, 0, 0, 0, 0, 0]),
    attempt(1),
    completed(1, [1]),
    values(null, [count(1), count(2), count(3)]),
    attempt(2, 1),
  ];
  const rest = [
    values(
      null,
      [3, 4, 5, 6].map((n) => count(n)),
      { attempt: 2 },
    ),
    end(),
  ];
  const again = (value: TinyValue): StreamEvent => values(null, [value], { attempt: 2 });

  test('is the one that showed', () => {
    const atLeastOnce = { ...direct, promises: ['at-least-once', 'validity'] } as const;
    expect(verdict([...once, again(count(2)), ...rest], atLeastOnce).status).toBe('valid');
    const { status, anomalies, guarantees } = verdict(
      [...once, again(wrong(2)), ...rest],
      atLeastOnce,
    );
    expect(status).toBe('invalid');
    expect(anomalies.map(({ name }) => name)).toContain('state-divergence');
    expect(guarantees.validity).toBe('invalid');
  });

  test('is no prefix of what showed if records met in another order', () => {
    const header = {
      ...direct,
      splits: ['s0', 's1'],
      promises: ['at-least-once', 'validity'],
    } as const;
    const logs = [log([0, 0]), log([0, 0], { split: 1 }), attempt(1), completed(1, [0, 0])];
    const of = (a: number, b: number): TinyValue => ({
      vector: [a, b],
      of: [[0, 1].slice(0, a), [0, 1].slice(0, b)],
    });
    const first = values(null, [of(1, 0), of(2, 0), of(2, 1)]);
    const second = values(null, [of(0, 1), of(1, 1), of(2, 1), of(2, 2)], { attempt: 2 });
    const run = [...logs, first, attempt(2, 1), second, end()];
    expect(verdict(run, header).status).toBe('valid');
    // In transactions nothing is shown twice: there the two are two states.
    const inTransactions = [
      ...logs.slice(0, -1),
      ...commit(0, [2, 1], [of(1, 0), of(2, 0), of(2, 1)]),
      attempt(2, 1),
      ...secondCommit(1, [2, 2], [of(0, 1), of(2, 2)]),
      end(),
    ];
    expect(names(inTransactions, { output: 'values', splits: ['s0', 's1'] })).toContain(
      'forked-state',
    );
  });
});

describe('what a reader sees who takes out repeats', () => {
  const header = {
    ...everyStep,
    splits: ['s0', 's1'],
    promises: ['effectively-once', 'exactly-once'],
  } as const;
  const of = (a: number, b: number): TinyValue => ({
    vector: [a, b],
    of: [[0, 1].slice(0, a), [0, 1].slice(0, b)],
  });
  const logs = [log([0, 0]), log([0, 0], { split: 1 }), attempt(1)];
  const first = values(null, [of(1, 0), of(2, 0), of(2, 1)]);
  const statuses = (...events: readonly StreamEvent[]): (string | undefined)[] => {
    const { guarantees } = verdict([...logs, ...events, end()], header);
    return [guarantees['effectively-once'], guarantees['exactly-once']];
  };
  const second = (...shown: readonly TinyValue[]): StreamEvent[] => [
    attempt(2),
    values(null, shown, { attempt: 2 }),
  ];

  test('is the output of a run if an attempt shows the same again', () => {
    const same = second(of(1, 0), of(2, 0), of(2, 1), of(2, 2));
    expect(statuses(first, ...same)).toEqual(['valid', 'invalid']);
    expect(statuses(first, values(null, [of(2, 2)]))).toEqual(['valid', 'valid']);
  });

  test('is that of no run if it comes to the same by other values', () => {
    const other = second(of(0, 1), of(1, 1), of(2, 1), of(2, 2));
    expect(statuses(first, ...other)).toEqual(['invalid', 'invalid']);
  });

  test('is not known to be one if attempts go different ways', () => {
    const one = values(null, [of(1, 0)]);
    const beside = verdict([...logs, one, ...second(of(0, 1)), end('failed')], header);
    expect(beside.guarantees['effectively-once']).toBe('unknown');
    expect(beside.unknowns.map(unknownLine).join()).toContain(
      'values of key k0 are of no single run',
    );
    const whole = second(of(0, 1), of(0, 2), of(1, 2), of(2, 2));
    expect(statuses(one, ...whole)).toEqual(['invalid', 'invalid']);
  });

  test('is not known to be one if a value is missing', () => {
    const gap = values(null, [of(1, 0), of(2, 1), of(2, 2)]);
    expect(statuses(gap)).toEqual(['unknown', 'unknown']);
    expect(statuses(gap, values(null, [of(2, 0)]))).toEqual(['valid', 'valid']);
  });
});

describe('a wrong value', () => {
  const run = (...shown: readonly TinyValue[]): StreamEvent[] => [
    log([0, 0, 0]),
    attempt(1),
    ...commit(0, [3], shown),
    end(),
  ];
  const header = { output: 'values', promises: ['exactly-once', 'validity'] } as const;
  const every = { ...header, everyStep: true } as const;

  test('is wrong alone if later ones are right', () => {
    expect(names(run(count(1), count(2), count(3)), every)).toEqual([]);
    expect(names(run(count(1), wrong(2), count(3)), every)).toEqual(['state-divergence']);
    expect(names(run(count(1), count(2), wrong(3)), every)).toEqual(['state-divergence']);
  });

  test('that counts one record in place of another is a masked loss', () => {
    const masked = { vector: [3], of: [[0, 1, 1]] };
    const { anomalies } = verdict(run(count(1), count(2), masked), every);
    expect(anomalies.map(({ name }) => name)).toEqual(['masked']);
    expect(JSON.stringify(anomalies[0]?.explanation.however)).toContain(
      'A has the fingerprint of its records with s0@1 twice and without s0@2',
    );
  });

  test('that counts more than there is counts a record twice', () => {
    const twice = { vector: [4], of: [[0, 1, 2, 1]] };
    const { anomalies } = verdict(run(count(1), count(2), count(3), twice), header);
    expect(anomalies.map(({ name }) => name)).toEqual(['duplicate']);
    expect(JSON.stringify(anomalies[0]?.explanation)).toContain(
      'A has the fingerprint of its records with s0@1 once more',
    );
  });
});

describe('a state that went on from the offsets of a later checkpoint', () => {
  const header = { output: 'values', promises: ['exactly-once', 'validity'] } as const;
  const records = [log([0, 0, 0, 0, 0]), attempt(1)];
  const first = [...commit(0, [1], [count(1)]), ...commit(1, [3], [count(2), count(3)])];
  const left = (...of: readonly number[]): TinyValue => ({ vector: [of.length], of: [of] });

  test('lacks what lies between, by name', () => {
    const whole = secondCommit(2, [5], [count(4), count(5)]);
    expect(names([...records, ...first, attempt(2, 2), ...whole, end()], header)).toEqual([]);
    const stale = secondCommit(2, [5], [left(0, 3), left(0, 3, 4)]);
    const { anomalies } = verdict([...records, ...first, attempt(2, 2), ...stale, end()], header);
    expect(anomalies.map(({ name }) => name).sort()).toEqual(['forked-state', 'loss']);
    const loss = anomalies.find(({ name }) => name === 'loss');
    expect(loss?.explanation.sentence).toBe(
      'The last value of key k0 lacks s0@1, s0@2, though it contains later records.',
    );
  });

  test('lacks one record of a split that has no cut of its own', () => {
    const events = [...records, ...commit(0, [5], [left(0, 2), left(0, 2, 3), left(0, 2, 3, 4)])];
    const { anomalies } = verdict([...events, end()], header);
    expect(anomalies.map(({ name }) => name)).toEqual(['loss']);
    expect(anomalies[0]?.explanation.sentence).toContain('lacks s0@1, though');
  });
});

describe('a step that was left out', () => {
  const records = [log([0, 0, 0, 0]), attempt(1)];
  const inTransactions = { output: 'values', promises, everyStep: true } as const;
  const shows = (...counts: readonly number[]): TinyValue[] => counts.map((n) => count(n));

  test('is missing where each record gives a value of its own', () => {
    const run = [...records, ...commit(0, [4], shows(1, 3, 4)), end()];
    expect(names(run, inTransactions)).toEqual(['loss']);
    expect(names(run, { output: 'values', promises })).toEqual([]);
    // Without transactions a later value, which contains it, stands for it; a reader misses it.
    const skips = [...records, values(null, shows(1, 3, 4)), end()];
    expect(names(skips, everyStep)).toEqual([]);
    expect(verdict(skips, everyStep).guarantees['exactly-once']).toBe('unknown');
  });

  test('and comes after the next is late, and no repeat', () => {
    const late = shows(1, 3, 2, 4);
    expect(names([...records, ...commit(0, [4], late), end()], inTransactions)).toEqual([
      'reorder',
    ]);
    expect(names([...records, values(null, late), end()], everyStep)).toEqual(['reorder']);
    expect(names([...records, values(null, shows(1, 3, 3, 4)), end()], everyStep)).toEqual([
      'duplicate',
    ]);
  });

  test('may be shown by a later attempt', () => {
    const earlier = [...records, completed(1, [0]), values(null, shows(1, 3)), attempt(2, 1)];
    const replay = values(null, shows(2, 3, 4), { attempt: 2 });
    expect(
      names([...earlier, replay, end()], { ...everyStep, promises: ['ordered'] }),
    ).not.toContain('reorder');
  });

  test('comes late where a superseded attempt shows it after a later value of its own', () => {
    const fork = [...records, completed(1, [1]), values(null, shows(1, 3)), attempt(2, 1)];
    const goesOn = values(null, shows(4), { attempt: 2 });
    const zombie = values(null, shows(2));
    expect(names([...fork, goesOn, zombie, end()], everyStep)).toEqual(['reorder']);
  });
});

describe('states that readers see', () => {
  const header = {
    output: 'values',
    keys: 2,
    promises: ['snapshot-consistent', 'exactly-once'],
  } as const;
  const of = (key: number, ...offsets: readonly number[]): TinyValue => ({
    key,
    vector: [offsets.length],
    of: [offsets],
  });
  const records = [log([0, 1, 0, 1]), attempt(1)];

  test('contain what comes before what they contain', () => {
    const right = [
      ...commit(0, [2], [of(0, 0), of(1, 1)]),
      ...commit(1, [4], [of(0, 0, 2), of(1, 1, 3)]),
    ];
    expect(names([...records, ...right, end()], header)).toEqual([]);
    // Key 1 shows record 3 before key 0 shows record 2.
    const skewed = [...commit(0, [2], [of(0, 0), of(1, 1, 3)]), ...commit(1, [4], [of(0, 0, 2)])];
    expect(names([...records, ...skewed, end()], { ...header, aligned: false })).toEqual([
      'inconsistent-cut',
    ]);
  });

  test('do not go back', () => {
    const twice = [
      ...commit(0, [4], [of(0, 0), of(0, 0, 2), of(1, 1), of(1, 1, 3)]),
      ...commit(1, [4], [of(0, 0)]),
    ];
    expect(names([...records, ...twice, end()], header)).toEqual(['duplicate', 'rollback']);
  });
});
