/**
 * Sinks of processing-time batches: which rows share a batch is the engine's choice; that every
 * record of a key is in exactly one batch, and that batches keep each origin's order, is not.
 */
import type { ProcessDeclaration } from '../../model/functions.ts';
import { type Context, isItemDue } from '../context/context.ts';
import type { Seen } from '../evidence/observe.ts';
import { arriving, type Item } from '../plan/items.ts';
import { type Branch, drops } from '../plan/branches.ts';
import { idListIn, idsIn, sameValue } from '../evidence/values.ts';
import { countsOnce } from './anomalies/attempts.ts';
import { reportDuplicate } from './anomalies/duplicates.ts';
import { reportMissing, reportUnexplained } from './anomalies/loss.ts';
import { reportRepeated } from './windows/pane-reports.ts';
import { reportDisorder } from './running/running-reports.ts';

export type BatchDeclaration = Extract<ProcessDeclaration, { kind: 'processing-time-batches' }>;

export interface BatchSink {
  readonly sink: string;
  readonly committed: boolean;
  readonly declares: BatchDeclaration;
  readonly items: readonly Item[];
  readonly branch: Branch;
  readonly rows: readonly Seen[];
}

export function checkBatches(context: Context, sink: BatchSink): void {
  const byId = new Map<number, Item[]>();
  for (const item of sink.items) {
    for (const id of idsIn(item.value) ?? []) byId.set(id, [...(byId.get(id) ?? []), item]);
  }
  const shown = new Map<Item, Seen>();
  const last = new Map<string, Item>();
  for (const seen of sink.rows) {
    const ids = idListIn(seen.row.value);
    const lists = ids?.map((id) => byId.get(id));
    if (lists === undefined || lists.some((list) => list === undefined)) {
      reportUnexplained(context, { sink: sink.sink, seen, name: 'phantom' });
      continue;
    }
    readBatch(context, sink, { seen, ids: ids ?? [], lists: lists as Item[][], shown, last });
  }
  if (drops(sink.branch)) return;
  for (const item of sink.items) {
    if (shown.has(item) || !isItemDue(context, item)) continue;
    if ((idsIn(item.value) ?? []).length === 0 || context.due.suspended) continue;
    const name = 'lost-timer';
    reportMissing(context, { sink: sink.sink, name, records: item.from, row: null });
  }
}

interface Batch {
  readonly seen: Seen;
  readonly ids: readonly number[];
  /** Of each id: the items that have it. */
  readonly lists: readonly (readonly Item[])[];
  readonly shown: Map<Item, Seen>;
  readonly last: Map<string, Item>;
}

function readBatch(context: Context, sink: BatchSink, batch: Batch): void {
  const { seen, lists, shown } = batch;
  const items: Item[] = [];
  const named = new Set<number>();
  lists.forEach((list, i) => {
    const id = batch.ids[i] as number;
    const item = list.find((candidate) => !shown.has(candidate));
    if (item !== undefined) {
      shown.set(item, seen);
      items.push(item);
      checkOrder(context, sink, { batch, item });
    } else if (named.has(id) || !items.includes(list[0] as Item)) {
      repeated(context, sink, { seen, item: list[0] as Item, shown });
      items.push(list[0] as Item);
    }
    named.add(id);
  });
  verify(context, sink, { seen, items });
}

/** Rows of one origin and key come in its order, within a batch and from batch to batch. */
function checkOrder(
  context: Context,
  { sink, committed, branch }: BatchSink,
  { batch, item }: { readonly batch: Batch; readonly item: Item },
): void {
  const { seen, shown, last } = batch;
  if (item.word < 0 || !committed || !branch.fifo) return;
  const id = `${item.word} ${item.key}`;
  const before = last.get(id);
  if (before !== undefined && item.rank < before.rank) {
    const first = { seen: shown.get(before) ?? seen, item: before };
    reportDisorder(context, sink, { before: first, after: { seen, item }, isBatch: true });
    const reason = `${sink}: rows in another order may make batches that no run makes`;
    context.findings.leaveOpen(reason, 'exactly-once', 'effectively-once');
  }
  last.set(id, item);
}

function repeated(
  context: Context,
  { sink }: BatchSink,
  { seen, item, shown }: { seen: Seen; item: Item; shown: ReadonlyMap<Item, Seen> },
): void {
  const first = shown.get(item) as Seen;
  if (first !== seen) {
    reportDuplicate(context, { sink, first, again: seen, records: item.from });
    return;
  }
  reportRepeated(context, sink, { seen, items: [item] });
  if (countsOnce(context)) reportUnexplained(context, { sink, seen, name: 'state-divergence' });
}

/** One key per batch, and what its function makes of these rows. */
function verify(
  context: Context,
  { sink, branch, declares }: BatchSink,
  { seen, items }: { readonly seen: Seen; readonly items: readonly Item[] },
): void {
  const keys = new Set(items.map((item) => item.key));
  const [key] = keys;
  if (keys.size !== 1 || key === undefined) {
    reportUnexplained(context, { sink, seen, name: keys.size > 1 ? 'misroute' : 'phantom' });
    return;
  }
  const value = declares.row(items.map((item) => item.value));
  const row = { key, ts: seen.row.ts, value, from: [] };
  const fits = arriving(branch, row).some(
    (r) => r.key === seen.row.key && sameValue(r.value, seen.row.value),
  );
  if (!fits) reportUnexplained(context, { sink, seen, name: 'state-divergence' });
}

/** Whether lists of ids leave open which rows they stem from: rows of several ids, in common. */
export function sharesRecords(items: readonly Item[]): boolean {
  const seen = new Map<number, boolean>();
  return items.some(({ value }) => {
    const ids = idsIn(value) ?? [];
    const isSingle = ids.length === 1;
    const isShared = ids.some((id) => seen.has(id) && !(isSingle && seen.get(id) === true));
    for (const id of ids) seen.set(id, isSingle);
    return isShared;
  });
}
