/**
 * Operators that promise event-time order: the rows of a sort, and what event-time timers emit,
 * must be visible in order of timestamp per key. After a restart a late row may legally come behind.
 */
import { type Context, seenText, witness } from '../context.ts';
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
      reportOutOfOrder(context, sink, { before, after: seen });
      continue;
    }
    last.set(seen.row.key, seen);
  }
}

function reportOutOfOrder(
  context: Context,
  sink: string,
  { before, after }: { readonly before: Seen; readonly after: Seen },
): void {
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
    sentence: `Key ${after.row.key} shows time ${after.row.ts} after ${before.row.ts} at ${sink}.`,
    let: [`A = ${seenText(before)}`, `B = ${seenText(after)}`],
    thus: ['the operator emits a key in order of event time'],
    however: ['B is earlier than A, but became visible later'],
    observed: [seenText(before), seenText(after)],
  });
}
