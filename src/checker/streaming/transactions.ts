/**
 * Transactions of a long run: each becomes visible whole or not at all, not before a checkpoint that
 * covers it completed, never after it was aborted, in order of checkpoints per subtask. Those that
 * are over are forgotten; what is in flight or was aborted stays.
 */
import type { Cuts } from './cuts.ts';
import type { Ledger, Showing } from './ledger.ts';
import type { Reporter } from './reporter.ts';
import type { StreamTransaction, VisibleRows, VisibleValues } from './stream-history.ts';

interface Transaction {
  readonly id: number;
  readonly attempt: number;
  /** Rows written; -1: nobody said. */
  written: number;
  /** Rows that showed, without those that this transaction showed before. */
  shown: number;
  first: Showing | null;
  isAborted: boolean;
  /** A part of it was visible alone. */
  wasPartial: boolean;
  isOver: boolean;
}

export interface Commit {
  readonly transaction: Transaction;
  /** It was visible before. */
  readonly again: boolean;
}

/** Named limit: transactions that are over and still known. */
const settledMax = 65_536;

export class Transactions {
  count = 0;
  private readonly known = new Map<number, Transaction>();
  private readonly settled: number[] = [];
  private readonly open = new Set<number>();
  private newest = -1;
  private readonly subtasks = new Map<number, Showing>();
  private readonly reporter: Reporter;
  private readonly ledger: Ledger;
  private readonly cuts: Cuts;

  constructor(reporter: Reporter, ledger: Ledger, cuts: Cuts) {
    this.reporter = reporter;
    this.ledger = ledger;
    this.cuts = cuts;
  }

  take(event: StreamTransaction): void {
    const transaction = this.of(event.transaction, event.attempt);
    if (event.event === 'prepared') {
      transaction.written = event.rows;
      this.open.add(event.transaction);
    } else {
      transaction.isAborted = true;
      this.open.delete(event.transaction);
    }
  }

  /** Whether transactions were prepared that have not shown everything. */
  get isBetweenStates(): boolean {
    return this.open.size > 0;
  }

  /** Before the rows of `event` are looked at. */
  begin(event: VisibleRows | VisibleValues): Commit | null {
    const { transaction: id, attempt } = event;
    if (id === null) return null;
    const forgotten = id <= this.newest && !this.known.has(id);
    const transaction = this.of(id, attempt);
    if (forgotten) this.settle(transaction);
    return { transaction, again: forgotten || transaction.first !== null };
  }

  /** After them: `fresh` of them it had not shown before. */
  end({ transaction, again }: Commit, showing: Showing, fresh: number): void {
    if (!again) this.checkFirst(transaction, showing);
    const { first, written } = transaction;
    if (first === null) transaction.first = showing;
    else if (first.t !== showing.t && transaction.shown < written && fresh > 0) {
      transaction.wasPartial = true;
    }
    transaction.shown += fresh;
    if (transaction.isOver || transaction.isAborted || transaction.shown < written) return;
    if (transaction.wasPartial) this.reportTorn(transaction, showing);
    this.settle(transaction);
  }

  /** At the end of the run nothing more becomes visible. */
  finish(): void {
    for (const transaction of this.known.values()) {
      const { shown, written, isOver, isAborted } = transaction;
      if (!isOver && !isAborted && shown > 0 && shown < written) this.reportTorn(transaction, null);
    }
  }

  private of(id: number, attempt: number): Transaction {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const transaction: Transaction = {
      id,
      attempt,
      written: -1,
      shown: 0,
      first: null,
      isAborted: false,
      wasPartial: false,
      isOver: false,
    };
    this.known.set(id, transaction);
    if (id > this.newest) {
      this.newest = id;
      this.count++;
    }
    return transaction;
  }

  private settle(transaction: Transaction): void {
    transaction.isOver = true;
    this.open.delete(transaction.id);
    this.settled.push(transaction.id);
    if (this.settled.length < settledMax * 2) return;
    for (const id of this.settled.splice(0, settledMax)) this.known.delete(id);
  }

  private checkFirst(transaction: Transaction, showing: Showing): void {
    const { id, attempt, isAborted } = transaction;
    const checkpoint = showing.checkpoint ?? 0;
    if (isAborted) {
      this.reporter.report('aborted-visible', null, () => ({
        parts: [{ role: 'visible, though aborted', showing }],
        sentence: `Transaction ${id} was aborted, yet its rows are visible.`,
        thus: `transaction ${id} was aborted before A became visible`,
        however: 'a read-committed reader sees nothing of an aborted transaction',
      }));
    }
    if (this.cuts.newest < checkpoint) this.reportEarly(transaction, { showing, checkpoint });
    const before = this.subtasks.get(showing.subtask);
    if (before === undefined || (before.checkpoint ?? 0) <= checkpoint) {
      this.subtasks.set(showing.subtask, showing);
      return;
    }
    this.reporter.report('commit-regression', null, () => ({
      parts: [
        { role: 'committed first', showing: before },
        { role: 'committed after it', showing: { ...showing, attempt } },
      ],
      sentence: `Subtask ${showing.subtask} committed checkpoint ${checkpoint} after ${before.checkpoint}.`,
      thus: 'a subtask commits its checkpoints in order',
      however: `B is of checkpoint ${checkpoint}, A of ${before.checkpoint}`,
    }));
  }

  /** No checkpoint covers it yet: too early, or of an attempt whose successor repeats its work. */
  private reportEarly(
    { id, attempt }: Transaction,
    { showing, checkpoint }: { readonly showing: Showing; readonly checkpoint: number },
  ): void {
    const successor = this.ledger.attempts.find(
      (other) => other.attempt > attempt && (other.restored ?? 0) < checkpoint,
    );
    if (successor === undefined) {
      this.reporter.report('premature-visible', null, () => ({
        parts: [{ role: 'visible too early', showing }],
        sentence: `Transaction ${id} became visible before its checkpoint ${checkpoint} completed.`,
        thus: `A belongs to checkpoint ${checkpoint}`,
        however: `no checkpoint from ${checkpoint} on had completed by ${showing.t} ms`,
      }));
      return;
    }
    this.reporter.report('zombie-commit', null, () => ({
      parts: [{ role: 'committed by a superseded attempt', showing }],
      sentence: `Attempt ${attempt} committed transaction ${id} after attempt ${successor.attempt} had taken over.`,
      thus: `attempt ${successor.attempt} restored ${successor.restored ?? 'nothing'}, so it repeats what A contains`,
      however: `checkpoint ${checkpoint} never completed, yet A became visible`,
    }));
  }

  /** `showing` is the part that came later; null: it never came. */
  private reportTorn({ id, shown, written, first }: Transaction, showing: Showing | null): void {
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
}
