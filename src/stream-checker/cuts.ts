/**
 * The completed checkpoints of the surviving line: which of them covers a transaction, and which
 * offsets it may show. Only the newest are kept.
 */
import type { Attempt } from './ledger.ts';
import type { StreamCheckpoint } from '../model/stream-history.ts';

export interface Cut {
  readonly checkpoint: number;
  /** Empty: unknown. */
  readonly offsets: Int32Array;
  /** Largest offsets of it and of all before it. */
  readonly reached: Int32Array;
}

export interface Range {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** Named limit: checkpoints whose offsets are known. */
const cutsMax = 1024;
const noOffset = 2_147_483_647;

export class Cuts {
  /** Largest id that completed, also one that a restore gave up. */
  newest = -1;
  completed = 0;
  private readonly line: Cut[] = [];
  private forgottenBelow = -1;
  /** Those that were larger than all that had completed before. */
  private readonly highs: number[] = [];
  private readonly splits: number;
  /** The newest attempt that completed a checkpoint, and the largest it did. */
  private completer = { attempt: -1, checkpoint: -1 };

  constructor(splits: number) {
    this.splits = splits;
  }

  complete(event: Pick<StreamCheckpoint, 'checkpoint' | 'offsets' | 'attempt'>): void {
    const { checkpoint, attempt, offsets } = event;
    if (attempt > this.completer.attempt) this.completer = { attempt, checkpoint };
    else if (attempt === this.completer.attempt) {
      this.completer.checkpoint = Math.max(this.completer.checkpoint, checkpoint);
    }
    this.add(checkpoint, offsets);
  }

  /** A new attempt: the checkpoint it restores is complete, and later ones are given up. */
  restore(checkpoint: number | null): Attempt['offsets'] {
    if (checkpoint === null) {
      this.line.length = 0;
      return new Int32Array(this.splits);
    }
    while ((this.line.at(-1)?.checkpoint ?? -1) > checkpoint) this.line.pop();
    this.add(checkpoint, new Int32Array(0));
    const offsets = this.line.at(-1)?.offsets;
    return offsets === undefined || offsets.length === 0 ? null : offsets;
  }

  /** Whether this one completed and is of the line. */
  hasCompleted(checkpoint: number): boolean {
    return this.line.some((cut) => cut.checkpoint === checkpoint);
  }

  /** Largest checkpoint that the newest attempt completed itself; -1: none. */
  completedBy(attempt: number): number {
    return attempt === this.completer.attempt ? this.completer.checkpoint : -1;
  }

  /** The newest ones of the line, oldest first. */
  newestOf(count: number): readonly Cut[] {
    return this.line.slice(-count);
  }

  /** Offsets of a checkpoint of the line; null: it is none, or they are not known. */
  offsetsOf(checkpoint: number): Int32Array | null {
    const offsets = this.line.find((cut) => cut.checkpoint === checkpoint)?.offsets;
    return offsets === undefined || offsets.length === 0 ? null : offsets;
  }

  /** The first to complete, given up or not, that covers what was prepared for `checkpoint`. */
  firstCovering(checkpoint: number): number | null {
    return this.highs.find((high) => high >= checkpoint) ?? null;
  }

  /** Offsets of the newest of the line; of those before it where they are not known. */
  get reached(): Int32Array {
    const last = this.line.at(-1);
    if (last === undefined) return new Int32Array(this.splits);
    return last.offsets.length === 0 ? last.reached : last.offsets;
  }

  /** Whether it is known how far the newest of the line had read. */
  get isReachKnown(): boolean {
    return (this.line.at(-1)?.offsets.length ?? 0) > 0;
  }

  /** A checkpoint of the line that keeps an offset out of the range of `checkpoint`. */
  skewing(checkpoint: number, at: { readonly split: number; readonly offset: number }): number {
    const cut = this.line.find(({ checkpoint: id, offsets }) => {
      const read = offsets[at.split];
      if (read === undefined) return false;
      return id < checkpoint ? read > at.offset : read <= at.offset;
    });
    return cut?.checkpoint ?? checkpoint;
  }

  /** The newest of the line whose offsets are known; null: there is none. */
  get reachedBy(): number | null {
    return this.line.findLast(({ offsets }) => offsets.length > 0)?.checkpoint ?? null;
  }

  /** Offsets that a transaction of `checkpoint` may show; unbounded where nothing is known. */
  rangeOf(checkpoint: number): Range {
    const low = new Int32Array(this.splits);
    const high = new Int32Array(this.splits).fill(noOffset);
    if (checkpoint <= this.forgottenBelow) return { low, high };
    for (let i = this.line.length - 1; i >= 0; i--) {
      const { checkpoint: id, offsets, reached } = this.line[i] as Cut;
      if (id < checkpoint) {
        low.set(reached);
        break;
      }
      offsets.forEach((offset, p) => (high[p] = Math.min(high[p] as number, offset)));
    }
    return { low, high };
  }

  private add(checkpoint: number, offsets: Int32Array): void {
    if (checkpoint > this.newest) this.highs.push(checkpoint);
    if (this.highs.length > cutsMax) this.highs.shift();
    this.newest = Math.max(this.newest, checkpoint);
    const at = this.line.findIndex((cut) => cut.checkpoint === checkpoint);
    const known = this.line[at];
    if (known !== undefined) {
      // A restore may tell of it before its completion does.
      if (known.offsets.length === 0) this.line[at] = this.cutAt(at, checkpoint, offsets);
      return;
    }
    this.completed++;
    this.line.push(this.cutAt(this.line.length, checkpoint, offsets));
    if (this.line.length > cutsMax) this.forgottenBelow = this.line.shift()?.checkpoint ?? -1;
  }

  private cutAt(index: number, checkpoint: number, offsets: Int32Array): Cut {
    const before = this.line[index - 1]?.reached;
    const reached = new Int32Array(this.splits);
    for (let p = 0; p < this.splits; p++) {
      reached[p] = Math.max(before?.[p] ?? 0, offsets[p] ?? 0);
    }
    return { checkpoint, offsets: offsets.slice(), reached };
  }
}
