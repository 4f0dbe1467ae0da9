/**
 * What is known of a transaction of a long run.
 */
import type { StreamEnd } from '../model/stream-history.ts';
import type { Showing } from './ledger.ts';

export interface Transaction {
  readonly id: number;
  readonly subtask: number;
  readonly attempt: number;
  readonly checkpoint: number;
  /** Rows written; -1: nobody said. */
  written: number;
  /** Rows that showed, without those that this transaction showed before. */
  shown: number;
  first: Showing | null;
  isAborted: boolean;
  /** Who committed it, as the store said; null: it did not. */
  committedBy: number | null;
  /** A later attempt went back behind its checkpoint; and no completed one had covered it. */
  isGivenUp: boolean;
  isVoid: boolean;
  /** A part of it was visible alone. */
  wasPartial: boolean;
  isOver: boolean;
}

export interface Commit {
  readonly transaction: Transaction;
  /** It was visible before. */
  readonly again: boolean;
}

/** Why a transaction that shows nothing should. */
export interface Owed {
  readonly transaction: Transaction;
  readonly why: 'end' | 'committed' | 'passed over';
  /** The first completed checkpoint that covers it. */
  readonly covered: number | null;
  /** The transaction that its subtask has committed last. */
  readonly later: number | null;
  readonly outcome: StreamEnd['outcome'];
}
