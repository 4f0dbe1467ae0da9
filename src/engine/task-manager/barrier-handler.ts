/**
 * Decides from the barriers on a subtask's input channels when to take a checkpoint (Flink
 * `SingleCheckpointBarrierHandler` when aligned, `CheckpointBarrierTracker` when not).
 * Aligned: a channel whose barrier arrived is blocked until the others' have.
 */

export interface BarrierListener {
  alignmentStarted(checkpoint: number): void;
  /** All barriers are here. Channels are unblocked after this returns. */
  aligned(checkpoint: number, suspend: boolean): void;
  /** The checkpoint will not be taken here; downstream has to know. */
  cancelled(checkpoint: number): void;
}

interface Alignment {
  readonly checkpoint: number;
  readonly suspend: boolean;
  readonly arrived: Set<number>;
}

export class BarrierHandler {
  private readonly channelCount: number;
  private readonly aligning: boolean;
  private readonly listener: BarrierListener;
  /** Alignments under way, oldest first; at most one when channels are blocked. */
  private alignments: Alignment[] = [];
  /** Checkpoints aborted by the coordinator before their barrier arrived. */
  private readonly aborted = new Set<number>();
  /** Checkpoints up to this one are over here. */
  private settled = 0;

  constructor(channelCount: number, aligning: boolean, listener: BarrierListener) {
    this.channelCount = channelCount;
    this.aligning = aligning;
    this.listener = listener;
  }

  isBlocked(channel: number): boolean {
    return this.aligning && this.alignments[0]?.arrived.has(channel) === true;
  }

  onBarrier(channel: number, checkpoint: number, suspend: boolean): void {
    if (checkpoint <= this.settled) return;
    if (this.aborted.has(checkpoint)) {
      this.cancel(checkpoint);
      return;
    }
    if (this.aligning) this.cancelBelow(checkpoint);
    const alignment = this.alignmentOf(checkpoint, suspend);
    alignment.arrived.add(channel);
    if (alignment.arrived.size < this.channelCount) return;
    this.listener.aligned(checkpoint, alignment.suspend);
    this.settle(checkpoint);
  }

  /** A marker on a channel: upstream will not send this checkpoint's barrier. */
  onCancelBarrier(checkpoint: number): void {
    if (checkpoint > this.settled) this.cancel(checkpoint);
  }

  /** The coordinator gave the checkpoint up. */
  onAborted(checkpoint: number): void {
    if (checkpoint <= this.settled) return;
    if (this.alignments.some((a) => a.checkpoint === checkpoint)) this.cancel(checkpoint);
    else this.aborted.add(checkpoint);
  }

  private alignmentOf(checkpoint: number, suspend: boolean): Alignment {
    const known = this.alignments.find((a) => a.checkpoint === checkpoint);
    if (known !== undefined) return known;
    const alignment = { checkpoint, suspend, arrived: new Set<number>() };
    this.alignments.push(alignment);
    this.listener.alignmentStarted(checkpoint);
    return alignment;
  }

  /** A newer barrier overtakes: the older checkpoint cannot be completed any more. */
  private cancelBelow(checkpoint: number): void {
    for (const alignment of this.alignments) {
      if (alignment.checkpoint < checkpoint) this.cancel(alignment.checkpoint);
    }
  }

  private cancel(checkpoint: number): void {
    this.settle(checkpoint);
    this.listener.cancelled(checkpoint);
  }

  private settle(checkpoint: number): void {
    this.settled = Math.max(this.settled, checkpoint);
    this.alignments = this.alignments.filter((a) => a.checkpoint > checkpoint);
    for (const id of this.aborted) if (id <= checkpoint) this.aborted.delete(id);
  }
}
