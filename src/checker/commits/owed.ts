/**
 * Transactions of which nothing shows. Most were aborted, or belong to checkpoints that never
 * completed. What the store says it committed is owed, however the job ended; so is what a
 * completed checkpoint covers once a later transaction of the same sink subtask shows, or the job
 * is done.
 */
import type { Claim } from '../../model/verdict/claim.ts';
import { type Context, witness } from '../context/context.ts';
import type { Checkpoint, Transaction } from '../evidence/observe.ts';
import { survivingCheckpoints } from '../time/epochs.ts';

export function checkOwed(context: Context): void {
  const { seen } = context;
  const line = survivingCheckpoints(seen);
  const newest = newestShown(seen.transactions.values());
  for (const transaction of seen.transactions.values()) {
    const { written, committedBy, preparedFor } = transaction;
    if (shows(transaction) || written.length === 0 || preparedFor === null) continue;
    const [attempt] = committedBy;
    if (attempt !== undefined) {
      const committed: Claim = { kind: 'was-committed', ...placeOf(transaction), attempt };
      reportOwed(context, transaction, [committed]);
      continue;
    }
    const cover = coverOf(line, transaction);
    if (cover === null) continue;
    const { checkpoint } = cover;
    const covered: Claim = { kind: 'covered', ...placeOf(transaction), checkpoint };
    const later = newest.get(ownerOf(transaction));
    if (later !== undefined && (later.checkpoint ?? 0) > preparedFor) {
      const next: Claim = { kind: 'later-shows', ...placeOf(transaction), later: later.id };
      reportOwed(context, transaction, [covered, next]);
    } else if (seen.end?.outcome === 'finished') {
      reportOwed(context, transaction, [covered, { kind: 'ended', outcome: 'finished' }]);
    }
  }
}

const ownerOf = ({ sink, subtask }: Transaction): string => `${sink} ${subtask}`;

const placeOf = ({ sink, id }: Transaction): { sink: string; transaction: string } => ({
  sink,
  transaction: id,
});

function shows({ visible }: Transaction): boolean {
  return visible.some(({ event }) => event.rows.length > 0);
}

/** Per sink subtask the visible transaction of the highest checkpoint. */
function newestShown(transactions: Iterable<Transaction>): ReadonlyMap<string, Transaction> {
  const newest = new Map<string, Transaction>();
  for (const transaction of transactions) {
    if (!shows(transaction)) continue;
    const known = newest.get(ownerOf(transaction));
    if ((known?.checkpoint ?? -1) < (transaction.checkpoint ?? 0)) {
      newest.set(ownerOf(transaction), transaction);
    }
  }
  return newest;
}

/** A checkpoint that the attempt of the transaction completed with it, and nobody gave up. */
function coverOf(
  line: readonly Checkpoint[],
  { preparedFor, attempt, abortedAt }: Transaction,
): Checkpoint | null {
  if (preparedFor === null || abortedAt !== null) return null;
  const found = line.find((c) => c.attempt === attempt && c.checkpoint >= preparedFor);
  return found ?? null;
}

function reportOwed(context: Context, transaction: Transaction, why: readonly Claim[]): void {
  const { id, sink, preparedFor, attempt, written } = transaction;
  const [first] = written;
  const checkpoint = preparedFor ?? 0;
  const [place, rows] = [placeOf(transaction), written.length];
  context.findings.report({
    name: 'torn-commit-permanent',
    operator: sink,
    witnesses: [
      {
        ...witness(context, 'never visible', {}),
        key: first?.row.key ?? null,
        value: first?.row.value ?? null,
        attempt,
        checkpoint,
        transaction: id,
      },
    ],
    explain: () => ({
      sentence: { kind: 'nothing-shows', ...place, checkpoint },
      let: [{ kind: 'transaction', name: 'T', ...place, checkpoint, rows }],
      thus: why,
      however: [{ kind: 'rows-hidden', ...place, rows }],
    }),
  });
}
