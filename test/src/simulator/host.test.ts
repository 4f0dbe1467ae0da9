/**
 * A machine and its process: crashes drop, pauses delay, nothing reaches a process that is gone.
 */
import { describe, expect, test } from 'vitest';

import { Host, ProcessEnded } from '../../../src/simulator/host.ts';
import { Scheduler } from '../../../src/simulator/scheduler.ts';

class Rig {
  readonly log: string[] = [];
  readonly scheduler: Scheduler = new Scheduler();
  readonly host: Host = new Host('tm0', {
    engineError: (_, error) => void this.log.push(`error ${String(error)}`),
  });

  start(): this {
    this.host.start((incarnation) => ({
      start: () => void this.log.push(`start ${incarnation}`),
      onMessage: (from, message) =>
        void this.log.push(`${incarnation}: ${message.type} of ${from}`),
      onConnectionLost: (peer) => void this.log.push(`${incarnation}: lost ${peer}`),
    }));
    return this;
  }

  message(type: 'register' | 'cancelled', incarnation: number = this.host.incarnation): this {
    const message =
      type === 'register'
        ? ({ type, slots: 1, registration: 1 } as const)
        : ({ type, attempt: 1 } as const);
    this.host.receive(incarnation, { from: 'a', message });
    return this;
  }

  lose(peer: string): this {
    this.host.deliver(this.host.incarnation, (engine) => engine.onConnectionLost(peer));
    return this;
  }

  timer(name: string, incarnation: number = this.host.incarnation): this {
    this.host.run(incarnation, () => void this.log.push(name));
    return this;
  }

  thaw(): this {
    this.host.thaw((step) => this.scheduler.after(100, step));
    return this;
  }

  take(): string[] {
    return this.log.splice(0);
  }

  takeLater(): string[] {
    while (this.scheduler.step(Number.MAX_SAFE_INTEGER));
    return this.take();
  }
}

describe('a running process', () => {
  test('counts its incarnations from 1', () => {
    const rig = new Rig();
    expect([rig.host.up, rig.host.incarnation]).toEqual([false, 0]);
    rig.start();
    rig.host.end();
    rig.start();
    expect(rig.take()).toEqual(['start 1', 'start 2']);
  });

  test('gets messages, news and timers at once', () => {
    expect(new Rig().start().message('register').lose('b').timer('tick').take()).toEqual([
      'start 1',
      '1: register of a',
      '1: lost b',
      'tick',
    ]);
  });

  test('gets nothing that was meant for an earlier one', () => {
    const rig = new Rig().start();
    rig.host.end();
    rig.start().take();
    expect(rig.message('register', 1).timer('tick', 1).take()).toEqual([]);
  });

  test('that throws is reported; one that ended inside its step is not', () => {
    const rig = new Rig().start();
    rig.host.run(1, () => {
      throw new RangeError('bug');
    });
    rig.host.run(1, () => {
      throw new ProcessEnded();
    });
    expect(rig.take()).toEqual(['start 1', 'error RangeError: bug']);
  });
});

describe('a crash', () => {
  test('drops everything: nothing runs, nothing goes out', () => {
    const rig = new Rig().start();
    rig.host.freeze();
    rig.message('register').timer('tick');
    rig.host.effect(() => void rig.log.push('effect'));
    rig.take();
    rig.host.end();
    expect([rig.host.up, rig.host.paused]).toEqual([false, false]);
    rig.message('register').thaw();
    expect(rig.takeLater()).toEqual([]);
    rig.start().thaw();
    expect(rig.takeLater()).toEqual(['start 2']);
  });

  test('in the middle of a backlog drops the rest', () => {
    const rig = new Rig().start();
    rig.host.freeze();
    rig.timer('one');
    rig.host.run(1, () => rig.host.end());
    rig.timer('three').take();
    expect(rig.thaw().takeLater()).toEqual(['one']);
  });
});

describe('a pause', () => {
  test('delays what comes in; messages and news keep their order', () => {
    const rig = new Rig().start();
    rig.take();
    rig.host.freeze();
    rig.message('register').lose('b').message('cancelled').timer('tick');
    expect(rig.take()).toEqual([]);
    const later = rig.thaw().takeLater();
    expect(later.filter((text) => text !== 'tick')).toEqual([
      '1: register of a',
      '1: lost b',
      '1: cancelled of a',
    ]);
    expect(later).toContain('tick');
  });

  test('delays effects of the step it struck in; they go out first, in order', () => {
    const rig = new Rig().start();
    rig.take();
    rig.host.run(1, () => {
      rig.host.effect(() => void rig.log.push('before'));
      rig.host.freeze();
      rig.host.effect(() => void rig.log.push('first'));
      rig.host.effect(() => void rig.log.push('second'));
    });
    rig.timer('tick');
    expect(rig.take()).toEqual(['before']);
    rig.thaw();
    expect(rig.take()).toEqual(['first', 'second']);
    expect(rig.takeLater()).toEqual(['tick']);
  });

  test('what arrives while the backlog is worked off waits behind it', () => {
    const rig = new Rig().start();
    rig.take();
    rig.host.freeze();
    rig.message('register').timer('old');
    rig.thaw().message('cancelled').timer('new');
    expect(rig.take()).toEqual([]);
    const later = rig.takeLater();
    expect(later.filter((text) => text.startsWith('1:'))).toEqual([
      '1: register of a',
      '1: cancelled of a',
    ]);
    expect(later.filter((text) => !text.startsWith('1:'))).toEqual(['old', 'new']);
  });

  test('a second one during the backlog keeps the rest of it', () => {
    const rig = new Rig().start();
    rig.take();
    rig.host.freeze();
    rig.timer('one');
    rig.host.run(1, () => rig.host.freeze());
    rig.timer('three');
    expect(rig.thaw().takeLater()).toEqual(['one']);
    rig.timer('four');
    expect(rig.takeLater()).toEqual([]);
    expect(rig.thaw().takeLater()).toEqual(['three', 'four']);
  });

  test('thawing what is not frozen does nothing', () => {
    expect(new Rig().start().thaw().takeLater()).toEqual(['start 1']);
  });
});
