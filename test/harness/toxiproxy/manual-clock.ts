/** A clock that stands still until it is advanced, and a link driven by it. */
import type { Clock } from '../../../harness/toxiproxy/stages/clock.ts';
import { Link } from '../../../harness/toxiproxy/link.ts';
import { decodeToxic } from '../../../harness/toxiproxy/requests.ts';
import type { Item } from '../../../harness/toxiproxy/stages/stage.ts';
import type { Toxic } from '../../../harness/toxiproxy/toxic.ts';

interface Timer {
  readonly dueMs: number;
  readonly action: () => void;
}

export class ManualClock implements Clock {
  /** How much later than asked for every timer fires. */
  latenessMs = 0;
  private nowMs = 0;
  private timers: Timer[] = [];

  get pendingTimers(): number {
    return this.timers.length;
  }

  now(): number {
    return this.nowMs;
  }

  timer(delayMs: number, _fine: boolean, action: () => void): () => void {
    const timer = { dueMs: this.nowMs + delayMs + this.latenessMs, action };
    this.timers.push(timer);
    return () => (this.timers = this.timers.filter((other) => other !== timer));
  }

  /** Runs what is due within the next `ms`, in order of time, and stops there. */
  advance(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const due = this.timers.filter((timer) => timer.dueMs <= endMs);
      const next = due.sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.nowMs = Math.max(this.nowMs, next.dueMs);
      next.action();
    }
    this.nowMs = endMs;
  }
}

/** What came out of a link, when (by the clock), and what was done to its connection. */
export interface Arrival {
  readonly atMs: number;
  readonly kind: Item['kind'];
  readonly text: string;
}

export class LinkRig {
  readonly clock: ManualClock = new ManualClock();
  readonly arrivals: Arrival[] = [];
  readonly actions: string[] = [];
  readonly link: Link;

  constructor(seed = 1, label = 'p/0/upstream') {
    this.link = new Link({
      seed,
      label,
      direction: 'upstream',
      clock: this.clock,
      sink: {
        pass: (item) => this.arrive(item),
        close: () => this.end('close'),
        reset: () => this.end('reset'),
        abandonDestination: () => this.actions.push('abandon'),
      },
    });
  }

  /** Everything that came out as one text. */
  get text(): string {
    return this.arrivals.map((arrival) => arrival.text).join('');
  }

  add(type: string, attributes: Readonly<Record<string, number>> = {}, toxicity = 1): Toxic {
    const name = `${type}${Math.floor(this.clock.now())}-${this.actions.length}-${type}`;
    const toxic = makeToxic({ type, name, attributes, toxicity });
    this.link.add(toxic);
    return toxic;
  }

  update(toxic: Toxic, attributes: Readonly<Record<string, number>>): void {
    toxic.attributes = { ...toxic.attributes, ...attributes };
    this.link.update(toxic);
  }

  send(text: string): void {
    this.link.accept({ kind: 'data', data: Buffer.from(text, 'latin1'), atMs: this.clock.now() });
  }

  sendEnd(): void {
    this.link.accept({ kind: 'end', atMs: this.clock.now() });
  }

  private arrive(item: Item): void {
    const text = item.kind === 'data' ? item.data.toString('latin1') : '';
    this.arrivals.push({ atMs: this.clock.now(), kind: item.kind, text });
  }

  /** As a connection does: whatever ends it closes the link. */
  private end(action: string): void {
    this.actions.push(action);
    this.link.close();
  }
}

function makeToxic(body: Readonly<Record<string, unknown>>): Toxic {
  const json = JSON.stringify({ stream: 'upstream', ...body });
  return decodeToxic(Buffer.from(json), () => false);
}
