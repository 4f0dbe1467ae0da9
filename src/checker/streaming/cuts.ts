/**
 * The completed checkpoints of the surviving line: which of them covers a transaction, and which
 * offsets it may show. Only the newest are kept.
 */
import type { Attempt } from './ledger.ts';
import type { StreamCheckpoint } from './stream-history.ts';

interface Cut {
  readonly checkpoint: number;
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
  private readonly splits: number;

  constructor(splits: number) {
    this.splits = splits;
  }

  complete({ checkpoint, offsets }: Pick<StreamCheckpoint, 'checkpoint' | 'offsets'>): void {
    this.newest = Math.max(this.newest, checkpoint);
    const known = this.line.find((cut) => cut.checkpoint === checkpoint);
    if (known !== undefined) return;
    this.completed++;
    const before = this.line.at(-1)?.reached;
    const reached = new Int32Array(this.splits);
    for (let p = 0; p < this.splits; p++) {
      reached[p] = Math.max(before?.[p] ?? 0, offsets[p] ?? 0);
    }
    this.line.push({ checkpoint, offsets: offsets.slice(), reached });
    if (this.line.length > cutsMax) this.forgottenBelow = this.line.shift()?.checkpoint ?? -1;
  }

  /** A new attempt: the checkpoint it restores is complete, and later ones are given up. */
  restore(checkpoint: number | null): Attempt['offsets'] {
    if (checkpoint === null) {
      this.line.length = 0;
      return null;
    }
    this.complete({ checkpoint, offsets: new Int32Array(0) });
    const at = this.line.findIndex((cut) => cut.checkpoint === checkpoint);
    this.line.length = at + 1;
    const offsets = this.line[at]?.offsets;
    return offsets === undefined || offsets.length === 0 ? null : offsets;
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
}
