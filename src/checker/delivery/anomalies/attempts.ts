/**
 * Rows by the attempt that made them, and what each attempt began from: without transactions, and
 * where state may count a record twice, every attempt has its own run of values, which continues
 * what the restored checkpoint held.
 */
import type { StatefulSpec } from '../../../model/operator-kinds.ts';
import type { Context } from '../../context/context.ts';
import type { Seen } from '../../evidence/observe.ts';
import type { Item } from '../../plan/items.ts';
import type { Branch } from '../../plan/branches.ts';
import type { Plan } from '../../plan/plan.ts';
import { offsetOf } from '../../plan/records.ts';
import { cutOf } from '../../time/epochs.ts';

/** Whether state counts every record once: checkpoints are aligned, or nothing was restored. */
export function countsOnce({ plan, seen }: Context): boolean {
  return (
    plan.kase.options.mode !== 'at-least-once' || !seen.attempts.some((a) => a.restored !== null)
  );
}

/** In order of attempts; within each in order of visibility. */
export function rowsByAttempt(rows: readonly Seen[]): ReadonlyMap<number, readonly Seen[]> {
  const byAttempt = new Map<number, Seen[]>();
  for (const seen of rows) {
    const own = byAttempt.get(seen.attempt);
    if (own === undefined) byAttempt.set(seen.attempt, [seen]);
    else own.push(seen);
  }
  return new Map([...byAttempt].sort(([a], [b]) => a - b));
}

/** What an attempt began from. */
export interface Start {
  /** Its state was empty. */
  readonly isFresh: boolean;
  readonly restored: number | null;
  /** Next offset per split; null: nobody told. */
  readonly cut: readonly number[] | null;
}

export function startOf({ plan, seen }: Context, attempt: number): Start {
  const event = seen.attempts.find((candidate) => candidate.attempt === attempt);
  if (event === undefined) return { isFresh: false, restored: null, cut: null };
  const { restored } = event;
  if (restored === null) return { isFresh: true, restored, cut: plan.table.splits.map(() => 0) };
  const offsets = seen.checkpoints.get(restored)?.offsets ?? null;
  return { isFresh: false, restored, cut: offsets === null ? null : cutOf(plan.table, offsets) };
}

/** Whether the item was read before the attempt began; null: that cannot be told. */
export function wasRead({ plan }: Context, { cut }: Start, item: Item): boolean | null {
  const [record] = item.from;
  if (cut === null || !item.direct || record === undefined) return null;
  return offsetOf(plan.table, record) < (cut[plan.table.splitOf[record] as number] ?? 0);
}

/**
 * Whether the rows that enter over these branches are the same however often records count: those
 * of sources, and of operators that only choose or order rows. A window that counts a record twice
 * gives out another row.
 */
export function keepsRows({ stages }: Pick<Plan, 'stages'>, branches: readonly Branch[]): boolean {
  return branches.every(({ root }) => {
    if (root.kind === 'source') return true;
    return (
      choosesRows(root.spec) && keepsRows({ stages }, stages.get(root.spec.id)?.branches ?? [])
    );
  });
}

function choosesRows({ kind }: StatefulSpec): boolean {
  switch (kind) {
    case 'sort':
    case 'dedup':
    case 'interval-join':
      return true;
    case 'reduce':
    case 'window':
    case 'process':
      return false;
  }
}
