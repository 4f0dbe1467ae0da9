/** Sinks whose rows are visible at once: order, retries, and what a checkpoint waits for. */
import { describe, expect, test } from 'vitest';

import { held, refused, replyLost, unavailable } from '../../../support/engine/fake-world.ts';
import { retryMs, SinkRig } from '../../../support/engine/sink-rig.ts';

describe.each(['append', 'upsert'] as const)('%s', (connector) => {
  const rig = (): SinkRig => new SinkRig(connector);

  test('rows wait for a flush, then go out as one batch', () => {
    const sink = rig().rows(1, 2);
    expect(sink.takeCalls()).toEqual([]);
    sink.sink.flush();
    sink.world.settle();
    expect(sink.takeCalls()).toEqual([`store.${connector}`]);
    expect(sink.visible).toEqual([1, 2]);
    expect(sink.sink.settled()).toBe(true);
  });

  test('one batch at a time, in order', () => {
    const sink = rig().rows(1);
    sink.world.plan(`store.${connector}`, unavailable);
    sink.sink.flush();
    sink.rows(2).sink.flush();
    sink.rows(3).world.settle();
    sink.sink.flush();
    expect(sink.visible).toEqual([]);
    expect(sink.takeCalls()).toHaveLength(1);
    sink.world.pass(retryMs);
    expect(sink.visible).toEqual([1, 2, 3]);
    expect(sink.takeCalls()).toHaveLength(2);
  });

  test('a batch without a reply is written again: that is all it promises', () => {
    const sink = rig().rows(1);
    sink.world.plan(`store.${connector}`, replyLost);
    sink.sink.flush();
    sink.world.pass(retryMs);
    expect(sink.visible).toEqual([1, 1]);
  });

  test('a checkpoint waits for the rows before it, not for those behind it', () => {
    const sink = rig().rows(1);
    sink.world.plan(`store.${connector}`, held, held);
    sink.preCommit(5).rows(2);
    expect(sink.takeLog()).toEqual([]);
    sink.world.release();
    expect(sink.takeLog()).toEqual(['pre-committed 5', 'changed']);
    expect(sink.sink.settled(), 'row 2 is being written').toBe(false);
    sink.world.release();
    expect(sink.sink.settled()).toBe(true);
  });

  test('two checkpoints wait in order', () => {
    const sink = rig().rows(1);
    sink.world.plan(`store.${connector}`, held, held);
    sink.preCommit(5).rows(2).preCommit(6);
    sink.world.release();
    expect(sink.takeLog()).toEqual(['pre-committed 5', 'changed']);
    sink.world.release();
    expect(sink.takeLog()).toEqual(['pre-committed 6', 'changed']);
  });

  test('a checkpoint without rows is done at once', () => {
    expect(rig().preCommit(1).takeLog()).toEqual(['pre-committed 1']);
  });

  test('a write that is refused for good fails the task', () => {
    const sink = rig().rows(1);
    sink.world.plan(`store.${connector}`, refused('fenced'));
    sink.preCommit(1);
    expect(sink.takeLog()).toEqual(['failed: out: write: refused: fenced']);
  });

  test('is busy while too much waits', () => {
    const sink = rig();
    sink.world.plan(`store.${connector}`, held);
    sink.rows(0).sink.flush();
    sink.rows(...Array.from({ length: 255 }, (_, i) => i));
    expect(sink.sink.busy()).toBe(false);
    sink.rows(256);
    expect(sink.sink.busy()).toBe(true);
    sink.world.settle();
    sink.world.release();
    expect(sink.sink.busy()).toBe(false);
  });

  test('takes over by fencing, for as long as it takes', () => {
    const sink = rig();
    sink.world.plan('store.fence', unavailable, replyLost);
    sink.initialise();
    expect(sink.takeLog()).toEqual([]);
    sink.world.pass(2 * retryMs);
    expect(sink.takeLog()).toEqual(['initialised']);
  });

  test('fenced off already, it says so', () => {
    const sink = rig();
    sink.world.plan('store.fence', refused('fenced'));
    expect(sink.initialise().takeLog()).toEqual(['out: fencing: refused: fenced']);
  });

  test('a cancelled task repeats nothing', () => {
    const sink = rig().rows(1);
    sink.world.plan(`store.${connector}`, unavailable);
    sink.sink.flush();
    sink.world.settle();
    sink.alive = false;
    sink.world.pass(10 * retryMs);
    expect(sink.visible).toEqual([]);
    expect(sink.takeCalls()).toHaveLength(1);
  });

  test('it has no state', () => {
    const sink = rig().rows(1);
    expect(sink.sink.snapshot()).toBeNull();
  });
});
