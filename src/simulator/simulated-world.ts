/**
 * The World of one simulated process: routes every effect of the engine to the simulated services.
 */
import type {
  Message,
  RegisterPort,
  SourcePort,
  StoragePort,
  StorePort,
  TimerHandle,
  World,
} from '../engine/world/world.ts';
import type { CheckpointStorage, DiskFailure } from './checkpoint-storage.ts';
import type { PointPass } from '../faults/fault-injector.ts';
import type { Host } from './host.ts';
import type { Network } from './network.ts';
import type { Recorder } from './recorder.ts';
import type { Registers } from './registers.ts';
import { Step, type Scheduler } from './scheduler.ts';
import type { SourceLogs } from './source-logs.ts';
import type { Streams } from './streams.ts';
import type { TransactionalStore } from './transactional-store.ts';

/** How long a step waits for its turn on a busy machine, µs. */
const turnUs = { low: 5, high: 250 };

/** A step of the engine that waits for its turn. */
class Turn extends Step {
  private readonly host: Host;
  private readonly incarnation: number;
  private readonly action: () => void;

  constructor(host: Host, incarnation: number, action: () => void) {
    super();
    this.host = host;
    this.incarnation = incarnation;
    this.action = action;
  }

  run(): void {
    this.host.turn(this.incarnation, this.action);
  }
}

/** The services all processes share. */
export interface Services {
  readonly scheduler: Scheduler;
  readonly streams: Streams;
  readonly recorder: Recorder;
  readonly network: Network;
  readonly storage: CheckpointStorage;
  readonly registers: Registers;
  readonly store: TransactionalStore;
  readonly source: SourceLogs;
  host(name: string): Host | undefined;
  diskFailure(node: string, writing: boolean): DiskFailure | null;
  point(host: Host, pass: PointPass): void;
  finished: World['finished'];
}

export function createWorld(host: Host, incarnation: number, services: Services): World {
  const { scheduler, streams, network } = services;
  const run = (step: () => void): void => host.run(incarnation, step);
  const turns = streams.of(`turns ${host.name}`);
  const client = {
    node: host.name,
    deliver: run,
    failure: (writing: boolean) => services.diskFailure(host.name, writing),
  };
  return {
    now: () => Math.floor(scheduler.now / 1000) + host.clockOffsetMs,
    monotonic: () => Math.floor(scheduler.now / 1000),
    random: (label, bound) => streams.of(`${label} @ ${host.name}`).below(bound),
    send: (to, message) => {
      if (host.paused) host.effect(() => sendMessage(to, message));
      else sendMessage(to, message);
    },
    timer: (delayMs, action) => {
      const handle: TimerHandle = { cancelled: false };
      scheduler.after(Math.round(delayMs * 1000), () => {
        if (!handle.cancelled) run(() => (handle.cancelled ? undefined : action()));
      });
      return handle;
    },
    defer: (action) => {
      const at = scheduler.now + turns.between(turnUs.low, turnUs.high);
      scheduler.plan(at, new Turn(host, incarnation, action));
    },
    storage: asEffects<StoragePort>(host, services.storage.port(client)),
    registers: asEffects<RegisterPort>(host, services.registers.port(client)),
    store: asEffects<StorePort>(host, services.store.port(client)),
    source: sourcePort(services),
    point: (point, phase, site) => services.point(host, { point, phase, site }),
    finished: (outcome, reason) => host.effect(() => services.finished(outcome, reason)),
    record: (event) => {
      if (host.paused) host.effect(() => services.recorder.record(event));
      else services.recorder.record(event);
    },
  };

  function sendMessage(to: string, message: Message): void {
    const target = services.host(to);
    if (target?.up === true) network.send(host.name, target, message);
  }
}

function sourcePort({ scheduler, source }: Services): SourcePort {
  return {
    poll: (split, offset, recordsMax) =>
      source.poll({ split, offset, recordsMax, nowMs: scheduler.now / 1000 }),
  };
}

/** A port whose calls wait while the process is frozen in the middle of a step. */
function asEffects<P extends StoragePort | RegisterPort | StorePort>(host: Host, port: P): P {
  const wrapped: Record<string, unknown> = {};
  for (const [name, call] of Object.entries(port) as [string, (...args: unknown[]) => void][]) {
    wrapped[name] = (...args: unknown[]) => host.effect(() => call(...args));
  }
  return wrapped as unknown as P;
}
