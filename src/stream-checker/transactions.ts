/**
 * Transactions of a long run: each becomes visible whole or not at all, not before a checkpoint
 * that covers it completed, never after it was aborted, in order of checkpoints per subtask; and
 * what a completed checkpoint covers is committed in the end. Those that are over are forgotten;
 * what is in flight, was given up or was aborted stays.
 */
import type { Cuts } from './cuts.ts';
import type { Ledger, Showing } from './ledger.ts';
import type { Reporter } from './reporter.ts';
import type {
  StreamAttempt,
  StreamEnd,
  StreamTransaction,
  VisibleRows,
  VisibleValues,
} from '../model/stream-history.ts';
import type { Commit, Owed, Transaction } from './transaction.ts';
import { TransactionReports } from './transaction-reports.ts';

/** Named limits: transactions that are over and still known; those that nobody had told of. */
const settledMax = 65_536;
const untoldMax = 1024;

export class Transactions {
  count = 0;
  private readonly known = new Map<number, Transaction>();
  private readonly settled: number[] = [];
  /** Prepared, not given up, and not all shown. */
  private readonly open = new Set<Transaction>();
  /** Those of them without which there is no whole state to see. */
  private readonly waiting = new Set<Transaction>();
  private newest = -1;
  /** Whether the recorder tells of transactions that are prepared. */
  private areToldOf = false;
  /** Those that showed though nobody had said that they were prepared. */
  private readonly untold = new Set<number>();
  private readonly subtasks = new Map<number, Showing>();
  private readonly reports: TransactionReports;
  private readonly reporter: Reporter;
  private readonly ledger: Ledger;
  private readonly cuts: Cuts;

  constructor(reporter: Reporter, ledger: Ledger, cuts: Cuts) {
    this.reporter = reporter;
    this.reports = new TransactionReports(reporter);
    this.ledger = ledger;
    this.cuts = cuts;
  }

  take(event: StreamTransaction): void {
    const transaction = this.of(event.transaction, event);
    if (event.event === 'committed') transaction.committedBy ??= event.attempt;
    else if (event.event === 'aborted') {
      transaction.isAborted = true;
      this.close(transaction);
    } else {
      this.areToldOf = true;
      this.untold.delete(event.transaction);
      transaction.written = event.rows;
      if (this.successorOf(transaction) !== undefined) transaction.isVoid = true;
      else if (event.rows > 0) {
        this.open.add(transaction);
        this.waiting.add(transaction);
      }
    }
  }

  /** A new attempt gives up what its checkpoint does not list. Before it is in the ledger. */
  restart({ restored }: StreamAttempt): void {
    for (const transaction of this.open) {
      if (transaction.checkpoint <= (restored ?? -1)) continue;
      transaction.isGivenUp = true;
      transaction.isVoid = !this.isCovered(transaction);
      this.close(transaction);
    }
  }

  /**
   * What transactions that were prepared have yet to show of the state of `showing`. What a subtask
   * has passed over is not waited for.
   */
  missingFrom({ checkpoint }: Showing): 'nothing' | 'parts' | 'transactions' {
    let isWhole = true;
    for (const transaction of this.waiting) {
      const newest = this.subtasks.get(transaction.subtask)?.checkpoint ?? -1;
      const isLeft =
        transaction.first === null
          ? newest > transaction.checkpoint
          : (checkpoint ?? 0) > transaction.checkpoint;
      if (isLeft) this.waiting.delete(transaction);
      else if (transaction.first === null) isWhole = false;
    }
    if (!isWhole || this.isSilent) return 'transactions';
    return this.waiting.size > 0 ? 'parts' : 'nothing';
  }

  /** Whether nobody said of some that show that they were prepared. */
  get isSilent(): boolean {
    return this.untold.size > 0;
  }

  /** Before the rows of `event` are looked at. */
  begin(event: VisibleRows | VisibleValues): Commit | null {
    const { transaction: id } = event;
    if (id === null) return null;
    const forgotten = id <= this.newest && !this.known.has(id);
    const transaction = this.of(id, event);
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
    if (transaction.wasPartial) this.reports.torn(transaction, showing);
    this.settle(transaction);
  }

  /**
   * At the end of the run nothing more becomes visible: those that should have, and did not at all.
   */
  finish({ outcome }: StreamEnd): readonly Owed[] {
    const owed: Owed[] = [];
    const [untold] = this.untold;
    if (untold !== undefined && this.areToldOf) {
      const reason = `transaction ${untold} shows, though nobody said that it was prepared`;
      this.reporter.findings.leaveOpen(reason, 'atomic-commit');
    }
    for (const transaction of this.known.values()) {
      const { shown, written, isOver, isAborted, first } = transaction;
      if (isOver || isAborted || shown >= written) continue;
      if (first !== null && shown > 0) this.reports.torn(transaction, null);
      const why = this.whyOwed(transaction, outcome);
      if (why === null || shown > 0) continue;
      const { checkpoint, subtask } = transaction;
      const covered = this.cuts.firstCovering(checkpoint);
      const later = this.subtasks.get(subtask)?.transaction ?? null;
      const one = { transaction, why, covered, later, outcome };
      owed.push(one);
      this.reports.neverShown(one);
    }
    return owed;
  }

  /** The checkpoint that shows of those that a sink with one subtask commits in order; -1: none. */
  get newestShown(): number {
    return this.subtasks.get(0)?.checkpoint ?? -1;
  }

  /** Which records its values contain is not known. */
  lose(owed: Owed): void {
    this.reports.lost(owed);
  }

  private whyOwed(transaction: Transaction, outcome: StreamEnd['outcome']): Owed['why'] | null {
    if (transaction.committedBy !== null) return 'committed';
    if (!this.open.has(transaction) || !this.isCovered(transaction)) return null;
    const newest = this.subtasks.get(transaction.subtask)?.checkpoint ?? -1;
    if (newest > transaction.checkpoint) return 'passed over';
    return outcome === 'finished' || outcome === 'suspended' ? 'end' : null;
  }

  /** Whether a checkpoint that lists it has completed. Only of what no attempt gave up. */
  private isCovered({ attempt, checkpoint }: Transaction): boolean {
    const last = this.ledger.attempts.at(-1)?.attempt ?? attempt;
    return last > attempt || this.cuts.completedBy(attempt) >= checkpoint;
  }

  /** A later attempt that went back behind it. */
  private successorOf({
    attempt,
    checkpoint,
  }: Pick<Transaction, 'attempt' | 'checkpoint'>): Ledger['attempts'][number] | undefined {
    const { attempts } = this.ledger;
    if ((attempts.at(-1)?.attempt ?? attempt) <= attempt) return undefined;
    return attempts.find((other) => other.attempt > attempt && (other.restored ?? -1) < checkpoint);
  }

  private of(
    id: number,
    by: {
      readonly subtask: number;
      readonly attempt: number;
      readonly checkpoint: number | null;
    },
  ): Transaction {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const transaction: Transaction = {
      id,
      subtask: by.subtask,
      attempt: by.attempt,
      checkpoint: by.checkpoint ?? 0,
      written: -1,
      shown: 0,
      first: null,
      isAborted: false,
      committedBy: null,
      isGivenUp: false,
      isVoid: false,
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

  private close(transaction: Transaction): void {
    this.open.delete(transaction);
    this.waiting.delete(transaction);
  }

  private settle(transaction: Transaction): void {
    transaction.isOver = true;
    this.close(transaction);
    this.settled.push(transaction.id);
    if (this.settled.length < settledMax * 2) return;
    for (const id of this.settled.splice(0, settledMax)) this.known.delete(id);
  }

  private checkFirst(transaction: Transaction, showing: Showing): void {
    const checkpoint = showing.checkpoint ?? 0;
    if (transaction.isAborted) this.reports.aborted(transaction, showing);
    if (transaction.written < 0 && this.untold.size < untoldMax) this.untold.add(transaction.id);
    if (this.cuts.newest < checkpoint || transaction.isVoid) {
      const { attempt } = transaction;
      const successor = this.successorOf({ attempt, checkpoint });
      if (successor === undefined) this.reports.premature(transaction, showing);
      else this.reports.zombie(transaction, showing, successor);
    }
    const before = this.subtasks.get(showing.subtask);
    if (before === undefined || (before.checkpoint ?? 0) <= checkpoint) {
      this.subtasks.set(showing.subtask, showing);
    } else this.reports.regression(transaction, { before, showing });
  }
}
