/**
 * Sinks of processing-time batches: which rows share a batch is the engine's choice; that every
 * record of a key is in exactly one batch, and that batches keep each origin's order, is not.
 */
import { type Context, isItemDue } from '../context.ts';
import type { Seen } from '../observation/observe.ts';
import { arriving, type Item } from '../plan/items.ts';
import { type Branch, drops } from '../plan/branches.ts';
import { idListIn, idsIn, sameValue } from '../values.ts';
import { countsOnce } from './attempts.ts';
import { reportDuplicate } from './duplicates.ts';
import { turned } from './lists.ts';
import { reportMissing, reportUnexplained } from './loss.ts';
import { reportRepeated } from './pane-reports.ts';
import { reportDisorder } from './running-reports.ts';

export interface BatchSink {
  readonly sink: string;
  readonly committed: boolean;
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
    readBatch(context, sink, { seen, lists: lists as Item[][], shown, last });
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
  readonly lists: readonly (readonly Item[])[];
  readonly shown: Map<Item, Seen>;
  readonly last: Map<string, Item>;
}

function readBatch(context: Context, sink: BatchSink, batch: Batch): void {
  const { seen, lists, shown, last } = batch;
  const items: Item[] = [];
  for (const list of lists) {
    const item = list.find((candidate) => !shown.has(candidate));
    if (item === undefined) {
      repeated(context, sink, { seen, item: list[0] as Item, shown });
      continue;
    }
    shown.set(item, seen);
    items.push(item);
    if (item.word < 0 || !sink.committed || !sink.branch.fifo) continue;
    const id = `${item.word} ${item.key}`;
    const before = last.get(id);
    if (before !== undefined && item.rank < before.rank) {
      const first = { seen: shown.get(before) ?? seen, item: before };
      reportDisorder(context, sink.sink, { before: first, after: { seen, item } });
    }
    last.set(id, item);
  }
  if (countsOnce(context) && turned(lists.map((list) => list[0] as Item)) !== null) {
    reportUnexplained(context, { sink: sink.sink, seen, name: 'state-divergence' });
  }
  verify(context, sink, { seen, lists });
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

/** One key per batch, and the number the batch says it has. */
function verify(
  context: Context,
  { sink, branch }: BatchSink,
  { seen, lists }: Pick<Batch, 'seen' | 'lists'>,
): void {
  const keys = new Set(lists.map((list) => list[0]?.key));
  const ids = idListIn(seen.row.value) ?? [];
  const [key] = keys;
  if (keys.size !== 1 || key === undefined) {
    reportUnexplained(context, { sink, seen, name: keys.size > 1 ? 'misroute' : 'phantom' });
    return;
  }
  const row = { key, ts: seen.row.ts, value: { ids, n: ids.length }, from: [] };
  const fits = arriving(branch, row).some(
    (r) => r.key === seen.row.key && sameValue(r.value, seen.row.value),
  );
  if (!fits) reportUnexplained(context, { sink, seen, name: 'state-divergence' });
}
