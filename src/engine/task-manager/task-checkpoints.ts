/**
 * The asynchronous half of a subtask's checkpoints: upload the copied state, wait for the sink's
 * pre-commit, acknowledge; and the other way round, read the state to restore from (Flink
 * `AsyncCheckpointRunnable`). The acknowledgement goes out only when everything is durable.
 */
import type { StateHandle, TaskDeployment, TaskId } from '../world/messages.ts';
import type { SinkOperator } from '../operators/sink.ts';
import { decodeState, encodeState, writeDurably, type TaskState } from '../state/snapshot-file.ts';
import type { PointSite, World } from '../world/world.ts';

export interface TaskCheckpointsSettings {
  readonly world: World;
  readonly vertexId: string;
  readonly task: TaskId;
  readonly attempt: number;
  readonly reports: {
    ack(task: TaskId, checkpoint: number, handle: StateHandle): void;
    decline(checkpoint: number, reason: string): void;
    failed(cause: string, unreadable: number | null): void;
  };
  readonly site: (checkpoint: number | null) => PointSite;
  readonly alive: () => boolean;
}

interface Running {
  handle: StateHandle | null;
  preCommitted: boolean;
}

export class TaskCheckpoints {
  private readonly settings: TaskCheckpointsSettings;
  private readonly running = new Map<number, Running>();

  constructor(settings: TaskCheckpointsSettings) {
    this.settings = settings;
  }

  /** Starts the pre-commit; whatever it seals belongs to the state copied next. */
  begin(checkpoint: number, sink: SinkOperator | null): void {
    const running: Running = { handle: null, preCommitted: sink === null };
    this.running.set(checkpoint, running);
    sink?.preCommit(checkpoint, (problem) => {
      if (!this.settings.alive()) return;
      if (problem !== null) {
        // Rows are sealed but not safe: only a restore brings them back.
        this.settings.reports.failed(problem, null);
        return;
      }
      running.preCommitted = true;
      this.ackIfDone(checkpoint);
    });
  }

  /** Uploads the state; acknowledges when that and the pre-commit are done. */
  persist(checkpoint: number, state: TaskState): void {
    this.settings.world.defer(() => {
      if (this.settings.alive()) this.upload(checkpoint, state);
    });
  }

  onComplete(checkpoint: number): void {
    for (const id of this.running.keys()) if (id <= checkpoint) this.running.delete(id);
  }

  onAbort(checkpoint: number): void {
    this.running.delete(checkpoint);
  }

  /** Reads the state to restore from; an unreadable one fails the task with the reason. */
  read(restore: NonNullable<TaskDeployment['restore']>, then: (state: TaskState) => void): void {
    const { world, site, alive } = this.settings;
    const { checkpoint, handle } = restore;
    world.point('restore-read', 'before', site(checkpoint));
    world.storage.read(handle.path, (failure, content) => {
      if (!alive()) return;
      if (failure !== null && failure.kind !== 'not-found') {
        this.settings.reports.failed(`reading ${handle.path}: ${failure.message}`, null);
        return;
      }
      const state =
        failure === null ? decodeState(content ?? '', handle.digest) : 'the file is missing';
      if (typeof state === 'string') {
        const cause = `checkpoint ${checkpoint} is unreadable at ${handle.path}: ${state}`;
        this.settings.reports.failed(cause, checkpoint);
        return;
      }
      world.point('restore-read', 'after', site(checkpoint));
      then(state);
    });
  }

  private upload(checkpoint: number, state: TaskState): void {
    const { world, vertexId, task, attempt, site } = this.settings;
    const { content, digest } = encodeState(state);
    const path = `chk-${checkpoint}/${vertexId}-${task.subtask}-${attempt}`;
    world.point('state-upload', 'before', site(checkpoint));
    writeDurably(world.storage, { path, content }, (failure) => {
      const running = this.running.get(checkpoint);
      if (!this.settings.alive() || running === undefined) return;
      if (failure !== null) {
        this.running.delete(checkpoint);
        this.settings.reports.decline(checkpoint, `${path}: ${failure.message}`);
        return;
      }
      world.point('state-upload', 'after', site(checkpoint));
      running.handle = { path, digest, offsets: state.offsets };
      this.ackIfDone(checkpoint);
    });
  }

  private ackIfDone(checkpoint: number): void {
    const running = this.running.get(checkpoint);
    if (running === undefined || running.handle === null || !running.preCommitted) return;
    const { world, task, site, reports } = this.settings;
    this.running.delete(checkpoint);
    world.point('ack', 'before', site(checkpoint));
    reports.ack(task, checkpoint, running.handle);
    world.point('ack', 'after', site(checkpoint));
  }
}
