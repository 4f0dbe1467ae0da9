/**
 * The workload: split logs as data. A split is a replayable FIFO log; a record's offset is its
 * index.
 */
import type { Key, Value } from './value.ts';

export interface SourceRecord {
  /** Unique in the workload and stable under shrinking (removing a record renames no other). */
  readonly id: number;
  /** When the record becomes readable, in ms after the job's start. Non-decreasing in a split. */
  readonly at: number;
  /** Event time in ms. */
  readonly ts: number;
  readonly key: Key;
  readonly value: Value;
}

export interface SplitLog {
  readonly split: string;
  readonly records: readonly SourceRecord[];
}

export interface Workload {
  readonly splits: readonly SplitLog[];
}
