/**
 * Small histories written by hand: one attempt, one checkpoint, rows as a test wants them.
 */
import type { Case } from '../../../src/model/case.ts';
import type { EndEvent, HistoryEvent } from '../../../src/model/history.ts';
import type { Row } from '../../../src/model/value.ts';
import type { SplitLog } from '../../../src/model/workload.ts';
import { header } from './legal-run.ts';

/** A log of records `[id, ts, at]` under key `k`; `at` is the index unless given. */
export function log(
  split: string,
  records: readonly (readonly [id: number, ts: number, at?: number])[],
): SplitLog {
  return {
    split,
    records: records.map(([id, ts, at = 0], i) => ({
      id,
      at: Math.max(at, i),
      ts,
      key: 'k',
      value: { id, amount: 1 },
    })),
  };
}

export const pane = (start: number, end: number, ids: readonly number[]): Row => ({
  key: 'k',
  ts: end - 1,
  value: { start, end, result: { n: ids.length, sum: ids.length, ids } },
});

export interface Commit {
  readonly sink?: string;
  readonly rows: readonly Row[];
  /** Next offsets of the checkpoint; all records unless given. */
  readonly offsets?: Readonly<Record<string, number>>;
}

/** One checkpoint per commit, each completed and then made visible. */
export function history(
  kase: Case,
  commits: readonly Commit[],
  more: { end?: Partial<EndEvent>; events?: readonly Record<string, unknown>[] } = {},
): HistoryEvent[] {
  const all = Object.fromEntries(
    kase.workload.splits.map(({ split, records }) => [split, records.length]),
  );
  const events: Record<string, unknown>[] = [
    { kind: 'attempt', attempt: 1, leader: 1, restored: null, cause: 'start' },
  ];
  commits.forEach(({ sink = 'sink', rows, offsets = all }, i) => {
    const checkpoint = i + 1;
    const about = { sink, subtask: 0, attempt: 1, transaction: `${sink}/${i}` };
    events.push(
      { kind: 'checkpoint', checkpoint, attempt: 1, event: 'completed', offsets, reason: null },
      { kind: 'visible', ...about, checkpoint, rows },
    );
  });
  events.push(...(more.events ?? []));
  events.push({
    kind: 'end',
    outcome: 'finished',
    reason: '',
    healedAt: 0,
    messages: 0,
    ...more.end,
  });
  return [header(kase), ...events.map((event, t) => ({ t, ...event }) as unknown as HistoryEvent)];
}
