/**
 * A subtask: takes one buffer or one batch of records per step, runs it through its chain, keeps
 * event time, takes checkpoints at barriers (Flink `StreamTask` and its mailbox). It decides nothing
 * about the job; it reports to its TaskManager.
 */
import { assert, present } from '../../base/assert.ts';
import type { FunctionCatalog } from '../../model/functions.ts';
import type { EngineOptions } from '../../model/options.ts';
import {
  isControl,
  type Control,
  type Element,
  type StateHandle,
  type TaskDeployment,
  type TaskId,
} from '../messages.ts';
import { createDirectSink } from '../operators/direct-sink.ts';
import type { SinkEnvironment, SinkOperator } from '../operators/sink.ts';
import { createTwoPhaseSink } from '../operators/two-phase-sink.ts';
import {
  inputChannels,
  outputChannels,
  type ChannelEnd,
  type Plan,
  type Vertex,
} from '../plan/plan.ts';
import type { TaskState } from '../state/snapshot-file.ts';
import { WatermarkValve } from '../time/watermark-valve.ts';
import type { PointSite, World } from '../world.ts';
import { BarrierHandler } from './barrier-handler.ts';
import { Chain } from './chain.ts';
import { InputGate } from './input-gate.ts';
import { OutputGate } from './output-gate.ts';
import { SourceReader, type SourceStep } from './source-reader.ts';
import { TaskCheckpoints } from './task-checkpoints.ts';

/** What a task tells its TaskManager. */
export interface TaskReports {
  endOfData(task: TaskId): void;
  finished(task: TaskId): void;
  ack(task: TaskId, checkpoint: number, handle: StateHandle): void;
  decline(checkpoint: number, reason: string): void;
  failed(cause: string, unreadable: number | null): void;
}

export interface TaskSettings {
  readonly world: World;
  readonly plan: Plan;
  readonly catalog: FunctionCatalog;
  readonly options: EngineOptions;
  readonly attempt: number;
  readonly deployment: TaskDeployment;
  readonly locations: readonly (readonly string[])[];
  readonly reports: TaskReports;
}

type Phase = 'deployed' | 'running' | 'ended' | 'finished' | 'cancelled';

export class Task {
  readonly id: TaskId;
  readonly vertex: Vertex;
  private readonly settings: TaskSettings;
  private readonly output: OutputGate;
  private readonly chain: Chain;
  private readonly reader: SourceReader | null;
  private readonly ends: readonly ChannelEnd[];
  private readonly input: InputGate | null;
  private readonly barriers: BarrierHandler | null;
  private readonly valve: WatermarkValve | null;
  private readonly checkpoints: TaskCheckpoints;
  private phase: Phase = 'deployed';
  private endedChannels = 0;
  private stepPending = false;
  /** Stop-the-world: no input until the checkpoint under way is over. */
  private stoppedFor: number | null = null;
  /** Stop with savepoint: no input ever again. */
  private suspended = false;
  /** The checkpoint that ends the job is complete. */
  private lastCompleted = false;
  private blockedSince: number | null = null;
  private blockedMs = 0;
  private firstWatermarkSeen = false;

  constructor(settings: TaskSettings) {
    this.settings = settings;
    const { plan, deployment, world, catalog } = settings;
    this.id = deployment.task;
    this.vertex = present(plan.vertices[this.id.vertex], 'vertex');
    this.output = this.createOutput();
    this.chain = new Chain({
      chain: this.vertex.chain,
      maxParallelism: plan.maxParallelism,
      catalog,
      output: this.output,
      createSink: (id, connector) => this.createSink(id, connector),
      now: () => world.now(),
      timer: (delayMs, action) => world.timer(delayMs, () => this.betweenElements(action)),
    });
    this.reader = this.createReader();
    this.ends = inputChannels(plan, this.id.vertex, this.id.subtask);
    const channels = this.ends.length;
    this.barriers = channels === 0 ? null : this.createBarriers(channels);
    this.valve = channels === 0 ? null : this.createValve(channels);
    this.input = channels === 0 ? null : this.createInput(channels);
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
    const takeOver = (): void => {
      const { sink } = this.chain;
      if (sink === null) {
        done();
        return;
      }
      sink.initialise((problem) => (problem === null ? done() : this.fail(problem)));
    };
    if (restore === null) takeOver();
    else {
      this.checkpoints.read(restore, (state) => {
        this.restoreState(restore.checkpoint, state);
        takeOver();
      });
    }
  }

  start(): void {
    if (this.phase !== 'deployed') return;
    this.phase = 'running';
    this.reader?.start();
    if (this.reader !== null) this.armTick();
    this.wake();
  }

  cancel(): void {
    this.phase = 'cancelled';
  }

  receive(channel: number, elements: readonly Element[]): void {
    present(this.input, 'input gate').receive(channel, elements);
    this.wake();
  }

  addCredits(channel: number, credits: number): void {
    this.output.addCredits(channel, credits);
    this.wake();
  }

  /** Sources only: the coordinator asks for a checkpoint. */
  trigger(checkpoint: number, suspend: boolean): void {
    if (this.phase !== 'running' && this.phase !== 'ended') {
      this.settings.reports.decline(checkpoint, `${this.vertex.id} is ${this.phase}`);
      return;
    }
    this.takeCheckpoint(checkpoint, suspend);
  }

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
    this.barriers?.onAborted(checkpoint);
    this.wake();
  }

  drain(): void {
    this.reader?.drain();
    this.wake();
  }

  private step(): void {
    this.stepPending = false;
    if (!this.mayStep()) return;
    const more = this.reader === null ? this.stepInput() : this.stepSource(this.reader);
    if (!more) this.output.flush();
    this.chain.sink?.flush();
    this.accountBlockedTime();
    if (more) this.wake();
  }

  private mayStep(): boolean {
    const accepting = this.phase === 'running' || (this.phase === 'ended' && this.input !== null);
    const held = this.suspended || this.stoppedFor !== null;
    this.accountBlockedTime();
    return accepting && !held && !this.output.blocked && this.chain.sink?.busy() !== true;
  }

  private wake(): void {
    if (this.stepPending || !this.alive || this.phase === 'deployed') return;
    this.stepPending = true;
    this.settings.world.defer(() => this.step());
  }

  /** Runs `action` between two steps, as the mailbox does with timers. */
  private betweenElements(action: () => void): void {
    if (!this.alive) return;
    action();
    this.output.flush();
    this.chain.sink?.flush();
  }

  private stepSource(reader: SourceReader): boolean {
    if (this.phase === 'ended') return false;
    const step: SourceStep = reader.step();
    if (step.kind === 'more') return true;
    if (step.kind === 'ended') {
      reader.finish();
      this.endOfData();
      return false;
    }
    this.settings.world.timer(step.waitMs, () => this.wake());
    return false;
  }

  private stepInput(): boolean {
    const gate = present(this.input, 'input gate');
    const buffer = gate.next();
    if (buffer === null) return false;
    const input = present(this.ends[buffer.channel], 'channel').edge.input;
    for (const element of buffer.elements) {
      if (isControl(element)) this.onControl(buffer.channel, element);
      else this.chain.row(element, input);
      if (!this.alive) return false;
    }
    gate.release(buffer.channel);
    return gate.hasInput();
  }

  private onControl(channel: number, element: Control): void {
    const valve = present(this.valve, 'valve');
    const barriers = present(this.barriers, 'barrier handler');
    switch (element.control) {
      case 'watermark':
        valve.onWatermark(channel, element.ts);
        return;
      case 'idle':
        valve.onStatus(channel, true);
        return;
      case 'active':
        valve.onStatus(channel, false);
        return;
      case 'barrier':
        barriers.onBarrier(channel, element.checkpoint, element.suspend);
        return;
      case 'cancel-barrier':
        barriers.onCancelBarrier(element.checkpoint);
        return;
      case 'end':
        this.endedChannels++;
        if (this.endedChannels === this.ends.length) this.endOfData();
    }
  }

  private onWatermark(ts: number): void {
    this.announceFirstWatermark();
    this.chain.advance(ts);
    const { world, attempt } = this.settings;
    world.record({
      kind: 'watermark',
      attempt,
      operator: this.vertex.id,
      subtask: this.id.subtask,
      watermark: ts,
    });
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

  /** Barrier first, then the state: downstream aligns while we copy (Flink `SubtaskCheckpointCoordinatorImpl`). */
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
    return {
      operators: this.chain.snapshot(),
      offsets: this.reader?.offsets() ?? null,
      ended: this.phase === 'ended',
    };
  }

  private restoreState(checkpoint: number, state: TaskState): void {
    const { world, attempt } = this.settings;
    this.chain.restore(state.operators);
    if (state.offsets !== null) this.reader?.restore(state.offsets);
    world.record({
      kind: 'restore',
      attempt,
      checkpoint,
      operator: this.vertex.id,
      subtask: this.id.subtask,
      offsets: state.offsets,
    });
  }

  private resumeFrom(checkpoint: number): void {
    if (this.stoppedFor === null || checkpoint < this.stoppedFor) return;
    this.stoppedFor = null;
    this.accountBlockedTime();
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

  /** Idleness must not count time in which the task could not read (FLINK-35886). */
  private accountBlockedTime(): void {
    const now = this.settings.world.monotonic();
    const blocked = this.output.blocked || this.stoppedFor !== null;
    if (this.blockedSince !== null) this.blockedMs += now - this.blockedSince;
    this.blockedSince = blocked ? now : null;
  }

  private activeMs(): number {
    this.accountBlockedTime();
    return this.settings.world.monotonic() - this.blockedMs;
  }

  private armTick(): void {
    const source = this.vertex.chain[0];
    assert(source?.kind === 'source', 'only sources tick');
    const { emission, intervalMs, idlenessMs } = source.watermark;
    if (emission !== 'periodic' && idlenessMs === null) return;
    const tick = (): void => {
      if (this.phase !== 'running') return;
      if (!this.suspended && this.stoppedFor === null) {
        this.betweenElements(() => this.reader?.tick());
      }
      this.settings.world.timer(intervalMs, tick);
    };
    this.settings.world.timer(intervalMs, tick);
  }

  private site(checkpoint: number | null): PointSite {
    const { attempt } = this.settings;
    return { attempt, checkpoint, operator: this.vertex.id, subtask: this.id.subtask };
  }

  private createOutput(): OutputGate {
    const { world, plan, catalog, attempt, locations, options } = this.settings;
    const { bufferElements, buffersPerChannel } = options.channel;
    const task = this.id;
    return new OutputGate({
      world,
      plan,
      catalog,
      attempt,
      task,
      locations,
      bufferElements,
      buffersPerChannel,
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
      activeMs: () => this.activeMs(),
      listener: {
        row: (row) => this.chain.row(row, 0),
        watermark: (ts) => this.onWatermark(ts),
        status: (idle) => this.output.broadcast({ control: idle ? 'idle' : 'active' }),
      },
    });
  }

  private createSink(id: string, connector: 'two-phase' | 'upsert' | 'append'): SinkOperator {
    const { world, attempt, options } = this.settings;
    const env: SinkEnvironment = {
      world,
      sink: id,
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
    return connector === 'two-phase' ? createTwoPhaseSink(env) : createDirectSink(env, connector);
  }

  private createBarriers(channels: number): BarrierHandler {
    const aligning = this.settings.options.mode !== 'at-least-once';
    const { world } = this.settings;
    return new BarrierHandler(channels, aligning, {
      alignmentStarted: (checkpoint) => {
        world.point('alignment-started', 'before', this.site(checkpoint));
      },
      aligned: (checkpoint, suspend) => {
        world.point('alignment-ended', 'after', this.site(checkpoint));
        this.takeCheckpoint(checkpoint, suspend);
      },
      cancelled: (checkpoint) => {
        this.output.broadcast({ control: 'cancel-barrier', checkpoint });
        this.settings.reports.decline(checkpoint, `${this.name} gave it up`);
      },
    });
  }

  private createValve(channels: number): WatermarkValve {
    return new WatermarkValve(channels, {
      watermark: (ts) => this.onWatermark(ts),
      status: (idle) => this.output.broadcast({ control: idle ? 'idle' : 'active' }),
    });
  }

  private createInput(channels: number): InputGate {
    const { world, attempt, plan, locations, options } = this.settings;
    return new InputGate({
      channelCount: channels,
      buffersPerChannel: options.channel.buffersPerChannel,
      isBlocked: (channel) => this.barriers?.isBlocked(channel) === true,
      choose: (bound) => world.random(`input ${this.name}`, bound),
      returnCredits: (channel, credits) => {
        const { edge, peer } = present(this.ends[channel], 'channel');
        const sender = { vertex: edge.from, subtask: peer };
        const node = present(locations[edge.from]?.[peer], 'location of the sender');
        const index = outputChannels(plan, edge.from, peer).findIndex(
          (end) => end.edge.index === edge.index && end.peer === this.id.subtask,
        );
        world.send(node, { type: 'credit', attempt, task: sender, channel: index, credits });
      },
    });
  }
}
