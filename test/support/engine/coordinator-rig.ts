/** A checkpoint coordinator by itself: two subtasks acknowledge when the test says so. */
import { CheckpointCoordinator } from '../../../src/engine/job-manager/checkpoint-coordinator.ts';
import { CompletedCheckpoints } from '../../../src/engine/job-manager/completed-checkpoints.ts';
import { defaultOptions, type CheckpointOptions } from '../../../src/model/options.ts';
import { FakeWorld } from './fake-world.ts';

export class CoordinatorRig {
  readonly world: FakeWorld = new FakeWorld();
  readonly log: string[] = [];
  readonly completed: CompletedCheckpoints;
  readonly coordinator: CheckpointCoordinator;
  private ids = 0;
  attempt: number = 0;

  constructor(checkpoint: Partial<CheckpointOptions> = {}) {
    const options = {
      ...defaultOptions,
      checkpoint: { ...defaultOptions.checkpoint, intervalMs: 100, minPauseMs: 30, ...checkpoint },
    };
    this.completed = new CompletedCheckpoints(this.world, options.checkpoint.retained);
    this.completed.recover(() => undefined);
    this.world.settle();
    this.coordinator = new CheckpointCoordinator({
      world: this.world,
      options,
      completed: this.completed,
      broadcast: (message) => void this.log.push(this.textOf(message)),
      nextId: (then) => this.world.defer(() => then(++this.ids)),
      fail: (cause) => void this.log.push(`fail: ${cause}`),
      deposed: () => void this.log.push('deposed'),
    });
  }

  private textOf(message: { readonly type: string; checkpoint?: number; last?: boolean }): string {
    const last = message.last === true ? ' last' : '';
    return `${this.world.time}: ${message.type} ${message.checkpoint}${last}`;
  }

  begin(): this {
    this.attempt++;
    this.coordinator.begin({ attempt: this.attempt, leader: 1, taskCount: 2 });
    return this;
  }

  pass(ms: number): this {
    this.world.pass(ms);
    return this;
  }

  ack(checkpoint: number, ...subtasks: number[]): this {
    for (const subtask of subtasks) {
      const handle = { path: `chk-${checkpoint}/${subtask}`, digest: '', offsets: { s: subtask } };
      const task = { vertex: 0, subtask };
      this.coordinator.onAck({ attempt: this.attempt, checkpoint, task, handle });
    }
    this.world.settle();
    return this;
  }

  decline(checkpoint: number): this {
    this.coordinator.onDecline(this.attempt, checkpoint, 'declined');
    this.world.settle();
    return this;
  }

  /** What it said since the last call. */
  take(): string[] {
    return this.log.splice(0);
  }

  /** `triggered 1`, `completed 1`, `aborted 2: reason`. */
  takeEvents(): string[] {
    return this.world.events.splice(0).map((event) => {
      if (event.kind !== 'checkpoint') return event.kind;
      const reason = event.event === 'aborted' ? `: ${event.reason}` : '';
      return `${event.event} ${event.checkpoint}${reason}`;
    });
  }
}
