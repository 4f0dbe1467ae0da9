/**
 * The history: what an outside observer recorded, in order of time. JSON Lines on disk (one event a
 * line, the first is the header), an array of the same objects in memory.
 * `t` is ms since the job's start (fractions are microseconds). All checkpoint ids count from 1.
 */
import type { PointName, PointPhase } from './fault.ts';
import type { EngineOptions } from './options.ts';
import type { Row } from './value.ts';

export const historyVersion = 1;

/** First line: the complete resolved configuration. */
export interface HeaderEvent {
  readonly kind: 'header';
  readonly version: typeof historyVersion;
  readonly subject: string;
  /**
   * What `t` was taken from. `virtual`: nodes work in no time, so only faults make one slow.
   * `machine`: any node may be slow at any time, and a split that has records may look idle.
   */
  readonly clock: 'virtual' | 'machine';
  readonly scenario: string;
  readonly seed: number;
  /** `digestValue` of the case. */
  readonly caseDigest: string;
  readonly options: EngineOptions;
}
export interface NodeEvent {
  readonly kind: 'node';
  readonly t: number;
  readonly node: string;
  readonly event: 'started' | 'crashed' | 'paused' | 'resumed' | 'clock-jumped';
  readonly incarnation: number;
}
/** Law A6: `effect` is only recorded when the effect was seen, not when it was asked for. */
export interface FaultEvent {
  readonly kind: 'fault';
  readonly t: number;
  /** Index into the schedule. */
  readonly fault: number;
  readonly event: 'injected' | 'effect' | 'healed';
  readonly detail: string;
}
/**
 * A new execution attempt of the whole job, and the checkpoint it restores (null: from scratch).
 */
export interface AttemptEvent {
  readonly kind: 'attempt';
  readonly t: number;
  readonly attempt: number;
  readonly leader: number;
  readonly restored: number | null;
  readonly cause: string;
}
export interface TaskEvent {
  readonly kind: 'task';
  readonly t: number;
  readonly attempt: number;
  /** Id of the chain's first operator. */
  readonly vertex: string;
  readonly subtask: number;
  readonly node: string;
  readonly event: 'deployed' | 'running' | 'end-of-data' | 'finished' | 'failed' | 'cancelled';
}
export interface CheckpointEvent {
  readonly kind: 'checkpoint';
  readonly t: number;
  readonly checkpoint: number;
  readonly attempt: number;
  readonly event: 'triggered' | 'completed' | 'aborted';
  /** `completed`: next offset to read, per split. */
  readonly offsets: Readonly<Record<string, number>> | null;
  readonly reason: string | null;
}
export interface PointEvent {
  readonly kind: 'point';
  readonly t: number;
  readonly point: PointName;
  readonly phase: PointPhase;
  readonly node: string;
  readonly attempt: number;
  readonly checkpoint: number | null;
  /** Vertex of the task at the point; null on the JobManager. */
  readonly operator: string | null;
  readonly subtask: number | null;
}
/** What a subtask loaded. `offsets` only for sources. */
export interface RestoreEvent {
  readonly kind: 'restore';
  readonly t: number;
  readonly attempt: number;
  readonly checkpoint: number;
  readonly operator: string;
  readonly subtask: number;
  readonly offsets: Readonly<Record<string, number>> | null;
}
/** The operator's own event-time clock moved (a self-report; subjects may not have it). */
export interface WatermarkEvent {
  readonly kind: 'watermark';
  readonly t: number;
  readonly attempt: number;
  readonly operator: string;
  readonly subtask: number;
  readonly watermark: number;
}
/** Life of a transaction as the external store saw it. */
export interface TransactionEvent {
  readonly kind: 'transaction';
  readonly t: number;
  readonly sink: string;
  readonly subtask: number;
  readonly attempt: number;
  /** Known from `prepared` on; null before. */
  readonly checkpoint: number | null;
  readonly transaction: string;
  readonly event:
    | 'opened'
    | 'prepared'
    | 'committed'
    | 'aborted'
    | 'timed-out'
    /** A call was refused: fenced, unknown transaction, unavailable. */
    | 'refused'
    /** The commit took effect, the caller was not told. */
    | 'reply-lost';
}
/** Rows handed to the store inside a transaction, not yet visible to a read-committed reader. */
export interface WrittenEvent {
  readonly kind: 'written';
  readonly t: number;
  readonly sink: string;
  readonly subtask: number;
  readonly attempt: number;
  readonly transaction: string;
  readonly rows: readonly Row[];
}
/** Rows that became visible to an outside (read-committed) reader, in order of visibility. */
export interface VisibleEvent {
  readonly kind: 'visible';
  readonly t: number;
  readonly sink: string;
  readonly subtask: number;
  readonly attempt: number;
  /** Null for append and upsert sinks. */
  readonly transaction: string | null;
  /** Checkpoint the transaction belongs to; null without transactions. */
  readonly checkpoint: number | null;
  readonly rows: readonly Row[];
}
/** A named limit was hit (law A8). */
export interface LimitEvent {
  readonly kind: 'limit';
  readonly t: number;
  readonly limit: string;
  readonly value: number;
}
/**
 * The job said that it is over: what is due has to be visible by now. The recorder goes on for a
 * while, and `end` is when it stopped. Histories of earlier versions do not have this event.
 */
export interface JobEvent {
  readonly kind: 'job';
  readonly t: number;
  readonly event: 'finished' | 'suspended' | 'failed';
  readonly reason: string;
}
/** Last event. A history without it was cut off and decides nothing. */
export interface EndEvent {
  readonly kind: 'end';
  readonly t: number;
  /** `failed`: the job gave up by its own rules (e.g. restart strategy exhausted). */
  readonly outcome: 'finished' | 'suspended' | 'failed' | 'deadline';
  readonly reason: string;
  /** When the last fault had healed. */
  readonly healedAt: number;
  readonly messages: number;
}

export type HistoryEvent =
  | HeaderEvent
  | NodeEvent
  | FaultEvent
  | AttemptEvent
  | TaskEvent
  | CheckpointEvent
  | PointEvent
  | RestoreEvent
  | WatermarkEvent
  | TransactionEvent
  | WrittenEvent
  | VisibleEvent
  | LimitEvent
  | JobEvent
  | EndEvent;

export type History = readonly HistoryEvent[];
