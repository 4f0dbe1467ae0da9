/**
 * Links: A10 in the small (order under any faults, resets, partitions) and A2 (latencies by link).
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { LinkFault } from '../../../src/faults/link-fault.ts';
import { Host } from '../../../src/simulator/host.ts';
import { Network } from '../../../src/simulator/network.ts';
import { Scheduler } from '../../../src/simulator/scheduler.ts';
import { Streams } from '../../../src/simulator/streams.ts';

class Rig {
  readonly scheduler: Scheduler = new Scheduler();
  readonly network: Network;
  /** Arrivals as `[what, µs]`. */
  readonly arrivals: (readonly [string, number])[] = [];
  readonly effects: string[] = [];
  /** Connections that a receiver broke. */
  readonly broken: string[] = [];
  private readonly hosts: ReadonlyMap<string, Host>;

  constructor(seed: number = 1) {
    this.network = new Network(this.scheduler, new Streams(seed), (receiver, sender) => {
      this.broken.push(`${receiver} from ${sender}`);
      this.network.breakConnection(receiver, sender);
    });
    this.hosts = new Map(['a', 'b', 'c'].map((name) => [name, this.host(name)]));
  }

  private host(name: string): Host {
    const host = new Host(name, { engineError: () => undefined });
    host.start(() => ({
      start: () => undefined,
      onMessage: (_, message) => {
        if (message.type === 'failed') this.arrivals.push([message.cause, this.scheduler.now]);
        if (message.type !== 'data') return;
        const [row] = message.elements as readonly { readonly key: string }[];
        this.arrivals.push([row?.key ?? '', this.scheduler.now]);
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

  /** Sends rows `name` on a channel of the link. */
  sendRows(at: number, link: string, [channel, name]: readonly [number, string]): this {
    const [from, to] = link.split('>') as [string, string];
    const receiver = this.hosts.get(to) as Host;
    const task = { vertex: 1, subtask: 0 };
    const elements = [{ key: name, ts: 0, value: null }];
    const message = { type: 'data', attempt: 1, task, channel, elements } as const;
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

  run(untilUs: number = Number.MAX_SAFE_INTEGER): this {
    while (this.scheduler.step(untilUs));
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

describe('messages numbered by channel', () => {
  const reorder: LinkFault = { kind: 'reorder', waitUs: 30_000 };

  test('A10: a reordering lets channels overtake each other, never a message its own channel', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.tuple(fc.nat(40_000), fc.nat(3)), { maxLength: 60 }),
        (seed, sends) => {
          const rig = new Rig(seed).disturb(5_000, 'a>b', { fault: reorder, untilUs: 25_000 });
          sends.sort(([a], [b]) => a - b);
          for (const [i, [at, channel]] of sends.entries()) {
            rig.sendRows(at, 'a>b', [channel, String(i)]);
          }
          const { names } = rig.run();
          expect(names.map(Number).sort((a, b) => a - b)).toEqual([...sends.keys()]);
          const overtaken = names.some(
            (name, i) => Number(names[i + 1] ?? Infinity) < Number(name),
          );
          expect(rig.effects.length > 0).toBe(overtaken);
          for (let channel = 0; channel <= 3; channel++) {
            const mine = names.map(Number).filter((i) => sends[i]?.[1] === channel);
            expect(mine).toEqual(mine.toSorted((a, b) => a - b));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('it ends in time, and does overtake', () => {
    const rig = new Rig(3).disturb(0, 'a>b', { fault: reorder, untilUs: 20_000 });
    for (let i = 0; i < 40; i++) rig.sendRows(100 * i, 'a>b', [i % 4, String(i)]);
    rig.run();
    expect(rig.names).not.toEqual(rig.names.toSorted((a, b) => Number(a) - Number(b)));
    expect(Math.max(...rig.arrivals.map(([, at]) => at))).toBeLessThan(25_000);
  });

  test('the news of a loss comes behind what was held back', () => {
    const rig = new Rig(3).disturb(0, 'a>b', { fault: reorder, untilUs: 90_000 });
    for (let i = 0; i < 20; i++) rig.sendRows(1, 'a>b', [i, String(i)]);
    rig.at(2, () => rig.network.signal('a', 'b', () => void rig.arrivals.push(['news', 0])));
    expect(rig.run().names.at(-1)).toBe('news');
  });

  test('a message that is lost is noticed at the next one of its channel; others go on', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const rig = new Rig(seed).disturb(0, 'a>b', { fault: { kind: 'drop' }, untilUs: 9_000 });
      rig.sendRows(10, 'a>b', [1, 'lost']).sendRows(20, 'a>b', [2, 'other']);
      rig.sendRows(30, 'a>b', [1, 'behind the gap']).run(4_000);
      expect([rig.effects, rig.broken]).toEqual([['drop@10'], ['b from a']]);
      rig.sendRows(4_000, 'a>b', [1, 'new']).run();
      expect(rig.names).toEqual(['other', 'new']);
      expect(rig.broken).toEqual(['b from a']);
    }
  });

  test('it is noticed soon also when nothing more is said on its channel', () => {
    const rig = new Rig().disturb(0, 'a>b', { fault: { kind: 'drop' }, untilUs: 9_000 });
    rig.sendRows(10, 'a>b', [1, 'lost']).run();
    expect(rig.broken).toEqual(['b from a']);
    expect(rig.scheduler.now).toBeLessThan(60_000);
  });

  test('a message that comes twice is taken once, and the connection broken', () => {
    const fault: LinkFault = { kind: 'duplicate' };
    const rig = new Rig().disturb(0, 'a>b', { fault, untilUs: 9_000 });
    rig.sendRows(10, 'a>b', [1, 'twice']).sendRows(11, 'a>b', [1, 'behind it']).run();
    expect([rig.names, rig.broken]).toEqual([['twice'], ['b from a']]);
  });

  test('a link without a message has nothing to lose', () => {
    const rig = new Rig().disturb(0, 'a>b', { fault: { kind: 'drop' }, untilUs: 9_000 });
    rig.sendRows(9_000, 'a>b', [1, 'later']).sendRows(1, 'b>a', [1, 'back']).run();
    expect([rig.names.toSorted(), rig.effects]).toEqual([['back', 'later'], []]);
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
