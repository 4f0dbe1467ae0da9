/** The receiving side: order per channel, blocking, credits. */
import { expect, test } from 'vitest';

import type { Element } from '../../../../src/engine/world/messages.ts';
import { InputGate } from '../../../../src/engine/task-manager/input-gate.ts';

const row = (id: number): Element => ({ key: 'k', ts: id, value: id });

class Rig {
  readonly blocked: Set<number> = new Set();
  readonly credits: string[] = [];
  /** What the world's scheduler answers, in turn. */
  readonly choices: number[] = [];
  readonly asked: number[] = [];
  readonly gate: InputGate;

  constructor(channelCount: number, buffersPerChannel: number = 4) {
    this.gate = new InputGate({
      channelCount,
      buffersPerChannel,
      isBlocked: (channel) => this.blocked.has(channel),
      returnCredits: (channel, credits) => void this.credits.push(`${channel}: ${credits}`),
      choose: (bound) => {
        this.asked.push(bound);
        return this.choices.shift() ?? 0;
      },
    });
  }

  /** Channels of the buffers that can be read now. */
  drain(): string[] {
    const out: string[] = [];
    for (let next = this.gate.next(); next !== null; next = this.gate.next()) {
      out.push(`${next.channel}: ${next.elements.map((e) => (e as { ts: number }).ts).join(' ')}`);
    }
    return out;
  }
}

test('buffers of a channel come out in order, whole', () => {
  const rig = new Rig(1);
  rig.gate.receive(0, [row(1), row(2)]);
  rig.gate.receive(0, [row(3)]);
  expect(rig.drain()).toEqual(['0: 1 2', '0: 3']);
  expect(rig.gate.hasInput()).toBe(false);
});

test('the world chooses between channels; it is not asked when there is no choice', () => {
  const rig = new Rig(3);
  for (const channel of [0, 1, 2]) rig.gate.receive(channel, [row(channel)]);
  rig.choices.push(2, 1);
  expect(rig.drain()).toEqual(['2: 2', '1: 1', '0: 0']);
  expect(rig.asked).toEqual([3, 2]);
});

test('a blocked channel is not read, and keeps its buffers', () => {
  const rig = new Rig(2);
  rig.gate.receive(0, [row(0)]);
  rig.gate.receive(1, [row(1)]);
  rig.blocked.add(0);
  expect(rig.drain()).toEqual(['1: 1']);
  expect(rig.gate.hasInput()).toBe(false);
  rig.blocked.clear();
  expect(rig.gate.hasInput()).toBe(true);
  expect(rig.drain()).toEqual(['0: 0']);
});

test('credit goes back when half a channel was consumed', () => {
  const rig = new Rig(2, 4);
  rig.gate.release(0);
  expect(rig.credits).toEqual([]);
  rig.gate.release(1);
  rig.gate.release(0);
  expect(rig.credits).toEqual(['0: 2']);
  rig.gate.release(0);
  rig.gate.release(0);
  expect(rig.credits).toEqual(['0: 2', '0: 2']);
});

test('with a single buffer every one is returned at once', () => {
  const rig = new Rig(1, 1);
  rig.gate.release(0);
  rig.gate.release(0);
  expect(rig.credits).toEqual(['0: 1', '0: 1']);
});

test('more buffers than credits is a defect of the sender', () => {
  const rig = new Rig(1, 2);
  rig.gate.receive(0, [row(1)]);
  rig.gate.receive(0, [row(2)]);
  expect(() => rig.gate.receive(0, [row(3)])).toThrow('more buffers than credits');
});
