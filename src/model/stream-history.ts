/**
 * The columnar history of a long run: the logs of the sources as they grew, and what became
 * visible, in the order in which they became known. Events hold columns (typed arrays), so that a
 * hundred million records are a few cache-friendly passes. Not here: the files
 * (harness/stream-history).
 *
 * Keys and splits are numbers; the header may name them. A record is named by split and offset. A
 * record stands in the log before the rows that show it.
 */
import type { Guarantee } from './guarantee.ts';

export const streamHistoryVersion = 1;

export interface StreamHeader {
  readonly kind: 'header';
  readonly version: typeof streamHistoryVersion;
  readonly subject: string;
  readonly splits: readonly string[];
  /** How many keys there are, or their names. */
  readonly keys: number | readonly string[];
  /** `rows`: one visible row per due record; `values`: running aggregates with version vectors. */
  readonly output: 'rows' | 'values';
  /**
   * Whether logs and rows carry fingerprints (uint32). Of a row: the hash of its value, which has
   * to be that of its record. Of an aggregate: the sum modulo 2^32 of those of its records.
   */
  readonly fingerprints: boolean;
  readonly sink: { readonly connector: 'two-phase' | 'append'; readonly subtasks: number };
  /**
   * Each transaction shows what was read between two checkpoints, nothing else (barriers align).
   */
  readonly aligned: boolean;
  /** The path from a split to the sink keeps the order of each key. */
  readonly fifo: boolean;
  /** `values`: each record gives a value of its own. Not said: a value may add several records. */
  readonly everyStep?: boolean;
  readonly promises: readonly Guarantee[];
}

/**
 * Records that a split gained; `from` is the offset of the first. Offsets rise, perhaps with gaps
 * (compaction, markers of transactions): between events, or within one that names them.
 */
export interface LogEvent {
  readonly kind: 'log';
  readonly split: number;
  readonly from: number;
  /** Offset of each; without it they follow each other. */
  readonly offset?: Int32Array;
  /** Key number of each. Every record is due. */
  readonly key: Int32Array;
  /** Empty without fingerprints. */
  readonly fingerprint: Uint32Array;
}
export interface StreamAttempt {
  readonly kind: 'attempt';
  /** ms since the start of the run. */
  readonly t: number;
  readonly attempt: number;
  readonly restored: number | null;
}
/** A checkpoint completed. */
export interface StreamCheckpoint {
  readonly kind: 'checkpoint';
  readonly t: number;
  readonly checkpoint: number;
  readonly attempt: number;
  /** Next offset to read, per split; empty: unknown. */
  readonly offsets: Int32Array;
}
export interface StreamTransaction {
  readonly kind: 'transaction';
  readonly t: number;
  readonly subtask: number;
  readonly attempt: number;
  readonly checkpoint: number;
  /** Numbered from 0 in the order in which they were first heard of. */
  readonly transaction: number;
  /** `committed`: the store says so; its rows are visible, or become so at once. */
  readonly event: 'prepared' | 'aborted' | 'committed';
  /** `prepared`: rows written into it. */
  readonly rows: number;
}
interface Visible {
  readonly t: number;
  readonly subtask: number;
  /** Who wrote the rows, or a later attempt that committed what it had restored. */
  readonly attempt: number;
  /** Both null for append sinks. */
  readonly checkpoint: number | null;
  readonly transaction: number | null;
}
/** Rows that became visible together, in order. */
export interface VisibleRows extends Visible {
  readonly kind: 'rows';
  readonly split: Uint16Array;
  readonly offset: Int32Array;
  readonly key: Int32Array;
  /** Empty without fingerprints. */
  readonly fingerprint: Uint32Array;
}
/** Values of running aggregates that became visible together, in order. */
export interface VisibleValues extends Visible {
  readonly kind: 'values';
  readonly key: Int32Array;
  /** Records of each split in the value: as many numbers per value as there are splits. */
  readonly vector: Int32Array;
  readonly fingerprint: Uint32Array;
}
/** The job said that it is over; what it owes is visible by `t`. Not every recorder tells of it. */
export interface StreamJob {
  readonly kind: 'job';
  readonly t: number;
  readonly event: 'finished' | 'suspended' | 'failed';
}
/** Last event. A history without it was cut off and decides nothing. */
export interface StreamEnd {
  readonly kind: 'end';
  readonly t: number;
  readonly outcome: 'finished' | 'suspended' | 'failed' | 'deadline';
}

export type StreamEvent =
  | LogEvent
  | StreamAttempt
  | StreamCheckpoint
  | StreamTransaction
  | VisibleRows
  | VisibleValues
  | StreamJob
  | StreamEnd;

export function keyCountOf({ keys }: StreamHeader): number {
  return typeof keys === 'number' ? keys : keys.length;
}

/** Of keys that have names, one that there is not goes by its number. */
export function keyNameOf({ keys }: StreamHeader, key: number): string {
  return typeof keys === 'number' ? `k${key}` : (keys[key] ?? `#${key}`);
}
