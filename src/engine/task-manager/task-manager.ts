/**
 * A TaskManager: registers with the JobManager, runs the subtasks it is given, gives them up when
 * it loses its leader or is told to (Flink `TaskExecutor`). One execution attempt at a time.
 */
import { present } from '../../base/assert.ts';
import type { FunctionCatalog } from '../../model/functions.ts';
import type { EngineOptions } from '../../model/options.ts';
import {
  taskName,
  type Exchange,
  type Message,
  type ToJobManager,
  type ToTaskManager,
} from '../world/messages.ts';
import { outputChannels, inputChannels, type Plan } from '../plan/plan.ts';
import type { EngineNode, World } from '../world/world.ts';
import { Task } from './task.ts';
import type { TaskReports } from './task-settings.ts';

export interface TaskManagerSettings {
  readonly world: World;
  readonly node: string;
  readonly jobManager: string;
  readonly plan: Plan;
  readonly catalog: FunctionCatalog;
  readonly options: EngineOptions;
}

type Deploy = Extract<ToTaskManager, { type: 'deploy' }>;

interface Execution {
  readonly attempt: number;
  readonly tasks: ReadonlyMap<string, Task>;
  readonly peers: ReadonlySet<string>;
  uninitialised: number;
  failed: boolean;
}

export class TaskManager implements EngineNode {
  private readonly settings: TaskManagerSettings;
  private readonly world: World;
  private leader = 0;
  private registered = false;
  /** Tells this membership from earlier ones, also from those of an earlier process. */
  private registration = 0;
  private lastHeartbeatMs = 0;
  private execution: Execution | null = null;

  constructor(settings: TaskManagerSettings) {
    this.settings = settings;
    this.world = settings.world;
  }

  start(): void {
    this.lastHeartbeatMs = this.world.monotonic();
    this.registration = this.world.random('registration', 2 ** 31);
    this.register();
    this.watch();
  }

  onConnectionLost(peer: string): void {
    if (peer === this.settings.jobManager) {
      this.leave();
      return;
    }
    const { execution } = this;
    if (execution?.peers.has(peer) === true) this.failExecution(execution, `lost ${peer}`);
  }

  onMessage(from: string, message: Message): void {
    switch (message.type) {
      case 'data':
      case 'credit':
        this.onExchange(message);
        return;
      default:
        if (from === this.settings.jobManager) this.onControl(message as ToTaskManager);
    }
  }

  private onExchange(message: Exchange): void {
    const { execution } = this;
    // What an earlier or later attempt sends is none of this attempt's business.
    if (execution === null || message.attempt !== execution.attempt) return;
    const task = execution.tasks.get(taskName(message.task));
    if (task === undefined || !task.alive) return;
    if (message.type === 'data') task.receive(message.channel, message.elements);
    else task.addCredits(message.channel, message.credits);
  }

  private onControl(message: ToTaskManager): void {
    if (message.leader < this.leader) return;
    if (message.type === 'registered') {
      this.onRegistered(message.leader, message.registration);
      return;
    }
    this.lastHeartbeatMs = this.world.monotonic();
    if (message.type === 'heartbeat') {
      this.tell({ type: 'heartbeat-reply', leader: message.leader });
    } else if (message.type === 'disconnect') this.leave();
    else if (message.type === 'deploy') this.deploy(message);
    else this.onAttemptControl(message);
  }

  private onAttemptControl(
    message: Exclude<ToTaskManager, { type: 'registered' | 'heartbeat' | 'disconnect' | 'deploy' }>,
  ): void {
    const { execution } = this;
    if (message.type === 'cancel') {
      if (execution !== null && execution.attempt <= message.attempt) this.cancelExecution();
      this.tell({ type: 'cancelled', attempt: message.attempt });
      return;
    }
    if (execution === null || execution.attempt !== message.attempt || execution.failed) return;
    for (const task of execution.tasks.values()) {
      if (!task.alive) return;
      switch (message.type) {
        case 'start':
          task.start();
          break;
        case 'trigger':
          if (task.isSource) task.trigger(message.checkpoint, message.suspend);
          break;
        case 'abort':
          task.onAbort(message.checkpoint);
          break;
        case 'complete':
          task.onComplete(message.checkpoint, message.last);
          break;
        case 'drain':
          task.drain();
      }
    }
  }

  private onRegistered(leader: number, registration: number): void {
    if (registration !== this.registration) return;
    this.leader = leader;
    this.registered = true;
    this.lastHeartbeatMs = this.world.monotonic();
  }

  private deploy(message: Deploy): void {
    if (this.execution !== null && this.execution.attempt >= message.attempt) return;
    this.cancelExecution();
    const { world, plan, catalog, options } = this.settings;
    const { attempt, locations } = message;
    const reports = this.reports(attempt);
    const tasks = message.tasks.map(
      (deployment) =>
        new Task({ world, plan, catalog, options, attempt, deployment, locations, reports }),
    );
    this.execution = {
      attempt,
      tasks: new Map(tasks.map((task) => [taskName(task.id), task])),
      peers: peersOf(message, plan),
      uninitialised: tasks.length,
      failed: false,
    };
    this.initialise(this.execution);
  }

  private initialise(execution: Execution): void {
    for (const task of execution.tasks.values()) {
      task.initialise(() => {
        execution.uninitialised--;
        if (execution.uninitialised > 0 || this.execution !== execution) return;
        this.tell({ type: 'deployed', attempt: execution.attempt });
      });
      if (execution.failed) return;
    }
  }

  private reports(attempt: number): TaskReports {
    const current = (): Execution | null =>
      this.execution?.attempt === attempt && !this.execution.failed ? this.execution : null;
    return {
      endOfData: (task) => this.tell({ type: 'end-of-data', attempt, task }),
      finished: (task) => this.tell({ type: 'task-finished', attempt, task }),
      ack: (task, checkpoint, handle) =>
        this.tell({ type: 'ack', attempt, checkpoint, task, handle }),
      decline: (checkpoint, reason) => this.tell({ type: 'decline', attempt, checkpoint, reason }),
      failed: (cause, unreadable) => {
        const execution = current();
        if (execution !== null) this.failExecution(execution, cause, unreadable);
      },
    };
  }

  /** The whole attempt is given up here; the JobManager restarts it everywhere. */
  private failExecution(
    execution: Execution,
    cause: string,
    unreadable: number | null = null,
  ): void {
    if (execution.failed) return;
    execution.failed = true;
    for (const task of execution.tasks.values()) task.cancel();
    this.tell({ type: 'failed', attempt: execution.attempt, cause, unreadable });
  }

  private cancelExecution(): void {
    if (this.execution === null) return;
    for (const task of this.execution.tasks.values()) task.cancel();
    this.execution = null;
  }

  /** Without a leader nothing may go on: another attempt may already run elsewhere. */
  private leave(): void {
    this.cancelExecution();
    this.registered = false;
    this.registration++;
    this.register();
  }

  private register(): void {
    this.tell({
      type: 'register',
      slots: this.settings.options.slotsPerTaskManager,
      registration: this.registration,
    });
  }

  /** Once per heartbeat interval: is the leader still there, do we have one? */
  private watch(): void {
    const { heartbeatIntervalMs, heartbeatTimeoutMs } = this.settings.options;
    const silentMs = this.world.monotonic() - this.lastHeartbeatMs;
    if (!this.registered) this.register();
    else if (silentMs > heartbeatTimeoutMs) this.leave();
    this.world.timer(heartbeatIntervalMs, () => this.watch());
  }

  private tell(message: ToJobManager): void {
    this.world.send(this.settings.jobManager, message);
  }
}

/** Nodes this one exchanges data with in the attempt. */
function peersOf(message: Deploy, plan: Plan): Set<string> {
  const peers = new Set<string>();
  for (const { task } of message.tasks) {
    for (const { edge, peer } of inputChannels(plan, task.vertex, task.subtask)) {
      peers.add(present(message.locations[edge.from]?.[peer], 'location'));
    }
    for (const { edge, peer } of outputChannels(plan, task.vertex, task.subtask)) {
      peers.add(present(message.locations[edge.to]?.[peer], 'location'));
    }
  }
  return peers;
}
