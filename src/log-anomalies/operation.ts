/**
 * Operations on a log-shaped store (Kafka): what clients sent and polled, per key
 * (topic-partition). Not here: reading files. Deterministic: plain data.
 */
import type { Value } from '../model/value.ts';

/** One record sent or polled. `offset` null: the client was not told. */
export interface LogRecord {
  readonly kind: 'send' | 'poll';
  readonly key: string;
  readonly offset: number | null;
  readonly value: Value;
}

export interface LogOperation {
  /** Place in the history, from 0; also the name in findings. */
  readonly index: number;
  readonly process: string;
  readonly type: 'ok' | 'info' | 'fail';
  /** `transact`: sends and polls, also outside of transactions. */
  readonly kind: 'transact' | 'assign' | 'subscribe';
  /**
   * When it was called and when it returned, as places among all events; not returned: beyond all.
   */
  readonly call: number;
  readonly returns: number;
  /** In the order in which they happened. */
  readonly records: readonly LogRecord[];
  /** `assign`, `subscribe`: the keys asked for. */
  readonly keys: readonly string[];
  /** Keys that were taken away or given during the operation: their polls may jump. */
  readonly rebalanced: readonly string[];
}

export const logAnomalyNames = [
  'inconsistent-offsets',
  'duplicate',
  'G1a',
  'precommitted-read',
  'lost-write',
  'unseen',
  'poll-skip',
  'nonmonotonic-poll',
  'int-poll-skip',
  'int-nonmonotonic-poll',
  'nonmonotonic-send',
  'int-send-skip',
  'int-nonmonotonic-send',
  'G0',
  'G0-process',
  'G0-realtime',
  'G1c',
  'G1c-process',
  'G1c-realtime',
] as const;
export type LogAnomalyName = (typeof logAnomalyNames)[number];

/** Cycles of dependencies, by Elle's names; see cycles.ts. */
export type CycleName = Extract<LogAnomalyName, `G0${string}` | `G1c${string}`>;

/** One occurrence. `badness` orders occurrences of one kind: the larger, the worse. */
export interface LogFinding {
  readonly name: LogAnomalyName;
  readonly key: string | null;
  readonly operations: readonly number[];
  readonly values: readonly Value[];
  readonly text: string;
  readonly badness: number;
}
