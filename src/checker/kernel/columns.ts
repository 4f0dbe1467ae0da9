/**
 * A history of traceable per-record outputs as columns: one typed array per field, so that a million
 * rows are a few cache-friendly passes and no objects. Rows are in order of visibility.
 */

export interface InputColumns {
  readonly splitCount: number;
  /** First flat record of each split, and one past the last: `splitCount + 1` entries. */
  readonly firstOf: Int32Array;
  /** Key number of each record. */
  readonly key: Int32Array;
  /** 1 where the record must show. */
  readonly due: Uint8Array;
  readonly keyCount: number;
}

export interface OutputColumns {
  /** Number of visible rows. */
  readonly count: number;
  readonly split: Uint8Array | Uint16Array;
  readonly offset: Int32Array;
  readonly key: Int32Array;
  /** Commit in which the row became visible, from 0, never falling. */
  readonly epoch: Int32Array;
}

/** What the linear pass found; positions are indices of outputs, -1: none. */
export interface TraceableResult {
  readonly phantoms: number;
  readonly misrouted: number;
  readonly duplicates: number;
  readonly reordered: number;
  readonly lost: number;
  /** Commits after which no prefix of some split explains what is visible. */
  readonly inconsistentCuts: number;
  readonly firstPhantom: number;
  readonly firstMisrouted: number;
  readonly firstDuplicate: number;
  readonly firstReordered: number;
  /** Flat index of a lost record, -1: none. */
  readonly firstLost: number;
  readonly firstInconsistentEpoch: number;
}
