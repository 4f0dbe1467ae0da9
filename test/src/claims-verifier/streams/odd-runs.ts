/**
 * Stream histories in which something goes wrong that drawn ones seldom show: states that went on
 * from another position, records that count twice, what was committed and never showed.
 */
import type { StreamEvent, StreamHeader } from '../../../../src/model/stream-history.ts';
import type { SmallRun } from '../../stream-checker/small-run.ts';
import {
  appendSink,
  attempt,
  completed,
  count,
  end,
  job,
  log,
  rows,
  tinyHeader,
  tinyRun,
  type TinyValue,
  transaction,
  values,
} from '../../stream-checker/tiny-run.ts';

const ofValues = {
  output: 'values',
  promises: ['exactly-once', 'validity', 'ordered', 'snapshot-consistent'],
} as const;
const everyStep = { ...ofValues, everyStep: true } as const;

type Commit = (
  id: number,
  offsets: readonly number[],
  shown: readonly TinyValue[],
) => StreamEvent[];

/** One transaction with its checkpoint and its values. */
const commitBy =
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
const commit = commitBy(1);
const commitAgain = commitBy(2);

const of = (...offsets: readonly number[]): TinyValue => ({
  vector: [offsets.length],
  of: [offsets],
});

function valueRuns(): [Partial<StreamHeader>, StreamEvent[]][] {
  const three = [log([0, 0, 0]), attempt(1)];
  const five = [log([0, 0, 0, 0, 0]), attempt(1)];
  const first = [...commit(0, [1], [count(1)]), ...commit(1, [3], [count(2), count(3)])];
  const stale = commitAgain(2, [5], [of(0, 3), of(0, 3, 4)]);
  return [
    [everyStep, [...three, ...commit(0, [3], [count(1), count(2), of(0, 1, 1)]), end()]],
    [
      ofValues,
      [...three, ...commit(0, [3], [count(1), count(2), count(3), of(0, 1, 2, 1)]), end()],
    ],
    [everyStep, [...three, ...commit(0, [3], [count(1), of(0, 2), count(3)]), end()]],
    [ofValues, [...five, ...first, attempt(2, 2), ...stale, end()]],
    [ofValues, [...five, ...commit(0, [5], [of(0, 2), of(0, 2, 3), of(0, 2, 3, 4)]), end()]],
    [ofValues, [...five, ...commit(0, [5], [count(4)]), end()]],
    [everyStep, [...five, ...commit(0, [5], [count(1), count(4), count(5)]), end()]],
    [everyStep, [...five, ...commit(0, [5], [count(1), count(3), count(2), count(5)]), end()]],
    [everyStep, [...five, ...commit(0, [5], [count(1), count(2), of(0, 1)]), end()]],
    [
      ofValues,
      [
        ...five,
        ...commit(0, [2], [count(2)]),
        transaction('prepared', 1, { checkpoint: 2, rows: 2 }),
        completed(2, [4]),
        ...commit(2, [5], [count(5)]),
        end(),
      ],
    ],
    ...besideRuns(),
  ];
}

/** Two splits, whose records meet in another order after a restore. */
function besideRuns(): [Partial<StreamHeader>, StreamEvent[]][] {
  const splits = { splits: ['s0', 's1'] } as const;
  const direct = { ...everyStep, ...splits, sink: appendSink, aligned: false } as const;
  const logs = [log([0, 0]), log([0, 0], { split: 1 }), attempt(1)];
  const both = (a: number, b: number): TinyValue => ({
    vector: [a, b],
    of: [[0, 1].slice(0, a), [0, 1].slice(0, b)],
  });
  const one = values(null, [both(1, 0), both(2, 0), both(2, 1)]);
  const again = values(null, [both(0, 1), both(1, 1), both(2, 1), both(2, 2)], { attempt: 2 });
  const parted = values(null, [both(0, 1), both(1, 1), both(2, 2)], { attempt: 2 });
  const inTransactions = { ...everyStep, ...splits } as const;
  const ahead = commit(0, [2, 1], [both(1, 0), both(2, 0), both(2, 1)]);
  return [
    [direct, [...logs, one, attempt(2), again, end()]],
    [direct, [...logs, values(null, [both(1, 0)]), attempt(2), parted, end()]],
    [
      inTransactions,
      [...logs, ...ahead, attempt(2, 1), ...commitAgain(1, [2, 2], [both(0, 2)]), end()],
    ],
    [
      inTransactions,
      [...logs, ...ahead, attempt(2, 1), ...commitAgain(1, [2, 2], [both(0, 1)]), end()],
    ],
  ];
}

function rowRuns(): [Partial<StreamHeader>, StreamEvent[]][] {
  const two = { promises: ['exactly-once', 'atomic-commit', 'snapshot-consistent'] } as const;
  const start = [log([0, 0, 0, 0]), attempt(1)];
  const prepared = (id: number, checkpoint: number): StreamEvent =>
    transaction('prepared', id, { checkpoint, rows: 2 });
  const shows = (id: number, ...offsets: readonly number[]): StreamEvent =>
    rows(
      [id, id + 1],
      offsets.map((offset) => ({ offset })),
    );
  const one = [prepared(0, 1), completed(1, [2]), shows(0, 0, 1)];
  return [
    // In two steps.
    [two, [...start, prepared(0, 1), completed(1, [2]), shows(0, 0), shows(0, 1), end()]],
    // Committed, as the store says, by a run that gave up.
    [
      two,
      [
        ...start,
        ...one,
        prepared(1, 2),
        completed(2, [4]),
        transaction('committed', 1, { checkpoint: 2 }),
        end('failed'),
      ],
    ],
    // Passed over by its subtask.
    [
      two,
      [
        log([0, 0, 0, 0, 0, 0]),
        attempt(1),
        ...one,
        prepared(1, 2),
        completed(2, [4]),
        prepared(2, 3),
        completed(3, [6]),
        rows([2, 3], [{ offset: 4 }, { offset: 5 }]),
        end('failed'),
      ],
    ],
    // Out of order, another value, a record that is none, another key.
    [two, [...start, prepared(0, 1), completed(1, [4]), shows(0, 1, 0), end()]],
    [
      two,
      [
        ...start,
        prepared(0, 1),
        completed(1, [4]),
        rows([0, 1], [{ offset: 0, wrong: 1 }, { offset: 9 }, { offset: 1, key: 1 }]),
        end(),
      ],
    ],
    // A later attempt restored less than it could have, and repeats.
    [
      two,
      [
        ...start,
        ...one,
        prepared(1, 2),
        completed(2, [4]),
        shows(1, 2, 3),
        attempt(2, 1),
        transaction('prepared', 2, { checkpoint: 3, rows: 2, attempt: 2 }),
        completed(3, [4], { attempt: 2 }),
        rows([2, 3], [{ offset: 2 }, { offset: 3 }], { attempt: 2 }),
        end(),
      ],
    ],
    // The job had said that it was over.
    [
      { ...two, sink: appendSink, aligned: false },
      [
        ...start,
        rows(null, [{ offset: 0 }]),
        job('finished'),
        attempt(2),
        rows(null, [{ offset: 1 }], { attempt: 2 }),
        end(),
      ],
    ],
    [two, [...start, ...one, end('deadline')]],
  ];
}

export const oddRuns: readonly SmallRun[] = [...valueRuns(), ...rowRuns()].map(([header, events]) =>
  tinyRun(tinyHeader(header), events),
);
