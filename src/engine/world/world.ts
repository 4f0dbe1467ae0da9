/**
 * The World port: everything the engine may do to the outside, in one place. The engine is a set of
 * synchronous state machines; it never reads a clock, draws a random number, opens a file or a
 * socket. The same engine runs over the simulator's World and over real processes.
 *
 * Callbacks run later on the same node, never inside the call. After a crash none of them runs.
 */
import type { PointName, PointPhase } from '../../model/fault.ts';
import type { HistoryEvent } from '../../model/history.ts';
import type { Row } from '../../model/value.ts';
import type { SourceRecord } from '../../model/workload.ts';
import type { Message } from './messages.ts';

export type { Message };

/**
 * Names the channel of a message: messages of one channel keep their order, channels of a link may
 * overtake each other. Rows and credits have a channel per pair of subtasks, all else shares `''`.
 */
export function channelOf(message: Message): string {
  if (message.type !== 'data' && message.type !== 'credit') return '';
  const { type, task, channel } = message;
  return `${type} ${task.vertex}/${task.subtask}#${channel}`;
}

/** Operating errors of storage and external systems; `unknown`: it may or may not have happened. */
export type FailureKind =
  | 'not-found'
  | 'io-error'
  | 'no-space'
  | 'conflict'
  | 'unavailable'
  | 'fenced'
  | 'unknown';
export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
}
export type Reply<T> = (failure: Failure | null, value: T | null) => void;

/** Checkpoint storage shared by all nodes: paths with `/`, contents as text. */
export interface StoragePort {
  /** Creates or replaces; survives a crash only after `sync`. */
  write(path: string, content: string, reply: Reply<null>): void;
  sync(path: string, reply: Reply<null>): void;
  /** Atomic, replaces the target. */
  rename(from: string, to: string, reply: Reply<null>): void;
  read(path: string, reply: Reply<string>): void;
  remove(path: string, reply: Reply<null>): void;
  /** Paths that begin with `prefix`, sorted. */
  list(prefix: string, reply: Reply<readonly string[]>): void;
}

/** High-availability store: small linearizable registers (ZooKeeper's role). */
export interface RegisterPort {
  /** `value` null when the register was never written; its version is then 0. */
  read(name: string, reply: Reply<{ value: string | null; version: number }>): void;
  /**
   * Writes if the version is still `expected`; replies the new version, `conflict`, or `unknown`.
   */
  compareAndSet(
    change: { readonly name: string; readonly expected: number; readonly value: string },
    reply: Reply<{ version: number }>,
  ): void;
}

/** What a poll of a split found. */
export interface Polled {
  readonly records: readonly SourceRecord[];
  /** No record will ever follow these. */
  readonly ended: boolean;
  /** When asking again can pay, in ms from now; null: unknown. */
  readonly retryInMs: number | null;
}
export interface SourcePort {
  /** Records from `offset` that are readable now, at most `recordsMax`. */
  poll(split: string, offset: number, recordsMax: number): Polled;
}

/** Identity of a sink subtask towards the external store. */
export interface SinkIdentity {
  readonly sink: string;
  readonly subtask: number;
  /** Fencing epoch: calls of a lower epoch than the highest one seen are refused. */
  readonly epoch: number;
}
/** Rows for an open transaction. */
export interface TransactionPart {
  readonly transaction: string;
  readonly rows: readonly Row[];
}
/** A transaction and the checkpoint it belongs to. */
export interface PreparedTransaction {
  readonly transaction: string;
  readonly checkpoint: number;
}

/** The external transactional store behind the sinks. Transaction ids are chosen by the caller. */
export interface StorePort {
  /** Raises the fencing epoch of the sink subtask. */
  fence(identity: SinkIdentity, reply: Reply<null>): void;
  /** Opens the transaction when needed and adds rows to it. */
  write(identity: SinkIdentity, part: TransactionPart, reply: Reply<null>): void;
  /** Makes the transaction durable; afterwards only commit or abort end it. */
  prepare(identity: SinkIdentity, prepared: PreparedTransaction, reply: Reply<null>): void;
  /** Idempotent: committing a committed transaction succeeds again. Unknown ids are `not-found`. */
  commit(identity: SinkIdentity, transaction: string, reply: Reply<null>): void;
  abort(identity: SinkIdentity, transaction: string, reply: Reply<null>): void;
  /** Open and prepared transactions of the sink subtask, of any epoch. */
  pending(identity: SinkIdentity, reply: Reply<readonly string[]>): void;
  /** Non-transactional writes: visible at once. */
  append(identity: SinkIdentity, rows: readonly Row[], reply: Reply<null>): void;
  upsert(identity: SinkIdentity, rows: readonly Row[], reply: Reply<null>): void;
}

/** Where a protocol point was passed. */
export interface PointSite {
  readonly attempt: number;
  readonly checkpoint: number | null;
  readonly operator: string | null;
  readonly subtask: number | null;
}

export interface TimerHandle {
  cancelled: boolean;
}

export interface World {
  /** This node's wall clock in ms (processing time); may jump. */
  now(): number;
  /** Monotonic ms since an arbitrary start; never jumps. For timeouts and intervals. */
  monotonic(): number;
  /** Uniform integer in [0, bound) from the node's own stream `label`. */
  random(label: string, bound: number): number;
  /**
   * In order per pair of nodes and channel ({@link channelOf}), until the connection is lost; what
   * was lost or repeated on the way breaks the connection.
   */
  send(to: string, message: Message): void;
  /** Runs `action` once after `delayMs`, unless cancelled. */
  timer(delayMs: number, action: () => void): TimerHandle;
  /** Runs `action` soon, after whatever else this node has to do (the scheduler's choice). */
  defer(action: () => void): void;
  readonly storage: StoragePort;
  readonly registers: RegisterPort;
  readonly source: SourcePort;
  readonly store: StorePort;
  /**
   * Announces a protocol point. The world may end the node here (it then does not return), stop it
   * for a while, or do nothing.
   */
  point(point: PointName, phase: PointPhase, site: PointSite): void;
  /** The job is over, for good. */
  finished(outcome: 'finished' | 'suspended' | 'failed', reason: string): void;
  /** Adds to the history; the world stamps `t` (ms). */
  record(event: Unstamped<HistoryEvent>): void;
}

/** An event without its time. */
export type Unstamped<E> = E extends { readonly t: number } ? Omit<E, 't'> : never;

/** A node of the cluster as the world drives it. */
export interface EngineNode {
  start(): void;
  onMessage(from: string, message: Message): void;
  /** The connection to `peer` broke: what was in flight is lost, in both directions. */
  onConnectionLost(peer: string): void;
}
