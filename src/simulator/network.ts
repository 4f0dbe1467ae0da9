/**
 * Links between nodes, one per direction, with a connection's contract (law A10): each channel in
 * order while the connection lives, and without a fault all of them; a partition delays, a reset
 * loses what was in flight and tells both ends. Messages are numbered by channel: a receiver that
 * misses one or gets one twice breaks the connection.
 */
import { unreachable } from '../base/assert.ts';
import type { LinkFault } from '../faults/link-fault.ts';
import type { RandomStream } from '../base/random.ts';
import { channelOf, type Message } from '../engine/world/world.ts';
import { ChannelLags } from './channel-lags.ts';
import type { Host, Letter } from './host.ts';
import { Step, type Scheduler } from './scheduler.ts';
import type { Streams } from './streams.ts';

/** One-way latency of a link in µs; some messages take longer, as under load. */
const latencyUs = { low: 60, high: 500, slowChance: 0.05, slowFactor: 6 };
/** Latency between two subtasks in one process, µs. */
const localLatencyUs = { low: 2, high: 40 };

/** A sender that has fallen silent says at the latest after this time where it stands, µs. */
const markUs = 50_000;

interface ActiveFault {
  readonly fault: LinkFault;
  readonly untilUs: number;
  readonly onEffect: () => void;
}

/** A message under way. */
class Delivery extends Step {
  private readonly link: Link;
  private readonly connection: number;
  private readonly to: Host;
  private readonly incarnation: number;
  private readonly letter: Letter;

  constructor(link: Link, to: Host, letter: Letter) {
    super();
    this.link = link;
    this.connection = link.connection;
    this.to = to;
    this.incarnation = to.incarnation;
    this.letter = letter;
  }

  run(): void {
    if (this.link.connection === this.connection) this.to.receive(this.incarnation, this.letter);
  }
}

/** A channel whose numbers no longer fit: the receiver breaks the connection when it sees it. */
interface Breach {
  readonly channel: string;
}

interface Link {
  /** For random streams. */
  readonly name: string;
  readonly stream: RandomStream;
  readonly local: boolean;
  /** Bumped by a reset: what was sent before does not arrive. */
  connection: number;
  lastArrivalUs: number;
  faults: ActiveFault[];
  readonly lags: ChannelLags;
  breach: Breach | null;
}

export class Network {
  private readonly scheduler: Scheduler;
  private readonly streams: Streams;
  private readonly breakOff: (a: string, b: string) => void;
  /** By sender, then by receiver. */
  private readonly links = new Map<string, Map<string, Link>>();
  /** Messages handed over so far. */
  messages = 0;

  /** `breakOff`: a receiver breaks its connection, because a message is missing or came twice. */
  constructor(
    scheduler: Scheduler,
    streams: Streams,
    breakOff?: (receiver: string, sender: string) => void,
  ) {
    this.scheduler = scheduler;
    this.streams = streams;
    this.breakOff = breakOff ?? ((a, b) => this.breakConnection(a, b));
  }

  /**
   * Delivers to the process now running there, in order of sending, unless the connection breaks.
   */
  send(from: string, to: Host, message: Message): void {
    const link = this.link(from, to.name);
    this.messages++;
    const at = this.arrival(link, message);
    if (link.breach === null && link.faults.length === 0) {
      this.scheduler.plan(at, new Delivery(link, to, { from, message }));
    } else this.tamper(link, to, { letter: { from, message }, at });
  }

  /** Like `send`, but survives resets: the news that the peer is gone, behind all it sent. */
  signal(from: string, to: string, deliver: () => void): void {
    const link = this.link(from, to);
    const at = Math.max(this.undisturbedArrival(link), link.lags.lastUs + 1);
    link.lastArrivalUs = at;
    this.renew(link);
    this.renew(this.link(to, from));
    this.scheduler.at(at, deliver);
  }

  /** Breaks the connection in both directions. */
  breakConnection(a: string, b: string): void {
    for (const link of [this.link(a, b), this.link(b, a)]) {
      link.connection++;
      this.renew(link);
    }
  }

  /** `onEffect` runs when the fault first touches a message. */
  disturb(
    ends: { readonly from: string; readonly to: string },
    fault: LinkFault,
    span: { readonly untilUs: number; readonly onEffect: () => void },
  ): void {
    this.link(ends.from, ends.to).faults.push({ fault, ...span });
  }

  private arrival(link: Link, message: Message): number {
    const at = this.undisturbedArrival(link);
    if (link.faults.length > 0 || link.lags.any) {
      const heldUntil = this.held(link, message, at);
      // Whoever waits for others does not hold them up.
      if (heldUntil > at) return heldUntil;
    }
    link.lastArrivalUs = at;
    return at;
  }

  /** In the order of sending, behind all messages of channels that do not lag. */
  private undisturbedArrival(link: Link): number {
    let at = this.scheduler.now + this.latency(link);
    if (link.faults.length > 0) at = this.disturbed(link, at);
    // A nanosecond clock would never tie; a microsecond later keeps the order of sending.
    return Math.max(at, link.lastArrivalUs + 1);
  }

  /** When a message that could arrive at `at` does: it may be held back, or its channel is. */
  private held(link: Link, message: Message, at: number): number {
    const channel = channelOf(message);
    for (const { fault, untilUs, onEffect } of link.faults) {
      if (fault.kind !== 'reorder') continue;
      if (!this.streams.of(`reorder ${link.name}`).chance(1 / 2)) continue;
      link.lags.hold(channel, Math.min(at + fault.waitUs, Math.max(at, untilUs)), onEffect);
    }
    return link.lags.pass(channel, at);
  }

  /** Delivers, unless the message is lost or comes twice, or its channel has such a message. */
  private tamper(
    link: Link,
    to: Host,
    { letter, at }: { readonly letter: Letter; readonly at: number },
  ): void {
    const channel = channelOf(letter.message);
    if (link.breach?.channel === channel) {
      this.noticeBreach(link, to, { from: letter.from, at });
      return;
    }
    const kind = link.breach === null && to.up ? this.takeTampering(link) : null;
    if (kind !== 'drop') this.scheduler.plan(at, new Delivery(link, to, letter));
    if (kind === null) return;
    link.breach = { channel };
    const late =
      kind === 'drop' ? this.streams.of(`marks ${link.name}`).between(1, markUs) : /* at once */ 1;
    this.noticeBreach(link, to, { from: letter.from, at: at + late });
  }

  /** The first fault that changes messages; it changes one. */
  private takeTampering(link: Link): 'drop' | 'duplicate' | null {
    for (const active of link.faults) {
      const { kind } = active.fault;
      if (kind !== 'drop' && kind !== 'duplicate') continue;
      link.faults = link.faults.filter((other) => other !== active);
      active.onEffect();
      return kind;
    }
    return null;
  }

  private noticeBreach(
    link: Link,
    to: Host,
    { from, at }: { readonly from: string; readonly at: number },
  ): void {
    const { breach } = link;
    const { incarnation } = to;
    this.scheduler.at(at, () =>
      to.deliver(incarnation, () => {
        if (link.breach === breach) this.breakOff(to.name, from);
      }),
    );
  }

  /** The next message is the first of another connection. */
  private renew(link: Link): void {
    link.lags.clear();
    link.breach = null;
  }

  private disturbed(link: Link, undisturbed: number): number {
    const { now } = this.scheduler;
    link.faults = link.faults.filter((active) => active.untilUs > now);
    let at = undisturbed;
    for (const { fault, untilUs, onEffect } of link.faults) {
      switch (fault.kind) {
        case 'partition':
          at = Math.max(at, untilUs + (undisturbed - now));
          break;
        case 'delay':
          at += fault.delayUs;
          break;
        case 'slow-link':
          at = Math.max(at, link.lastArrivalUs + fault.spacingUs);
          break;
        // They hold single channels back, or change messages.
        case 'reorder':
        case 'drop':
        case 'duplicate':
          continue;
        default:
          return unreachable(fault, 'link fault');
      }
      onEffect();
    }
    return at;
  }

  private latency({ stream, local }: Link): number {
    if (local) return stream.between(localLatencyUs.low, localLatencyUs.high);
    const base = stream.between(latencyUs.low, latencyUs.high);
    return stream.chance(latencyUs.slowChance) ? base * latencyUs.slowFactor : base;
  }

  private link(from: string, to: string): Link {
    const known = this.links.get(from)?.get(to);
    if (known !== undefined) return known;
    const name = `${from}>${to}`;
    const link: Link = {
      name,
      stream: this.streams.of(`link ${name}`),
      local: from === to,
      connection: 0,
      lastArrivalUs: 0,
      faults: [],
      lags: new ChannelLags(),
      breach: null,
    };
    const outgoing = this.links.get(from) ?? new Map<string, Link>();
    this.links.set(from, outgoing.set(to, link));
    return link;
  }
}
