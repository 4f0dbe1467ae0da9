/**
 * Single changes to the history of a case, at a random place: to visible rows, to who showed them
 * and when, to transactions, restores, checkpoints and the end. Some break a promise, some break
 * nothing.
 */
import type { RandomStream } from '../../../src/base/random.ts';
import { numberField } from '../../../src/model/functions.ts';
import type {
  CheckpointEvent,
  HistoryEvent,
  TransactionEvent,
  VisibleEvent,
  WrittenEvent,
} from '../../../src/model/history.ts';
import type { Row, ValueObject } from '../../../src/model/value.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Rows = (rows: readonly Row[], random: RandomStream) => readonly Row[] | null;
export type Injection = (history: HistoryEvent[], random: RandomStream) => HistoryEvent[] | null;

const visible = (history: readonly HistoryEvent[]): Writable<VisibleEvent>[] =>
  history.filter((e): e is VisibleEvent => e.kind === 'visible' && e.rows.length > 0);

function pickOf<T>(items: readonly T[], random: RandomStream): T | null {
  return items.length === 0 ? null : random.pick(items);
}

/** By time again, the header first and the end last, as a reader of files has them. */
function inOrder(history: HistoryEvent[]): HistoryEvent[] {
  const timeOf = (event: HistoryEvent): number => {
    if (event.kind === 'header') return -1;
    return event.kind === 'end' ? Number.POSITIVE_INFINITY : event.t;
  };
  return history.toSorted((a, b) => timeOf(a) - timeOf(b));
}

/** Changes the rows of one event; `everywhere`: also what was written into its transaction. */
const onRows =
  (change: Rows, everywhere: boolean): Injection =>
  (history, random) => {
    const event = pickOf(visible(history), random);
    if (event === null) return null;
    const before = event.rows;
    const rows = change(before, random);
    if (rows === null) return null;
    event.rows = rows;
    if (!everywhere || event.transaction === null) return history;
    const written = history.filter(
      (e): e is WrittenEvent => e.kind === 'written' && e.transaction === event.transaction,
    );
    for (const other of written) (other as Writable<WrittenEvent>).rows = [];
    const [first] = written;
    if (first !== undefined) (first as Writable<WrittenEvent>).rows = rows;
    return history;
  };

const dropRow: Rows = (rows, random) => rows.toSpliced(random.below(rows.length), 1);
const doubleRow: Rows = (rows, random) => {
  const row = random.pick(rows);
  return rows.toSpliced(random.below(rows.length + 1), 0, row);
};
const swapRows: Rows = (rows, random) => {
  const [i, j] = [random.below(rows.length), random.below(rows.length)];
  if (i === j) return null;
  return rows.with(i, rows[j] as Row).with(j, rows[i] as Row);
};

/** One row becomes another one; null: not possible with it. */
const oneRow =
  (change: (row: Row, random: RandomStream) => Row | null): Rows =>
  (rows, random) => {
    const at = random.below(rows.length);
    const changed = change(rows[at] as Row, random);
    return changed === null ? null : rows.with(at, changed);
  };

const later = oneRow((row) => ({ ...row, ts: row.ts + 1_000_003 }));
const otherKey = oneRow((row, random) => {
  const key = `k${random.below(7)}`;
  return key === row.key ? null : { ...row, key };
});
const noKey = oneRow((row) => ({ ...row, key: 'nobody' }));

const member = (name: string, by: (random: RandomStream) => number): Rows =>
  oneRow((row, random) => {
    const value = row.value as ValueObject;
    if (value[name] === undefined) return null;
    return { ...row, value: { ...value, [name]: numberField(value, name) + by(random) } };
  });

const moveRow: Injection = (history, random) => {
  const [from, to] = [pickOf(visible(history), random), pickOf(visible(history), random)];
  if (from === null || to === null || from === to) return null;
  const at = random.below(from.rows.length);
  const row = from.rows[at] as Row;
  from.rows = from.rows.toSpliced(at, 1);
  to.rows = to.rows.toSpliced(random.below(to.rows.length + 1), 0, row);
  return history;
};

const dropEvent: Injection = (history, random) => {
  const event = pickOf(visible(history), random);
  return event === null ? null : history.filter((other) => other !== event);
};

const doubleEvent: Injection = (history, random) => {
  const event = pickOf(visible(history), random);
  const end = history.at(-1);
  if (event === null || end?.kind !== 'end') return null;
  const t = event.t + random.below(Math.max(1, end.t - event.t));
  return inOrder([...history, { ...event, t }]);
};

const retime: Injection = (history, random) => {
  const event = pickOf(visible(history), random);
  const end = history.at(-1);
  if (event === null || end?.kind !== 'end') return null;
  event.t = Math.max(0, event.t + random.between(-900, 900));
  return inOrder(history);
};

const relabel =
  (change: (event: Writable<VisibleEvent>, random: RandomStream) => boolean): Injection =>
  (history, random) => {
    const event = pickOf(visible(history), random);
    return event !== null && change(event, random) ? history : null;
  };

const ofKind = (
  history: readonly HistoryEvent[],
  what: TransactionEvent['event'],
): Writable<TransactionEvent>[] =>
  history.filter((e): e is TransactionEvent => e.kind === 'transaction' && e.event === what);

const dropTransactionEvent =
  (what: TransactionEvent['event']): Injection =>
  (history, random) => {
    const event = pickOf(ofKind(history, what), random);
    return event === null ? null : history.filter((other) => other !== event);
  };

/** A transaction that is visible is said to be aborted first. */
const abortVisible: Injection = (history, random) => {
  const event = pickOf(visible(history), random);
  if (event?.transaction === null || event === null) return null;
  const { t, sink, subtask, attempt, checkpoint, transaction } = event;
  const aborted = { kind: 'transaction', t, sink, subtask, attempt, checkpoint, transaction };
  const at = history.indexOf(event);
  return history.toSpliced(at, 0, { ...aborted, event: 'aborted' } as TransactionEvent);
};

/** What an aborted transaction held becomes visible. */
const showAborted: Injection = (history, random) => {
  const aborted = pickOf(ofKind(history, 'aborted'), random);
  if (aborted === null) return null;
  const { t, sink, subtask, attempt, transaction } = aborted;
  const prepared = ofKind(history, 'prepared').find((e) => e.transaction === transaction);
  const rows = history.flatMap((e) =>
    e.kind === 'written' && e.transaction === transaction ? e.rows : [],
  );
  if (prepared === undefined || rows.length === 0) return null;
  const { checkpoint } = prepared;
  const shown = { kind: 'visible', t, sink, subtask, attempt, transaction, checkpoint, rows };
  const at = history.indexOf(aborted);
  const isSilent = random.chance(0.5);
  return history.toSpliced(at, isSilent ? 1 : 0, shown as VisibleEvent);
};

/** A transaction is of another checkpoint, wherever it is named. */
const otherCheckpoint: Injection = (history, random) => {
  const event = pickOf(visible(history), random);
  const { transaction, checkpoint } = event ?? {};
  if (transaction === null || checkpoint === null || checkpoint === undefined) return null;
  const other = Math.max(1, checkpoint + random.pick([-2, -1, 1, 2]));
  if (other === checkpoint) return null;
  for (const e of history) {
    if (e.kind !== 'visible' && e.kind !== 'transaction') continue;
    if (e.transaction !== transaction || e.checkpoint === null) continue;
    (e as Writable<VisibleEvent>).checkpoint = other;
  }
  return history;
};

const otherRestore: Injection = (history, random) => {
  const attempts = history.filter((e) => e.kind === 'attempt');
  const event = pickOf(attempts.slice(1), random);
  if (event === null) return null;
  const restored = random.pick([null, (event.restored ?? 1) - 1, (event.restored ?? 0) + 1]);
  if (restored === event.restored) return null;
  (event as Writable<typeof event>).restored = restored === 0 ? null : restored;
  return history;
};

const completed = (history: readonly HistoryEvent[]): Writable<CheckpointEvent>[] =>
  history.filter((e): e is CheckpointEvent => e.kind === 'checkpoint' && e.event === 'completed');

const dropCompletion: Injection = (history, random) => {
  const event = pickOf(completed(history), random);
  return event === null ? null : history.filter((other) => other !== event);
};

const otherOffsets: Injection = (history, random) => {
  const event = pickOf(completed(history), random);
  if (event === null || event.offsets === null) return null;
  const split = pickOf(Object.keys(event.offsets), random);
  if (split === null) return null;
  const offset = (event.offsets[split] ?? 0) + random.pick([-3, -1, 1, 3]);
  if (offset < 0) return null;
  event.offsets = { ...event.offsets, [split]: offset };
  return history;
};

const otherEnd: Injection = (history, random) => {
  const end = history.at(-1);
  if (end?.kind !== 'end') return null;
  const outcome = random.pick(['failed', 'deadline'] as const);
  (end as Writable<typeof end>).outcome = outcome;
  return history;
};

export const injections: Readonly<Record<string, Injection>> = {
  nothing: (history) => history,
  'a visible row is gone': onRows(dropRow, false),
  'a row was never written': onRows(dropRow, true),
  'a visible row is doubled': onRows(doubleRow, false),
  'a row was written twice': onRows(doubleRow, true),
  'two rows change places': onRows(swapRows, true),
  'a row of another time': onRows(later, true),
  'a row of another key': onRows(otherKey, true),
  'a row of a key that is none': onRows(noKey, true),
  'another id': onRows(
    member('id', (random) => random.between(1, 3)),
    true,
  ),
  'an id of no record': onRows(
    member('id', () => 1_000_000),
    true,
  ),
  'another amount': onRows(
    member('amount', () => 1),
    true,
  ),
  'another sum': onRows(
    member('sum', (random) => random.pick([-1, 1, 1000])),
    true,
  ),
  'another count': onRows(
    member('n', (random) => random.pick([-1, 1])),
    true,
  ),
  'another vector': onRows(
    member('q', (random) => random.pick([-1, 1])),
    true,
  ),
  'another fingerprint': onRows(
    member('f', (random) => random.between(1, 99)),
    true,
  ),
  'a row in another event': moveRow,
  'an event is gone': dropEvent,
  'an event again': doubleEvent,
  'an event at another time': retime,
  'another attempt': relabel((event, random) => {
    event.attempt += random.pick([-1, 1, 998]);
    return true;
  }),
  'another subtask': relabel((event, random) => {
    event.subtask = random.below(9);
    return true;
  }),
  'another checkpoint in one place': relabel((event, random) => {
    if (event.checkpoint === null) return false;
    event.checkpoint = random.pick([event.checkpoint + 1, event.checkpoint - 1, 3000]);
    return true;
  }),
  'another transaction': relabel((event) => {
    if (event.transaction === null) return false;
    event.transaction = `${event.transaction}x`;
    return true;
  }),
  'another checkpoint': otherCheckpoint,
  'nobody prepared it': dropTransactionEvent('prepared'),
  'nobody committed it': dropTransactionEvent('committed'),
  'nobody aborted it': dropTransactionEvent('aborted'),
  'aborted, yet visible': abortVisible,
  'an aborted transaction shows': showAborted,
  'another restore': otherRestore,
  'a completion is not told': dropCompletion,
  'other offsets': otherOffsets,
  'another end': otherEnd,
};
