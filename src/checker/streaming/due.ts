/**
 * How much of the input the end of a run obliges the sink to show. A run that came to its end owes
 * what it had read. One that gave up or was stopped by its deadline owes what an append sink had to
 * show before a checkpoint completed; what transactions still held may not have had its turn.
 */
import { noBound } from '../kernel/bounds.ts';
import type { StreamEnd, StreamHeader } from './stream-history.ts';

export class Due {
  /** Everything that was logged is due. */
  readonly isAll: boolean;
  /** A record is due as well when a later one of its key shows. */
  readonly isPassedOver: boolean;
  /** Why what {@link isDue} names is due, in words. */
  readonly reason: string;
  /** Offsets below which the records of each split are due. */
  private readonly below: Int32Array;

  /**
   * `reached`: offsets of the newest checkpoint that nobody gave up; `committed`: of the newest one
   * that shows, at a sink that commits one after another.
   */
  constructor(
    header: StreamHeader,
    { outcome }: StreamEnd,
    cuts: { readonly reached: Int32Array; readonly committed: Int32Array | null },
  ) {
    const isDirect = header.sink.connector === 'append';
    const hasFailed = outcome === 'failed' && !isDirect;
    const { reached } = cuts;
    this.isAll = outcome === 'finished';
    this.isPassedOver = hasFailed && header.fifo;
    this.reason = reasonFor(outcome, isDirect);
    if (this.isAll) this.below = reached.slice().fill(noBound);
    else if (outcome === 'suspended' || isDirect) this.below = reached;
    else this.below = (hasFailed ? cuts.committed : null) ?? reached.slice().fill(0);
  }

  isDue(split: number, offset: number): boolean {
    return offset < (this.below[split] as number);
  }
}

function reasonFor(outcome: StreamEnd['outcome'], isDirect: boolean): string {
  if (outcome === 'finished') return 'the run came to its end, so it is due';
  if (outcome === 'suspended') {
    return 'the run came to its end, and its last checkpoint had read it';
  }
  return isDirect
    ? 'a completed checkpoint covers it, and an append sink shows what it covers before it completes'
    : 'a checkpoint that had read it shows, and the sink commits one after another';
}
