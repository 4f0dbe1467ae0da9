/** Links: A10 in the small (order under any faults, resets, partitions) and A2 (latencies by link). */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Host } from '../../../src/simulator/host.ts';
import { Network, type LinkFault } from '../../../src/simulator/network.ts';
import { Scheduler } from '../../../src/simulator/scheduler.ts';
import { Streams } from '../../../src/simulator/streams.ts';

class Rig {
  readonly scheduler: Scheduler = new Scheduler();
  readonly network: Network;
  /** Arrivals as `[what, µs]`. */
  readonly arrivals: (readonly [string, number])[] = [];
  readonly effects: string[] = [];
  private readonly hosts: ReadonlyMap<string, Host>;

  constructor(seed: number = 1) {
    this.network = new Network(this.scheduler, new Streams(seed));
    this.hosts = new Map(['a', 'b', 'c'].map((name) => [name, this.host(name)]));
  }

  private host(name: string): Host {
    const host = new Host(name, { engineError: () => undefined });
    host.start(() => ({
      start: () => undefined,
      onMessage: (_, message) => {
        if (message.type === 'failed') this.arrivals.push([message.cause, this.scheduler.now]);
      },
      onConnectionLost: () => undefined,
    }));
    return host;
  }

  /** Sends a message of this name over the link `from>to` at that time. */
  send(at: number, link: string, name: string): this {
    const [from, to] = link.split('>') as [string, string];
    const receiver = this.hosts.get(to) as Host;
    const message = { type: 'failed', attempt: 0, cause: name, unreadable: null } as const;
    return this.at(at, () => this.network.send(from, receiver, message));
  }

  disturb(at: number, link: string, span: { fault: LinkFault; untilUs: number }): this {
    const [from, to] = link.split('>') as [string, string];
    const onEffect = (): void => void this.effects.push(`${span.fault.kind}@${this.scheduler.now}`);
    this.scheduler.at(at, () =>
      this.network.disturb({ from, to }, span.fault, { untilUs: span.untilUs, onEffect }),
    );
    return this;
  }

  at(at: number, action: () => void): this {
    this.scheduler.at(at, action);
    return this;
  }

  run(): this {
    while (this.scheduler.step(Number.MAX_SAFE_INTEGER));
    return this;
  }

  get names(): string[] {
    return this.arrivals.map(([name]) => name);
  }
}

const partition: LinkFault = { kind: 'partition' };

describe('A10: order', () => {
  const fault = fc.record({
    at: fc.nat(20_000),
    lasts: fc.nat(20_000),
    fault: fc.constantFrom<LinkFault>(
      partition,
      { kind: 'delay', delayUs: 5_000 },
      { kind: 'slow-link', spacingUs: 700 },
    ),
  });

  test('a link delivers in the order of sending under any faults, each message once', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.nat(30_000), { maxLength: 60 }),
        fc.array(fault, { maxLength: 5 }),
        (seed, times, faults) => {
          const rig = new Rig(seed);
          const sorted = times.sort((a, b) => a - b);
          for (const [i, at] of sorted.entries()) rig.send(at, 'a>b', String(i));
          for (const { at, lasts, fault: f } of faults) {
            rig.disturb(at, 'a>b', { fault: f, untilUs: at + lasts });
          }
          rig.run();
          expect(rig.names).toEqual(sorted.map((_, i) => String(i)));
          const tooEarly = rig.arrivals.filter(([name, at]) => at <= (sorted[Number(name)] ?? 0));
          expect(tooEarly).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('links are independent: one direction may overtake the other', () => {
    const rig = new Rig().disturb(0, 'a>b', { fault: partition, untilUs: 50_000 });
    rig.send(1, 'a>b', 'slow').send(2, 'b>a', 'fast').send(3, 'a>c', 'other').run();
    expect(rig.names.at(-1)).toBe('slow');
  });
});

describe('a reset', () => {
  test('loses what is in flight in both directions, nothing that is sent later', () => {
    const rig = new Rig().send(0, 'a>b', 'lost').send(0, 'b>a', 'lost too').send(0, 'a>c', 'safe');
    rig.at(1, () => rig.network.breakConnection('a', 'b'));
    rig.send(2, 'a>b', 'new').send(2, 'b>a', 'new back').run();
    expect(rig.names.toSorted()).toEqual(['new', 'new back', 'safe']);
  });

  test('the news of it survives, and arrives before what is sent behind it', () => {
    const rig = new Rig().send(0, 'a>b', 'lost').at(1, () => {
      rig.network.breakConnection('a', 'b');
      rig.network.signal('a', 'b', () => void rig.arrivals.push(['news', rig.scheduler.now]));
    });
    for (let i = 0; i < 20; i++) rig.send(2, 'a>b', `new ${i}`);
    expect(rig.run().names[0]).toBe('news');
  });

  test('a second one does not take the news of the first with it', () => {
    const rig = new Rig();
    for (const at of [1, 2]) {
      rig.at(at, () => {
        rig.network.breakConnection('a', 'b');
        rig.network.signal('a', 'b', () => void rig.arrivals.push([`news ${at}`, 0]));
      });
    }
    expect(rig.run().names).toEqual(['news 1', 'news 2']);
  });
});

describe('faults', () => {
  test('a partition delays until its end, and loses nothing', () => {
    const rig = new Rig().disturb(0, 'a>b', { fault: partition, untilUs: 80_000 });
    for (let i = 0; i < 10; i++) rig.send(1_000 * i, 'a>b', String(i));
    rig.run();
    expect(rig.names).toHaveLength(10);
    expect(Math.min(...rig.arrivals.map(([, at]) => at))).toBeGreaterThan(80_000);
    expect(Math.max(...rig.arrivals.map(([, at]) => at))).toBeLessThan(90_000);
  });

  test('what was in flight when it began arrives; what is sent when it is over is not touched', () => {
    const rig = new Rig().send(0, 'a>b', 'before');
    rig.disturb(1, 'a>b', { fault: partition, untilUs: 50_000 }).send(50_000, 'a>b', 'after').run();
    expect(rig.arrivals[0]?.[1]).toBeLessThan(5_000);
    expect(rig.effects).toEqual([]);
  });

  test('a delay adds to the latency', () => {
    const plain = new Rig().send(10, 'a>b', 'x').run();
    const fault: LinkFault = { kind: 'delay', delayUs: 7_000 };
    const delayed = new Rig()
      .disturb(0, 'a>b', { fault, untilUs: 99_000 })
      .send(10, 'a>b', 'x')
      .run();
    expect(delayed.arrivals[0]?.[1]).toBe((plain.arrivals[0]?.[1] ?? 0) + 7_000);
    expect(delayed.effects).toEqual(['delay@10']);
  });

  test('a slow link spaces messages', () => {
    const fault: LinkFault = { kind: 'slow-link', spacingUs: 2_000 };
    const rig = new Rig().disturb(0, 'a>b', { fault, untilUs: 99_000 });
    for (let i = 0; i < 5; i++) rig.send(1, 'a>b', String(i));
    const times = rig.run().arrivals.map(([, at]) => at);
    const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2_000);
  });

  test('faults on one link do not touch another', () => {
    const rig = new Rig().disturb(0, 'b>a', { fault: partition, untilUs: 80_000 });
    rig.send(1, 'a>b', 'x').send(1, 'a>c', 'y').run();
    expect(rig.effects).toEqual([]);
    expect(Math.max(...rig.arrivals.map(([, at]) => at))).toBeLessThan(10_000);
  });
});

describe('A2: latencies', () => {
  test('the k-th latency of a link depends on nothing but seed, link and k', () => {
    const alone = new Rig(7);
    const busy = new Rig(7);
    for (let i = 0; i < 50; i++) {
      const at = 10_000 * i;
      alone.send(at, 'a>b', String(i));
      busy.send(at, 'a>b', String(i));
      for (const other of ['b>a', 'a>c', 'c>b', 'a>a']) busy.send(at - 3, other, 'other');
    }
    const of = (rig: Rig): unknown => rig.run().arrivals.filter(([name]) => name !== 'other');
    expect(of(busy)).toEqual(of(alone));
  });

  test('links differ, and so do seeds; a node is near itself', () => {
    const times = (seed: number, link: string): string => {
      const rig = new Rig(seed);
      for (let i = 0; i < 5; i++) rig.send(10_000 * i, link, '');
      return rig.run().arrivals.join();
    };
    expect(new Set([times(1, 'a>b'), times(1, 'b>a'), times(2, 'a>b')]).size).toBe(3);
    const local = new Rig().send(0, 'a>a', 'x').run();
    expect(local.arrivals[0]?.[1]).toBeLessThanOrEqual(40);
  });
});

test('counts messages, not news', () => {
  const rig = new Rig().send(0, 'a>b', 'x').send(0, 'b>a', 'y');
  rig.at(1, () => rig.network.signal('a', 'b', () => undefined));
  expect(rig.run().network.messages).toBe(2);
});
