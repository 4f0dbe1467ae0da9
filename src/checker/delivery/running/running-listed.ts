/**
 * Running aggregates that list their records (T2). The longest list is the order of processing;
 * every other visible value must be one of its prefixes, each once.
 */
import { numberField } from '../../../model/functions.ts';
import type { Row, Value } from '../../../model/value.ts';
import { type Context, isItemDue, type SinkContext } from '../../context/context.ts';
import type { Seen } from '../../evidence/observe.ts';
import { isSameRow } from '../../claims/naming.ts';
import { drops } from '../../plan/branches.ts';
import { arriving, type Item } from '../../plan/items.ts';
import { idListIn, idsIn, sameValue } from '../../evidence/values.ts';
import { countsOnce } from '../anomalies/attempts.ts';
import { mayStayHidden } from './hidden.ts';
import { reportDuplicate } from '../anomalies/duplicates.ts';
import { reportMissing, reportUnexplained } from '../anomalies/loss.ts';
import { isPrefix, type KeyLists, type Listed, ListParser, reportBadList } from './lists.ts';
import { checkLists } from './running-lists.ts';
import {
  aggregateOf,
  type KeyRun,
  runOut,
  reportDisorder,
  reportForked,
  reportStepsReversed,
  noteStep,
  reportUnlisted,
  type RunningSink,
  showsEarlier,
  type StepShown,
} from './running-reports.ts';
import { type Between, reportSkipped } from './traced-reports.ts';

export function checkListed(context: SinkContext, sink: RunningSink, run: KeyRun): void {
  const lists: Listed[] = [];
  for (const seen of run.rows) {
    const ids = idListIn(seen.row.value);
    if (ids === null) reportUnexplained(context, { sink: sink.sink, seen });
    else lists.push({ seen, ids });
  }
  if (sink.committed && countsOnce(context)) checkChain(context, sink, { run, lists });
  else checkLists(context, sink, { run, lists });
}

/** Transactional output: one history of the key, every step visible once. */
function checkChain(context: SinkContext, sink: RunningSink, { run, lists }: KeyLists): void {
  const byLength = [...lists].sort((a, b) => a.ids.length - b.ids.length);
  const longest = byLength.at(-1);
  if (longest === undefined) {
    checkUnseen(context, sink, { run, lists, order: [] });
    return;
  }
  const parser = new ListParser(run.items);
  const parsed = parser.parse(longest.ids);
  if (parsed.kind !== 'items') {
    reportBadList(context, sink, { seen: longest.seen, parsed });
    // What else is missing shows only once the doubled record is taken out.
    const listed = new Set(lists.flatMap(({ ids }) => ids));
    const rest = run.items.filter((i) => !(idsIn(i.value) ?? []).some((id) => listed.has(id)));
    reportUnlisted(context, sink, rest);
    return;
  }
  checkFifo(context, sink, { seen: longest.seen, items: parsed.items });
  matchPrefixes(context, sink, { run, byLength, order: parsed.items });
  checkUnseen(context, sink, { run, lists, order: parsed.items });
}

function matchPrefixes(
  context: SinkContext,
  sink: RunningSink,
  of: {
    readonly run: KeyRun;
    readonly byLength: readonly Listed[];
    readonly order: readonly Item[];
  },
): void {
  const { byLength, order } = of;
  const longest = byLength.at(-1) as Listed;
  const whole = longest.ids;
  const aggregate = aggregateOf(sink);
  let accumulator = aggregate.create();
  let next = 0;
  let previous: (StepShown & { readonly length: number }) | null = null;
  let length = 0;
  for (const item of order) {
    accumulator = aggregate.add(accumulator, item.value);
    length += idsIn(item.value)?.length ?? 0;
    const row = {
      key: item.key,
      ts: item.ts,
      value: aggregate.result(accumulator),
      from: item.from,
    };
    for (const expected of arriving(sink.branch, row)) {
      const listed = byLength[next];
      if (listed === undefined || listed.ids.length > length) {
        const step = (listed ?? longest).seen;
        const before = previous?.seen ?? null;
        // A list counts rows, and a row may bring several ids.
        const by = counted(step) - (before === null ? 0 : counted(before));
        const between = { before, step, by };
        missingOutput(context, sink, { item, expected, order, between });
        continue;
      }
      next++;
      if (!isPrefix(listed.ids, whole)) {
        reportForked(context, sink.sink, { a: longest.seen, b: listed.seen });
        continue;
      }
      const step = { seen: listed.seen, item, length };
      noteStep(context, sink, step);
      if (!sameRow(listed.seen, expected)) {
        reportUnexplained(context, { sink: sink.sink, seen: listed.seen });
      } else if (previous !== null && isBehind(sink, previous, step)) {
        reportStepsReversed(context, sink, { earlier: previous, later: step });
      }
      previous = step;
    }
    next = skipRepeats(context, sink, { byLength, next, length, item });
  }
  for (const { seen } of byLength.slice(next)) {
    reportUnexplained(context, { sink: sink.sink, seen });
  }
}

function counted({ row }: Seen): number {
  return numberField(row.value, 'n');
}

/** Whether the later step of a key became visible before the earlier one. */
function isBehind({ branch }: RunningSink, earlier: StepShown, later: StepShown): boolean {
  return branch.fifo && later.seen.position < earlier.seen.position;
}

/** More outputs of one length than there should be: the same step again, or a fork. */
function skipRepeats(
  context: SinkContext,
  sink: RunningSink,
  at: {
    readonly byLength: readonly Listed[];
    readonly next: number;
    readonly length: number;
    readonly item: Item;
  },
): number {
  let { next } = at;
  for (; next < at.byLength.length; next++) {
    const extra = at.byLength[next] as Listed;
    if (extra.ids.length > at.length) break;
    const first = at.byLength[next - 1];
    if (first === undefined) {
      reportUnexplained(context, { sink: sink.sink, seen: extra.seen });
    } else if (isPrefix(extra.ids, first.ids) && extra.ids.length === first.ids.length) {
      if (!isSameRow(first.seen.row, extra.seen.row)) {
        reportUnexplained(context, { sink: sink.sink, seen: extra.seen });
        continue;
      }
      const [a, b] = inOrder(first.seen, extra.seen);
      reportDuplicate(context, { sink: sink.sink, first: a, again: b, records: at.item.from });
      noteStep(context, sink, { item: at.item, seen: extra.seen, again: true });
    } else if (isPrefix(first.ids, extra.ids)) {
      // It goes on from the one before, by less than a record gives, or by what should not show.
      reportUnexplained(context, { sink: sink.sink, seen: extra.seen });
    } else reportForked(context, sink.sink, { a: first.seen, b: extra.seen });
  }
  return next;
}

function inOrder(a: Seen, b: Seen): readonly [Seen, Seen] {
  return a.event <= b.event ? [a, b] : [b, a];
}

function sameRow(seen: Seen, expected: { key: string; ts: number; value: Value }): boolean {
  const { row } = seen;
  return row.key === expected.key && row.ts === expected.ts && sameValue(row.value, expected.value);
}

function missingOutput(
  context: Context,
  sink: RunningSink,
  of: {
    readonly item: Item;
    readonly expected: Row;
    readonly order: readonly Item[];
    readonly between: Between;
  },
): void {
  const { item, expected, order, between } = of;
  if (!isItemDue(context, item)) {
    if (showsEarlier(sink)) reportSkipped(context, sink, { records: item.from, ...between });
    return;
  }
  const whole = order.slice(0, order.indexOf(item) + 1).flatMap(({ from }) => from);
  reportMissing(context, { sink: sink.sink, records: item.from, row: expected, whole });
}

/** Items that are in no visible list. */
function checkUnseen(
  context: Context,
  sink: RunningSink,
  { run, lists, order }: KeyLists & { readonly order: readonly Item[] },
): void {
  const listed = new Set(lists.flatMap(({ ids }) => ids));
  const rest = run.items.filter((i) => !(idsIn(i.value) ?? []).some((id) => listed.has(id)));
  if (rest.length === 0) return;
  const hidden = drops(sink.branch) && mayStayHidden(context, sink, { order, rest });
  if (hidden === null) {
    runOut(context, sink, `which outputs of key ${run.key} are hidden takes too many steps`);
  }
  if (hidden !== false) return;
  reportUnlisted(context, sink, rest);
}

/** Within a word, ranks must not fall; and nothing of a word may be skipped. */
function checkFifo(
  context: Context,
  { sink }: RunningSink,
  { seen, items }: { seen: Seen; items: readonly Item[] },
): void {
  const last = new Map<number, Item>();
  for (const item of items) {
    if (item.word < 0) continue;
    const before = last.get(item.word);
    if (before !== undefined && item.rank < before.rank) {
      const [first, second] = [before, item].map((own) => ({ seen, item: own }));
      reportDisorder(context, sink, { before: first as StepShown, after: second as StepShown });
      return;
    }
    last.set(item.word, item);
  }
}
