/**
 * A sort and its late output together: a row is in one of them, never in neither, and where state
 * counts records once never in both.
 */
import { idsOf, rowNamed } from '../../claims/naming.ts';
import { type Context, isItemDue, witness } from '../../context/context.ts';
import { type Branch, drops } from '../../plan/branches.ts';
import type { Item } from '../../plan/items.ts';
import { idsIn } from '../../evidence/values.ts';
import { countsOnce } from '../anomalies/attempts.ts';
import { type Both, bothWords, reportNeither } from '../windows/late-words.ts';
import type { LateRows } from '../windows/pane-sink.ts';
import type { Slot } from './slot.ts';

export interface SortedSink {
  readonly sink: string;
  readonly committed: boolean;
  readonly branch: Branch;
  readonly slots: readonly Slot[];
  readonly late: LateRows;
}

export function reconcileSorted(context: Context, sorted: SortedSink): void {
  const { slots, late, branch, committed } = sorted;
  const isExact = committed && late.committed && countsOnce(context);
  // The copies of a record stand or fall with their number.
  const byRecords = Map.groupBy(slots, ({ alternatives }) => alternatives[0]?.from.join() ?? '');
  for (const [records, own] of byRecords) {
    const shown = own.filter(({ seen }) => seen.length > 0);
    const [record = -1] = own[0]?.alternatives[0]?.from ?? [];
    const lateRows = (late.records.get(record) ?? []).filter(
      (row) => row.item.from.join() === records,
    );
    const [first] = shown;
    const [lateRow] = lateRows;
    const [item] = (first ?? own[0])?.alternatives ?? [];
    if (item === undefined) continue;
    const count = shown.length + lateRows.length;
    if (isExact && count > own.length && first?.seen[0] !== undefined && lateRow !== undefined) {
      reportBoth(context, {
        rule: 'sorted-or-late',
        sink: sorted.sink,
        lateSink: late.sink,
        item,
        shown: first.seen[0],
        late: lateRow.seen,
        copies: own.length,
      });
    }
    if (count >= own.length || !late.complete || drops(branch) || context.due.suspended) continue;
    const gone = own.find(({ seen, presence }) => seen.length === 0 && presence === 'may');
    const [absent] = gone?.alternatives ?? [];
    if (absent === undefined || !isItemDue(context, absent)) continue;
    if (isNamed(context, sorted, absent)) continue;
    reportNeither(context, {
      rule: 'sorted-or-late',
      sinks: [sorted.sink, sorted.late.sink],
      item: absent,
    });
  }
}

/** Whether some row names it all the same: one that is wrong otherwise. */
function isNamed(context: Context, { sink, late }: SortedSink, { from }: Item): boolean {
  const ids = new Set(idsOf(context, from));
  return [sink, late.sink]
    .flatMap((name) => context.seen.sinks.get(name) ?? [])
    .some(({ row }) => (idsIn(row.value) ?? []).some((id) => ids.has(id)));
}

function reportBoth(context: Context, both: Both): void {
  const { sink, lateSink, item, shown, late } = both;
  const [record] = item.from;
  context.findings.report({
    name: 'duplicate',
    operator: sink,
    key: shown.row.key,
    records: item.from,
    witnesses: [
      witness(context, 'sorted', { record, seen: shown }),
      witness(context, 'in the late output', { record, seen: late }),
    ],
    explain: () => bothWords(context, both),
    observed: [rowNamed(sink, shown), rowNamed(lateSink, late)],
  });
}
