/**
 * Upsert sinks: what counts is the last visible value of each key. While a job replays, older
 * values may return; that is legal and never flagged.
 */
import type { ClaimOf } from '../../../model/verdict/claim.ts';
import type { Key } from '../../../model/value.ts';
import { dueClaim, recordNames, rowNamed } from '../../claims/naming.ts';
import { type Context, isDue, mayShowMore, witness } from '../../context/context.ts';
import type { Words } from '../../../judgement/findings.ts';
import type { Seen } from '../../evidence/observe.ts';
import { arriving, type Item } from '../../plan/items.ts';
import { drops } from '../../plan/branches.ts';
import { idsIn, sameValue } from '../../evidence/values.ts';
import { aggregateOf, type RunningSink, showsOrder } from './running-reports.ts';

/** Last visible value per row key. */
function finalView(rows: readonly Seen[]): ReadonlyMap<Key, Seen> {
  const view = new Map<Key, Seen>();
  for (const seen of rows) view.set(seen.row.key, seen);
  return view;
}

/** The final value of every key is the last one of some origin of the key. */
export function checkFinalItems(
  context: Context,
  sink: string,
  { items, rows }: { readonly items: readonly Item[]; readonly rows: readonly Seen[] },
): void {
  if (leavesWaiting(context, sink, items)) return;
  const candidates = new Map<Key, Map<number, Item[]>>();
  for (const item of items) {
    if (!isDue(context)) continue;
    const words = candidates.get(item.key) ?? new Map<number, Item[]>();
    const best = words.get(item.word) ?? [];
    const rank = best[0]?.rank ?? Number.NEGATIVE_INFINITY;
    if (item.word < 0 || item.rank === rank) words.set(item.word, [...best, item]);
    else if (item.rank > rank) words.set(item.word, [item]);
    candidates.set(item.key, words);
  }
  const view = finalView(rows);
  for (const [key, words] of candidates) {
    const last = [...words.values()].flat();
    const seen = view.get(key);
    const fits =
      seen !== undefined &&
      last.some((item) => item.ts === seen.row.ts && sameValue(item.value, seen.row.value));
    if (!fits) reportWrongFinal(context, sink, { key, seen, expected: last });
  }
}

/** Which value is the last one depends on what waits in a savepoint. */
function leavesWaiting({ findings }: Context, sink: string, items: readonly Item[]): boolean {
  if (!items.some((item) => item.waits)) return false;
  findings.leaveOpen(`${sink}: the savepoint may hold later values`, 'effectively-once');
  return true;
}

/** The final value of every key is the aggregate of all its records. */
export function checkFinalRunning(context: Context, sink: RunningSink): void {
  if (drops(sink.branch)) {
    context.findings.leaveOpen(
      `${sink.sink}: a filter may hide the last value of a key`,
      'effectively-once',
    );
    return;
  }
  if (leavesWaiting(context, sink.sink, sink.items)) return;
  if (showsOrder(sink)) {
    const reason = `${sink.sink}: the last value of a key shows the order of its records`;
    context.findings.leaveOpen(reason, 'effectively-once');
    return;
  }
  const view = finalView(sink.rows);
  const byKey = new Map<Key, Item[]>();
  for (const item of sink.items) {
    if (!isDue(context)) continue;
    const list = byKey.get(item.key);
    if (list === undefined) byKey.set(item.key, [item]);
    else list.push(item);
  }
  const expected = new Map<Key, Item[]>();
  const aggregate = aggregateOf(sink);
  for (const [key, items] of byKey) {
    let accumulator = aggregate.create();
    for (const item of items) accumulator = aggregate.add(accumulator, item.value);
    const last = items.at(-1) as Item;
    const from = items.flatMap((item) => item.from);
    const row = { key, ts: last.ts, value: aggregate.result(accumulator), from };
    for (const r of arriving(sink.branch, row)) {
      expected.set(r.key, [...(expected.get(r.key) ?? []), { ...last, ...r }]);
    }
  }
  for (const [key, rows] of expected) {
    const seen = view.get(key);
    if (seen !== undefined && rows.some((row) => sameValue(row.value, seen.row.value))) continue;
    reportWrongFinal(context, sink.sink, { key, seen, expected: rows });
  }
}

function reportWrongFinal(context: Context, sink: string, of: Final): void {
  const { key, seen, expected } = of;
  if (mayShowMore(context, sink)) {
    context.findings.leaveOpen(`${sink}: stopped behind what it had shown`, 'effectively-once');
    return;
  }
  const records = expected.flatMap((item) => item.from);
  const ids = seen === undefined ? null : idsIn(seen.row.value);
  const missing = records.filter(
    (record) => ids !== null && !ids.includes(context.plan.table.recordAt[record]?.id ?? -1),
  );
  const shown = missing.length > 0 ? missing : records;
  context.findings.report({
    name: seen === undefined ? 'loss' : 'wrong-final',
    alsoRefutes: ['effectively-once'],
    operator: sink,
    key,
    records: shown,
    witnesses: [
      ...(seen === undefined ? [] : [witness(context, 'final value', { seen })]),
      ...(missing.length > 0 || seen === undefined
        ? [witness(context, 'not in it', { record: shown[0] })]
        : []),
    ],
    explain: () => finalWords(context, sink, of),
    expected: expected.slice(0, 3).map((item) => outputOf(context, sink, item)),
    observed: seen === undefined ? [] : [rowNamed(sink, seen)],
  });
}

interface Final {
  readonly key: Key;
  readonly seen: Seen | undefined;
  /** Every legal last value. */
  readonly expected: readonly Item[];
}

function outputOf(context: Context, sink: string, item: Item): ClaimOf<'gives'> {
  const { key, ts, value, from } = item;
  return {
    kind: 'gives',
    records: recordNames(context, from),
    output: { sink, row: { key, ts, value } },
  };
}

function finalWords(context: Context, sink: string, { key, seen, expected }: Final): Words {
  const options = expected.map((item) => outputOf(context, sink, item));
  const due = dueClaim(
    context,
    recordNames(
      context,
      expected.flatMap(({ from }) => from),
    ),
  );
  if (seen === undefined) {
    return {
      sentence: { kind: 'key-missing', key, sink },
      thus: [due],
      however: [{ kind: 'no-row-of-key', sink, key }],
    };
  }
  return {
    sentence: { kind: 'last-differs', key, sink, row: 'F' },
    let: [rowNamed(sink, seen, 'F')],
    thus: [due, { kind: 'last-of-key', row: 'F', key, sink }],
    however: [{ kind: 'none-of', row: 'F', options }],
  };
}
