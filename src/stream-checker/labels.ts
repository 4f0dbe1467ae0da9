/**
 * Who did what, as the events of a columnar history say it: which attempts began, and by whom and
 * for which checkpoint a transaction was prepared. An event that contradicts what stood before it
 * is a mistake of the recorder, since nobody can say which of the two is right. What contradicts a
 * promise of the subject is no mistake and is judged elsewhere (transactions.ts).
 */
import type {
  StreamAttempt,
  StreamCheckpoint,
  StreamEvent,
  StreamTransaction,
  VisibleRows,
  VisibleValues,
} from '../model/stream-history.ts';

/** What its `prepared` says of a transaction. */
type Label = Pick<StreamTransaction, 't' | 'subtask' | 'attempt' | 'checkpoint'>;

/** Named limit: transactions whose labels are known. */
const labelsMax = 131_072;

export class Labels {
  private readonly subtasks: number;
  private readonly attempts = new Map<number, StreamAttempt>();
  /** The attempt that events name before any began: a run without a restart may not say so. */
  private implied: number | null = null;
  private newest = -1;
  private readonly prepared = new Map<number, Label>();
  /** Transactions that were heard of. */
  private heardOf = 0;

  constructor(subtasks: number) {
    this.subtasks = subtasks;
  }

  /** How the next event contradicts those before it; null: it does not. */
  faultOf(event: StreamEvent): string | null {
    switch (event.kind) {
      case 'attempt':
        return this.attemptFault(event);
      case 'checkpoint':
        return this.namingFault(event) ?? this.checkpointFault(event);
      case 'transaction':
        return this.subtaskFault(event) ?? this.namingFault(event) ?? this.transactionFault(event);
      case 'rows':
      case 'values':
        return this.subtaskFault(event) ?? this.namingFault(event) ?? this.visibleFault(event);
      case 'log':
      case 'job':
      case 'end':
        return null;
    }
  }

  private attemptFault(event: StreamAttempt): string | null {
    const { attempt } = event;
    if (attempt === this.implied) return `attempt ${attempt} begins after an event that names it`;
    if (attempt <= this.newest) return `attempt ${attempt} begins after attempt ${this.newest}`;
    this.newest = attempt;
    this.attempts.set(attempt, event);
    return null;
  }

  private subtaskFault({ subtask }: { readonly subtask: number }): string | null {
    return subtask < this.subtasks ? null : `subtask number ${subtask} of ${this.subtasks}`;
  }

  /** Whether the attempt of an event had begun. */
  private namingFault({
    attempt,
    t,
  }: {
    readonly attempt: number;
    readonly t: number;
  }): string | null {
    const known = this.attempts.get(attempt);
    if (known !== undefined) {
      return t >= known.t ? null : `${t} ms, but attempt ${attempt} began at ${known.t} ms`;
    }
    if (this.implied === null && this.attempts.size === 0) {
      this.implied = attempt;
      this.newest = attempt;
    }
    return attempt === this.implied ? null : `attempt ${attempt}, which never began`;
  }

  private checkpointFault({ checkpoint, attempt }: StreamCheckpoint): string | null {
    const restored = this.attempts.get(attempt)?.restored ?? null;
    return restored === null || checkpoint >= restored
      ? null
      : `checkpoint ${checkpoint} of attempt ${attempt}, which restored checkpoint ${restored}`;
  }

  private transactionFault(event: StreamTransaction): string | null {
    const { transaction, checkpoint } = event;
    const numbering = this.numberingFault(transaction);
    if (numbering !== null) return numbering;
    const label = this.prepared.get(transaction);
    if (label === undefined) {
      if (event.event === 'prepared') this.keep(transaction, event);
      return null;
    }
    const isOther = event.event === 'prepared' && event.attempt !== label.attempt;
    if (isOther) return `transaction ${transaction} was prepared by attempt ${label.attempt}`;
    // Of what was aborted, the checkpoint is of no interest.
    const isOf = checkpoint === label.checkpoint || event.event === 'aborted';
    return (
      this.ownerFault(transaction, label, event) ?? (isOf ? null : ofOther(transaction, label))
    );
  }

  private visibleFault(event: VisibleRows | VisibleValues): string | null {
    const { transaction, checkpoint, t } = event;
    if (transaction === null) return null;
    const numbering = this.numberingFault(transaction);
    if (numbering !== null) return numbering;
    const label = this.prepared.get(transaction);
    if (label === undefined) return null;
    if (checkpoint !== label.checkpoint) return ofOther(transaction, label);
    if (t < label.t) return `${t} ms, but transaction ${transaction} was prepared at ${label.t} ms`;
    return this.ownerFault(transaction, label, event);
  }

  /** Transactions are numbered as they are first heard of. */
  private numberingFault(transaction: number): string | null {
    if (transaction > this.heardOf) {
      return `transaction number ${transaction} where ${this.heardOf} is the next new one`;
    }
    if (transaction === this.heardOf) this.heardOf++;
    return null;
  }

  /**
   * Its own subtask acts on a transaction; after a restore perhaps another one, of a later attempt.
   */
  private ownerFault(
    transaction: number,
    label: Label,
    { attempt, subtask }: { readonly attempt: number; readonly subtask: number },
  ): string | null {
    if (attempt < label.attempt) {
      return `attempt ${attempt}, but transaction ${transaction} was prepared by attempt ${label.attempt}`;
    }
    return attempt > label.attempt || subtask === label.subtask
      ? null
      : `subtask ${subtask}, but transaction ${transaction} was prepared by subtask ${label.subtask}`;
  }

  private keep(transaction: number, { t, subtask, attempt, checkpoint }: StreamTransaction): void {
    this.prepared.set(transaction, { t, subtask, attempt, checkpoint });
    this.prepared.delete(transaction - labelsMax);
  }
}

function ofOther(transaction: number, { checkpoint }: Label): string {
  return `transaction ${transaction} was prepared for checkpoint ${checkpoint}`;
}
