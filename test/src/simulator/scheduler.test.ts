/** Virtual time: order, ties, and its bounds. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { Scheduler } from '../../../src/simulator/scheduler.ts';

function drain(scheduler: Scheduler, untilUs: number = Number.MAX_SAFE_INTEGER): void {
  while (scheduler.step(untilUs));
}

test('runs in order of time, ties in order of planning', () => {
  const scheduler = new Scheduler();
  const order: string[] = [];
  for (const [at, name] of [
    [5, 'a'],
    [3, 'b'],
    [5, 'c'],
    [3, 'd'],
  ] as const) {
    scheduler.at(at, () => void order.push(`${name}@${scheduler.now}`));
  }
  drain(scheduler);
  expect(order).toEqual(['b@3', 'd@3', 'a@5', 'c@5']);
});

test('what is planned for the past happens now, behind what was planned for now', () => {
  const scheduler = new Scheduler();
  const order: string[] = [];
  scheduler.at(10, () => {
    scheduler.at(2, () => void order.push(`past@${scheduler.now}`));
    scheduler.after(0, () => void order.push(`now@${scheduler.now}`));
  });
  scheduler.at(10, () => void order.push('same time'));
  drain(scheduler);
  expect(order).toEqual(['same time', 'past@10', 'now@10']);
});

test('a step at the bound is taken, one behind it is kept', () => {
  const scheduler = new Scheduler();
  const order: number[] = [];
  for (const at of [10, 11]) scheduler.at(at, () => void order.push(at));
  drain(scheduler, 10);
  expect([order, scheduler.now]).toEqual([[10], 10]);
  expect(scheduler.step(10)).toBe(false);
  drain(scheduler);
  expect(order).toEqual([10, 11]);
});

test('time never goes back, whatever steps plan', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(50), fc.integer({ min: -20, max: 20 }))), (plans) => {
      const scheduler = new Scheduler();
      const times: number[] = [];
      for (const [at, later] of plans) {
        scheduler.at(at, () => {
          times.push(scheduler.now);
          scheduler.at(at + later, () => void times.push(scheduler.now));
        });
      }
      drain(scheduler);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times).toHaveLength(2 * plans.length);
    }),
  );
});
