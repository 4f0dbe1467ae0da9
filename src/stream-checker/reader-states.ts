/**
 * When the visible values are a state that a reader is promised to be consistent: after each event
 * of a sink with one subtask, else after whole checkpoints, as far as it is known what belongs to
 * them.
 */
import type { Showing } from './ledger.ts';
import type { Reporter } from './reporter.ts';
import type { StreamHeader } from '../model/stream-history.ts';
import type { Commit } from './transaction.ts';
import type { Transactions } from './transactions.ts';
import type { Values } from './values.ts';

export class ReaderStates {
  private readonly header: StreamHeader;
  private readonly transactions: Transactions;
  private readonly values: Values;
  /** The newest event, if of the transactions of its state only parts are missing. */
  private inParts: Showing | null = null;

  constructor(header: StreamHeader, transactions: Transactions, values: Values) {
    this.header = header;
    this.transactions = transactions;
    this.values = values;
  }

  /** A commit is about to show: what is missing of earlier checkpoints is missing for good. */
  before(commit: Commit | null): void {
    const checkpoint = commit?.transaction.checkpoint ?? 0;
    if (this.inParts === null || checkpoint <= (this.inParts.checkpoint ?? 0)) return;
    this.values.checkState(this.inParts);
    this.inParts = null;
  }

  after(commit: Commit | null, showing: Showing): void {
    this.inParts = null;
    if (this.header.sink.subtasks === 1) this.values.checkState(showing);
    else if (commit !== null && !commit.transaction.isGivenUp) {
      const missing = this.transactions.missingFrom(showing);
      if (missing === 'nothing') this.values.checkState(showing);
      else if (missing === 'parts') this.inParts = showing;
    }
  }

  /** At the end. When all subtasks have committed is known from what was prepared only. */
  tell({ findings }: Reporter): void {
    const { sink, promises } = this.header;
    if (sink.connector === 'append' || sink.subtasks === 1 || !this.transactions.isSilent) {
      this.values.tellStates();
      return;
    }
    const open = (['snapshot-consistent', 'monotone'] as const).filter((promise) =>
      promises.includes(promise),
    );
    findings.leaveOpen('nobody said which transactions were prepared', ...open);
  }
}
