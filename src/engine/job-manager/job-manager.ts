/**
 * The JobManager: takes the lead, keeps the TaskManagers, runs the job in attempts, and hands each
 * attempt to the checkpoint coordinator (Flink `JobMaster`, `DefaultScheduler`). Any failure
 * restarts the whole job from the latest completed checkpoint.
 */
import { unreachable } from '../../base/assert.ts';
import type { EngineOptions } from '../../model/options.ts';
import type { Message, ToJobManager } from '../world/messages.ts';
import type { Plan } from '../plan/plan.ts';
import type { EngineNode, World } from '../world/world.ts';
import { CheckpointCoordinator } from './checkpoint-coordinator.ts';
import { CompletedCheckpoints } from './completed-checkpoints.ts';
import { Execution } from './execution.ts';
import { JobRegister, type Outcome } from './job-register.ts';
import { Registry } from './registry.ts';
import { createRestartBackoff, type RestartBackoff } from './restart-strategy.ts';

export interface JobManagerSettings {
  readonly world: World;
  readonly plan: Plan;
  readonly options: EngineOptions;
}

/**
 * electing: no lead yet. waiting: for slots. starting: the attempt is being registered and
 * deployed, or runs. cancelling: for the TaskManagers to let go. pausing: the restart delay. over:
 * for good.
 */
type Phase = 'electing' | 'waiting' | 'starting' | 'cancelling' | 'pausing' | 'over';

export class JobManager implements EngineNode {
  private readonly world: World;
  private readonly plan: Plan;
  private readonly options: EngineOptions;
  private readonly register: JobRegister;
  private readonly registry: Registry;
  private readonly completed: CompletedCheckpoints;
  private readonly coordinator: CheckpointCoordinator;
  private readonly backoff: RestartBackoff;
  private phase: Phase = 'electing';
  private waitingSinceMs = 0;
  private cause = 'first start';
  private execution: Execution | null = null;
  /** TaskManagers that have not yet confirmed the cancellation. */
  private readonly cancelling = new Set<string>();

  constructor(settings: JobManagerSettings) {
    const { world, plan, options } = settings;
    this.world = world;
    this.plan = plan;
    this.options = options;
    this.register = new JobRegister(world);
    this.registry = new Registry({
      world,
      options,
      leader: () => this.register.current.leader,
      joined: () => this.scheduleIfPossible(),
      lost: (node, cause) => this.onLost(node, cause),
    });
    this.completed = new CompletedCheckpoints(world, options.checkpoint.retained);
    this.coordinator = new CheckpointCoordinator({
      world,
      options,
      completed: this.completed,
      broadcast: (message) => this.execution?.broadcast(message),
      nextId: (then) => this.register.nextId((id) => (id === null ? this.deposed() : then(id))),
      fail: (cause) => this.fail(cause),
      deposed: () => this.deposed(),
    });
    this.backoff = createRestartBackoff(options.restart);
  }

  start(): void {
    this.register.lead((leading) => {
      if (!leading) {
        this.start();
        return;
      }
      const { outcome } = this.register.current;
      if (outcome !== null) {
        this.phase = 'over';
        this.world.finished(outcome.kind, outcome.reason);
        return;
      }
      this.completed.recover(() => {
        this.cause = this.register.current.attempt === 0 ? 'first start' : 'new leader';
        this.registry.start();
        this.awaitSlots();
      });
    });
  }

  onConnectionLost(peer: string): void {
    this.registry.lose(peer, `lost the connection to ${peer}`);
  }

  onMessage(from: string, message: Message): void {
    if (this.phase === 'electing') return;
    const report = message as ToJobManager;
    switch (report.type) {
      case 'register':
        this.registry.register(from, report.slots, report.registration);
        return;
      case 'heartbeat-reply':
        this.registry.seen(from);
        return;
      case 'cancelled':
        // A late answer about an earlier attempt says nothing about this one.
        if (report.attempt !== this.register.current.attempt) return;
        this.cancelling.delete(from);
        this.continueCancelling();
        return;
      default:
        if (this.execution?.attempt === report.attempt) this.onReport(from, report);
    }
  }

  private onReport(
    from: string,
    report: Exclude<ToJobManager, { type: 'register' | 'heartbeat-reply' | 'cancelled' }>,
  ): void {
    const { execution } = this;
    if (execution === null || this.phase !== 'starting') return;
    switch (report.type) {
      case 'deployed':
        if (execution.onDeployed(from)) this.run(execution);
        return;
      case 'end-of-data':
        if (execution.onEndOfData(report.task)) this.coordinator.request('final');
        return;
      case 'task-finished':
        if (execution.onFinished(report.task)) this.end(execution);
        return;
      case 'ack':
        this.coordinator.onAck(report);
        return;
      case 'decline':
        this.coordinator.onDecline(report.attempt, report.checkpoint, report.reason);
        return;
      case 'failed':
        if (report.unreadable === null) this.fail(report.cause);
        else this.onUnreadable(report.unreadable, report.cause);
        return;
      default:
        unreachable(report, 'report');
    }
  }

  private awaitSlots(): void {
    this.phase = 'waiting';
    this.waitingSinceMs = this.world.monotonic();
    this.scheduleIfPossible();
  }

  /** Waits for all TaskManagers, but not for ever (Flink's resource stabilisation timeout). */
  private scheduleIfPossible(): void {
    if (this.phase !== 'waiting') return;
    const enough = this.registry.slots().length >= this.plan.slots;
    const complete = this.registry.size >= this.options.taskManagers;
    const waitedMs = this.world.monotonic() - this.waitingSinceMs;
    const patienceMs = this.options.heartbeatTimeoutMs;
    if (enough && (complete || waitedMs >= patienceMs)) this.beginAttempt();
    else if (enough) this.world.timer(patienceMs - waitedMs, () => this.scheduleIfPossible());
  }

  private beginAttempt(): void {
    this.phase = 'starting';
    // Only when no checkpoint is being stored is the latest one known.
    this.completed.whenSettled(() => {
      this.register.nextAttempt((written) => {
        if (!written) this.deposed();
        else if (this.phase === 'starting') this.deploy();
      });
    });
  }

  private deploy(): void {
    const { attempt, leader } = this.register.current;
    const slots = this.registry.slots();
    if (slots.length < this.plan.slots) {
      this.awaitSlots();
      return;
    }
    const restored = this.completed.latest();
    this.world.record({
      kind: 'attempt',
      attempt,
      leader,
      restored: restored?.checkpoint ?? null,
      cause: this.cause,
    });
    const { world, plan } = this;
    this.execution = new Execution({ world, plan, attempt, leader, slots, restored });
    this.execution.deploy();
  }

  /**
   * Starts the subtasks, unless what they restored ends the job: then taking over has committed all
   * that was left, and reading on would go past the end.
   */
  private run(execution: Execution): void {
    const { attempt, leader, ends } = execution;
    if (ends !== null) {
      this.cancelAttempt(execution);
      this.conclude(ends, `everything up to the job's last checkpoint is committed`);
      return;
    }
    execution.broadcast({ type: 'start', leader, attempt });
    this.coordinator.begin({ attempt, leader, taskCount: execution.taskCount });
    this.armStop(execution);
  }

  /** Stop with savepoint, when its time has come. */
  private armStop(execution: Execution): void {
    const { stop } = this.options;
    if (stop === null) return;
    const dueMs = this.register.current.startedAt + stop.atMs - this.world.now();
    this.world.timer(Math.max(0, dueMs), () => {
      if (this.execution !== execution || this.phase !== 'starting') return;
      const { attempt, leader } = execution;
      if (stop.kind === 'suspend') this.coordinator.request('suspend');
      else {
        this.coordinator.drain();
        execution.broadcast({ type: 'drain', leader, attempt });
      }
    });
  }

  private onLost(node: string, cause: string): void {
    this.cancelling.delete(node);
    if (this.phase === 'cancelling') this.continueCancelling();
    else if (this.execution?.runsOn(node) === true) this.fail(cause);
  }

  /** Ends the attempt everywhere, then starts the next one unless the strategy gives up. */
  private fail(cause: string): void {
    const { execution } = this;
    if (this.phase !== 'starting' || execution === null) return;
    this.coordinator.end();
    this.execution = null;
    this.cause = cause;
    const delayMs = this.backoff.onFailure(this.world.monotonic());
    this.cancelAttempt(execution);
    if (delayMs === null) {
      this.conclude('failed', `the restart strategy gave up: ${cause}`);
      return;
    }
    this.phase = 'cancelling';
    this.restartDelayMs = delayMs;
    this.continueCancelling();
  }

  private restartDelayMs = 0;

  private cancelAttempt(execution: Execution): void {
    const { attempt, leader } = execution;
    this.cancelling.clear();
    for (const node of execution.nodes) {
      if (!this.registry.has(node)) continue;
      this.cancelling.add(node);
      this.world.send(node, { type: 'cancel', leader, attempt });
    }
  }

  private continueCancelling(): void {
    if (this.phase !== 'cancelling' || this.cancelling.size > 0) return;
    this.phase = 'pausing';
    this.world.timer(this.restartDelayMs, () => {
      if (this.phase === 'pausing') this.awaitSlots();
    });
  }

  /** A bad checkpoint file is a clear end, or an explicit step back: never a silent one. */
  private onUnreadable(checkpoint: number, cause: string): void {
    if (this.options.checkpoint.onUnreadable === 'fail') {
      const { execution } = this;
      this.coordinator.end();
      this.execution = null;
      if (execution !== null) this.cancelAttempt(execution);
      this.conclude('failed', cause);
      return;
    }
    const { execution } = this;
    // Several subtasks may say so; the first one that is heard ends the attempt.
    this.completed.whenSettled(() => {
      if (this.execution !== execution) return;
      this.completed.discard(checkpoint, (written) =>
        written ? this.fail(cause) : this.deposed(),
      );
    });
  }

  /** Every subtask is finished: all input is processed, all output committed. */
  private end(execution: Execution): void {
    this.coordinator.end();
    const suspended = this.options.stop?.kind === 'suspend' && !execution.ended;
    this.conclude(suspended ? 'suspended' : 'finished', 'all subtasks are finished');
  }

  /** Writing it down is the end; whoever leads next reads it there. */
  private conclude(kind: Outcome, reason: string): void {
    const { world, register } = this;
    this.phase = 'over';
    const { attempt } = register.current;
    const site = { attempt, checkpoint: null, operator: null, subtask: null };
    world.point('job-end', 'before', site);
    register.end(kind, reason, (written) => {
      if (!written) {
        this.deposed();
        return;
      }
      world.finished(kind, reason);
      world.point('job-end', 'after', site);
    });
  }

  /** Another leader wrote: give everything up and run for the lead again. */
  private deposed(): void {
    if (this.phase === 'electing') return;
    this.coordinator.end();
    this.execution = null;
    this.phase = 'electing';
    this.start();
  }
}
