/**
 * Links between nodes, one per direction, with TCP's contract (law A10): in order while a connection
 * lives; a partition delays, a reset loses what was in flight and tells both ends.
 */
import type { RandomStream } from '../base/random.ts';
import type { Message } from '../engine/world.ts';
import type { Host, Letter } from './host.ts';
import { Step, type Scheduler } from './scheduler.ts';
import type { Streams } from './streams.ts';

/** One-way latency of a link in µs; some messages take longer, as under load. */
const latencyUs = { low: 60, high: 500, slowChance: 0.05, slowFactor: 6 };
/** Latency between two subtasks in one process, µs. */
const localLatencyUs = { low: 2, high: 40 };

export type LinkFault =
  | { readonly kind: 'partition' }
  | { readonly kind: 'delay'; readonly delayUs: number }
  | { readonly kind: 'slow-link'; readonly spacingUs: number };

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

interface Link {
  readonly stream: RandomStream;
  readonly local: boolean;
  /** Bumped by a reset: what was sent before does not arrive. */
  connection: number;
  lastArrivalUs: number;
  faults: ActiveFault[];
}

export class Network {
  private readonly scheduler: Scheduler;
  private readonly streams: Streams;
  /** By sender, then by receiver. */
  private readonly links = new Map<string, Map<string, Link>>();
  /** Messages handed over so far. */
  messages = 0;

  constructor(scheduler: Scheduler, streams: Streams) {
    this.scheduler = scheduler;
    this.streams = streams;
  }

  /** Delivers to the process now running there, in order of sending, unless the connection breaks. */
  send(from: string, to: Host, message: Message): void {
    const link = this.link(from, to.name);
    this.messages++;
    this.scheduler.plan(this.arrival(link), new Delivery(link, to, { from, message }));
  }

  /** Like `send`, but survives resets: the news that the peer is gone. */
  signal(from: string, to: string, deliver: () => void): void {
    this.scheduler.at(this.arrival(this.link(from, to)), deliver);
  }

  /** Breaks the connection in both directions. */
  breakConnection(a: string, b: string): void {
    this.link(a, b).connection++;
    this.link(b, a).connection++;
  }

  /** `onEffect` runs when the fault first touches a message. */
  disturb(
    ends: { readonly from: string; readonly to: string },
    fault: LinkFault,
    span: { readonly untilUs: number; readonly onEffect: () => void },
  ): void {
    this.link(ends.from, ends.to).faults.push({ fault, ...span });
  }

  private arrival(link: Link): number {
    const { now } = this.scheduler;
    let at = now + this.latency(link);
    if (link.faults.length > 0) at = this.disturbed(link, at);
    // A nanosecond clock would never tie; a microsecond later keeps the order of sending.
    at = Math.max(at, link.lastArrivalUs + 1);
    link.lastArrivalUs = at;
    return at;
  }

  private disturbed(link: Link, undisturbed: number): number {
    const { now } = this.scheduler;
    link.faults = link.faults.filter((active) => active.untilUs > now);
    let at = undisturbed;
    for (const { fault, untilUs, onEffect } of link.faults) {
      if (fault.kind === 'partition') at = Math.max(at, untilUs + (undisturbed - now));
      else if (fault.kind === 'delay') at += fault.delayUs;
      else at = Math.max(at, link.lastArrivalUs + fault.spacingUs);
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
    const stream = this.streams.of(`link ${from}>${to}`);
    const link = { stream, local: from === to, connection: 0, lastArrivalUs: 0, faults: [] };
    const outgoing = this.links.get(from) ?? new Map<string, Link>();
    this.links.set(from, outgoing.set(to, link));
    return link;
  }
}
