/**
 * Lateness is set-valued: what the input and the checkpoint cuts make certain is demanded, the rest
 * is allowed either way.
 */
import { describe, expect, test } from 'vitest';
import { checkHistory } from '../../../support/checker/verified.ts';
import type { Case } from '../../../../src/model/case.ts';
import type { SplitLog } from '../../../../src/model/workload.ts';
import { history, log, pane, type Commit } from '../by-hand.ts';
import { makeCase } from '../legal-run.ts';
import { session, sink, source, window } from '../pipelines.ts';

const keyed = { kind: 'key-by', id: 'keyed', input: 'source', key: { fn: 'key' } } as const;

function lateCase(splits: readonly SplitLog[], bound = 0, lateOutput = true): Case {
  const names = splits.map(({ split }) => split);
  const assigner = { kind: 'tumbling', sizeMs: 10, offsetMs: 0 } as const;
  return makeCase({
    operators: [
      source(names, bound),
      keyed,
      window(assigner, 'collect', { lateOutput }),
      sink('window'),
      ...(lateOutput ? [sink('window.late', 'two-phase', 'late')] : []),
    ],
    splits,
    promises: ['exactly-once', 'watermark-sound', 'watermark-live'],
  });
}

const names = (kase: Case, commits: readonly Commit[]): readonly string[] =>
  checkHistory(kase, history(kase, commits)).anomalies.map((anomaly) => anomaly.name);

const lateAt = (ts: number, ...ids: readonly number[]): Commit => ({
  sink: 'late',
  rows: ids.map((id) => ({ key: 'k', ts, value: { id, amount: 1 } })),
});
const late = (...ids: readonly number[]): Commit => lateAt(5, ...ids);

describe('one split: the record order decides', () => {
  const kase = lateCase([
    log('s0', [
      [1, 0],
      [2, 100],
      [3, 5],
    ]),
  ]);
  const tail = pane(100, 110, [2]);

  test('a record behind its own split is late', () => {
    expect(names(kase, [{ rows: [pane(0, 10, [1]), tail] }, late(3)])).toEqual([]);
  });

  test('and must not be counted', () => {
    expect(names(kase, [{ rows: [pane(0, 10, [1, 3]), tail] }])).toContain('late-included');
  });

  test('nor vanish from both outputs', () => {
    expect(names(kase, [{ rows: [pane(0, 10, [1]), tail] }])).toEqual(['loss', 'side-output-loss']);
  });

  test('nor be in both', () => {
    const both = names(kase, [{ rows: [pane(0, 10, [1]), pane(0, 10, [3]), tail] }, late(3)]);
    expect(both).toContain('late-included');
  });
});

describe('two splits: the schedule decides', () => {
  const kase = lateCase([
    log('s0', [
      [1, 0],
      [2, 100],
    ]),
    log('s1', [
      [3, 100],
      [4, 5],
      [5, 100],
    ]),
  ]);
  const tail = pane(100, 110, [2, 3, 5]);

  test('a record that may be late may be in the pane', () => {
    expect(names(kase, [{ rows: [pane(0, 10, [1, 4]), tail] }])).toEqual([]);
  });

  test('or in the late output', () => {
    expect(names(kase, [{ rows: [pane(0, 10, [1]), tail] }, late(4)])).toEqual([]);
  });

  test('but not in neither, and not in both', () => {
    expect(names(kase, [{ rows: [pane(0, 10, [1]), tail] }])).toEqual(['side-output-loss']);
    expect(names(kase, [{ rows: [pane(0, 10, [1, 4]), tail] }, late(4)])).toEqual(['duplicate']);
  });

  test('a record that nothing can make late must be in the pane', () => {
    const found = names(kase, [{ rows: [pane(0, 10, [4]), tail] }, lateAt(0, 1)]);
    expect(found).toContain('ontime-dropped');
  });

  test('a cut narrows it: the other split had not moved when the record was read', () => {
    const rows = [pane(0, 10, [1])];
    const offsets = { s0: 1, s1: 2 };
    const found = names(kase, [{ rows: [], offsets }, { rows: [...rows, tail] }, { ...late(4) }]);
    expect(found).toContain('ontime-dropped');
  });

  test('a pane cannot be committed before the watermark could pass it', () => {
    const offsets = { s0: 1, s1: 2 };
    const found = names(kase, [{ rows: [pane(0, 10, [1, 4])], offsets }, { rows: [tail] }]);
    expect(found).toEqual(['early-fire']);
  });
});

describe('idleness', () => {
  test('an idle split may be overtaken, so its records may be late', () => {
    const splits = [
      log('s0', [[1, 0, 200]]),
      log('s1', [
        [3, 100],
        [5, 200],
      ]),
    ];
    const base = lateCase(splits);
    const [first, ...rest] = base.pipeline.operators;
    if (first?.kind !== 'source') throw new Error('the source comes first');
    const operators = [{ ...first, watermark: { ...first.watermark, idlenessMs: 50 } }, ...rest];
    const idle: Case = { ...base, pipeline: { ...base.pipeline, operators } };
    const rows = [pane(100, 110, [3]), pane(200, 210, [5])];
    expect(names(idle, [{ rows }, lateAt(0, 1)])).toEqual([]);
    expect(names(base, [{ rows }, lateAt(0, 1)])).toContain('ontime-dropped');
  });
});

describe('sessions exactly one gap apart', () => {
  const sessionCase = (splits: readonly SplitLog[], bound: number): Case =>
    makeCase({
      operators: [
        source(
          splits.map((s) => s.split),
          bound,
        ),
        keyed,
        window(session, 'collect'),
        sink('window'),
      ],
      splits,
      promises: ['exactly-once', 'watermark-sound'],
    });

  test('merge when the first must still be open', () => {
    const kase = sessionCase(
      [
        log('s0', [
          [1, 0],
          [2, 9],
        ]),
      ],
      20,
    );
    expect(names(kase, [{ rows: [pane(0, 18, [1, 2])] }])).toEqual([]);
    expect(names(kase, [{ rows: [pane(0, 9, [1]), pane(9, 18, [2])] }])).toEqual([
      'window-content',
    ]);
  });

  test('may do either when the watermark can just have passed the first', () => {
    const splits = [
      log('s0', [
        [1, 0],
        [3, 9],
      ]),
      log('s1', [
        [4, 9],
        [2, 9],
      ]),
    ];
    const kase = sessionCase(splits, 0);
    expect(names(kase, [{ rows: [pane(0, 18, [1, 2, 3, 4])] }])).toEqual([]);
  });

  test('and never merge one more apart', () => {
    const kase = sessionCase(
      [
        log('s0', [
          [1, 0],
          [2, 10],
        ]),
      ],
      20,
    );
    expect(names(kase, [{ rows: [pane(0, 9, [1]), pane(10, 19, [2])] }])).toEqual([]);
    expect(names(kase, [{ rows: [pane(0, 19, [1, 2])] }])).toContain('window-content');
  });
});
