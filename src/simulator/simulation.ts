/**
 * One simulated run: hosts, network, storage and stores around an engine, driven by one seeded
 * scheduler in virtual time. Deterministic: the same case gives the same history, byte for byte.
 */
import { digestValue } from '../base/digest.ts';
import type { Case } from '../model/case.ts';
import { FunctionFailure } from '../model/validate/function-guard.ts';
import {
  historyVersion,
  type EndEvent,
  type HistoryEvent,
  type JobEvent,
  type NodeEvent,
} from '../model/history.ts';
import type { EngineNode, World } from '../engine/world/world.ts';
import { CheckpointStorage, type DiskFailure } from './checkpoint-storage.ts';
import { FaultInjector, type Cluster } from '../faults/fault-injector.ts';
import { Host, ProcessEnded } from './host.ts';
import { Network } from './network.ts';
import { Recorder } from './recorder.ts';
import { Registers } from './registers.ts';
import { Scheduler } from './scheduler.ts';
import { createWorld, type Services } from './simulated-world.ts';
import { SourceLogs } from './source-logs.ts';
import { Streams } from './streams.ts';
import { TransactionalStore } from './transactional-store.ts';

/** The engine under test: builds the process of a node; knows its own vocabulary. */
export interface SimulatedEngine {
  /** Names the subject in the history. */
  readonly subject: string;
  readonly nodes: readonly string[];
  boot(node: string, world: World): EngineNode;
  /** Ids of the operators that run in the vertex `id`. */
  chainOf(id: string): readonly string[];
  /** Path of a state file of the newest completed checkpoint, given a register reader. */
  newestStateFile(read: (register: string) => string | null): string | null;
}

export interface SimulationResult {
  readonly history: HistoryEvent[];
  /** Messages handed to the network. */
  readonly messages: number;
  readonly virtualMs: number;
}

/** After the job's end and all faults the run goes on this long: zombies may still wake up, ms. */
const aftermathMs = 1500;
/** A thawed process gets to each waiting step after a pause of this length, µs. */
const wakingUs = { low: 5, high: 2_000 };
/** An engine that throws is restarted after this time, µs, at most so many times. */
const errorRestartUs = 300_000;
const engineErrorsMax = 50;
/** Steps after which a run is cut off: a loop without progress in virtual time. */
const stepsMax = 20_000_000;

interface DiskTrouble {
  readonly node: string;
  readonly effect: DiskFailure;
  readonly untilUs: number;
  readonly onEffect: () => void;
}

export class Simulation {
  private readonly kase: Case;
  private readonly engine: SimulatedEngine;
  private readonly scheduler = new Scheduler();
  private readonly streams: Streams;
  private readonly recorder: Recorder;
  private readonly network: Network;
  private readonly registers: Registers;
  private readonly storage: CheckpointStorage;
  private readonly store: TransactionalStore;
  private readonly source: SourceLogs;
  private readonly services: Services;
  private readonly hosts = new Map<string, Host>();
  private readonly injector: FaultInjector;
  private diskTroubles: DiskTrouble[] = [];
  private engineErrors = 0;
  private outcome: { readonly kind: EndEvent['outcome']; readonly reason: string } | null = null;
  private outcomeAtUs = 0;

  constructor(kase: Case, engine: SimulatedEngine) {
    this.kase = kase;
    this.engine = engine;
    const { scheduler } = this;
    this.streams = new Streams(kase.seed);
    this.recorder = new Recorder(scheduler);
    this.network = new Network(scheduler, this.streams, (a, b) => void this.reset(a, b));
    this.registers = new Registers(scheduler, this.streams);
    this.storage = new CheckpointStorage(scheduler, this.streams);
    this.store = new TransactionalStore(scheduler, this.streams, this.recorder);
    this.source = new SourceLogs(kase.workload);
    this.services = this.createServices();
    for (const name of engine.nodes) {
      this.hosts.set(
        name,
        new Host(name, { engineError: (host, e) => this.onEngineError(host, e) }),
      );
    }
    this.recordHeader();
    this.injector = new FaultInjector(kase.schedule, this.createCluster());
  }

  run(): SimulationResult {
    for (const host of this.hosts.values()) this.startHost(host);
    const deadlineUs = this.kase.deadlineMs * 1000;
    let steps = 0;
    while (this.scheduler.step(this.endUs(deadlineUs))) {
      if (++steps < stepsMax) continue;
      this.recorder.record({ kind: 'limit', limit: 'simulation steps', value: stepsMax });
      break;
    }
    return this.finish();
  }

  /** Faults strike after the job's end as well: what is over has to stay over. */
  private endUs(deadlineUs: number): number {
    if (this.outcome === null) return deadlineUs;
    const quietUs = this.injector.quietFromUs(this.outcomeAtUs);
    return Math.min(deadlineUs, quietUs + aftermathMs * 1000);
  }

  /** What the job says first counts; a new leader may say it again. */
  private onFinished(event: JobEvent['event'], reason: string): void {
    if (this.outcome !== null) return;
    this.outcome = { kind: event, reason };
    this.outcomeAtUs = this.scheduler.now;
    this.recorder.record({ kind: 'job', event, reason });
  }

  private finish(): SimulationResult {
    const outcome = this.outcome ?? { kind: 'deadline' as const, reason: 'the job did not end' };
    this.recorder.record({
      kind: 'end',
      outcome: outcome.kind,
      reason: outcome.reason,
      healedAt: this.injector.healedAtUs / 1000,
      messages: this.network.messages,
    });
    return {
      history: this.recorder.events,
      messages: this.network.messages,
      virtualMs: this.scheduler.now / 1000,
    };
  }

  private startHost(host: Host): void {
    this.recordNode(host, 'started', host.incarnation + 1);
    host.start((incarnation) =>
      this.engine.boot(host.name, createWorld(host, incarnation, this.services)),
    );
  }

  /** Ends the process; peers learn of it as their connections break. */
  private crash(host: Host, restartAfterUs: number): boolean {
    if (!host.up) return false;
    this.recordNode(host, 'crashed', host.incarnation);
    host.end();
    for (const peer of this.hosts.values()) {
      if (peer === host || !peer.up) continue;
      const { incarnation } = peer;
      this.network.signal(host.name, peer.name, () =>
        peer.deliver(incarnation, (engine) => engine.onConnectionLost(host.name)),
      );
    }
    this.scheduler.after(restartAfterUs, () => {
      if (!host.up) this.startHost(host);
    });
    return true;
  }

  private reset(a: string, b: string): boolean {
    const ends = [this.hosts.get(a), this.hosts.get(b)] as const;
    if (ends.some((host) => host === undefined || !host.up)) return false;
    this.network.breakConnection(a, b);
    for (const [index, host] of ends.entries()) {
      const peer = ends[1 - index];
      if (host === undefined || peer === undefined) continue;
      const { incarnation } = host;
      this.network.signal(peer.name, host.name, () =>
        host.deliver(incarnation, (engine) => engine.onConnectionLost(peer.name)),
      );
    }
    return true;
  }

  private onEngineError(host: Host, error: unknown): void {
    // What a user's own function does says nothing about the engine that called it.
    if (error instanceof FunctionFailure) throw error;
    this.engineErrors++;
    const message = error instanceof Error ? error.message : String(error);
    const limit = `engine error: ${message}`;
    this.recorder.record({ kind: 'limit', limit, value: this.engineErrors });
    if (this.engineErrors <= engineErrorsMax) this.crash(host, errorRestartUs);
    else host.end();
  }

  private createServices(): Services {
    return {
      scheduler: this.scheduler,
      streams: this.streams,
      recorder: this.recorder,
      network: this.network,
      storage: this.storage,
      registers: this.registers,
      store: this.store,
      source: this.source,
      host: (name) => this.hosts.get(name),
      diskFailure: (node, writing) => this.diskFailure(node, writing),
      point: (host, pass) => {
        const { incarnation } = host;
        const { point, phase, site } = pass;
        const { attempt, checkpoint, operator, subtask } = site;
        const node = host.name;
        host.effect(() => {
          this.recorder.record({
            kind: 'point',
            point,
            phase,
            node,
            attempt,
            checkpoint,
            operator,
            subtask,
          });
        });
        this.injector.onPoint(host.name, pass);
        if (!host.up || host.incarnation !== incarnation) throw new ProcessEnded();
      },
      finished: (kind, reason) => this.onFinished(kind, reason),
    };
  }

  private createCluster(): Cluster {
    const { scheduler, network, hosts } = this;
    return {
      get nowUs() {
        return scheduler.now;
      },
      after: (delayUs, run) => scheduler.after(delayUs, run),
      crash: (node, restartAfterUs) => {
        const host = hosts.get(node);
        return host !== undefined && this.crash(host, restartAfterUs);
      },
      pause: (node) => this.pause(node),
      resume: (node) => this.resume(node),
      reset: (a, b) => this.reset(a, b),
      disturbLink: (ends, fault, span) => network.disturb(ends, fault, span),
      failDisk: (node, effect, span) => this.diskTroubles.push({ node, effect, ...span }),
      loseUnsynced: (node, effect) => this.storage.loseUnsynced(node, effect),
      damageCheckpoint: (effect) => {
        const path = this.engine.newestStateFile((name) => this.registers.value(name));
        return path !== null && this.storage.damage(path, effect) ? path : null;
      },
      disturbStore: (effect, span) => this.store.disturb({ effect, ...span }),
      jumpClock: (node, byMs) => this.jumpClock(node, byMs),
      holdSplit: (split, untilUs, onEffect) =>
        this.source.hold(split, {
          fromMs: scheduler.now / 1000,
          untilMs: untilUs / 1000,
          onEffect,
        }),
      record: (fault, event, detail) =>
        this.recorder.record({ kind: 'fault', fault, event, detail }),
      chainOf: (vertex) => this.engine.chainOf(vertex),
    };
  }

  private pause(node: string): boolean {
    const host = this.hosts.get(node);
    if (host === undefined || !host.up || host.paused) return false;
    this.recordNode(host, 'paused', host.incarnation);
    host.freeze();
    return true;
  }

  private resume(node: string): void {
    const host = this.hosts.get(node);
    if (host === undefined || !host.paused) return;
    this.recordNode(host, 'resumed', host.incarnation);
    const { scheduler } = this;
    const pauses = this.streams.of(`thaw ${node}`);
    host.thaw((step) => scheduler.after(pauses.between(wakingUs.low, wakingUs.high), step));
  }

  private jumpClock(node: string, byMs: number): boolean {
    const host = this.hosts.get(node);
    if (host === undefined) return false;
    host.clockOffsetMs += byMs;
    this.recordNode(host, 'clock-jumped', host.incarnation);
    return true;
  }

  private diskFailure(node: string, writing: boolean): DiskFailure | null {
    if (this.diskTroubles.length === 0) return null;
    const { now } = this.scheduler;
    this.diskTroubles = this.diskTroubles.filter((trouble) => trouble.untilUs > now);
    const trouble = this.diskTroubles.find(
      (t) => t.node === node && (writing || t.effect === 'io-error'),
    );
    trouble?.onEffect();
    return trouble?.effect ?? null;
  }

  private recordHeader(): void {
    const { scenario, seed, options } = this.kase;
    this.recorder.events.push({
      kind: 'header',
      version: historyVersion,
      subject: this.engine.subject,
      clock: 'virtual',
      scenario,
      seed,
      caseDigest: digestValue(this.kase),
      options,
    });
  }

  private recordNode(host: Host, event: NodeEvent['event'], incarnation: number): void {
    this.recorder.record({ kind: 'node', node: host.name, event, incarnation });
  }
}
