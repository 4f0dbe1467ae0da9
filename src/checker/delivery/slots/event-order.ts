/**
 * Operators that promise event-time order: the rows of a sort, and what event-time timers emit,
 * become visible in order of timestamp per key. An attempt that was restored starts event time
 * again, so across attempts only what cannot be late is held to the order; a timer that a late row
 * sets fires behind others even within an attempt.
 */
import type { StatefulSpec } from '../../../model/operator-kinds.ts';
import { rowNamed } from '../../claims/naming.ts';
import { type Context, witness } from '../../context/context.ts';
import type { Seen } from '../../evidence/observe.ts';
import { type Branch, rekeys } from '../../plan/branches.ts';
import type { Item } from '../../plan/items.ts';
import type { Stage } from '../../plan/plan.ts';
import { metWatermarks } from '../../time/lateness.ts';
import { idsIn } from '../../evidence/values.ts';
import { countsOnce } from '../anomalies/attempts.ts';
import type { Slot } from './slot.ts';

export interface OrderedSink {
  readonly sink: string;
  readonly branch: Branch;
  readonly rows: readonly Seen[];
  /** Whether no legal schedule makes what the row holds late. */
  isCertain(seen: Seen): boolean;
}

export function checkEventOrder(context: Context, sink: OrderedSink): void {
  const { branch } = sink;
  if (branch.root.kind !== 'stage') return;
  const { kind } = branch.root.spec;
  if (!promisesOrder(branch.root.spec)) return;
  context.findings.decide('event-time-order');
  if (!branch.fifo || rekeys(branch)) return;
  const attempts = Map.groupBy(sink.rows, ({ attempt }) => attempt);
  for (const rows of attempts.values()) {
    checkRows(context, sink, { rows, excuses: kind === 'process' });
  }
  if (attempts.size > 1 && countsOnce(context)) {
    checkRows(context, sink, { rows: sink.rows, excuses: true });
  }
}

/** Whether the operator gives out its rows in order of event time. */
function promisesOrder({ kind }: StatefulSpec): boolean {
  switch (kind) {
    case 'sort':
    case 'process':
      return true;
    case 'reduce':
    case 'window':
    case 'interval-join':
    case 'dedup':
      return false;
  }
}

/** A second appearance is a duplicate, not a matter of order. */
function checkRows(
  context: Context,
  sink: OrderedSink,
  { rows, excuses }: { readonly rows: readonly Seen[]; readonly excuses: boolean },
): void {
  const { root } = sink.branch;
  const operator = root.spec.id;
  const last = new Map<string, Seen>();
  let copies: Set<string> | null = null;
  for (const [i, seen] of rows.entries()) {
    const { key, ts } = seen.row;
    const before = last.get(key);
    if (before === undefined || ts >= before.row.ts) {
      last.set(key, seen);
      copies?.add(identityOf(seen));
      continue;
    }
    copies ??= new Set(rows.slice(0, i).map(identityOf));
    const isFirst = copies.size !== copies.add(identityOf(seen)).size;
    if (isFirst && (!excuses || sink.isCertain(seen))) {
      reportOutOfOrder(context, sink.sink, { operator, before, after: seen });
    }
  }
}

function identityOf({ row }: Seen): string {
  return `${row.key} ${row.ts} ${idsIn(row.value)?.join() ?? ''}`;
}

/** Rows that show a slot which must show. */
export function certainSlots(slots: readonly Slot[]): (seen: Seen) => boolean {
  const certain = new Set<Seen>();
  for (const { presence, seen } of slots) {
    if (presence === 'must') for (const one of seen) certain.add(one);
  }
  return (seen) => certain.has(seen);
}

/** Rows of which every record arrives before its timer can fire. */
export function certainTimers(
  context: Context,
  { stage, items, committed }: { stage: Stage; items: readonly Item[]; committed: boolean },
): (seen: Seen) => boolean {
  if (stage.punctual) return () => true;
  const met = metWatermarks(context, stage, committed);
  const byId = new Map<number, Item>();
  for (const item of items) for (const id of idsIn(item.value) ?? []) byId.set(id, item);
  return ({ row }) => {
    const ids = idsIn(row.value) ?? [];
    return (
      ids.length > 0 &&
      ids.every((id) => {
        const item = byId.get(id);
        return item !== undefined && met.max(item) < row.ts;
      })
    );
  };
}

function reportOutOfOrder(
  context: Context,
  sink: string,
  of: { readonly operator: string; readonly before: Seen; readonly after: Seen },
): void {
  const { operator, before, after } = of;
  const recordOf = (seen: Seen): number | undefined =>
    context.plan.table.byId.get(idsIn(seen.row.value)?.[0] ?? -1);
  context.findings.report({
    name: 'out-of-event-order',
    operator: sink,
    key: after.row.key,
    witnesses: [
      witness(context, 'visible first', { record: recordOf(before), seen: before }),
      witness(context, 'visible after it', { record: recordOf(after), seen: after }),
    ],
    explain: () => ({
      sentence: {
        kind: 'time-back',
        key: after.row.key,
        sink,
        rows: ['A', 'B'],
        times: [before.row.ts, after.row.ts],
      },
      let: [rowNamed(sink, before, 'A'), rowNamed(sink, after, 'B')],
      thus: [{ kind: 'emits-in-time', operator }],
      however: [{ kind: 'before', rows: ['A', 'B'] }],
    }),
    observed: [rowNamed(sink, before), rowNamed(sink, after)],
  });
}
