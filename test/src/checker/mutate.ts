/**
 * One planted anomaly each: functions that turn a legal history into one that is wrong in exactly
 * one way. They return null when the history offers no place for it.
 */
import type {
  CheckpointEvent,
  HistoryEvent,
  VisibleEvent,
  WrittenEvent,
} from '../../../src/model/history.ts';
import type { Row, Value, ValueObject } from '../../../src/model/value.ts';

export type Mutation = (history: readonly HistoryEvent[]) => HistoryEvent[] | null;

type RowsEvent = VisibleEvent | WrittenEvent;

const copy = (history: readonly HistoryEvent[]): HistoryEvent[] => structuredClone([...history]);

export const visibleOf = (history: readonly HistoryEvent[], sink = 'sink'): VisibleEvent[] =>
  history.filter((e): e is VisibleEvent => e.kind === 'visible' && e.sink === sink);

/** Changes the rows of the transaction of `event` wherever they appear. */
function rewrite(
  history: HistoryEvent[],
  event: VisibleEvent,
  change: (rows: readonly Row[]) => readonly Row[],
): void {
  for (const other of history) {
    if (other.kind !== 'visible' && other.kind !== 'written') continue;
    if (other.sink !== event.sink || other.transaction !== event.transaction) continue;
    (other as { rows: RowsEvent['rows'] }).rows = change(other.rows);
  }
}

const retime = (history: HistoryEvent[]): HistoryEvent[] => {
  history.forEach((event, i) => {
    if (event.kind !== 'header') (event as { t: number }).t = i;
  });
  return history;
};

export const withRow = (value: Value, members: ValueObject): Value => ({
  ...(value as ValueObject),
  ...members,
});

/** Applies `change` to the rows of the first transaction it returns other rows for. */
export function changeRows(
  change: (rows: readonly Row[], event: VisibleEvent) => readonly Row[] | null,
  sink = 'sink',
): Mutation {
  return (history) => {
    const next = copy(history);
    for (const event of visibleOf(next, sink)) {
      const rows = change(event.rows, event);
      if (rows === null) continue;
      rewrite(next, event, () => rows);
      return next;
    }
    return null;
  };
}

export const dropRow = (sink = 'sink'): Mutation =>
  changeRows((rows) => (rows.length > 1 ? rows.slice(1) : null), sink);

export const changeValue = (change: (value: Value) => Value | null, sink = 'sink'): Mutation =>
  changeRows((rows) => {
    const at = rows.findIndex((row) => change(row.value) !== null);
    if (at < 0) return null;
    return rows.map((row, i) => (i === at ? { ...row, value: change(row.value) } : row));
  }, sink);

export const changeKey: Mutation = changeRows((rows) =>
  rows.map((row, i) => (i === 0 ? { ...row, key: row.key === 'k0' ? 'k1' : 'k0' } : row)),
);

export const addRow = (row: (first: Row) => Row): Mutation =>
  changeRows((rows) => (rows[0] === undefined ? null : [...rows, row(rows[0])]));

/** The whole transaction becomes visible once more. */
export const showAgain: Mutation = (history) => {
  const next = copy(history);
  const [event] = visibleOf(next);
  if (event === undefined) return null;
  next.splice(next.length - 1, 0, structuredClone(event));
  return retime(next);
};

/** A row of a transaction appears in another one: `which` picks the other by attempt. */
export function repeatRow(which: 'later' | 'same' | 'earlier'): Mutation {
  return (history) => {
    const next = copy(history);
    const events = visibleOf(next);
    const attemptOf = (event: VisibleEvent): number => Number(event.transaction?.split('/')[2]);
    for (const [i, from] of events.entries()) {
      const into = events.slice(i + 1).find((event) => {
        if (event.subtask !== from.subtask) return false;
        const [a, b] = [attemptOf(from), attemptOf(event)];
        return which === 'later' ? b > a : which === 'same' && a === b;
      });
      const [row] = from.rows;
      if (into === undefined || row === undefined) continue;
      rewrite(next, into, (rows) => [...rows, row]);
      return next;
    }
    return null;
  };
}

/** Only part of a transaction ever becomes visible. */
export const tear: Mutation = (history) => {
  const next = copy(history);
  const event = visibleOf(next).find(({ rows }) => rows.length > 1);
  if (event === undefined) return null;
  (event as { rows: readonly Row[] }).rows = event.rows.slice(1);
  return next;
};

/** A transaction becomes visible in two steps. */
export const tearForAWhile: Mutation = (history) => {
  const next = copy(history);
  const event = visibleOf(next).find(({ rows }) => rows.length > 1);
  if (event === undefined) return null;
  const rest = { ...structuredClone(event), rows: event.rows.slice(1) };
  (event as { rows: readonly Row[] }).rows = event.rows.slice(0, 1);
  next.splice(next.indexOf(event) + 1, 0, rest);
  return retime(next);
};

/** Moves the commit before the completion of its checkpoint. */
export const showEarly: Mutation = (history) => {
  const next = copy(history);
  for (const event of visibleOf(next)) {
    const at = next.findIndex((e) => e.kind === 'checkpoint' && covers(e, event));
    const prepared = next.findIndex(
      (e) =>
        e.kind === 'transaction' && e.transaction === event.transaction && e.event === 'prepared',
    );
    if (at < 0 || prepared < 0 || prepared > at) continue;
    next.splice(next.indexOf(event), 1);
    next.splice(prepared + 1, 0, event);
    return retime(next);
  }
  return null;
};

function covers(event: CheckpointEvent, visible: VisibleEvent): boolean {
  return event.event === 'completed' && event.checkpoint >= (visible.checkpoint ?? Infinity);
}

/** Two transactions of one subtask become visible in the wrong order. */
export const swapCommits: Mutation = (history) => {
  const next = copy(history);
  const events = visibleOf(next);
  for (const [i, first] of events.entries()) {
    const second = events.slice(i + 1).find((e) => e.subtask === first.subtask);
    if (second === undefined || second.checkpoint === first.checkpoint) continue;
    next.splice(next.indexOf(first), 1);
    next.splice(next.indexOf(second) + 1, 0, first);
    return retime(next);
  }
  return null;
};

/**
 * An aborted transaction of a failed attempt becomes visible; `silently`: its abort is not told.
 */
export function showAborted(silently: boolean): Mutation {
  return (history) => {
    const next = copy(history);
    const aborted = next.find((e) => e.kind === 'transaction' && e.event === 'aborted');
    if (aborted?.kind !== 'transaction') return null;
    const written = next.find((e) => e.kind === 'written' && e.transaction === aborted.transaction);
    if (written?.kind !== 'written') return null;
    const { sink, subtask, attempt, checkpoint, transaction } = aborted;
    const shown: VisibleEvent = {
      kind: 'visible',
      t: 0,
      sink,
      subtask,
      attempt,
      transaction,
      checkpoint,
      rows: written.rows,
    };
    const at = next.indexOf(aborted);
    next.splice(at, silently ? 1 : 0);
    next.splice(at + 1, 0, shown);
    return retime(next);
  };
}

/** Swaps two neighbouring rows of one transaction for which `fits`. */
export const swapRows = (fits: (a: Row, b: Row) => boolean): Mutation =>
  changeRows((rows) => {
    const at = rows.findIndex((row, i) => {
      const after = rows[i + 1];
      return after !== undefined && fits(row, after);
    });
    if (at < 0) return null;
    const [a, b] = [rows[at], rows[at + 1]] as [Row, Row];
    return rows.map((row, i) => {
      if (i === at) return b;
      return i === at + 1 ? a : row;
    });
  });

/** Moves the first row of a transaction into an earlier one of the same subtask. */
export const moveEarlier = (fits: (row: Row) => boolean): Mutation => {
  return (history) => {
    const next = copy(history);
    const events = visibleOf(next);
    for (const [i, into] of events.entries()) {
      const from = events.slice(i + 2).find((e) => e.subtask === into.subtask && e.rows.some(fits));
      const row = from?.rows.find(fits);
      if (from === undefined || row === undefined) continue;
      rewrite(next, from, (rows) => rows.filter((r) => r !== row && !sameText(r, row)));
      rewrite(next, into, (rows) => [...rows, row]);
      return next;
    }
    return null;
  };
};

function sameText(a: Row, b: Row): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Checkpoints report their offsets `by` too far. */
export const skewOffsets = (by: number): Mutation => {
  return (history) => {
    const next = copy(history);
    for (const event of next) {
      if (event.kind !== 'checkpoint' || event.event !== 'completed') continue;
      const offsets = event.offsets ?? {};
      const [split] = Object.keys(offsets);
      const offset = split === undefined ? 0 : (offsets[split] ?? 0);
      if (split === undefined || offset < 6 || offset > 18) continue;
      (event as { offsets: Record<string, number> }).offsets = {
        ...offsets,
        [split]: offset + by,
      };
      return next;
    }
    return null;
  };
};
