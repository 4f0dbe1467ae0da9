/** The end as a moment: too late, before what is due is visible, or no end at all. */
import { describe, expect, test } from 'vitest';

import { checkHistory } from '../../../support/checker/verified.ts';
import { recoveryBoundMs } from '../../../../src/checker/liveness/completeness.ts';
import type { Fault } from '../../../../src/model/fault.ts';
import type { HistoryEvent } from '../../../../src/model/history.ts';
import type { SinkSpec } from '../../../../src/model/pipeline.ts';
import { WATERMARK_MAX } from '../../../../src/model/value.ts';
import { log } from '../by-hand.ts';
import { makeCase } from '../legal-run.ts';
import { sink, source } from '../pipelines.ts';
import {
  attempt,
  checkpoint,
  fault,
  found,
  job,
  judge,
  report,
  shown,
  timedHistory,
  type Timed,
} from './timed.ts';

const splits = [
  log('s0', [
    [1, 0, 600],
    [2, 1, 1_000],
  ]),
];
const of = (connector: SinkSpec['connector'] = 'two-phase', schedule: readonly Fault[] = []) =>
  makeCase({ operators: [source(['s0'], 0), sink('source', connector)], splits, schedule });
const rows = [1, 2].map((id) => ({ key: 'k', ts: id - 1, value: { id, amount: 1 } }));
const start: Timed = [300, attempt(1)];
const last = (reason = 'final'): Timed[] => checkpoint(1, 1_010, { offsets: { s0: 2 }, reason });

describe('the job ends in time', () => {
  const kase = of();
  const dueMs = 1_000 + recoveryBoundMs(kase);
  const ending = (t: number): Timed[] => [start, ...last(), [1_016, shown(rows)], [t, job()]];

  test('after its last input and its time to recover', () => {
    expect(judge(kase, ending(dueMs))).toEqual([]);
    expect(judge(kase, ending(dueMs + 100))).toEqual(['stall']);
  });

  test('when nobody wrote down when it said so, nothing is asked', () => {
    const events = ending(dueMs).slice(0, -1);
    expect(judge(kase, events, { endsAt: 2 * dueMs })).toEqual([]);
  });

  test('later if a fault keeps it from that', () => {
    const action = { kind: 'crash', node: 'jm', restartAfterMs: 5_000 } as const;
    const faults: Timed[] = [
      [1_005, fault(0, 'injected')],
      [1_005, fault(0, 'effect')],
      [6_005, fault(0, 'healed')],
    ];
    const crashed = of('two-phase', [{ when: { at: 1_005 }, action }]);
    expect(judge(crashed, [...faults, ...ending(dueMs + 4_000)])).toEqual([]);
  });
});

describe('what is due is visible at the end', () => {
  const after = (t: number, connector?: SinkSpec['connector'], by = 1): string[] => {
    const checkpointId = connector === undefined ? 1 : null;
    const visible = shown(rows, { checkpoint: checkpointId, attempt: by });
    const events: Timed[] = [start, ...last(), [1_018, job()], [t, visible]];
    return judge(of(connector), events, { endsAt: 2_600 }).filter((name) =>
      name.startsWith('premature'),
    );
  };

  test('a transaction that is committed later is not', () => {
    expect(after(1_017)).toEqual([]);
    expect(after(1_020)).toEqual(['premature-finish sink']);
  });

  test('rows that a plain sink writes later are not', () => {
    expect(after(1_017, 'append')).toEqual([]);
    expect(after(1_020, 'append')).toEqual(['premature-finish sink']);
  });

  test('what a superseded attempt repeats later is not owed', () => {
    const visible = shown(rows, { checkpoint: null });
    const again: Timed[] = [
      [400, attempt(2)],
      [1_016, shown(rows, { checkpoint: null, attempt: 2 })],
      [1_018, job()],
      [1_020, visible],
    ];
    const names = judge(of('append'), [start, ...last(), ...again], { endsAt: 2_600 });
    expect(names.filter((name) => name.startsWith('premature'))).toEqual([]);
  });

  test('a job that gave up owes nothing', () => {
    const events: Timed[] = [start, ...last(), [1_018, job('failed')], [1_020, shown(rows)]];
    expect(judge(of(), events)).not.toContain('premature-finish sink');
  });
});

describe('histories of the simulator of before there was a moment', () => {
  const nodes = ['jm', 'tm0', 'tm1', 'tm2'].map((node): Timed => [
    0,
    { kind: 'node', node, event: 'started', incarnation: 1 },
  ]);
  const shownAt = (t: number, more: { endsAt: number; subject?: string }): string[] =>
    judge(of(), [...nodes, start, ...last(), [t, shown(rows)]], {
      subject: 'reference engine, simulated',
      ...more,
    }).filter((name) => name.startsWith('premature'));

  test('went on for 1.5 s after it: what showed shortly before the recorder stopped is late', () => {
    expect(shownAt(1_250, { endsAt: 2_600 })).toEqual([]);
    expect(shownAt(1_350, { endsAt: 2_600 })).toEqual(['premature-finish sink']);
  });

  test('say nothing if somebody else wrote them, or no job can have ended so early', () => {
    expect(shownAt(1_350, { endsAt: 2_600, subject: 'another' })).toEqual([]);
    expect(shownAt(1_350, { endsAt: 1_360 })).toEqual([]);
  });
});

describe('a job that is over', () => {
  const restored: Timed[] = [start, ...last(), [1_100, attempt(2, 1)], [1_120, shown(rows)]];
  const working = (...work: Timed[]): string[] =>
    judge(of(), [...restored, ...work, [1_300, job()]], { endsAt: 2_600 });

  test('commits what its last checkpoint holds', () => {
    expect(working()).toEqual([]);
    expect(working([1_130, report('source', WATERMARK_MAX, { attempt: 2 })])).toEqual([]);
  });

  test('moves no event time', () => {
    expect(working([1_130, report('source', 0, { attempt: 2 })])).toContain('work-after-end');
  });

  test('takes no checkpoint', () => {
    const again = checkpoint(2, 1_150, { offsets: { s0: 2 }, attempt: 2 });
    expect(working(...again)).toContain('work-after-end');
  });

  test('writes nothing', () => {
    const of2 = { sink: 'sink', subtask: 0, attempt: 2, checkpoint: null, transaction: 'x' };
    const opened = { kind: 'transaction', event: 'opened', ...of2 };
    expect(working([1_150, opened])).toContain('work-after-end');
  });

  test('starts no attempt', () => {
    const events: Timed[] = [start, ...last(), [1_016, shown(rows)], [1_020, job()]];
    const names = judge(of(), [...events, [1_400, attempt(2, 1)]], { endsAt: 2_600 });
    expect(names).toEqual(['work-after-end']);
  });

  test('is not over when a checkpoint that was not the last one is restored', () => {
    const events: Timed[] = [
      start,
      ...checkpoint(1, 700, { offsets: { s0: 1 } }),
      [706, shown(rows.slice(0, 1))],
      [800, attempt(2, 1)],
      [1_001, report('source', 0, { attempt: 2 })],
      ...checkpoint(2, 1_010, { offsets: { s0: 2 }, attempt: 2, reason: 'final' }),
      [1_016, shown(rows.slice(1), { checkpoint: 2, attempt: 2 })],
      [1_018, job()],
    ];
    expect(judge(of(), events)).toEqual([]);
  });

  test('the explanation says what the attempt did', () => {
    const again = checkpoint(2, 1_150, { offsets: { s0: 2 }, attempt: 2 });
    const history: HistoryEvent[] = timedHistory(of(), [...restored, ...again, [1_300, job()]]);
    const verdict = checkHistory(of(), history);
    expect(found(verdict)).toEqual(['work-after-end']);
    expect(verdict.anomalies[0]?.explanation.sentence).toBe(
      'Attempt 2 took checkpoint 2 at 1150 ms, though the job was over.',
    );
  });
});
