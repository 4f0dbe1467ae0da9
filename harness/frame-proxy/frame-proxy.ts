/**
 * A TCP proxy that understands frames (`harness/wire/frame.ts`): it drops, duplicates, delays and
 * reorders whole frames, across channels and never within one. Loopback only. What it really did is
 * counted, so that a fault without effect is noticed (law A6).
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { systemClock, type Clock } from '../toxiproxy/stages/clock.ts';
import { bodyBytesMaxDefault } from '../wire/frame.ts';
import { FrameConnection } from './frame-connection.ts';
import type { FrameCounters, FrameFate } from './lane.ts';
import {
  activate,
  checkRules,
  type ActiveRule,
  type FrameDirection,
  type FrameRule,
} from './rule.ts';

export interface FrameProxySettings {
  /** Where frames go; a port of this machine unless a host is given. */
  readonly upstreamPort: number;
  readonly upstreamHost?: string;
  /** Port to listen on; 0 or absent: any free port. */
  readonly port?: number;
  readonly seed?: number;
  readonly rules?: readonly FrameRule[];
  readonly bodyBytesMax?: number;
  readonly clock?: Clock;
  /** A frame met this fate: it did happen. */
  readonly onFate?: (fate: FrameFate, direction: FrameDirection) => void;
}

export interface FrameProxyStatistics {
  readonly connections: number;
  /** Connections broken because their bytes were no frames. */
  readonly brokenStreams: number;
  /** The newest of the faults behind `brokenStreams`; null when there was none. */
  readonly lastFault: string | null;
  readonly frames: Readonly<Record<FrameDirection, Readonly<FrameCounters>>>;
}

export interface FrameProxy {
  readonly port: number;
  /**
   * Replaces the rules, for open connections too; frames held back go at once. Throws
   * {@link FrameRuleError}, and then nothing changed.
   */
  setRules(rules: readonly FrameRule[]): void;
  /** Where connections go from now on; open ones stay. */
  moveUpstream(to: { readonly host: string; readonly port: number }): void;
  statistics(): FrameProxyStatistics;
  /** Breaks all connections and frees the port. Safe to call twice. */
  close(): Promise<void>;
}

const host = '127.0.0.1';

/** Starts a proxy. Rejects with the system's error when the port cannot be had. */
export async function startFrameProxy(settings: FrameProxySettings): Promise<FrameProxy> {
  checkRules(settings.rules ?? []);
  const state = new ProxyState(settings);
  const listener = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) =>
    state.join(client),
  );
  await listen(listener, settings.port ?? 0);
  let closing: Promise<void> | null = null;
  return {
    port: (listener.address() as AddressInfo).port,
    setRules: (rules) => state.setRules(rules),
    moveUpstream: (to) => {
      state.upstream = to;
    },
    statistics: () => state.statistics(),
    close: () => (closing ??= closeAll(listener, state)),
  };
}

function listen(listener: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, host, resolve);
  });
}

async function closeAll(listener: Server, state: ProxyState): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    listener.close(() => resolve());
  });
  state.destroy();
  await closed;
}

class ProxyState {
  private readonly settings: FrameProxySettings;
  private readonly connections = new Set<FrameConnection>();
  private readonly frames = { upstream: noFrames(), downstream: noFrames() };
  private rules: readonly ActiveRule[];
  upstream: { readonly host: string; readonly port: number };
  private accepted = 0;
  private brokenStreams = 0;
  private lastFault: string | null = null;

  constructor(settings: FrameProxySettings) {
    this.settings = settings;
    this.rules = activate(settings.rules ?? []);
    this.upstream = { host: settings.upstreamHost ?? host, port: settings.upstreamPort };
  }

  /** Connects a client with the upstream; what it sends meanwhile waits in its socket. */
  join(client: Socket): void {
    const { seed, clock, bodyBytesMax, onFate } = this.settings;
    const server = connect({ ...this.upstream, allowHalfOpen: true });
    const connection = new FrameConnection({
      client,
      server,
      seed: seed ?? 0,
      label: String(this.accepted++),
      clock: clock ?? systemClock,
      rules: this.rules,
      bodyBytesMax: bodyBytesMax ?? bodyBytesMaxDefault,
      frames: this.frames,
      ...(onFate === undefined ? {} : { onFate }),
      onFault: (fault) => {
        this.brokenStreams++;
        this.lastFault = fault.message;
      },
      onClosed: () => this.connections.delete(connection),
    });
    this.connections.add(connection);
  }

  setRules(rules: readonly FrameRule[]): void {
    checkRules(rules);
    this.rules = activate(rules);
    for (const connection of this.connections) connection.setRules(this.rules);
  }

  statistics(): FrameProxyStatistics {
    const { upstream, downstream } = this.frames;
    return {
      connections: this.connections.size,
      brokenStreams: this.brokenStreams,
      lastFault: this.lastFault,
      frames: { upstream: { ...upstream }, downstream: { ...downstream } },
    };
  }

  destroy(): void {
    for (const connection of this.connections) connection.destroy();
  }
}

function noFrames(): FrameCounters {
  return { passed: 0, dropped: 0, duplicated: 0, delayed: 0, reordered: 0 };
}
