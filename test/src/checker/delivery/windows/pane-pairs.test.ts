/**
 * What several panes of one window may share: nothing across a restart, all that came before within
 * an attempt, and each late record by itself.
 */
import { describe, expect, test } from 'vitest';
import { checkHistory } from '../../../../support/checker/verified.ts';
import type { HistoryEvent } from '../../../../../src/model/history.ts';
import type { Row } from '../../../../../src/model/value.ts';
import { log, pane } from '../../by-hand.ts';
import { header, makeCase } from '../../legal-run.ts';
import { sink, source, window } from '../../pipelines.ts';

const late = [
  log('s0', [
    [1, 1],
    [2, 12],
    [3, 2],
    [4, 3],
    [5, 40],
  ]),
];

interface Commit {
  readonly rows: readonly Row[];
  readonly read: number;
  /** The attempt after this commit fails, and its successor restores it. */
  readonly fails?: boolean;
}

function names(allowedLatenessMs: number, commits: readonly Commit[]): readonly string[] {
  const kase = makeCase({
    operators: [
      source(['s0'], 0),
      { kind: 'key-by', id: 'keyed', input: 'source', key: { fn: 'key' } },
      window({ kind: 'tumbling', sizeMs: 10, offsetMs: 0 }, 'collect', { allowedLatenessMs }),
      sink('window'),
    ],
    splits: late,
    promises: ['exactly-once', 'watermark-sound'],
  });
  let attempt = 1;
  const events: Record<string, unknown>[] = [
    { kind: 'attempt', attempt, leader: 1, restored: null, cause: 'start' },
  ];
  commits.forEach(({ rows, read, fails }, i) => {
    const checkpoint = i + 1;
    const offsets = { s0: read };
    const about = { sink: 'sink', subtask: 0, attempt, transaction: `t${i}`, checkpoint };
    events.push(
      { kind: 'checkpoint', checkpoint, attempt, event: 'triggered', offsets: null, reason: null },
      { kind: 'checkpoint', checkpoint, attempt, event: 'completed', offsets, reason: null },
      { kind: 'visible', ...about, rows },
    );
    if (fails !== true) return;
    attempt++;
    events.push({ kind: 'attempt', attempt, leader: 1, restored: checkpoint, cause: 'a crash' });
  });
  events.push({ kind: 'end', outcome: 'finished', reason: '', healedAt: 0, messages: 0 });
  const timed = events.map((event, t) => ({ t, ...event }) as unknown as HistoryEvent);
  return checkHistory(kase, [header(kase), ...timed]).anomalies.map((anomaly) => anomaly.name);
}

const rest = [pane(10, 20, [2]), pane(40, 50, [5])];

describe('a window that was cleaned when it fired', () => {
  test('is not begun again within an attempt', () => {
    expect(names(0, [{ rows: [pane(0, 10, [1]), ...rest], read: 5 }])).toEqual([]);
    expect(names(0, [{ rows: [pane(0, 10, [1]), pane(0, 10, [3]), ...rest], read: 5 }])).toEqual([
      'late-included',
    ]);
  });

  test('may be begun again by what a later attempt reads, and by that alone', () => {
    const first = { rows: [pane(0, 10, [1])], read: 2, fails: true };
    expect(names(0, [first, { rows: [pane(0, 10, [3, 4]), ...rest], read: 5 }])).toEqual([]);
    const read = { ...first, read: 3 };
    expect(names(0, [read, { rows: [pane(0, 10, [3, 4]), ...rest], read: 5 }])).toEqual([
      'late-included',
    ]);
  });
});

describe('a window that is kept', () => {
  const grown = [pane(0, 10, [1, 3]), pane(0, 10, [1, 3, 4])];

  test('fires with each late record', () => {
    expect(names(50, [{ rows: [pane(0, 10, [1]), ...grown, ...rest], read: 5 }])).toEqual([]);
  });

  test('never gains two late records at once within an attempt', () => {
    const rows = [pane(0, 10, [1]), pane(0, 10, [1, 3, 4]), ...rest];
    expect(names(50, [{ rows, read: 5 }])).toEqual(['window-content']);
    const first = { rows: [pane(0, 10, [1])], read: 2, fails: true };
    expect(names(50, [first, { rows: rows.slice(1), read: 5 }])).toEqual([]);
  });

  test('does not lose what it held', () => {
    const rows = [pane(0, 10, [1]), pane(0, 10, [1, 3]), pane(0, 10, [1, 4]), ...rest];
    expect(names(50, [{ rows, read: 5 }])).toContain('double-fire');
  });
});
