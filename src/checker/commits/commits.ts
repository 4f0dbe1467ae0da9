/**
 * Transactions: each becomes visible whole or not at all, not before a checkpoint that covers it
 * completed, never after it was aborted, not by a superseded attempt whose work its successor
 * repeats, and in order of checkpoints per sink subtask.
 * Legal: a commit repeated, or made late, or by a successor (it re-commits what it restored).
 */
import { canonicalJson } from '../../base/json.ts';
import { type Context, seenText, witness } from '../context.ts';
import type { Attempt, Seen, Transaction } from '../observation/observe.ts';

export function checkCommits(context: Context): void {
  const { plan, seen, findings } = context;
  if (!plan.sinks.some(({ spec }) => spec.connector === 'two-phase')) return;
  findings.decide('atomic-commit');
  for (const transaction of seen.transactions.values()) checkTransaction(context, transaction);
  checkRegression(context);
}

function checkTransaction(context: Context, transaction: Transaction): void {
  const [first] = transaction.visible;
  if (first === undefined) return;
  context.findings.cover('visible-transactions');
  const row = rowOf(transaction);
  if (transaction.abortedAt !== null && transaction.abortedAt < first.index) {
    context.findings.report({
      name: 'aborted-visible',
      operator: transaction.sink,
      witnesses: [witness(context, 'visible, though aborted', { seen: row })],
      sentence: `Transaction ${transaction.id} was aborted, yet its rows are visible.`,
      let: [
        `T = ${transaction.id} of checkpoint ${transaction.checkpoint}`,
        `R = ${seenText(row)}`,
      ],
      thus: ['T was aborted before R became visible'],
      however: ['a read-committed reader sees nothing of an aborted transaction'],
      observed: [seenText(row)],
    });
  }
  checkTiming(context, transaction, row);
  checkWhole(context, transaction, row);
}

function rowOf(transaction: Transaction): Seen {
  const { event, index } = transaction.visible[0] as Transaction['visible'][number];
  const { t, subtask, checkpoint } = event;
  const row = event.rows[0] ?? { key: '', ts: 0, value: null };
  const { attempt, id } = transaction;
  return { row, t, subtask, attempt, checkpoint, transaction: id, event: index, position: -1 };
}

/** A checkpoint id covers all transactions of it and of earlier ones (completion subsumes). */
function checkTiming(context: Context, transaction: Transaction, row: Seen): void {
  const { checkpoint } = transaction;
  if (checkpoint === null) return;
  for (const known of context.seen.checkpoints.values()) {
    if (known.checkpoint >= checkpoint && (known.completedAt ?? Infinity) < row.event) return;
  }
  const successor = supersededBy(context, transaction, row);
  if (successor === null) {
    context.findings.report({
      name: 'premature-visible',
      operator: transaction.sink,
      witnesses: [witness(context, 'visible too early', { seen: row })],
      sentence: `Transaction ${transaction.id} became visible before its checkpoint ${checkpoint} completed.`,
      let: [`R = ${seenText(row)}`],
      thus: [`R belongs to checkpoint ${checkpoint}`],
      however: [`no checkpoint from ${checkpoint} on had completed by ${row.t} ms`],
      observed: [seenText(row)],
    });
    return;
  }
  context.findings.report({
    name: 'zombie-commit',
    operator: transaction.sink,
    witnesses: [witness(context, 'committed by a superseded attempt', { seen: row })],
    sentence: `Attempt ${transaction.attempt} committed transaction ${transaction.id} after attempt ${successor.attempt} had taken over.`,
    let: [`R = ${seenText(row)}`, `attempt ${successor.attempt} began at ${successor.t} ms`],
    thus: [
      `attempt ${successor.attempt} restored ${successor.restored ?? 'nothing'}, so it repeats what R contains`,
    ],
    however: [`checkpoint ${checkpoint} never completed, yet R became visible`],
    observed: [seenText(row)],
  });
}

function supersededBy(
  { seen }: Context,
  { attempt, checkpoint }: Transaction,
  row: Seen,
): Attempt | null {
  const successor = seen.attempts.find(
    (candidate) =>
      candidate.attempt > attempt &&
      candidate.event < row.event &&
      (candidate.restored ?? 0) < (checkpoint ?? 0),
  );
  return successor ?? null;
}

/** What was written and what is visible, as multisets of rows. */
function checkWhole(context: Context, transaction: Transaction, row: Seen): void {
  if (transaction.written.length === 0) return;
  const visible = transaction.visible.reduce((sum, { event }) => sum + event.rows.length, 0);
  const parts = new Set(transaction.visible.map(({ event }) => event.t)).size;
  const written = transaction.written.length;
  if (visible === written && parts === 1) return;
  if (visible >= written && parts > 1 && repeatsItself(transaction)) return;
  const missing = visible < written;
  if (!missing && visible !== written) return;
  context.findings.report({
    name: missing ? 'torn-commit-permanent' : 'torn-commit-transient',
    operator: transaction.sink,
    witnesses: [
      witness(context, 'visible', { seen: row }),
      {
        ...witness(context, missing ? 'never visible' : 'visible later', {}),
        ...lastPart(transaction),
      },
    ],
    sentence: missing
      ? `Only ${visible} of ${written} rows of transaction ${transaction.id} ever became visible.`
      : `The rows of transaction ${transaction.id} became visible in ${parts} steps.`,
    let: [`T = ${transaction.id} of checkpoint ${transaction.checkpoint}, ${written} rows`],
    thus: ['a transaction is visible whole or not at all'],
    however: [
      missing ? `${written - visible} rows of T are not visible` : 'part of T was visible alone',
    ],
    observed: [seenText(row)],
  });
}

/** The same rows twice are a duplicate (reported there), not a tear. */
function repeatsItself({ visible }: Transaction): boolean {
  const first = canonicalJson(visible[0]?.event.rows);
  return visible.every(({ event }) => canonicalJson(event.rows) === first);
}

function lastPart(transaction: Transaction): { key: string | null; value: Seen['row']['value'] } {
  const shown = new Set(
    transaction.visible.flatMap(({ event }) => event.rows.map((row) => canonicalJson(row))),
  );
  const hidden = transaction.written.find(({ row }) => !shown.has(canonicalJson(row)));
  const row = hidden?.row ?? transaction.visible.at(-1)?.event.rows[0];
  return { key: row?.key ?? null, value: row?.value ?? null };
}

function checkRegression(context: Context): void {
  for (const [sink, rows] of context.seen.sinks) {
    const newest = new Map<number, Seen>();
    const shown = new Set<string>();
    for (const seen of rows) {
      if (seen.transaction === null || seen.checkpoint === null) continue;
      const before = newest.get(seen.subtask);
      if (before === undefined || (before.checkpoint ?? 0) <= seen.checkpoint) {
        newest.set(seen.subtask, seen);
      } else if (!shown.has(seen.transaction)) reportRegression(context, sink, { before, seen });
      shown.add(seen.transaction);
    }
  }
}

function reportRegression(
  context: Context,
  sink: string,
  { before, seen }: { readonly before: Seen; readonly seen: Seen },
): void {
  context.findings.report({
    name: 'commit-regression',
    operator: sink,
    witnesses: [
      witness(context, 'committed first', { seen: before }),
      witness(context, 'committed after it', { seen }),
    ],
    sentence: `Subtask ${seen.subtask} of ${sink} committed checkpoint ${seen.checkpoint} after ${before.checkpoint}.`,
    let: [`A = ${seenText(before)}`, `B = ${seenText(seen)}`],
    thus: ['a subtask commits its checkpoints in order'],
    however: [`B is of checkpoint ${seen.checkpoint}, A of ${before.checkpoint}`],
    observed: [seenText(before), seenText(seen)],
  });
}
