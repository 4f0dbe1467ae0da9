/**
 * What the transactions of a long run can show wrong, in words.
 */
import type { Attempt, Showing } from './ledger.ts';
import type { Reporter } from './reporter.ts';
import type { Owed, Transaction } from './transactions.ts';

const reasons: Readonly<Record<Owed['why'], string>> = {
  end: 'the run came to its end',
  committed: 'the store says that it was committed',
  'passed over': 'its subtask has committed a later checkpoint',
};

/** Why its rows should show, in words. */
export function owedText({ transaction, why }: Owed): string {
  const { id, written, checkpoint } = transaction;
  const rows = `${written} ${written === 1 ? 'row' : 'rows'}`;
  return why === 'committed'
    ? `transaction ${id}, prepared with ${rows} for checkpoint ${checkpoint}, shows nothing, though ${reasons[why]}`
    : `transaction ${id}, prepared with ${rows} for completed checkpoint ${checkpoint}, was never committed`;
}

export class TransactionReports {
  private readonly reporter: Reporter;

  constructor(reporter: Reporter) {
    this.reporter = reporter;
  }

  aborted({ id }: Transaction, showing: Showing): void {
    this.reporter.report('aborted-visible', null, () => ({
      parts: [{ role: 'visible, though aborted', showing }],
      sentence: `Transaction ${id} was aborted, yet its rows are visible.`,
      thus: `transaction ${id} was aborted before A became visible`,
      however: 'a read-committed reader sees nothing of an aborted transaction',
    }));
  }

  premature({ id }: Transaction, showing: Showing): void {
    const { checkpoint } = showing;
    this.reporter.report('premature-visible', null, () => ({
      parts: [{ role: 'visible too early', showing }],
      sentence: `Transaction ${id} became visible before its checkpoint ${checkpoint} completed.`,
      thus: `A belongs to checkpoint ${checkpoint}`,
      however: `no checkpoint from ${checkpoint} on had completed by ${showing.t} ms`,
    }));
  }

  zombie({ id, attempt }: Transaction, showing: Showing, successor: Attempt): void {
    this.reporter.report('zombie-commit', null, () => ({
      parts: [{ role: 'committed by a superseded attempt', showing }],
      sentence: `Attempt ${attempt} committed transaction ${id} after attempt ${successor.attempt} had taken over.`,
      thus: `attempt ${successor.attempt} restored ${successor.restored ?? 'nothing'}, so it repeats what A contains`,
      however: `no checkpoint that contains A had completed, yet A became visible`,
    }));
  }

  regression(
    { attempt }: Transaction,
    { before, showing }: { readonly before: Showing; readonly showing: Showing },
  ): void {
    const { checkpoint, subtask } = showing;
    this.reporter.report('commit-regression', null, () => ({
      parts: [
        { role: 'committed first', showing: before },
        { role: 'committed after it', showing: { ...showing, attempt } },
      ],
      sentence: `Subtask ${subtask} committed checkpoint ${checkpoint} after ${before.checkpoint}.`,
      thus: 'a subtask commits its checkpoints in order',
      however: `B is of checkpoint ${checkpoint}, A of ${before.checkpoint}`,
    }));
  }

  /** `showing` is the part that came later; null: it never came. */
  torn({ id, shown, written, first }: Transaction, showing: Showing | null): void {
    const missing = showing === null;
    this.reporter.report(missing ? 'torn-commit-permanent' : 'torn-commit-transient', null, () => ({
      parts: [
        { role: 'visible', showing: first },
        { role: missing ? 'never visible' : 'visible later', showing },
      ],
      sentence: missing
        ? `Only ${shown} of ${written} rows of transaction ${id} ever became visible.`
        : `The rows of transaction ${id} became visible in several steps.`,
      thus: 'a transaction is visible whole or not at all',
      however: missing
        ? `${written - shown} rows of it are not visible`
        : 'part of it was visible alone',
    }));
  }

  /** Nothing of it shows. */
  neverShown({ transaction, why }: Owed): void {
    const { id, written, checkpoint, attempt, subtask } = transaction;
    this.reporter.report('torn-commit-permanent', null, () => ({
      parts: [{ role: 'never visible', showing: null }],
      sentence: `None of the rows of transaction ${id}, prepared for checkpoint ${checkpoint}, ever became visible.`,
      thus: `subtask ${subtask} of attempt ${attempt} prepared ${written} rows for it, and ${reasons[why]}`,
      however: `no visible row is of transaction ${id}`,
    }));
  }

  /** Nothing of it shows, and which records its values contain is not known. */
  lost({ transaction, why }: Owed): void {
    const { id, written, checkpoint } = transaction;
    this.reporter.report('loss', null, () => ({
      parts: [],
      sentence: `The ${written} values of transaction ${id} never became visible, though they were due.`,
      thus: `they were prepared for completed checkpoint ${checkpoint}, and ${reasons[why]}`,
      however: `no visible value is of transaction ${id}`,
      nearest: `a legal run if transaction ${id} had been committed`,
    }));
  }
}
