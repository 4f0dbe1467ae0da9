/**
 * A JobManager among scripted TaskManagers: two nodes with one slot each, a source on the first and
 * a keyed sink on both.
 */
import { JobManager } from '../../../src/engine/job-manager/job-manager.ts';
import type { ToJobManager, ToTaskManager } from '../../../src/engine/world/messages.ts';
import { planPipeline, type Plan } from '../../../src/engine/plan/plan.ts';
import { defaultOptions, type EngineOptions } from '../../../src/model/options.ts';
import { FakeWorld } from './fake-world.ts';
import { keyBy, pipelineOf, reduce, source } from './pipelines.ts';

const twoNodes: EngineOptions = {
  ...defaultOptions,
  taskManagers: 2,
  checkpoint: { ...defaultOptions.checkpoint, intervalMs: 100 },
  restart: { kind: 'fixed-delay', attemptsMax: 5, delayMs: 40 },
};

const plan: Plan = planPipeline(pipelineOf(source('s'), keyBy('k', 's'), reduce('r', 'k', 2)));
const tasks = [
  { vertex: 0, subtask: 0 },
  { vertex: 1, subtask: 0 },
  { vertex: 1, subtask: 1 },
];

export class JobManagerRig {
  readonly world: FakeWorld;
  readonly manager: JobManager;
  readonly options: EngineOptions;

  constructor(options: Partial<EngineOptions> = {}, world: FakeWorld = new FakeWorld()) {
    this.world = world;
    this.options = { ...twoNodes, ...options };
    this.manager = new JobManager({ world, plan, options: this.options });
    this.manager.start();
    world.settle();
  }

  say(node: string, message: ToJobManager): this {
    this.manager.onMessage(node, message);
    this.world.settle();
    return this;
  }

  register(node: string, registration: number = 1): this {
    return this.say(node, { type: 'register', slots: 1, registration });
  }

  lose(node: string): this {
    this.manager.onConnectionLost(node);
    this.world.settle();
    return this;
  }

  /** Both nodes registered and deployed: attempt 1 runs. */
  running(): this {
    this.register('tm0').register('tm1');
    return this.deployed(1);
  }

  deployed(attempt: number): this {
    for (const node of ['tm0', 'tm1']) this.say(node, { type: 'deployed', attempt });
    return this;
  }

  fail(node: string, attempt: number, unreadable: number | null = null): this {
    return this.say(node, { type: 'failed', attempt, cause: `${node} failed`, unreadable });
  }

  cancelled(node: string, attempt: number): this {
    return this.say(node, { type: 'cancelled', attempt });
  }

  /** Every subtask acknowledges. */
  ack(attempt: number, checkpoint: number): this {
    for (const task of tasks) {
      const path = `chk-${checkpoint}/${task.vertex}-${task.subtask}`;
      const handle = { path, digest: 'd', offsets: null };
      this.say('tm0', { type: 'ack', attempt, checkpoint, task, handle });
    }
    return this;
  }

  /** Every subtask says so. */
  all(type: 'end-of-data' | 'task-finished', attempt: number): this {
    for (const task of tasks) this.say('tm0', { type, attempt, task });
    return this;
  }

  /** Heartbeats are answered for so long. */
  pass(ms: number): this {
    const until = this.world.time + ms;
    while (this.world.time < until) {
      this.world.pass(Math.min(this.options.heartbeatIntervalMs, until - this.world.time));
      for (const node of ['tm0', 'tm1']) {
        this.manager.onMessage(node, { type: 'heartbeat-reply', leader: 1 });
      }
    }
    return this;
  }

  /** `tm0 deploy 2`, without heartbeats. */
  take(): string[] {
    return this.world
      .takeSent()
      .filter(({ message }) => message.type !== 'heartbeat')
      .map(({ to, message }) => `${to} ${textOf(message as ToTaskManager)}`);
  }

  /** `attempt 2 from 1: cause`. */
  takeAttempts(): string[] {
    return this.world.events
      .splice(0)
      .flatMap((event) =>
        event.kind === 'attempt'
          ? [`attempt ${event.attempt} from ${event.restored}: ${event.cause}`]
          : [],
      );
  }
}

function textOf(message: ToTaskManager): string {
  if (message.type === 'deploy') {
    const restored = [...new Set(message.tasks.map((task) => task.restore?.checkpoint ?? null))];
    const names = message.tasks.map(({ task }) => `${task.vertex}/${task.subtask}`).join(' ');
    return `deploy ${message.attempt}: ${names} from ${restored.join()}`;
  }
  const attempt = 'attempt' in message ? ` ${message.attempt}` : '';
  const checkpoint = 'checkpoint' in message ? `/${message.checkpoint}` : '';
  return `${message.type}${attempt}${checkpoint}`;
}
