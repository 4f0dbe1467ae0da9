/**
 * One visible row of a history changed, lost, doubled, moved, or labelled otherwise. What becomes
 * of the history is the same whoever made the mistake: an engine also hands the wrong rows to the
 * store (`written`), a recorder or a store shows others than it was given.
 */
import type { HistoryEvent, History, VisibleEvent } from '../../../src/model/history.ts';
import type { Key, Row, Value } from '../../../src/model/value.ts';
import { withLeaf, type Leaf } from './leaves.ts';

/** A visible row: event `event` of the history, row `index` of it. */
export interface Site {
  readonly event: number;
  readonly index: number;
}

export type Edit =
  | { readonly kind: 'drop'; readonly site: Site }
  | { readonly kind: 'double'; readonly site: Site }
  | { readonly kind: 'ts'; readonly site: Site; readonly by: number }
  | { readonly kind: 'key'; readonly site: Site; readonly key: Key }
  | {
      readonly kind: 'number' | 'fingerprint' | 'id';
      readonly site: Site;
      readonly leaf: Leaf;
      readonly to: Value;
    }
  | {
      readonly kind: 'ids';
      readonly site: Site;
      readonly leaf: Leaf;
      readonly to: readonly Value[];
      readonly how: IdsChange;
    }
  | { readonly kind: 'swap'; readonly site: Site; readonly with: Site }
  | { readonly kind: 'move'; readonly site: Site; readonly into: number }
  | {
      readonly kind: 'label';
      readonly event: number;
      readonly label: Label;
      readonly to: LabelValue;
    }
  /** Everything visible of a checkpoint's transaction is gone. */
  | { readonly kind: 'vanish'; readonly event: number };

export type EditKind = Edit['kind'];
/** What becomes of a list of ids; `swapped`: two neighbours change places. */
export type IdsChange = 'removed' | 'doubled' | 'unknown' | 'swapped';
export type Label = 'attempt' | 'subtask' | 'transaction' | 'checkpoint';
type LabelValue = number | string;

export const editKinds: readonly EditKind[] = [
  'drop',
  'double',
  'ts',
  'key',
  'number',
  'fingerprint',
  'id',
  'ids',
  'swap',
  'move',
  'label',
  'vanish',
];

/** Who made the mistake: `engine`: what was written is wrong as well; `store`: only what shows. */
export type Culprit = 'engine' | 'store';

/** The edited history; the given one is not touched. */
export function applyEdit(history: History, edit: Edit, culprit: Culprit): HistoryEvent[] {
  const next = [...history];
  switch (edit.kind) {
    case 'label': {
      const event = visibleAt(history, edit.event);
      next[edit.event] = { ...event, [edit.label]: edit.to };
      return next;
    }
    case 'vanish':
      return next.filter((_, i) => i !== edit.event);
    case 'move': {
      const row = rowAt(history, edit.site);
      changeRows(next, { event: edit.site.event, culprit }, without(row));
      changeRows(next, { event: edit.into, culprit }, (rows) => [...rows, row]);
      return next;
    }
    case 'swap': {
      const [a, b] = [rowAt(history, edit.site), rowAt(history, edit.with)];
      if (edit.site.event === edit.with.event) {
        changeRows(next, { event: edit.site.event, culprit }, (rows) =>
          rows.map(
            (row) =>
              new Map([
                [a, b],
                [b, a],
              ]).get(row) ?? row,
          ),
        );
        return next;
      }
      changeRows(next, { event: edit.site.event, culprit }, replaced(a, b));
      changeRows(next, { event: edit.with.event, culprit }, replaced(b, a));
      return next;
    }
    default: {
      const row = rowAt(history, edit.site);
      const change = rowChange(edit, row);
      changeRows(next, { event: edit.site.event, culprit }, change);
      return next;
    }
  }
}

type RowsChange = (rows: readonly Row[]) => readonly Row[];

const without =
  (row: Row): RowsChange =>
  (rows) => {
    const at = placeOf(rows, row);
    return rows.filter((_, i) => i !== at);
  };

const replaced =
  (row: Row, by: Row): RowsChange =>
  (rows) => {
    const at = placeOf(rows, row);
    return rows.map((other, i) => (i === at ? by : other));
  };

/** Written and visible events hold the same row objects or equal ones. */
function placeOf(rows: readonly Row[], row: Row): number {
  const same = rows.indexOf(row);
  if (same >= 0) return same;
  const text = JSON.stringify(row);
  return rows.findIndex((other) => JSON.stringify(other) === text);
}

/** The row that an edit of its content leaves; the row itself for other edits. */
export function editedRow(edit: Edit, row: Row): Row {
  switch (edit.kind) {
    case 'ts':
      return { ...row, ts: row.ts + edit.by };
    case 'key':
      return { ...row, key: edit.key };
    case 'number':
    case 'fingerprint':
    case 'id':
    case 'ids':
      return { ...row, value: withLeaf(row.value, edit.leaf, edit.to) };
    default:
      return row;
  }
}

function rowChange(edit: Edit, row: Row): RowsChange {
  if (edit.kind === 'drop') return without(row);
  if (edit.kind === 'double') {
    return (rows) =>
      rows.flatMap((other, i) => (i === placeOf(rows, row) ? [other, other] : other));
  }
  return replaced(row, editedRow(edit, row));
}

interface Target {
  readonly event: number;
  readonly culprit: Culprit;
}

/** Changes the rows of a visible event, and what was written into its transaction. */
function changeRows(history: HistoryEvent[], { event, culprit }: Target, change: RowsChange): void {
  const visible = visibleAt(history, event);
  history[event] = { ...visible, rows: change(visible.rows) };
  const { sink, transaction } = visible;
  if (culprit === 'store' || transaction === null) return;
  const parts = history.flatMap((other, i) =>
    other.kind === 'written' && other.sink === sink && other.transaction === transaction ? [i] : [],
  );
  // One write per transaction, unless it is very large.
  const [at] = parts;
  const written = at === undefined ? undefined : history[at];
  if (at === undefined || written?.kind !== 'written') return;
  history[at] = { ...written, rows: change(written.rows) };
}

export function visibleAt(history: History, at: number): VisibleEvent {
  const event = history[at];
  if (event?.kind !== 'visible') throw new TypeError(`event ${at} shows nothing`);
  return event;
}

export function rowAt(history: History, { event, index }: Site): Row {
  return visibleAt(history, event).rows[index] as Row;
}

/** Whether an edit changes what a row says. */
export function changesContent({ kind }: Edit): boolean {
  return ['ts', 'key', 'number', 'fingerprint', 'id', 'ids'].includes(kind);
}
