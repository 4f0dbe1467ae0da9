/**
 * How much of the input the end of a run obliges the sink to show. A run that came to its end owes
 * what it had read. One that gave up or was stopped by its deadline owes what an append sink had to
 * show before a checkpoint completed; what transactions still held may not have had its turn.
 */
import type { Claim } from '../model/verdict/claim.ts';
import type { Records } from '../model/verdict/places.ts';
import { noBound } from './bounds.ts';
import type { StreamEnd, StreamHeader } from '../model/stream-history.ts';

export class Due {
  /** Everything that was logged is due. */
  readonly isAll: boolean;
  /** A record is due as well when a later one of its key shows. */
  readonly isPassedOver: boolean;
  /** Why what {@link isDue} names is due. */
  readonly claims: DueClaims;
  /** Offsets below which the records of each split are due. */
  private readonly below: Int32Array;

  /**
   * `reached`: offsets of the newest checkpoint that nobody gave up; `committed`: of the newest one
   * that shows, at a sink that commits one after another.
   */
  constructor(header: StreamHeader, { outcome }: StreamEnd, cuts: DueCuts) {
    const isDirect = header.sink.connector === 'append';
    const hasFailed = outcome === 'failed' && !isDirect;
    const { reached } = cuts;
    this.isAll = outcome === 'finished';
    this.isPassedOver = hasFailed && header.fifo;
    this.claims = claimsFor(outcome, isDirect, cuts);
    if (this.isAll) this.below = reached.slice().fill(noBound);
    else if (outcome === 'suspended' || isDirect) this.below = reached;
    else this.below = (hasFailed ? cuts.committed : null) ?? reached.slice().fill(0);
  }

  isDue(split: number, offset: number): boolean {
    return offset < (this.below[split] as number);
  }
}

/** Why records are due; `name`: what `let` calls them. */
export type DueClaims = (records: Records, name: string) => readonly Claim[];

export interface DueCuts {
  readonly reached: Int32Array;
  readonly committed: Int32Array | null;
  /** The checkpoints whose offsets these are; null: there is none. */
  readonly reachedBy: number | null;
  readonly committedBy: number;
}

function claimsFor(outcome: StreamEnd['outcome'], isDirect: boolean, cuts: DueCuts): DueClaims {
  const checkpoint = cuts.reachedBy ?? 0;
  if (outcome === 'finished') {
    return (records, name) => [{ kind: 'due', records, checkpoint: null, name }];
  }
  if (outcome === 'suspended') {
    return (records, name) => [{ kind: 'due', records, checkpoint, name }];
  }
  if (isDirect) {
    return (records) => [
      { kind: 'read', records, checkpoint },
      { kind: 'rule', rule: 'append-first' },
    ];
  }
  return (records) => [
    { kind: 'newest-committed', checkpoint: cuts.committedBy },
    { kind: 'read', records, checkpoint: cuts.committedBy },
    { kind: 'rule', rule: 'commits-one-by-one' },
  ];
}
