/** Rows that show later than they were due, in every kind of sink and stage. */
import { describe, expect, test } from 'vitest';

import { timingOf } from '../../../../src/checker/liveness/timing.ts';
import type { Fault } from '../../../../src/model/fault.ts';
import type { OperatorSpec, SinkSpec } from '../../../../src/model/pipeline.ts';
import type { Row } from '../../../../src/model/value.ts';
import { log, pane } from '../by-hand.ts';
import { makeCase } from '../legal-run.ts';
import { sink, source, window } from '../pipelines.ts';
import { attempt, checkpoint, fault, judge, shown, type Timed } from './timed.ts';

const splits = [
  log('s0', [
    [1, 10, 1_000],
    [2, 120, 2_000],
    [3, 220, 9_000],
  ]),
];
const keyed: OperatorSpec = { kind: 'key-by', id: 'keyed', input: 'source', key: { fn: 'key' } };
const start: Timed = [300, attempt(1)];
const ticks = [1_500, 2_500, 3_500, 5_500, 7_500, 9_100];
const checkpoints = ticks.flatMap((t, i) => checkpoint(i + 1, t, { offsets: { s0: 3 } }));
const end = { endsAt: 9_200 };

/** How many rows are late at the sink. */
function late(
  of: Parameters<typeof makeCase>[0]['operators'],
  events: readonly Timed[],
  more: Parameters<typeof judge>[2] & { schedule?: readonly Fault[] } = {},
): number {
  const kase = makeCase({ operators: of, splits, schedule: more.schedule ?? [] });
  const names = judge(kase, [start, ...checkpoints, ...events], { ...end, ...more });
  return names.filter((name) => name === 'stall sink').length;
}

describe('rows that wait for nothing', () => {
  const direct = (connector: SinkSpec['connector'] = 'two-phase') => [
    source(['s0'], 0),
    sink('source', connector),
  ];
  const row: Row = { key: 'k', ts: 10, value: { id: 1, amount: 1 } };

  test('show with the next checkpoint', () => {
    expect(late(direct(), [[1_507, shown([row])]])).toBe(0);
    expect(late(direct(), [[2_507, shown([row], { checkpoint: 2 })]])).toBe(1);
  });

  test('may wait for a repetition of the commit, but not longer', () => {
    const { commitMs } = timingOf(makeCase({ operators: direct(), splits }), 'virtual');
    expect(late(direct(), [[1_505 + commitMs, shown([row])]])).toBe(0);
    expect(late(direct(), [[1_506 + commitMs, shown([row])]])).toBe(1);
  });

  test('show at once where there are no checkpoints to wait for', () => {
    const plain = { checkpoint: null };
    expect(late(direct('append'), [[1_020, shown([row], plain)]])).toBe(0);
    expect(late(direct('append'), [[1_400, shown([row], plain)]])).toBe(1);
    expect(late(direct('upsert'), [[1_400, shown([row], plain)]])).toBe(1);
  });

  test('may be repeated by a plain sink after a fault', () => {
    const schedule: Fault[] = [
      { when: { at: 1_600 }, action: { kind: 'crash', node: 'tm0', restartAfterMs: 100 } },
    ];
    const faults: Timed[] = [
      [1_600, fault(0, 'injected')],
      [1_600, fault(0, 'effect')],
      [1_700, fault(0, 'healed')],
    ];
    const again = shown([row], { checkpoint: null, attempt: 2 });
    const events: Timed[] = [...faults, [1_800, attempt(2)], [1_900, again]];
    expect(late(direct('append'), events, { schedule })).toBe(0);
    // A transactional sink that shows under the fault what was due before it does not.
    expect(
      late(direct(), [...faults, [1_650, shown([row], { checkpoint: 2 })]], { schedule }),
    ).toBe(1);
  });

  test('have slack on the clock of a machine', () => {
    const events: Timed[] = [[2_507, shown([row], { checkpoint: 2 })]];
    expect(late(direct(), events, { clock: 'machine' })).toBe(0);
  });

  test('a running sum is due when the record of its time has come', () => {
    const sums: OperatorSpec[] = [
      source(['s0'], 0),
      keyed,
      {
        kind: 'reduce',
        id: 'sum',
        input: 'keyed',
        parallelism: 1,
        aggregate: { fn: 'sum', field: 'amount' },
      },
      sink('sum'),
    ];
    const second: Row = { key: 'k', ts: 120, value: 2 };
    expect(late(sums, [[2_507, shown([second], { checkpoint: 2 })]])).toBe(0);
    expect(late(sums, [[3_507, shown([second], { checkpoint: 3 })]])).toBe(1);
  });
});

describe('rows that wait for event time', () => {
  const windows = (aggregate = 'collect'): OperatorSpec[] => [
    source(['s0'], 0),
    keyed,
    window({ kind: 'tumbling', sizeMs: 100, offsetMs: 0 }, aggregate),
    sink('window'),
  ];

  test('are due when the slowest split has passed them', () => {
    const first = pane(0, 100, [1]);
    // Record 2 brings event time there, at 2 s.
    expect(late(windows(), [[2_507, shown([first], { checkpoint: 2 })]])).toBe(0);
    expect(late(windows(), [[3_507, shown([first], { checkpoint: 3 })]])).toBe(1);
  });

  test('are not due before, and at the end of input only what is left is', () => {
    const second = pane(100, 200, [2]);
    expect(late(windows(), [[9_107, shown([second], { checkpoint: 6 })]])).toBe(0);
  });

  test('are due although they name no records', () => {
    const first: Row = { key: 'k', ts: 99, value: { start: 0, end: 100, result: 1 } };
    expect(late(windows('count'), [[2_507, shown([first], { checkpoint: 2 })]])).toBe(0);
    expect(late(windows('count'), [[3_507, shown([first], { checkpoint: 3 })]])).toBe(1);
  });

  test('of a timer set behind event time wait for the next watermark, whenever that comes', () => {
    const operators: OperatorSpec[] = [
      source(['s0'], 0),
      keyed,
      {
        kind: 'process',
        id: 'process',
        input: 'keyed',
        parallelism: 1,
        fn: { fn: 'bucket-timer', sizeMs: 100 },
      },
      sink('process'),
    ];
    const behind = [
      log('s0', [
        [1, 10, 1_000],
        [2, 120, 2_000],
        [3, 20, 3_000],
        [4, 220, 9_000],
      ]),
    ];
    const kase = makeCase({ operators, splits: behind });
    const withIds = (id: number): string[] => {
      const row: Row = { key: 'k', ts: 99, value: { bucket: 99, ids: [id], n: 1 } };
      return judge(kase, [start, ...checkpoints, [9_107, shown([row], { checkpoint: 6 })]], end);
    };
    expect(withIds(3)).not.toContain('stall sink');
    expect(withIds(1)).toContain('stall sink');
  });
});

describe('rows that wait for a timer', () => {
  const batches: OperatorSpec[] = [
    source(['s0'], 0),
    keyed,
    {
      kind: 'process',
      id: 'process',
      input: 'keyed',
      parallelism: 1,
      fn: { fn: 'processing-batch', delayMs: 300 },
    },
    sink('process'),
  ];
  const batch = (ids: readonly number[]): Row => ({
    key: 'k',
    ts: 1_300,
    value: { ids, n: ids.length },
  });

  test('are due when that has run out after their first record', () => {
    expect(late(batches, [[1_507, shown([batch([1])])]])).toBe(0);
    expect(late(batches, [[2_507, shown([batch([1, 2])], { checkpoint: 2 })]])).toBe(1);
  });

  test('are late when only the end of input lets them go', () => {
    expect(late(batches, [[9_107, shown([batch([1, 2, 3])], { checkpoint: 6 })]])).toBe(1);
  });
});
