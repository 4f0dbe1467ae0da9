/**
 * What sinks add to an operator: they talk to the external store, so their steps take time, and
 * they take part in checkpoints with a pre-commit and a commit.
 */
import type { Failure, PointSite, World } from '../world/world.ts';
import type { Operator } from './operator.ts';

/** `null`: done; otherwise what went wrong, for people. */
export type Done = (problem: string | null) => void;

export interface SinkOperator extends Operator {
  /** Takes over from earlier attempts: fences them, ends what they left. */
  initialise(done: Done): void;
  /** Makes everything received so far safe. Seals it at once, replies when the store has it. */
  preCommit(checkpoint: number, done: Done): void;
  /** The checkpoint is complete. */
  complete(checkpoint: number): void;
  /** Hands buffered rows to the store, if the connector does so between checkpoints. */
  flush(): void;
  /** Too much is waiting for the store: take no more rows for now. */
  busy(): boolean;
  /** Nothing received is left to be committed. */
  settled(): boolean;
}

/** What a sink needs besides the operator context. */
export interface SinkEnvironment {
  readonly world: World;
  readonly sink: string;
  readonly subtask: number;
  readonly attempt: number;
  readonly commitRetryMs: number;
  /** Site of a protocol point of this subtask. */
  readonly site: (checkpoint: number | null) => PointSite;
  /** False once the task was cancelled: late replies are then ignored. */
  readonly alive: () => boolean;
  /** The task cannot go on. */
  readonly fail: (cause: string) => void;
  /** Something changed that may let the task go on or finish. */
  readonly changed: () => void;
}

/** Failures after which the same call may succeed later. */
export function isTransient(failure: Failure): boolean {
  return (
    failure.kind === 'unavailable' || failure.kind === 'unknown' || failure.kind === 'io-error'
  );
}
