/** Split logs: what is readable when, and holds that are only told when they held something. */
import { describe, expect, test } from 'vitest';

import { SourceLogs } from '../../../src/simulator/source-logs.ts';

class Rig {
  readonly effects: number[] = [];
  readonly logs: SourceLogs;
  private nowMs = 0;

  constructor(...times: number[]) {
    const records = times.map((at, id) => ({ id, at, ts: id, key: 'k', value: id }));
    this.logs = new SourceLogs({ splits: [{ split: 's', records }] });
  }

  hold(fromMs: number, untilMs: number): this {
    this.logs.hold('s', { fromMs, untilMs, onEffect: () => void this.effects.push(this.nowMs) });
    return this;
  }

  /** `ids | ended or ms to wait`. */
  poll(nowMs: number, offset: number, recordsMax: number = 10): string {
    this.nowMs = nowMs;
    const polled = this.logs.poll({ split: 's', offset, recordsMax, nowMs });
    const ids = polled.records.map((record) => record.id).join(' ');
    return `${ids} | ${polled.ended ? 'ended' : polled.retryInMs}`;
  }
}

test('a record is readable from its time on', () => {
  const rig = new Rig(0, 10, 20);
  expect(rig.poll(0, 0)).toBe('0 | 10');
  expect(rig.poll(9.999, 1)).toBe(' | 1');
  expect(rig.poll(10, 1)).toBe('1 | 10');
  expect(rig.poll(99, 0)).toBe('0 1 2 | ended');
  expect(rig.poll(99, 0, 2)).toBe('0 1 | 1');
  expect(rig.poll(99, 3)).toBe(' | ended');
});

test('an empty split has ended', () => {
  expect(new Rig().poll(0, 0)).toBe(' | ended');
});

describe('A6: a hold', () => {
  test('withholds what is due until it is over', () => {
    const rig = new Rig(0, 10, 20).hold(5, 40);
    expect(rig.poll(4, 0)).toBe('0 | 6');
    expect(rig.poll(10, 1)).toBe(' | 30');
    expect(rig.poll(39, 1)).toBe(' | 1');
    expect(rig.poll(40, 1)).toBe('1 2 | ended');
    expect(rig.effects).toEqual([10, 39]);
  });

  test('of nothing has no effect: before a record is due, and behind the last one', () => {
    const rig = new Rig(0, 50).hold(5, 40);
    expect(rig.poll(6, 1)).toBe(' | 44');
    expect(rig.poll(39, 2)).toBe(' | ended');
    expect(rig.poll(50, 1)).toBe('1 | ended');
    expect(rig.effects).toEqual([]);
  });

  test('two of them hold until the later one is over', () => {
    const rig = new Rig(0).hold(0, 20).hold(10, 50);
    expect(rig.poll(5, 0)).toBe(' | 15');
    expect(rig.poll(20, 0)).toBe(' | 30');
    expect(rig.poll(50, 0)).toBe('0 | ended');
  });
});

test('a split nobody knows is a defect of the caller', () => {
  expect(() =>
    new Rig().logs.hold('t', { fromMs: 0, untilMs: 1, onEffect: () => undefined }),
  ).not.toThrow();
  expect(() => new Rig().logs.poll({ split: 't', offset: 0, recordsMax: 1, nowMs: 0 })).toThrow(
    'missing split t',
  );
});
