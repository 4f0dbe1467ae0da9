/**
 * Triggers checkpoints, collects their acknowledgements, completes or aborts them (Flink
 * `CheckpointCoordinator`, FLIP-147 for the final one). Works for one execution attempt at a time.
 */
import { assert } from '../../base/assert.ts';
import type { EngineOptions } from '../../model/options.ts';
import { taskName, type StateHandle, type TaskId, type ToTaskManager } from '../world/messages.ts';
import type { PointSite, TimerHandle, World } from '../world/world.ts';
import {
  removeCheckpointFiles,
  type CompletedCheckpoint,
  type CompletedCheckpoints,
} from './completed-checkpoints.ts';

/** Why a checkpoint is taken. `final` covers the end of input; `suspend` stops the job with it. */
export type CheckpointReason = 'periodic' | 'final' | 'suspend';

/** The attempt a coordinator works for. */
export interface CheckpointedAttempt {
  readonly attempt: number;
  readonly leader: number;
  readonly taskCount: number;
}

export interface CoordinatorSettings {
  readonly world: World;
  readonly options: EngineOptions;
  readonly completed: CompletedCheckpoints;
  /** To every TaskManager of the attempt. */
  broadcast(message: ToTaskManager): void;
  /** A fresh checkpoint id, never given out before, also not by earlier leaders. */
  nextId(then: (id: number) => void): void;
  fail(cause: string): void;
  /** The store belongs to another leader now. */
  deposed(): void;
}

interface Pending {
  readonly checkpoint: number;
  readonly reason: CheckpointReason;
  readonly acks: Map<string, { readonly task: TaskId; readonly handle: StateHandle }>;
  readonly timeout: TimerHandle;
  storing: boolean;
}

export class CheckpointCoordinator {
  private readonly settings: CoordinatorSettings;
  private readonly world: World;
  private active: CheckpointedAttempt | null = null;
  private readonly pending = new Map<number, Pending>();
  private timer: TimerHandle | null = null;
  private lastEndMs = Number.NEGATIVE_INFINITY;
  private failures = 0;
  private requested: CheckpointReason = 'periodic';
  private triggering = false;
  /** The sources were told to end; see drain. */
  private draining = false;
  /** The period came round while no further checkpoint was allowed. */
  private missed = false;

  constructor(settings: CoordinatorSettings) {
    this.settings = settings;
    this.world = settings.world;
  }

  /** The attempt runs: start the period. */
  begin(attempt: CheckpointedAttempt): void {
    this.active = attempt;
    this.failures = 0;
    this.requested = 'periodic';
    this.draining = false;
    this.schedule(this.settings.options.checkpoint.intervalMs);
  }

  /** The attempt is over; what is pending will never complete, unless it is being stored. */
  end(): void {
    const attempt = this.active?.attempt ?? 0;
    this.active = null;
    this.triggering = false;
    if (this.timer !== null) this.timer.cancelled = true;
    for (const pending of this.pending.values()) {
      if (!pending.storing) this.drop(pending, attempt, 'the attempt ended');
    }
  }

  /** From now on only this: the checkpoint with which the job ends. */
  request(reason: 'final' | 'suspend'): void {
    if (this.requested !== 'periodic') return;
    this.requested = reason;
    this.schedule(0);
  }

  /**
   * Sources end where they are: from now on only the final checkpoint. One between the end of event
   * time and the final one would make a restored job read on behind windows that have fired (Flink
   * stops its scheduler before a stop with savepoint).
   */
  drain(): void {
    this.draining = true;
  }

  onAck(message: {
    readonly attempt: number;
    readonly checkpoint: number;
    readonly task: TaskId;
    readonly handle: StateHandle;
  }): void {
    const { active } = this;
    const pending = this.pending.get(message.checkpoint);
    if (active === null || active.attempt !== message.attempt || pending === undefined) return;
    const { task, handle } = message;
    pending.acks.set(taskName(task), { task, handle });
    if (pending.acks.size === active.taskCount && !pending.storing) this.complete(pending, active);
  }

  onDecline(attempt: number, checkpoint: number, reason: string): void {
    const pending = this.pending.get(checkpoint);
    if (this.active?.attempt !== attempt || pending === undefined || pending.storing) return;
    this.abort(pending, reason);
  }

  private schedule(delayMs: number): void {
    if (this.timer !== null) this.timer.cancelled = true;
    this.timer = this.world.timer(delayMs, () => this.tick());
  }

  private tick(): void {
    const { checkpoint } = this.settings.options;
    if (this.active === null || this.triggering) return;
    const pauseMs = this.lastEndMs + checkpoint.minPauseMs - this.world.monotonic();
    if (this.requested !== 'periodic') {
      if (this.pending.size === 0) this.trigger(this.requested);
      return;
    }
    if (this.draining) return;
    if (this.pending.size >= checkpoint.concurrentMax) {
      this.missed = true;
      return;
    }
    if (pauseMs > 0) {
      this.schedule(pauseMs);
      return;
    }
    this.trigger('periodic');
    this.schedule(checkpoint.intervalMs);
  }

  private trigger(reason: CheckpointReason): void {
    const { active } = this;
    this.triggering = true;
    this.settings.nextId((id) => {
      if (this.active !== active || active === null) return;
      this.triggering = false;
      if (reason === 'periodic' && this.draining) {
        if (this.requested !== 'periodic') this.schedule(0);
        return;
      }
      this.send(id, reason, active);
    });
  }

  private send(checkpoint: number, reason: CheckpointReason, active: CheckpointedAttempt): void {
    const { world } = this;
    const { attempt, leader } = active;
    const site = this.site(attempt, checkpoint);
    if (reason === 'final') world.point('final-checkpoint', 'before', site);
    world.point('trigger', 'before', site);
    const { timeoutMs } = this.settings.options.checkpoint;
    const timeout = world.timer(timeoutMs, () => this.expire(checkpoint));
    this.pending.set(checkpoint, { checkpoint, reason, acks: new Map(), timeout, storing: false });
    this.world.record({
      kind: 'checkpoint',
      checkpoint,
      attempt,
      event: 'triggered',
      offsets: null,
      reason,
    });
    const suspend = reason === 'suspend';
    this.settings.broadcast({ type: 'trigger', leader, attempt, checkpoint, suspend });
    world.point('trigger', 'after', site);
  }

  private expire(checkpoint: number): void {
    const pending = this.pending.get(checkpoint);
    if (pending !== undefined && !pending.storing) {
      this.abort(pending, `not complete after ${this.settings.options.checkpoint.timeoutMs} ms`);
    }
  }

  private complete(pending: Pending, active: CheckpointedAttempt): void {
    const { checkpoint } = pending;
    const { attempt } = active;
    pending.storing = true;
    pending.timeout.cancelled = true;
    const tasks = [...pending.acks.values()].sort(
      (a, b) => a.task.vertex - b.task.vertex || a.task.subtask - b.task.subtask,
    );
    // One at a time; a newer checkpoint waits here until the older one is written.
    this.settings.completed.whenSettled(() => {
      if (this.pending.get(checkpoint) !== pending) return;
      this.store(pending, { checkpoint, attempt, ends: endOf(pending.reason), tasks });
    });
  }

  private store(pending: Pending, completed: CompletedCheckpoint): void {
    const { checkpoint, attempt } = completed;
    const site = this.site(attempt, checkpoint);
    this.world.point('completed-store-write', 'before', site);
    this.settings.completed.add(completed, (added) => {
      if (!added) {
        this.settings.deposed();
        return;
      }
      this.world.point('completed-store-write', 'after', site);
      this.world.record({
        kind: 'checkpoint',
        checkpoint,
        attempt,
        event: 'completed',
        offsets: offsetsOf(completed),
        reason: null,
      });
      this.pending.delete(checkpoint);
      this.onCompleted(pending, attempt);
    });
  }

  private onCompleted({ checkpoint, reason }: Pending, attempt: number): void {
    const { active } = this;
    const last = reason !== 'periodic';
    this.failures = 0;
    this.lastEndMs = this.world.monotonic();
    for (const older of this.pending.values()) {
      if (older.checkpoint < checkpoint) this.drop(older, attempt, `subsumed by ${checkpoint}`);
    }
    // The attempt may have failed meanwhile: its successor restores this checkpoint and commits.
    if (active === null || active.attempt !== attempt) return;
    const site = this.site(attempt, checkpoint);
    this.world.point('notification', 'before', site);
    const { leader } = active;
    this.settings.broadcast({ type: 'complete', leader, attempt, checkpoint, last });
    this.world.point('notification', 'after', site);
    if (!last) this.afterEnd();
  }

  private abort(pending: Pending, reason: string): void {
    const { active } = this;
    assert(active !== null, 'only a running attempt aborts checkpoints');
    const { checkpoint } = pending;
    const { attempt, leader } = active;
    this.drop(pending, attempt, reason);
    this.settings.broadcast({ type: 'abort', leader, attempt, checkpoint });
    this.failures++;
    const { tolerableFailures } = this.settings.options.checkpoint;
    if (pending.reason === 'suspend' || this.failures > tolerableFailures) {
      this.settings.fail(`checkpoint ${checkpoint} failed: ${reason}`);
      return;
    }
    this.lastEndMs = this.world.monotonic();
    this.afterEnd();
  }

  private drop(pending: Pending, attempt: number, reason: string): void {
    pending.timeout.cancelled = true;
    this.pending.delete(pending.checkpoint);
    const { checkpoint } = pending;
    this.world.record({
      kind: 'checkpoint',
      checkpoint,
      attempt,
      event: 'aborted',
      offsets: null,
      reason,
    });
    removeCheckpointFiles(this.world, pending.checkpoint);
  }

  /** A place is free again: take the checkpoint that had to wait for it. */
  private afterEnd(): void {
    if (this.active === null) return;
    if (this.requested !== 'periodic') this.schedule(0);
    else if (this.missed) this.schedule(this.settings.options.checkpoint.minPauseMs);
    this.missed = false;
  }

  private site(attempt: number, checkpoint: number): PointSite {
    return { attempt, checkpoint, operator: null, subtask: null };
  }
}

function endOf(reason: CheckpointReason): CompletedCheckpoint['ends'] {
  if (reason === 'final') return 'finished';
  return reason === 'suspend' ? 'suspended' : null;
}

function offsetsOf(completed: CompletedCheckpoint): Record<string, number> {
  return Object.assign({}, ...completed.tasks.map(({ handle }) => handle.offsets ?? {})) as Record<
    string,
    number
  >;
}
