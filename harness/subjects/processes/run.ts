/**
 * One run of a case on processes: boots the nodes, feeds the splits, lets the fault injector
 * strike, listens to everybody, and ends when the job is over, the deadline has come, or something
 * failed that is not under test.
 */
import type { ReferenceEngine } from '../../../src/engine/reference-engine.ts';
import type { Case } from '../../../src/model/case.ts';
import type { EndEvent, HistoryEvent, NodeEvent } from '../../../src/model/history.ts';
import { FaultInjector } from '../../../src/faults/fault-injector.ts';
import { countReached } from '../../planting/reached.ts';
import type { Command, NodeBoot, Notice } from '../../process-world/protocol.ts';
import { whenDone, type Done } from './done.ts';
import { FaultPort, type Hands } from './fault-port.ts';
import type { Feeder } from './feeder.ts';
import type { LinkFaults, LinkTrouble } from './link-faults.ts';
import type { Ends, Links } from './links.ts';
import type { Machine } from './machine.ts';
import type { Recorder } from './recorder.ts';
import { Registers } from './registers.ts';
import type { RunClock } from './run-clock.ts';
import type { RunFolders } from './run-folders.ts';
import type { StoreDisturbance, StoreSide } from './store-side.ts';
import { subjectFailure } from './subject-failure.ts';
import { UnsyncedFiles } from './unsynced-files.ts';

/** After the job's end and all healing the run goes on this long: zombies may still wake up, ms. */
const aftermathMs = { withFaults: 500, without: 50 };
/** An engine that throws is restarted after this time, ms, at most so many times. */
const errorRestartMs = 300;
const engineErrorsMax = 50;

export interface RunParts {
  readonly kase: Case;
  readonly engine: ReferenceEngine;
  readonly clock: RunClock;
  readonly recorder: Recorder;
  readonly feeder: Feeder;
  readonly folders: RunFolders;
  readonly links: Links;
  readonly linkFaults: LinkFaults;
  readonly store: StoreSide;
  readonly machines: ReadonlyMap<string, Machine>;
}

type Outcome = Pick<EndEvent, 'outcome' | 'reason'>;

export class Run implements Hands {
  readonly clock: RunClock;
  readonly recorder: Recorder;
  readonly feeder: Feeder;
  readonly folders: RunFolders;
  readonly linkFaults: LinkFaults;
  readonly registers: Registers = new Registers();
  readonly unsynced: UnsyncedFiles = new UnsyncedFiles();
  private readonly parts: RunParts;
  private readonly faults: FaultPort;
  private readonly injector: FaultInjector;
  private readonly over: Promise<void>;
  private endNow: () => void = () => undefined;
  private failure: { readonly error: unknown } | null = null;
  private outcome: Outcome | null = null;
  private engineErrors = 0;
  private messages = 0;

  constructor(parts: RunParts) {
    this.parts = parts;
    this.clock = parts.clock;
    this.recorder = parts.recorder;
    this.feeder = parts.feeder;
    this.folders = parts.folders;
    this.linkFaults = parts.linkFaults;
    this.over = new Promise((resolve) => {
      this.endNow = resolve;
    });
    this.faults = new FaultPort(this, parts.engine);
    this.injector = new FaultInjector(parts.kase.schedule, this.faults);
  }

  /** The whole history. Rejects when something failed that is not under test. */
  async toEnd(): Promise<{ readonly history: HistoryEvent[]; readonly messages: number }> {
    for (const machine of this.parts.machines.values()) this.boot(machine);
    this.feeder.start();
    this.clock.after(this.parts.kase.deadlineMs, () => this.endNow());
    await this.over;
    if (this.failure !== null) throw this.failure.error;
    const { outcome, reason } = this.outcome ?? deadline;
    const healedAt = this.injector.healedAtUs / 1000;
    this.clock.stop();
    await Promise.all([...this.parts.machines.values()].map((machine) => machine.end()));
    await this.parts.store.look();
    const { messages } = this;
    const history = this.recorder.finish({ kind: 'end', outcome, reason, healedAt, messages });
    return { history, messages };
  }

  /** Something outside the engine went wrong: the run decides nothing. */
  fail(error: unknown): void {
    this.failure ??= { error };
    this.endNow();
  }

  onNotice(machine: Machine, notice: Notice): void {
    switch (notice.kind) {
      case 'record':
        this.recorder.add(notice.event as Exclude<HistoryEvent, { kind: 'header' }>);
        return;
      case 'point':
        void this.onPoint(machine, notice);
        return;
      case 'register-read':
      case 'register-write':
        machine.command(this.registers.answer(notice));
        return;
      case 'finished':
        this.onFinished(notice).catch((error: unknown) => this.fail(error));
        return;
      case 'engine-error':
        this.onEngineError(machine, notice);
        return;
      case 'effect':
        this.faults.onEffect(notice.fault, notice.detail);
        return;
      case 'file':
        this.unsynced.onNotice(machine.name, notice);
        return;
      case 'late': {
        const { startedAtMs } = this.clock;
        this.linkFaults.onLate({
          ends: { from: notice.from, to: machine.name },
          sentMs: notice.sentAtMs - startedAtMs,
          arrivedMs: notice.arrivedAtMs - startedAtMs,
          bytes: notice.bytes,
        });
        return;
      }
      case 'lost':
        this.linkFaults.onLost(machine.name, notice.peer);
        return;
      case 'sent':
        this.messages += notice.messages;
        return;
      case 'reached':
        countReached();
        return;
      case 'store-failure':
        this.parts.store.onFailure(notice);
        return;
      case 'listening':
    }
  }

  isUp(node: string): boolean {
    return this.machine(node)?.up === true;
  }

  command(node: string, command: Command): void {
    this.machine(node)?.command(command);
  }

  crash(node: string, restartAfterMs: number): Done {
    const machine = this.machine(node);
    if (machine === undefined || !machine.up) return false;
    const gone = whenDone(machine.kill(), (isGone) => {
      this.recordNode(machine, 'crashed');
      return isGone;
    });
    const dueMs = this.clock.nowMs() + restartAfterMs;
    this.restart(machine, dueMs).catch((error: unknown) => this.fail(error));
    return gone;
  }

  pause(node: string): Done {
    const machine = this.machine(node);
    if (machine === undefined || !machine.up || machine.paused) return false;
    return whenDone(machine.pause(), (standsStill) => {
      if (standsStill) this.recordNode(machine, 'paused');
      return standsStill;
    });
  }

  /** Like a pause, but nobody is to hear of it: the machine is going down. */
  freeze(node: string): Done {
    const machine = this.machine(node);
    return machine !== undefined && machine.up ? machine.pause() : false;
  }

  resume(node: string): void {
    const machine = this.machine(node);
    if (machine === undefined || !machine.paused) return;
    this.recordNode(machine, 'resumed');
    machine.resume();
  }

  jumpClock(node: string, byMs: number, fault: number): void {
    const machine = this.machine(node);
    if (machine === undefined) return;
    machine.clockOffsetMs += byMs;
    machine.command({ kind: 'clock', fault, byMs });
    this.recordNode(machine, 'clock-jumped');
  }

  async disturbLink(
    ends: Ends,
    trouble: LinkTrouble,
    span: { readonly untilMs: number; readonly onEffect: () => void },
  ): Promise<void> {
    this.watch(ends, span.untilMs);
    await this.linkFaults.disturb(ends, trouble, span);
  }

  async disturbStore(disturbance: StoreDisturbance): Promise<void> {
    const command = await this.parts.store.disturb(disturbance);
    if (command === null) return;
    for (const machine of this.parts.machines.values()) machine.command(command);
  }

  private machine(node: string): Machine | undefined {
    return this.parts.machines.get(node);
  }

  private boot(machine: Machine): void {
    const { kase, links, folders, store, engine } = this.parts;
    const incarnation = machine.incarnation + 1;
    const command: NodeBoot = {
      kind: 'boot',
      node: machine.name,
      incarnation,
      caseFile: folders.caseFile,
      startedAtMs: this.clock.startedAtMs,
      clockOffsetMs: machine.clockOffsetMs,
      dials: links.dials(machine.name),
      peers: engine.nodes.filter((peer) => peer !== machine.name),
      checkpointFolder: folders.checkpoints,
      splitFolder: folders.splits,
      store: store.settings,
      stops: kase.schedule.flatMap(({ when }) =>
        'point' in when ? [`${when.point}/${when.phase}`] : [],
      ),
      tracksUnsynced: kase.schedule.some(({ action }) => action.kind === 'disk'),
    };
    machine.boot(command);
    this.recordNode(machine, 'started');
    for (const peer of engine.nodes) {
      const untilMs = this.linkFaults.watchedUntil(peer, machine.name);
      if (untilMs !== null) this.watch({ from: peer, to: machine.name }, untilMs);
    }
  }

  private async restart(machine: Machine, dueMs: number): Promise<void> {
    const { incarnation } = machine;
    const address = await machine.ready();
    await this.parts.links.moved(machine.name, address);
    this.clock.after(dueMs - this.clock.nowMs(), () => {
      if (!machine.up && machine.incarnation === incarnation) this.boot(machine);
    });
  }

  private watch({ from, to }: Ends, untilMs: number): void {
    this.command(to, { kind: 'watch', from, untilMs: this.clock.startedAtMs + untilMs });
  }

  private async onPoint(
    machine: Machine,
    notice: Extract<Notice, { kind: 'point' }>,
  ): Promise<void> {
    const { incarnation } = machine;
    const { waits, ...event } = notice;
    this.recorder.add({ ...event, node: machine.name });
    if (!waits) return;
    const { point, phase, attempt, checkpoint, operator, subtask } = notice;
    const site = { attempt, checkpoint, operator, subtask };
    this.injector.onPoint(machine.name, { point, phase, site });
    await this.faults.settled();
    if (machine.up && machine.incarnation === incarnation) machine.goOn();
  }

  /**
   * What the job says first counts; a new leader may say it again. A reader that looks for what has
   * become visible looks before it is written down: its own delay is none of the job's.
   */
  private async onFinished({ outcome, reason }: Outcome): Promise<void> {
    if (this.outcome !== null || outcome === 'deadline') return;
    this.outcome = { outcome, reason };
    await this.parts.store.look();
    this.recorder.record({ kind: 'job', event: outcome, reason });
    this.endWhenQuiet(this.clock.nowMs());
  }

  /** Faults strike after the job's end as well: what is over has to stay over. */
  private endWhenQuiet(overMs: number): void {
    const { schedule } = this.parts.kase;
    const restMs = schedule.length === 0 ? aftermathMs.without : aftermathMs.withFaults;
    const leftMs = this.injector.quietFromUs(overMs * 1000) / 1000 + restMs - this.clock.nowMs();
    if (leftMs <= 0) this.endNow();
    else this.clock.after(leftMs, () => this.endWhenQuiet(overMs));
  }

  private onEngineError(
    machine: Machine,
    { message, given }: Extract<Notice, { kind: 'engine-error' }>,
  ): void {
    if (given) {
      this.fail(
        subjectFailure(message, { next: 'mend it: the run says nothing about the engine' }),
      );
      return;
    }
    this.engineErrors++;
    const limit = `engine error: ${message}`;
    this.recorder.record({ kind: 'limit', limit, value: this.engineErrors });
    const restartMs = this.engineErrors <= engineErrorsMax ? errorRestartMs : Infinity;
    void this.crash(machine.name, restartMs);
  }

  private recordNode(machine: Machine, event: NodeEvent['event']): void {
    const { name: node, incarnation } = machine;
    this.recorder.record({ kind: 'node', node, event, incarnation });
  }
}

const deadline: Outcome = { outcome: 'deadline', reason: 'the job did not end' };
