/**
 * All connections of a node: one listening port for peers that dial, one link per peer. Messages to
 * the node itself do not leave the process.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import type { Message } from '../../src/engine/world/messages.ts';
import { channelOf, type EngineNode } from '../../src/engine/world/world.ts';
import { machineMs } from './machine-clock.ts';
import { decodeMessage, encodeMessage, encodeStamp, stampOf } from './message-codec.ts';
import { FrameReader, helloOf, PeerLink, type Hello } from './peer-link.ts';
import type { Notifier } from './protocol.ts';

export interface NetworkSettings {
  readonly self: Hello;
  readonly dials: Readonly<Record<string, number>>;
  readonly peers: readonly string[];
  readonly control: Notifier;
}

/** Where a node listens, and where it reaches the harness's proxies. */
export interface Hosts {
  readonly listen: string;
  readonly dial: string;
}

const loopback: Hosts = { listen: '127.0.0.1', dial: '127.0.0.1' };

export class Network {
  private readonly server: Server;
  private settings: NetworkSettings | null = null;
  private engine: EngineNode | null = null;
  private readonly links = new Map<string, PeerLink>();
  /** Until when frames of a peer are watched for lateness, on the machine's clock. */
  private readonly watched = new Map<string, number>();
  private readonly early: Socket[] = [];
  private readonly channels = new Map<string, number>();
  private readonly hosts: Hosts;
  messages = 0;

  constructor(hosts: Hosts = loopback) {
    this.hosts = hosts;
    this.server = createServer({ pauseOnConnect: true }, (socket) => this.onDialled(socket));
  }

  /** The port that was bound. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, this.hosts.listen, () => {
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  start(settings: NetworkSettings, engine: EngineNode): void {
    this.settings = settings;
    this.engine = engine;
    const { self, peers, dials, control } = settings;
    for (const peer of peers) {
      const link = new PeerLink({
        peer,
        self,
        host: this.hosts.dial,
        port: dials[peer] ?? null,
        onBody: (body) => this.onBody(peer, body),
        onPing: (body) => this.noteLate(peer, stampOf(body), body.length),
        onLost: () => {
          control.notify({ kind: 'lost', peer });
          engine.onConnectionLost(peer);
        },
      });
      this.links.set(peer, link);
    }
    for (const socket of this.early) this.identify(socket);
    setInterval(() => {
      for (const link of this.links.values()) link.ping(encodeStamp(machineMs()));
    }, pingEveryMs);
  }

  send(to: string, message: Message): void {
    this.messages++;
    if (to === this.settings?.self.node) {
      setImmediate(() => this.engine?.onMessage(to, message));
      return;
    }
    this.links.get(to)?.send(this.numberOf(message), encodeMessage(message, machineMs()));
  }

  /** Channels are numbered as they come up; a receiver needs nothing but that they differ. */
  private numberOf(message: Message): number {
    const name = channelOf(message);
    const known = this.channels.get(name);
    if (known !== undefined) return known;
    const number = this.channels.size;
    this.channels.set(name, number);
    return number;
  }

  watch(peer: string, untilMs: number): void {
    this.watched.set(peer, Math.max(untilMs, this.watched.get(peer) ?? 0));
  }

  private onDialled(socket: Socket): void {
    if (this.settings === null) this.early.push(socket);
    else this.identify(socket);
  }

  /** Whoever dialled says first who it is. */
  private identify(socket: Socket): void {
    const reader = new FrameReader(socket);
    let link: PeerLink | undefined;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      const frames = reader.push(chunk);
      if (link === undefined && frames[0] !== undefined) {
        const hello = helloOf(frames[0]);
        link = hello === null ? undefined : this.links.get(hello.node);
        if (link === undefined) socket.destroy();
        else link.accept(socket);
      }
      link?.onFrames(frames);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => link?.onClosed(socket));
    socket.resume();
  }

  private onBody(from: string, body: Buffer): void {
    const { message, sentAtMs } = decodeMessage(body);
    if (this.watched.size > 0) this.noteLate(from, sentAtMs, body.length);
    this.engine?.onMessage(from, message);
  }

  private noteLate(from: string, sentAtMs: number, bytes: number): void {
    const untilMs = this.watched.get(from);
    if (untilMs === undefined) return;
    const arrivedAtMs = machineMs();
    if (sentAtMs > untilMs) this.watched.delete(from);
    else if (arrivedAtMs - sentAtMs >= lateMs) {
      this.settings?.control.notify({ kind: 'late', from, sentAtMs, arrivedAtMs, bytes });
    }
  }
}

/** Under way for less than this, a frame is on time. */
const lateMs = 1;
/** Quiet links show faults too. */
const pingEveryMs = 50;
