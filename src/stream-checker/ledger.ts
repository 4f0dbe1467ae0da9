/**
 * Who made what visible: the last events that showed rows, by number, and the attempts. Older
 * events are forgotten, so that memory does not grow with the run; who asks for one is told so.
 */
import type { VisibleRows, VisibleValues } from '../model/stream-history.ts';

export interface Showing {
  readonly number: number;
  readonly t: number;
  readonly subtask: number;
  readonly attempt: number;
  readonly checkpoint: number | null;
  readonly transaction: number | null;
}

export interface Attempt {
  readonly attempt: number;
  readonly restored: number | null;
  readonly t: number;
  /** Events that had shown rows when it began. */
  readonly after: number;
  /** Offsets it resumed from; null: unknown. */
  readonly offsets: Int32Array | null;
  /** A checkpoint that had completed, newer than the one it restored; null: there was none. */
  readonly ignored: number | null;
}

/** Named limit: events that showed rows and are still known. A power of two. */
export const showingsMax = 16_384;

export class Ledger {
  /** Number of the newest event that showed rows; they count from 1. */
  count = 0;
  readonly attempts: Attempt[] = [];
  private readonly ring: (Showing | undefined)[] = [];
  /** Step of each: what must not fall along a split. */
  readonly step: Int32Array = new Int32Array(showingsMax);
  readonly attempt: Int32Array = new Int32Array(showingsMax);

  /** `step`: of the state that a reader sees then; null: each event makes one. */
  add(event: VisibleRows | VisibleValues, attempt: number, step: number | null): Showing {
    const { t, subtask, checkpoint, transaction } = event;
    const number = ++this.count;
    const showing = { number, t, subtask, attempt, checkpoint, transaction };
    this.ring[number % showingsMax] = showing;
    this.step[number % showingsMax] = step ?? number;
    this.attempt[number % showingsMax] = attempt;
    return showing;
  }

  showing(number: number): Showing | null {
    const known = this.ring[number % showingsMax];
    return known?.number === number ? known : null;
  }
}

/** A value that shows again; `isAgain`: its transaction had shown before. */
export interface Repeated {
  readonly key: number;
  readonly showing: Showing;
  readonly isAgain: boolean;
}
