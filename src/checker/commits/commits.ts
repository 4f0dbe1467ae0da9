/**
 * Transactions: each becomes visible whole or not at all, not before a checkpoint that covers it
 * completed, never after it was aborted, not by a superseded attempt whose work its successor
 * repeats, and in order of checkpoints per sink subtask.
 * Legal: a commit repeated, or made late, or by a successor (it re-commits what it restored).
 */
import { present } from '../../base/assert.ts';
import { canonicalJson } from '../../base/json.ts';
import type { Claim } from '../../model/verdict/claim.ts';
import type { Row } from '../../model/value.ts';
import { isSameRow, rowNamed } from '../claims/naming.ts';
import { type Context, witness } from '../context/context.ts';
import type { Words } from '../../judgement/findings.ts';
import type { Attempt, Seen, Transaction } from '../evidence/observe.ts';
import { checkLabels } from './labels.ts';
import { checkOwed } from './owed.ts';

export function checkCommits(context: Context): void {
  const { plan, seen, findings } = context;
  checkLabels(context);
  if (!plan.sinks.some(({ spec }) => spec.connector === 'two-phase')) return;
  findings.decide('atomic-commit');
  for (const transaction of seen.transactions.values()) checkTransaction(context, transaction);
  checkOwed(context);
  checkRegression(context);
}

function checkTransaction(context: Context, transaction: Transaction): void {
  const first = transaction.visible.find(({ event }) => event.rows.length > 0);
  if (first === undefined) return;
  context.findings.cover('visible-transactions');
  const row = rowOf(context, transaction, first.index);
  if (transaction.abortedAt !== null && transaction.abortedAt < first.index) {
    context.findings.report({
      name: 'aborted-visible',
      operator: transaction.sink,
      witnesses: [witness(context, 'visible, though aborted', { seen: row })],
      explain: () => ({
        sentence: { kind: 'aborted-shows', ...aboutOf(transaction), row: 'R' },
        let: [named(transaction), rowNamed(transaction.sink, row, 'R')],
        thus: [{ kind: 'aborted-before', ...aboutOf(transaction), row: 'R' }],
        however: [{ kind: 'rule', rule: 'aborted-unseen' }],
      }),
      observed: [rowNamed(transaction.sink, row)],
    });
  }
  checkTiming(context, transaction, row);
  checkWhole(context, transaction, row);
}

/** The first row that the transaction showed. */
function rowOf({ seen }: Context, { sink }: Transaction, event: number): Seen {
  const rows = seen.sinks.get(sink) ?? [];
  return present(
    rows.find((row) => row.event === event),
    'a row of a visible transaction',
  );
}

function aboutOf({ sink, id }: Transaction): {
  readonly sink: string;
  readonly transaction: string;
} {
  return { sink, transaction: id };
}

function named(transaction: Transaction, rows: number | null = null): Claim {
  const { checkpoint } = transaction;
  return { kind: 'transaction', name: 'T', ...aboutOf(transaction), checkpoint, rows };
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
      explain: () => ({
        sentence: { kind: 'shows-early', ...aboutOf(transaction), checkpoint, row: 'R' },
        let: [rowNamed(transaction.sink, row, 'R')],
        thus: [{ kind: 'of-checkpoint', row: 'R', checkpoint }],
        however: [{ kind: 'none-completed', checkpoint, row: 'R' }],
      }),
      observed: [rowNamed(transaction.sink, row)],
    });
    return;
  }
  context.findings.report({
    name: 'zombie-commit',
    operator: transaction.sink,
    witnesses: [witness(context, 'committed by a superseded attempt', { seen: row })],
    explain: () => {
      const { attempt, restored, t } = successor;
      const { attempt: own } = transaction;
      return {
        sentence: {
          kind: 'zombie',
          ...aboutOf(transaction),
          attempt: own,
          successor: attempt,
          row: 'R',
        },
        let: [rowNamed(transaction.sink, row, 'R'), { kind: 'attempt', attempt, t, restored }],
        thus: [
          { kind: 'of-checkpoint', row: 'R', checkpoint },
          { kind: 'restored-before', attempt, restored, checkpoint, row: 'R' },
        ],
        however: [{ kind: 'none-completed', checkpoint, row: 'R' }],
      };
    },
    observed: [rowNamed(transaction.sink, row)],
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
  const { written } = transaction;
  if (written.length === 0) return;
  const shown = transaction.visible.filter(({ event }) => event.rows.length > 0);
  const rows = shown.flatMap(({ event }) => event.rows);
  const parts = new Set(shown.map(({ event }) => event.t)).size;
  const isWhole = rows.length === written.length && written.every((w, i) => isSame(w.row, rows[i]));
  if (isWhole && parts === 1) return;
  const isTorn = !isWhole && hiddenRows(transaction).length > 0;
  if (!isTorn && (parts === 1 || rows.length !== written.length)) return;
  if (!isTorn && repeatsItself(transaction)) return;
  context.findings.report({
    name: isTorn ? 'torn-commit-permanent' : 'torn-commit-transient',
    operator: transaction.sink,
    witnesses: [
      witness(context, 'visible', { seen: row }),
      {
        ...witness(context, isTorn ? 'never visible' : 'visible later', {}),
        ...lastPart(transaction),
      },
    ],
    explain: () => (isTorn ? tornWords(transaction) : stepsWords(transaction)),
    observed: [rowNamed(transaction.sink, row)],
  });
}

/** The same object where history and store share it. */
function isSame(a: Row, b: Row | undefined): boolean {
  return a === b || (b !== undefined && isSameRow(a, b));
}

function tornWords(transaction: Transaction): Words {
  const about = aboutOf(transaction);
  const of = transaction.written.length;
  const shown = of - hiddenRows(transaction).length;
  return {
    sentence: { kind: 'torn', ...about, shown, of },
    let: [named(transaction, of)],
    thus: [{ kind: 'rule', rule: 'whole' }],
    however: [{ kind: 'rows-hidden', ...about, rows: of - shown }],
  };
}

function stepsWords(transaction: Transaction): Words {
  const about = aboutOf(transaction);
  const shown = transaction.visible.filter(({ event }) => event.rows.length > 0);
  const times = [...new Set(shown.map(({ event }) => event.t))];
  const [first = 0] = times;
  const parts = shown.filter(({ event }) => event.t === first);
  const rows = parts.reduce((sum, { event }) => sum + event.rows.length, 0);
  return {
    sentence: { kind: 'in-steps', ...about, times },
    let: [named(transaction, transaction.written.length)],
    thus: [{ kind: 'rule', rule: 'whole' }],
    however: [{ kind: 'alone-first', ...about, rows, t: first, until: times[1] ?? first }],
  };
}

/** Rows that were written and did not show, as a multiset. */
function hiddenRows({ written, visible }: Transaction): readonly Row[] {
  const shown = visible.flatMap(({ event }) => event.rows.map((row) => canonicalJson(row)));
  return written.flatMap(({ row }) => {
    const at = shown.indexOf(canonicalJson(row));
    if (at >= 0) shown.splice(at, 1);
    return at >= 0 ? [] : [row];
  });
}

/** The same rows twice are a duplicate (reported there), not a tear. */
function repeatsItself({ visible }: Transaction): boolean {
  const first = canonicalJson(visible[0]?.event.rows);
  return visible.every(({ event }) => canonicalJson(event.rows) === first);
}

function lastPart(transaction: Transaction): { key: string | null; value: Seen['row']['value'] } {
  const [hidden] = hiddenRows(transaction);
  const row = hidden ?? transaction.visible.at(-1)?.event.rows[0];
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
    explain: () => {
      const rows = ['A', 'B'] as const;
      const checkpoints = [before.checkpoint ?? 0, seen.checkpoint ?? 0] as const;
      return {
        sentence: { kind: 'commits-back', sink, subtask: seen.subtask, rows, checkpoints },
        let: [rowNamed(sink, before, 'A'), rowNamed(sink, seen, 'B')],
        thus: [
          { kind: 'before', rows },
          { kind: 'rule', rule: 'commits-in-order' },
        ],
        however: [
          { kind: 'of-checkpoint', row: 'A', checkpoint: checkpoints[0] },
          { kind: 'of-checkpoint', row: 'B', checkpoint: checkpoints[1] },
        ],
      };
    },
    observed: [rowNamed(sink, before), rowNamed(sink, seen)],
  });
}
