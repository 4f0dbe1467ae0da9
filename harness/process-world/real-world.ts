/**
 * The World of a node that is an operating-system process: real sockets, real files, real clocks.
 * The engine on it is the same as in the simulator. Not here: who starts nodes and injects faults.
 */
import type { StorePort, TimerHandle, World } from '../../src/engine/world/world.ts';
import type { HistoryEvent } from '../../src/model/history.ts';
import { RandomStream } from '../../src/base/random.ts';
import type { ControlChannel } from './control-channel.ts';
import { createDiskStorage, type DiskEffect } from './disk-storage.ts';
import { machineMs } from './machine-clock.ts';
import { microseconds } from './microseconds.ts';
import type { Network } from './network.ts';
import type { Command, NodeBoot } from './protocol.ts';
import { RemoteRegisters } from './remote-registers.ts';
import { createSplitFiles } from './split-files.ts';
import type { StoreEffect } from './store-effects.ts';
import { Troubles } from './troubles.ts';

export interface RealWorldSettings {
  readonly boot: NodeBoot;
  readonly seed: number;
  readonly control: ControlChannel;
  readonly network: Network;
  readonly storeTroubles: Troubles<StoreEffect>;
  readonly store: StorePort;
}

export interface RealWorld extends World {
  obey(command: Command): void;
}

export function createRealWorld(settings: RealWorldSettings): RealWorld {
  const { boot, control, network } = settings;
  const { node, startedAtMs } = boot;
  const streams = createStreams(settings);
  const diskTroubles = new Troubles<DiskEffect>(control);
  const registers = new RemoteRegisters({
    node,
    control,
    troubles: diskTroubles,
    coin: () => streams('registers').chance(0.5),
  });
  const stops = new Set(boot.stops);
  let { clockOffsetMs } = boot;
  const sinceStart = (): number => Math.max(0, machineMs() - startedAtMs);

  const obey = (command: Command): void => {
    if (command.kind === 'register-reply') registers.onReply(command);
    else if (command.kind === 'clock') {
      const { fault, byMs } = command;
      clockOffsetMs += byMs;
      const detail = `the clock of ${node} moved by ${byMs} ms`;
      control.notify({ kind: 'effect', fault, detail });
    }
    if (command.kind === 'disk') diskTroubles.add(command);
    else if (command.kind === 'store') settings.storeTroubles.add(command);
    else if (command.kind === 'watch') network.watch(command.from, command.untilMs);
  };

  return {
    obey,
    now: () => Math.floor(sinceStart()) + clockOffsetMs,
    monotonic: () => Math.floor(machineMs()),
    random: (label, bound) => streams(label).below(bound),
    send: (to, message) => network.send(to, message),
    timer: startTimer,
    defer: (action) => void setImmediate(action),
    storage: createDiskStorage({
      node,
      folder: boot.checkpointFolder,
      troubles: diskTroubles,
      control,
      tracksUnsynced: boot.tracksUnsynced,
    }),
    registers,
    source: createSplitFiles(boot.splitFolder),
    store: settings.store,
    point: (point, phase, site) => {
      const waits = stops.has(`${point}/${phase}`);
      control.notify({
        kind: 'point',
        t: microseconds(sinceStart()),
        point,
        phase,
        waits,
        ...site,
      });
      if (waits) for (const command of control.waitForGoOn().commands) obey(command);
    },
    finished: (outcome, reason) => control.notify({ kind: 'finished', outcome, reason }),
    record: (event) => {
      const stamped = { ...event, t: microseconds(sinceStart()) } as HistoryEvent;
      control.notify({ kind: 'record', event: stamped });
    },
  };
}

function startTimer(delayMs: number, action: () => void): TimerHandle {
  const handle: TimerHandle = { cancelled: false };
  setTimeout(
    () => {
      if (!handle.cancelled) action();
    },
    Math.max(0, delayMs),
  );
  return handle;
}

/** Streams by label; a restarted node must not repeat what its predecessor drew. */
function createStreams({ boot, seed }: RealWorldSettings): (label: string) => RandomStream {
  const streams = new Map<string, RandomStream>();
  return (label) => {
    const known = streams.get(label);
    if (known !== undefined) return known;
    const stream = new RandomStream(seed, `${label} @ ${boot.node} ${boot.incarnation}`);
    streams.set(label, stream);
    return stream;
  };
}
