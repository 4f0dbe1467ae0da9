/**
 * A subtask: takes one buffer or one batch of records per step, runs it through its chain, keeps
 * event time, takes checkpoints at barriers (Flink `StreamTask` and its mailbox). It decides
 * nothing about the job; it reports to its TaskManager.
 */
import { present } from '../../base/assert.ts';
import type { Element, TaskId } from '../world/messages.ts';
import { createSink } from '../operators/create-sink.ts';
import type { SinkEnvironment } from '../operators/sink.ts';
import type { Vertex } from '../plan/plan.ts';
import type { TaskState } from '../state/snapshot-file.ts';
import type { PointSite } from '../world/world.ts';
import { ActiveClock } from './active-clock.ts';
import { Chain } from './chain.ts';
import { OutputGate } from './output-gate.ts';
import { SourceReader } from './source-reader.ts';
import { TaskCheckpoints } from './task-checkpoints.ts';
import { TaskInput } from './task-input.ts';
import type { Phase, TaskSettings } from './task-settings.ts';

export class Task {
  readonly id: TaskId;
  private readonly settings: TaskSettings;
  private readonly vertex: Vertex;
  private readonly clock: ActiveClock;
  private readonly output: OutputGate;
  private readonly chain: Chain;
  /** Exactly one of the two: a subtask reads splits or channels. */
  private readonly reader: SourceReader | null;
  private readonly input: TaskInput | null;
  private readonly checkpoints: TaskCheckpoints;
  private phase: Phase = 'deployed';
  private stepPending = false;
  /** One function for all turns: waking up is as frequent as messages. */
  private readonly stepSoon = (): void => this.step();
  /** Stop-the-world: no input until this checkpoint is over. */
  private stoppedFor: number | null = null;
  /** Stop with savepoint: no input ever again. */
  private suspended = false;
  /** The checkpoint that ends the job is complete. */
  private lastCompleted = false;
  private firstWatermarkSeen = false;
  /** Timers that came due while nothing may run. */
  private readonly waiting: (() => void)[] = [];

  constructor(settings: TaskSettings) {
    this.settings = settings;
    const { plan, deployment, world } = settings;
    this.id = deployment.task;
    this.vertex = present(plan.vertices[this.id.vertex], 'vertex');
    this.clock = new ActiveClock(() => world.monotonic());
    this.output = this.createOutput();
    this.chain = this.createChain();
    this.reader = this.createReader();
    this.input = this.reader === null ? this.createInput() : null;
    this.checkpoints = new TaskCheckpoints({
      world,
      vertexId: this.vertex.id,
      task: this.id,
      attempt: settings.attempt,
      site: (checkpoint) => this.site(checkpoint),
      alive: () => this.alive,
      reports: settings.reports,
    });
  }

  get isSource(): boolean {
    return this.reader !== null;
  }

  get alive(): boolean {
    return this.phase !== 'cancelled';
  }

  /** Loads the deployed state, then lets the sink take over from earlier attempts. */
  initialise(done: () => void): void {
    const { restore } = this.settings.deployment;
    if (restore === null) {
      this.takeOver(done);
      return;
    }
    this.checkpoints.read(restore, (state) => {
      this.restoreState(restore.checkpoint, state);
      this.takeOver(done);
    });
  }

  start(): void {
    if (this.phase !== 'deployed') return;
    this.phase = 'running';
    if (this.reader !== null) {
      this.reader.start();
      this.armTick(this.reader);
    }
    this.runWaiting();
    this.wake();
  }

  cancel(): void {
    this.phase = 'cancelled';
  }

  receive(channel: number, elements: readonly Element[]): void {
    present(this.input, 'input').receive(channel, elements);
    this.wake();
  }

  addCredits(channel: number, credits: number): void {
    this.output.addCredits(channel, credits);
    this.wake();
  }

  /** Sources only: the coordinator asks for a checkpoint. */
  trigger(checkpoint: number, suspend: boolean): void {
    if (this.phase !== 'running' && this.phase !== 'ended') {
      this.settings.reports.decline(checkpoint, `${this.name} is ${this.phase}`);
      return;
    }
    this.takeCheckpoint(checkpoint, suspend);
  }

  /** `last`: the job ends with this checkpoint. */
  onComplete(checkpoint: number, last: boolean): void {
    if (last) this.lastCompleted = true;
    this.resumeFrom(checkpoint);
    if (this.phase === 'finished') return;
    this.chain.sink?.complete(checkpoint);
    this.checkpoints.onComplete(checkpoint);
    this.finishIfDone();
  }

  onAbort(checkpoint: number): void {
    this.resumeFrom(checkpoint);
    this.checkpoints.onAbort(checkpoint);
    this.input?.onAborted(checkpoint);
    this.wake();
  }

  /** Stop with drain: the source ends where it is. */
  drain(): void {
    this.reader?.drain();
    this.wake();
  }

  private takeOver(done: () => void): void {
    const { sink } = this.chain;
    if (sink === null) {
      done();
      return;
    }
    sink.initialise((problem) => {
      if (problem === null) done();
      else this.fail(problem);
    });
  }

  private step(): void {
    this.stepPending = false;
    if (!this.mayStep()) return;
    const more = this.input === null ? this.stepSource() : this.input.step();
    if (!more) this.output.flush();
    this.chain.sink?.flush();
    this.clock.account(this.held);
    if (more) this.wake();
  }

  /** Downstream has no room, or the world stands still. */
  private get held(): boolean {
    return this.output.blocked || this.stoppedFor !== null;
  }

  private mayStep(): boolean {
    this.clock.account(this.held);
    const reading = this.phase === 'running' || (this.phase === 'ended' && this.input !== null);
    return reading && !this.suspended && !this.held && this.chain.sink?.busy() !== true;
  }

  private wake(): void {
    if (this.stepPending || !this.alive || this.phase === 'deployed') return;
    this.stepPending = true;
    this.settings.world.defer(this.stepSoon);
  }

  /**
   * Runs `action` between two steps, as the mailbox does with timers. Before the start it has to
   * wait: downstream subtasks may not be there yet, and what it emits would be lost.
   */
  private betweenElements(action: () => void): void {
    if (!this.alive || this.phase === 'finished' || this.suspended) return;
    if (this.phase === 'deployed' || this.stoppedFor !== null) {
      this.waiting.push(action);
      return;
    }
    action();
    this.output.flush();
    this.chain.sink?.flush();
  }

  private runWaiting(): void {
    for (const action of this.waiting.splice(0)) this.betweenElements(action);
  }

  private stepSource(): boolean {
    const reader = present(this.reader, 'reader');
    const step = reader.step();
    switch (step.kind) {
      case 'more':
        return true;
      case 'wait':
        this.settings.world.timer(step.waitMs, () => this.wake());
        return false;
      case 'ended':
        reader.finish();
        this.endOfData();
        return false;
    }
  }

  private onWatermark(ts: number): void {
    this.announceFirstWatermark();
    this.chain.advance(ts);
    const { world, attempt } = this.settings;
    const operator = this.vertex.id;
    const { subtask } = this.id;
    world.record({ kind: 'watermark', attempt, operator, subtask, watermark: ts });
    this.output.broadcast({ control: 'watermark', ts });
  }

  private announceFirstWatermark(): void {
    if (this.firstWatermarkSeen) return;
    this.firstWatermarkSeen = true;
    if (this.settings.deployment.restore === null) return;
    this.settings.world.point('first-watermark-after-restore', 'before', this.site(null));
  }

  private endOfData(): void {
    const { world, reports } = this.settings;
    world.point('end-of-input', 'before', this.site(null));
    this.chain.end();
    this.output.broadcast({ control: 'end' });
    this.phase = 'ended';
    world.point('end-of-input', 'after', this.site(null));
    reports.endOfData(this.id);
  }

  /** Barrier first, then the state: downstream aligns while we copy, as in Flink. */
  private takeCheckpoint(checkpoint: number, suspend: boolean): void {
    const { world, options } = this.settings;
    world.point('barrier-emitted', 'before', this.site(checkpoint));
    this.output.broadcast({ control: 'barrier', checkpoint, suspend });
    world.point('barrier-emitted', 'after', this.site(checkpoint));
    this.checkpoints.begin(checkpoint, this.chain.sink);
    world.point('sync-snapshot', 'before', this.site(checkpoint));
    const state = this.copyState();
    world.point('sync-snapshot', 'after', this.site(checkpoint));
    this.checkpoints.persist(checkpoint, state);
    if (options.mode === 'stop-the-world') this.stoppedFor = checkpoint;
    if (suspend) this.suspended = true;
    this.wake();
  }

  private copyState(): TaskState {
    return { operators: this.chain.snapshot(), offsets: this.reader?.offsets() ?? null };
  }

  private restoreState(checkpoint: number, { operators, offsets }: TaskState): void {
    const { world, attempt } = this.settings;
    this.chain.restore(operators);
    if (offsets !== null) this.reader?.restore(offsets);
    const { id: operator } = this.vertex;
    const { subtask } = this.id;
    world.record({ kind: 'restore', attempt, checkpoint, operator, subtask, offsets });
  }

  private resumeFrom(checkpoint: number): void {
    if (this.stoppedFor === null || checkpoint < this.stoppedFor) return;
    this.stoppedFor = null;
    this.runWaiting();
    this.wake();
  }

  /** A task ends when the job's last checkpoint is complete and its own commits are confirmed. */
  private finishIfDone(): void {
    if (!this.lastCompleted || this.phase === 'finished' || !this.alive) return;
    if (this.chain.sink !== null && !this.chain.sink.settled()) return;
    this.phase = 'finished';
    this.settings.reports.finished(this.id);
  }

  private fail(cause: string): void {
    if (this.alive) this.settings.reports.failed(`${this.name}: ${cause}`, null);
  }

  private get name(): string {
    return `${this.vertex.id} (${this.id.subtask})`;
  }

  private armTick(reader: SourceReader): void {
    const { tickIntervalMs } = reader;
    if (tickIntervalMs === null) return;
    const { world } = this.settings;
    const tick = (): void => {
      if (this.phase !== 'running') return;
      if (this.stoppedFor === null) this.betweenElements(() => reader.tick());
      world.timer(tickIntervalMs, tick);
    };
    world.timer(tickIntervalMs, tick);
  }

  private site(checkpoint: number | null): PointSite {
    const { attempt } = this.settings;
    return { attempt, checkpoint, operator: this.vertex.id, subtask: this.id.subtask };
  }

  private createOutput(): OutputGate {
    const { world, plan, catalog, attempt, locations, options } = this.settings;
    const { channel } = options;
    return new OutputGate({ world, plan, catalog, attempt, locations, channel, task: this.id });
  }

  private createChain(): Chain {
    const { world, plan, catalog } = this.settings;
    return new Chain({
      chain: this.vertex.chain,
      maxParallelism: plan.maxParallelism,
      catalog,
      output: this.output,
      createSink: (id, connector) => createSink(this.sinkEnvironment(id), connector),
      now: () => world.now(),
      timer: (delayMs, action) => world.timer(delayMs, () => this.betweenElements(action)),
    });
  }

  private createReader(): SourceReader | null {
    const spec = this.vertex.chain[0];
    if (spec?.kind !== 'source') return null;
    const { world, options } = this.settings;
    return new SourceReader({
      spec,
      subtask: this.id.subtask,
      port: world.source,
      recordsMax: options.channel.bufferElements,
      pollIntervalMs: options.pollIntervalMs,
      activeMs: () => this.clock.activeMs(),
      listener: {
        row: (row) => this.chain.row(row, 0),
        watermark: (ts) => this.onWatermark(ts),
        status: (idle) => this.output.broadcast({ control: idle ? 'idle' : 'active' }),
      },
    });
  }

  private createInput(): TaskInput {
    const { world, plan, attempt, locations, options, reports } = this.settings;
    return new TaskInput({
      world,
      plan,
      attempt,
      locations,
      task: this.id,
      mode: options.mode,
      buffersPerChannel: options.channel.buffersPerChannel,
      alive: () => this.alive,
      listener: {
        row: (row, input) => this.chain.row(row, input),
        watermark: (ts) => this.onWatermark(ts),
        status: (idle) => this.output.broadcast({ control: idle ? 'idle' : 'active' }),
        ended: () => this.endOfData(),
        alignmentStarted: (checkpoint) =>
          world.point('alignment-started', 'before', this.site(checkpoint)),
        aligned: (checkpoint, suspend) => {
          world.point('alignment-ended', 'after', this.site(checkpoint));
          this.takeCheckpoint(checkpoint, suspend);
        },
        cancelled: (checkpoint) => {
          this.output.broadcast({ control: 'cancel-barrier', checkpoint });
          reports.decline(checkpoint, `${this.name} gave it up`);
        },
      },
    });
  }

  private sinkEnvironment(sink: string): SinkEnvironment {
    const { world, attempt, options } = this.settings;
    return {
      world,
      sink,
      subtask: this.id.subtask,
      attempt,
      commitRetryMs: options.commitRetryMs,
      site: (checkpoint) => this.site(checkpoint),
      alive: () => this.alive,
      fail: (cause) => this.fail(cause),
      changed: () => {
        this.finishIfDone();
        this.wake();
      },
    };
  }
}
