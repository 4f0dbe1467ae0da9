/**
 * Operators that promise event-time order: the rows of a sort, and what event-time timers emit,
 * must be visible in order of timestamp per key. After a restart a late row may legally come behind.
 */
import { rowNamed } from '../claims/naming.ts';
import { type Context, witness } from '../context.ts';
import type { Seen } from '../observation/observe.ts';
import { type Branch, rekeys } from '../plan/branches.ts';
import { idsIn } from '../values.ts';

export interface OrderedSink {
  readonly sink: string;
  readonly connector: 'two-phase' | 'append' | 'upsert';
  readonly branch: Branch;
  readonly rows: readonly Seen[];
}

export function checkEventOrder(
  context: Context,
  { sink, connector, branch, rows }: OrderedSink,
): void {
  if (branch.root.kind !== 'stage') return;
  const { spec } = branch.root;
  if (spec.kind !== 'sort' && spec.kind !== 'process') return;
  context.findings.decide('event-time-order');
  const stage = context.plan.stages.get(spec.id);
  const forgets = context.seen.attempts.length > 1 || spec.kind === 'process';
  if (stage === undefined || (forgets && !stage.punctual)) return;
  if (connector !== 'two-phase' || !branch.fifo || rekeys(branch)) return;
  const last = new Map<string, Seen>();
  const copies = new Set<string>();
  for (const seen of rows) {
    // A second appearance is a duplicate, not a matter of order.
    const id = `${seen.row.key} ${seen.row.ts} ${idsIn(seen.row.value)?.join() ?? ''}`;
    if (copies.has(id)) continue;
    copies.add(id);
    const before = last.get(seen.row.key);
    if (before !== undefined && seen.row.ts < before.row.ts) {
      reportOutOfOrder(context, sink, { operator: spec.id, before, after: seen });
      continue;
    }
    last.set(seen.row.key, seen);
  }
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
