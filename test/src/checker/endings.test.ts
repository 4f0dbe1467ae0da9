/**
 * How a run ends, and what that lets a verdict say: cut-off and vacuous runs are unknown, legal
 * giving up is not a violation, standing still is.
 */
import { describe, expect, test } from 'vitest';
import { checkHistory } from '../../support/checker/verified.ts';
import type { Case } from '../../../src/model/case.ts';
import type { Fault } from '../../../src/model/fault.ts';
import type { HistoryEvent } from '../../../src/model/history.ts';
import type { OperatorSpec } from '../../../src/model/pipeline.ts';
import type { Row } from '../../../src/model/value.ts';
import { history, log, pane } from './by-hand.ts';
import { header, makeCase } from './legal-run.ts';
import { sink, source, window } from './pipelines.ts';
import { unknownLine } from '../../../reports/describe/unknown-text.ts';

const operators = [
  source(['s0'], 0),
  { kind: 'key-by', id: 'keyed', input: 'source', key: { fn: 'key' } },
  window({ kind: 'tumbling', sizeMs: 10, offsetMs: 0 }),
  sink('window'),
] as const;
const splits = [
  log('s0', [
    [1, 0],
    [2, 12],
    [3, 25],
  ]),
];
const promises = ['exactly-once', 'at-least-once', 'validity', 'progress'] as const;
const kase = makeCase({ operators, splits, promises });
const rows = [pane(0, 10, [1]), pane(10, 20, [2]), pane(20, 30, [3])];

const corrupt: Fault = {
  when: { at: 1 },
  action: { kind: 'disk', effect: 'corrupt-file', node: 'tm0', durationMs: 1 },
};
const effect = { kind: 'fault', fault: 0, event: 'effect', detail: '' };

describe('runs that prove nothing', () => {
  test('an empty history decides nothing', () => {
    const verdict = checkHistory(kase, []);
    expect([verdict.status, verdict.unknowns.map(unknownLine)[0]]).toEqual([
      'unknown',
      'the history is empty',
    ]);
    expect(verdict.guarantees['exactly-once']).toBe('unknown');
  });

  test('a history that was cut off decides nothing, whatever is in it', () => {
    const verdict = checkHistory(kase, history(kase, [{ rows }]).slice(0, -1));
    expect([verdict.status, verdict.anomalies]).toEqual(['unknown', []]);
  });

  test('a fault without effect makes the run vacuous, one with effect does not', () => {
    const faulty: Case = { ...kase, schedule: [corrupt] };
    const without = checkHistory(faulty, history(faulty, [{ rows }]));
    expect([without.status, without.unknowns.map(unknownLine)]).toEqual([
      'unknown',
      ['vacuous: fault 0 (disk) never took effect'],
    ]);
    const having = checkHistory(faulty, history(faulty, [{ rows }], { events: [effect] }));
    expect([having.status, having.coverage['faults-with-effect']]).toEqual(['valid', 1]);
  });

  test('without a completed checkpoint exactly-once was not put to the test', () => {
    const verdict = checkHistory(kase, history(kase, []));
    expect(verdict.unknowns.map(unknownLine)).toContain('vacuous: no checkpoint completed');
  });

  test('a limit that was hit leaves the run unknown', () => {
    const events = [{ kind: 'limit', limit: 'simulation steps', value: 1 }];
    expect(checkHistory(kase, history(kase, [{ rows }], { events })).status).toBe('unknown');
  });
});

describe('progress', () => {
  const some = [{ rows: rows.slice(0, 1), offsets: { s0: 2 } }];

  test('standing still with time to spare is a stall', () => {
    const end = { outcome: 'deadline', healedAt: 10 } as const;
    const verdict = checkHistory(kase, history(kase, some, { end }));
    expect([verdict.status, verdict.anomalies.map((a) => a.name)]).toEqual(['invalid', ['stall']]);
    expect(verdict.guarantees['at-least-once']).toBe('unknown');
  });

  test('a deadline right after the last fault is unknown', () => {
    const end = { outcome: 'deadline', healedAt: 59_000 } as const;
    const verdict = checkHistory(kase, history(kase, some, { end }));
    expect([verdict.status, verdict.anomalies]).toEqual(['unknown', []]);
  });

  test('giving up over a checkpoint that a fault damaged is legal; safety is still judged', () => {
    const faulty: Case = { ...kase, schedule: [corrupt] };
    const end = { outcome: 'failed', reason: 'checkpoint 1 is unreadable' } as const;
    const legal = checkHistory(faulty, history(faulty, some, { end, events: [effect] }));
    expect([legal.status, legal.coverage['gave-up-legally']]).toEqual(['valid', 1]);
    const bad = [{ rows: [...rows.slice(0, 1), pane(10, 20, [99])] }];
    const phantom = checkHistory(faulty, history(faulty, bad, { end, events: [effect] }));
    expect(phantom.anomalies.map((a) => a.name)).toEqual(['phantom']);
  });

  test('giving up for no reason is a stall', () => {
    const end = { outcome: 'failed', reason: 'checkpoint 1 is unreadable' } as const;
    const verdict = checkHistory(kase, history(kase, some, { end }));
    expect(verdict.anomalies.map((a) => a.name)).toEqual(['stall']);
  });
});

describe('stopping', () => {
  const stopped = (kind: 'drain' | 'suspend'): Case =>
    makeCase({ operators, splits, promises, options: { stop: { kind, atMs: 5 } } });

  test('a suspended job owes what its savepoint had passed, and no more', () => {
    const suspended = stopped('suspend');
    const end = { outcome: 'suspended' } as const;
    const check = (shown: typeof rows): readonly string[] =>
      checkHistory(
        suspended,
        history(suspended, [{ rows: shown, offsets: { s0: 2 } }], { end }),
      ).anomalies.map((a) => a.name);
    expect(check([pane(0, 10, [1])])).toEqual([]);
    expect(check([])).toEqual(['missing-fire']);
    expect(check([pane(0, 10, [1]), pane(10, 20, [2])])).toEqual(['early-fire']);
  });

  test('a drained job fires everything it had read', () => {
    const drained = stopped('drain');
    const check = (shown: typeof rows): readonly string[] =>
      checkHistory(drained, history(drained, [{ rows: shown, offsets: { s0: 2 } }])).anomalies.map(
        (a) => a.name,
      );
    expect(check([pane(0, 10, [1]), pane(10, 20, [2])])).toEqual([]);
    expect(check([pane(0, 10, [1])])).toEqual(['missing-fire']);
    expect(check(rows)).toEqual(['phantom']);
  });
});

describe('what waits in a savepoint is not owed', () => {
  const suspend = { stop: { kind: 'suspend', atMs: 5 } } as const;
  const end = { outcome: 'suspended' } as const;
  const names = (
    stages: readonly OperatorSpec[],
    records: Parameters<typeof log>[1],
    shown: readonly Row[],
  ): readonly string[] => {
    const made = makeCase({
      operators: [operators[0], operators[1], ...stages],
      splits: [log('s0', records)],
      promises,
      options: suspend,
    });
    const all = { s0: records.length };
    return checkHistory(
      made,
      history(made, [{ rows: shown, offsets: all }], { end }),
    ).anomalies.map((anomaly) => anomaly.name);
  };

  test('a timer set behind the watermark fires when the watermark advances, not before', () => {
    const fn = { fn: 'bucket-timer', sizeMs: 10 };
    const stage = { kind: 'process', id: 'process', input: 'keyed', parallelism: 1, fn } as const;
    const bucket = (ids: readonly number[]): Row => ({
      key: 'k',
      ts: 9,
      value: { bucket: 9, ids, n: ids.length },
    });
    const check = (records: Parameters<typeof log>[1], shown: readonly Row[]): readonly string[] =>
      names([stage, sink('process')], records, shown);
    const late = [
      [1, 0],
      [2, 12],
      [3, 5],
    ] as const;
    expect(check(late, [bucket([1])])).toEqual([]);
    expect(check(late, [bucket([1]), bucket([3])])).toEqual([]);
    expect(check(late, [])).toEqual(['lost-timer']);
    expect(check([...late, [4, 14]], [bucket([3])])).toEqual(['loss']);
  });

  test('behind a window: what the window had not fired', () => {
    const reduce = {
      kind: 'reduce',
      id: 'total',
      input: 'window',
      parallelism: 1,
      aggregate: { fn: 'collect', field: 'n' },
    } as const;
    const total = (ts: number, ids: readonly number[]): Row => ({
      key: 'k',
      ts,
      value: { n: ids.length, sum: 0, ids },
    });
    const check = (shown: readonly Row[]): readonly string[] =>
      names(
        [operators[2], reduce, sink('total')],
        [
          [1, 0],
          [2, 12],
          [3, 25],
        ],
        shown,
      );
    expect(check([total(9, [1]), total(19, [1, 2])])).toEqual([]);
    expect(check([total(9, [1])])).toEqual(['loss']);
  });
});

describe('a coordinator that dies before it tells the offsets of the last checkpoint', () => {
  const drained = makeCase({
    operators,
    splits,
    promises,
    options: { stop: { kind: 'drain', atMs: 5 } },
  });
  const restored = (read: number): readonly HistoryEvent[] =>
    [
      { kind: 'attempt', t: 0, attempt: 1, leader: 1, restored: null, cause: 'start' },
      { kind: 'attempt', t: 1, attempt: 2, leader: 2, restored: 1, cause: 'new leader' },
      {
        kind: 'restore',
        t: 2,
        attempt: 2,
        checkpoint: 1,
        operator: 'source',
        subtask: 0,
        offsets: { s0: read },
      },
      {
        kind: 'visible',
        t: 3,
        sink: 'sink',
        subtask: 0,
        attempt: 2,
        transaction: 'sink/0',
        checkpoint: 1,
        rows: rows.slice(0, 2),
      },
      { kind: 'end', t: 4, outcome: 'finished', reason: '', healedAt: 0, messages: 0 },
    ] as const;
  const check = (read: number): readonly string[] =>
    checkHistory(drained, [header(drained), ...restored(read)]).anomalies.map((a) => a.name);

  test('without a word of what was read the run decides nothing', () => {
    const silent = restored(2).filter((event) => event.kind !== 'restore');
    const verdict = checkHistory(drained, [header(drained), ...silent]);
    expect([verdict.status, verdict.anomalies]).toEqual(['unknown', []]);
    expect(verdict.guarantees['exactly-once']).toBe('not-checked');
  });

  test('the sources tell what they restored, and that is what is owed', () => {
    expect(check(2)).toEqual([]);
    expect(check(3)).toEqual(['missing-fire']);
  });
});

describe('self-reported watermarks', () => {
  const report = (operator: string, watermark: number): Record<string, unknown> => ({
    kind: 'watermark',
    attempt: 1,
    operator,
    subtask: 0,
    watermark,
  });
  const names = (...events: Record<string, unknown>[]): readonly string[] =>
    checkHistory(kase, history(kase, [{ rows }], { events })).anomalies.map((a) => a.name);
  const end = Number.MAX_SAFE_INTEGER;

  test('they follow the sources', () => {
    expect(names(report('source', 5), report('window', 5))).toEqual([]);
    expect(names(report('source', 5), report('window', 6))).toEqual(['watermark-overtake']);
  });

  test('they never go back', () => {
    expect(names(report('window', 5), report('window', 4))).toEqual(['watermark-regression']);
  });

  test('they reach the end when the job does', () => {
    const ended = report('source', end);
    expect(names(ended, report('window', end))).toEqual([]);
    expect(names(ended, report('window', 7))).toEqual(['watermark-stall']);
  });
});

describe('a job that gave up owes what it had committed', () => {
  const faulty: Case = { ...kase, schedule: [corrupt] };
  const single: Case = {
    ...faulty,
    pipeline: {
      ...faulty.pipeline,
      operators: faulty.pipeline.operators.map((operator) =>
        operator.kind === 'sink' ? { ...operator, parallelism: 1 } : operator,
      ),
    },
  };
  const end = { outcome: 'failed', reason: 'checkpoint 3 is unreadable' } as const;
  const check = (commits: Parameters<typeof history>[1]): readonly string[] =>
    checkHistory(single, history(single, commits, { end, events: [effect] })).anomalies.map(
      ({ name }) => name,
    );

  test('the panes that fired before the last one that shows', () => {
    const [first, second] = rows as [Row, Row];
    const all = [
      { rows: [first], offsets: { s0: 2 } },
      { rows: [second], offsets: { s0: 3 } },
    ];
    expect(check(all)).toEqual([]);
    expect(check(all.slice(0, 1))).toEqual([]);
    expect(check([{ rows: [], offsets: { s0: 2 } }, all[1] as (typeof all)[0]])).toEqual([
      'missing-fire',
    ]);
  });
});
