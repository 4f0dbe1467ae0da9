/**
 * The outside of a run: its attempts, the checkpoints each of them took and at which offsets, and
 * how the job ended. What the sinks show is not in it; see words.ts for what may happen inside.
 */
import type { EndEvent } from '../../../src/model/history.ts';

/** Next offset to read, per split. */
export type Cut = readonly number[];

export interface CheckpointPlan {
  readonly id: number;
  readonly cut: Cut;
  readonly completed: boolean;
  /** `final`: event time had gone to its end; `savepoint`: the job is suspended with it. */
  readonly kind: 'periodic' | 'final' | 'savepoint';
}

export interface AttemptPlan {
  readonly attempt: number;
  /** The checkpoint it restores; null: it begins with nothing. */
  readonly restored: number | null;
  readonly from: Cut;
  readonly checkpoints: readonly CheckpointPlan[];
}

export interface Skeleton {
  readonly attempts: readonly AttemptPlan[];
  readonly outcome: EndEvent['outcome'];
  /** The job was asked to stop. */
  readonly stop: 'drain' | 'suspend' | null;
}

/** The checkpoints of an attempt that completed: all of them are on the surviving line. */
export function completedOf(attempt: AttemptPlan): readonly CheckpointPlan[] {
  return attempt.checkpoints.filter((checkpoint) => checkpoint.completed);
}

/**
 * A job that restores the checkpoint it ended with commits what that holds, and does nothing else.
 */
export function isOver({ attempts }: Skeleton, { restored }: AttemptPlan): boolean {
  const all = attempts.flatMap(({ checkpoints }) => checkpoints);
  return all.some(({ id, kind }) => id === restored && kind !== 'periodic');
}
