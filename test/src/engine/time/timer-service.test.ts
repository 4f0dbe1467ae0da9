/** Timers: unique per (key, namespace, timestamp), in timestamp order (semantics §3). */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { TimerService, type Timer } from '../../../../src/engine/time/timer-service.ts';

const timer = (ts: number, key: string = 'k', namespace: string = ''): Timer => ({
  ts,
  key,
  namespace,
});

function fired(service: TimerService, time: number): string[] {
  const names: string[] = [];
  service.advance(time, ({ ts, key, namespace }) => void names.push(`${ts}${key}${namespace}`));
  return names;
}

test('a timer is unique per key, namespace and timestamp', () => {
  const service = new TimerService();
  for (const [ts, key, namespace] of [
    [1, 'a', 'x'],
    [1, 'a', 'x'],
    [1, 'a', 'y'],
    [1, 'b', 'x'],
    [2, 'a', 'x'],
  ] as const) {
    service.register(timer(ts, key, namespace));
  }
  expect(fired(service, 10)).toEqual(['1ax', '1ay', '1bx', '2ax']);
  expect(fired(service, 10)).toEqual([]);
});

test('fires what is due at exactly the time, in order of timestamp, then of registration', () => {
  const service = new TimerService();
  for (const ts of [7, -3, 5, 4]) service.register(timer(ts, 'a'));
  service.register(timer(4, 'A'));
  expect(fired(service, -4)).toEqual([]);
  expect(fired(service, 5)).toEqual(['-3a', '4a', '4A', '5a']);
  expect(service.next()).toBe(7);
});

test('a deleted timer does not fire; it may be registered again', () => {
  const service = new TimerService();
  service.register(timer(1));
  service.register(timer(2));
  service.remove(timer(1));
  expect(service.next()).toBe(2);
  service.register(timer(1));
  expect(service.next()).toBe(1);
  service.remove(timer(2));
  expect(fired(service, 10)).toEqual(['1k']);
  expect(service.next()).toBeNull();
});

test('deleting and registering again fires once', () => {
  const service = new TimerService();
  service.register(timer(1));
  service.remove(timer(1));
  service.register(timer(1));
  expect(fired(service, 1)).toEqual(['1k']);
});

describe('while firing', () => {
  test('timers registered for the past or now fire in the same advance', () => {
    const service = new TimerService();
    service.register(timer(10));
    const order: number[] = [];
    service.advance(20, ({ ts }) => {
      order.push(ts);
      if (ts === 10) for (const next of [20, 21, 5]) service.register(timer(next));
    });
    expect(order).toEqual([10, 5, 20]);
    expect(service.next()).toBe(21);
  });

  test('a timer that is deleted by an earlier one does not fire', () => {
    const service = new TimerService();
    service.register(timer(1));
    service.register(timer(2));
    const order: number[] = [];
    service.advance(5, ({ ts }) => {
      order.push(ts);
      service.remove(timer(2));
    });
    expect(order).toEqual([1]);
  });

  test('a timer that registers itself again for its own time fires again', () => {
    const service = new TimerService();
    service.register(timer(1));
    let times = 0;
    service.advance(5, (same) => {
      if (++times < 3) service.register(same);
    });
    expect(times).toBe(3);
  });
});

test('a snapshot lists live timers in firing order, and restores to the same firings', () => {
  const service = new TimerService();
  for (const ts of [5, 1, 3, 3, 9]) service.register(timer(ts));
  service.register(timer(3, 'z', 'w'));
  service.remove(timer(9));
  fired(service, 1);
  const stored = service.snapshot();
  expect(stored).toEqual([
    [3, 'k', ''],
    [3, 'z', 'w'],
    [5, 'k', ''],
  ]);
  const restored = new TimerService();
  restored.restore(stored);
  expect(fired(restored, 9)).toEqual(fired(service, 9));
});

test('a snapshot is not changed by what happens later', () => {
  const service = new TimerService();
  service.register(timer(1));
  const stored = service.snapshot();
  service.register(timer(2));
  fired(service, 5);
  expect(stored).toEqual([[1, 'k', '']]);
});

const action = fc.record({
  kind: fc.constantFrom('register', 'remove', 'advance'),
  ts: fc.integer({ min: 0, max: 12 }),
  key: fc.constantFrom('a', 'b'),
});

test('behaves like a set that is sorted when time advances', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      let service = new TimerService();
      const model = new Set<string>();
      for (const [i, { kind, ts, key }] of actions.entries()) {
        const name = `${String(ts).padStart(2, '0')}${key}`;
        if (kind === 'register') {
          service.register(timer(ts, key));
          model.add(name);
        } else if (kind === 'remove') {
          service.remove(timer(ts, key));
          model.delete(name);
        }
        const due = kind === 'advance' ? [...model].filter((n) => Number.parseInt(n) <= ts) : [];
        for (const n of due) model.delete(n);
        const names = kind === 'advance' ? fired(service, ts) : [];
        expect(names.map((n) => n.padStart(3, '0')).sort()).toEqual(due.sort());
        expect(names.map((n) => Number.parseInt(n))).toEqual(
          due.map((n) => Number.parseInt(n)).sort((a, b) => a - b),
        );
        if (i % 7 !== 6) continue;
        const copy = new TimerService();
        copy.restore(service.snapshot());
        service = copy;
      }
    }),
    { numRuns: 300 },
  );
});
