/**
 * A TaskManager that runs a whole small job by itself: what its subtasks send each other is
 * delivered, what it tells the JobManager is noted.
 */
import type { Message, ToTaskManager } from '../../../src/engine/world/messages.ts';
import { planPipeline, type Plan } from '../../../src/engine/plan/plan.ts';
import { TaskManager } from '../../../src/engine/task-manager/task-manager.ts';
import { builtinFunctions } from '../../../src/model/functions.ts';
import { defaultOptions, type EngineOptions } from '../../../src/model/options.ts';
import type { OperatorSpec } from '../../../src/model/pipeline.ts';
import { FakeWorld } from './fake-world.ts';
import { pipelineOf } from './pipelines.ts';

type Acknowledged = Extract<Message, { type: 'ack' }>;

export class TaskManagerRig {
  readonly world: FakeWorld;
  readonly manager: TaskManager;
  readonly plan: Plan;
  /** To the JobManager, e.g. `ack 1 0/0`. */
  readonly told: string[] = [];
  readonly acks: Acknowledged[] = [];
  /** Elements between subtasks, e.g. `1/0 5` for a row of event time 5, `1/0 watermark`. */
  readonly wire: string[] = [];
  /** Registration of the last register message. */
  registration: number = 0;

  constructor(
    operators: readonly OperatorSpec[],
    settings: { readonly world?: FakeWorld; readonly options?: Partial<EngineOptions> } = {},
  ) {
    this.world = settings.world ?? new FakeWorld();
    this.plan = planPipeline(pipelineOf(...operators));
    this.manager = new TaskManager({
      world: this.world,
      node: 'tm0',
      jobManager: 'jm',
      plan: this.plan,
      catalog: builtinFunctions,
      options: { ...defaultOptions, ...settings.options },
    });
    this.manager.start();
    this.settle();
    this.take();
  }

  /** The JobManager says; leader 1 unless given. */
  say(message: ToTaskManager): this {
    this.manager.onMessage('jm', message);
    return this.settle();
  }

  registered(leader: number = 1): this {
    return this.say({ type: 'registered', leader, registration: this.registration });
  }

  /** All subtasks run here; `peers` names other nodes for receiving subtasks 1, 2, …. */
  deploy(attempt: number, restore: readonly Acknowledged[] = [], peers: string[] = []): this {
    const { vertices } = this.plan;
    const nodes = ['tm0', ...peers];
    const locations = vertices.map((v) =>
      Array.from({ length: v.parallelism }, (_, i) => nodes[i] ?? 'tm0'),
    );
    const tasks = vertices.flatMap((v) =>
      Array.from({ length: v.parallelism }, (_, subtask) => ({ vertex: v.index, subtask }))
        .filter(({ subtask }) => locations[v.index]?.[subtask] === 'tm0')
        .map((task) => {
          const ack = restore.find(
            (a) => a.task.vertex === task.vertex && a.task.subtask === task.subtask,
          );
          const { checkpoint, handle } = ack ?? { checkpoint: 0, handle: null };
          return { task, restore: handle === null ? null : { checkpoint, handle } };
        }),
    );
    return this.say({ type: 'deploy', leader: 1, attempt, tasks, locations });
  }

  start(attempt: number): this {
    return this.say({ type: 'start', leader: 1, attempt });
  }

  trigger(attempt: number, checkpoint: number, suspend: boolean = false): this {
    return this.say({ type: 'trigger', leader: 1, attempt, checkpoint, suspend });
  }

  complete(attempt: number, checkpoint: number, last: boolean = false): this {
    return this.say({ type: 'complete', leader: 1, attempt, checkpoint, last });
  }

  pass(ms: number): this {
    for (let i = 0; i < ms; i++) {
      this.world.pass(1);
      this.settle();
    }
    return this;
  }

  /** What it told the JobManager since the last call. */
  take(): string[] {
    return this.told.splice(0);
  }

  /** Values of committed rows. */
  get visible(): unknown[] {
    return this.world.external.visible.map((row) => row.value);
  }

  /** Runs everything that is due, and hands the node what it sent itself. */
  settle(): this {
    for (;;) {
      this.world.settle();
      const sent = this.world.takeSent();
      if (sent.length === 0) return this;
      for (const { to, message } of sent) {
        if (to === 'jm') this.note(message);
        if (to !== 'tm0') continue;
        if (message.type === 'data') this.tap(message);
        this.manager.onMessage('tm0', message);
      }
    }
  }

  private tap({ task, elements }: Extract<Message, { type: 'data' }>): void {
    for (const element of elements) {
      const text = 'control' in element ? element.control : String(element.ts);
      this.wire.push(`${task.vertex}/${task.subtask} ${text}`);
    }
  }

  private note(message: Message): void {
    if (message.type === 'register') this.registration = message.registration;
    if (message.type === 'ack') this.acks.push(message);
    const attempt = 'attempt' in message ? ` ${message.attempt}` : '';
    const task = 'task' in message ? ` ${message.task.vertex}/${message.task.subtask}` : '';
    const checkpoint = 'checkpoint' in message ? ` #${message.checkpoint}` : '';
    const cause = message.type === 'failed' ? `: ${message.cause}` : '';
    this.told.push(`${message.type}${attempt}${checkpoint}${task}${cause}`);
  }
}
