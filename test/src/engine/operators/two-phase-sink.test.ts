/** The exactly-once sink: what becomes visible when, and what happens when the store misbehaves. */
import { describe, expect, test } from 'vitest';

import type { OperatorState } from '../../../../src/engine/state/operator-state.ts';
import {
  FakeWorld,
  held,
  neverHappened,
  refused,
  replyLost,
  unavailable,
} from '../../../support/engine/fake-world.ts';
import { retryMs, SinkRig } from '../../../support/engine/sink-rig.ts';

const rig = (settings?: ConstructorParameters<typeof SinkRig>[1]): SinkRig =>
  new SinkRig('two-phase', settings);

describe('a checkpoint', () => {
  test('rows are written and prepared before the pre-commit is done, visible after completion', () => {
    const sink = rig().rows(1, 2);
    expect(sink.takeCalls()).toEqual([]);
    sink.preCommit(7);
    expect(sink.takeCalls()).toEqual(['store.write out/0/1/1', 'store.prepare out/0/1/1']);
    expect(sink.takeLog()).toEqual(['pre-committed 7']);
    expect(sink.world.external.transactions.get('out/0/1/1')?.checkpoint).toBe(7);
    expect(sink.visible).toEqual([]);
    sink.complete(7);
    expect(sink.visible).toEqual([1, 2]);
    expect(sink.takeLog()).toEqual(['changed']);
    expect(sink.sink.settled()).toBe(true);
  });

  test('rows behind the barrier are in the next transaction', () => {
    const sink = rig().rows(1).preCommit(1).rows(2).complete(1);
    expect(sink.visible).toEqual([1]);
    expect(sink.sink.settled()).toBe(false);
    sink.preCommit(2).complete(2);
    expect(sink.visible).toEqual([1, 2]);
  });

  test('without rows there is no transaction, and nothing to wait for', () => {
    const sink = rig().preCommit(1).complete(1);
    expect(sink.takeCalls()).toEqual([]);
    expect(sink.takeLog()).toEqual(['pre-committed 1']);
  });

  test('one that was aborted is committed with the next that completes, in order', () => {
    const sink = rig().rows(1).preCommit(1).rows(2).preCommit(2).complete(2);
    expect(sink.visible).toEqual([1, 2]);
    expect(sink.world.calls.filter((call) => call.startsWith('store.commit'))).toEqual([
      'store.commit out/0/1/1',
      'store.commit out/0/1/2',
    ]);
  });

  test('a completion covers transactions up to itself only, and may be told twice', () => {
    const sink = rig().rows(1).preCommit(1).rows(2).preCommit(2).complete(1).complete(1);
    expect(sink.visible).toEqual([1]);
    sink.complete(2);
    expect(sink.visible).toEqual([1, 2]);
  });

  test('the end of input commits nothing by itself', () => {
    const sink = rig().rows(1).preCommit(1).rows(2);
    sink.sink.end();
    sink.preCommit(2).complete(1);
    expect(sink.visible).toEqual([1]);
  });

  test('the pre-commit is not done before the store has confirmed it', () => {
    const sink = rig().rows(1);
    sink.world.plan('store.prepare', held);
    sink.preCommit(1);
    expect(sink.takeLog()).toEqual([]);
    sink.world.release();
    expect(sink.takeLog()).toEqual(['pre-committed 1']);
  });

  test('a checkpoint without rows waits for the prepare of an earlier one, which it lists', () => {
    const sink = rig().rows(1);
    sink.world.plan('store.prepare', held);
    sink.preCommit(1).preCommit(2);
    expect(sink.sink.snapshot()).toEqual([['out/0/1/1', 1]]);
    expect(sink.takeLog()).toEqual([]);
    sink.world.release();
    expect(sink.takeLog()).toEqual(['pre-committed 1', 'pre-committed 2']);
  });

  test('a failed prepare fails the pre-commit with the reason', () => {
    const sink = rig().rows(1);
    sink.world.plan('store.prepare', refused('not-found'));
    sink.preCommit(1);
    expect(sink.takeLog()).toEqual(['pre-commit of out/0/1/1: refused: not-found']);
  });

  test('many rows are written in parts, into one transaction', () => {
    const sink = rig().rows(...Array.from({ length: 600 }, (_, i) => i));
    expect(sink.takeCalls()).toHaveLength(2);
    sink.preCommit(1).complete(1);
    expect(sink.visible).toHaveLength(600);
  });

  test('a failed write fails the task', () => {
    const sink = rig().rows(1);
    sink.world.plan('store.write', refused('fenced'));
    sink.preCommit(1);
    expect(sink.log[0]).toBe('failed: out: write to out/0/1/1: refused: fenced');
  });
});

describe('commit', () => {
  test.each([
    ['was refused', unavailable],
    ['may not have happened', neverHappened],
    ['happened without a reply', replyLost],
  ])('a commit that %s is repeated after a pause, and shows its rows once', (_, outcome) => {
    const sink = rig().rows(1).preCommit(1);
    sink.world.plan('store.commit', outcome, outcome);
    sink.complete(1);
    expect(sink.sink.settled()).toBe(false);
    sink.world.pass(2 * retryMs - 1);
    expect(sink.sink.settled()).toBe(false);
    sink.world.pass(1);
    expect(sink.visible).toEqual([1]);
    expect(sink.sink.settled()).toBe(true);
  });

  test('the next one waits for it', () => {
    const sink = rig().rows(1).preCommit(1).rows(2).preCommit(2);
    sink.world.plan('store.commit', unavailable);
    sink.complete(1).complete(2);
    expect(sink.visible).toEqual([]);
    sink.world.pass(retryMs);
    expect(sink.visible).toEqual([1, 2]);
  });

  test('one that is fenced off fails the task', () => {
    const sink = rig().rows(1).preCommit(1);
    sink.world.plan('store.commit', refused('fenced'));
    sink.complete(1);
    expect(sink.log).toContain('failed: out: call to the store: refused: fenced');
    expect(sink.sink.settled()).toBe(false);
  });

  test('nothing is repeated by a task that was cancelled', () => {
    const sink = rig().rows(1).preCommit(1);
    sink.world.plan('store.commit', unavailable);
    sink.complete(1);
    sink.takeCalls();
    sink.alive = false;
    sink.world.pass(10 * retryMs);
    expect(sink.takeCalls()).toEqual([]);
    expect(sink.takeLog()).toEqual(['pre-committed 1']);
  });

  test('announces its protocol points', () => {
    const sink = rig().rows(1).preCommit(4).complete(4);
    expect(sink.world.points).toEqual([
      'pre-commit/before/4',
      'pre-commit/after/4',
      'commit-call/before/4',
      'commit-call/after/4',
      'commit-reply/before/4',
      'commit-reply/after/4',
    ]);
  });
});

describe('state', () => {
  test('lists sealed transactions until their commit is confirmed', () => {
    const sink = rig().rows(1).preCommit(1).rows(2);
    expect(sink.sink.snapshot()).toEqual([['out/0/1/1', 1]]);
    sink.world.plan('store.commit', held);
    sink.complete(1);
    expect(sink.sink.snapshot()).toEqual([['out/0/1/1', 1]]);
    sink.world.release();
    expect(sink.sink.snapshot()).toEqual([]);
  });
});

describe('recovery', () => {
  /** A sink of attempt 2 that was given this state, over a store with these leftovers. */
  function recovered(state: OperatorState | null, leftovers: Record<string, 'open' | 'prepared'>) {
    const world = new FakeWorld();
    for (const [id, kind] of Object.entries(leftovers)) world.external.leave(id, kind);
    const sink = rig({ world, attempt: 2 });
    if (state !== null) sink.sink.restore(state);
    return sink;
  }

  test('fences, commits what the checkpoint lists in order, then aborts all else', () => {
    const state = [
      ['out/0/1/1', 3],
      ['out/0/1/2', 4],
    ];
    const sink = recovered(state, {
      'out/0/1/1': 'prepared',
      'out/0/1/2': 'prepared',
      'out/0/1/3': 'prepared',
      'out/0/1/4': 'open',
    }).initialise();
    expect(sink.takeCalls()).toEqual([
      'store.fence',
      'store.commit out/0/1/1',
      'store.commit out/0/1/2',
      'store.pending',
      'store.abort out/0/1/3',
      'store.abort out/0/1/4',
    ]);
    expect(sink.takeLog()).toEqual(['initialised']);
    expect(sink.world.external.fences).toEqual([{ sink: 'out', subtask: 0, epoch: 2 }]);
    expect(sink.sink.settled()).toBe(true);
  });

  test('a fresh start aborts whatever is left', () => {
    const sink = recovered(null, { 'out/0/1/1': 'open' }).initialise();
    expect(sink.world.external.stateOf('out/0/1/1')).toBe('aborted');
    expect(sink.takeLog()).toEqual(['initialised']);
  });

  test('is not done while any of its calls is unanswered, and repeats the transient ones', () => {
    const sink = recovered([['out/0/1/1', 3]], { 'out/0/1/1': 'prepared', 'out/0/1/2': 'open' });
    for (const name of ['fence', 'commit', 'pending', 'abort']) {
      sink.world.plan(`store.${name}`, replyLost, unavailable);
    }
    sink.initialise();
    sink.world.pass(8 * retryMs - 1);
    expect(sink.takeLog()).toEqual([]);
    sink.world.pass(1);
    expect(sink.takeLog()).toEqual(['initialised']);
    expect(sink.world.external.stateOf('out/0/1/1')).toBe('committed');
    expect(sink.world.external.stateOf('out/0/1/2')).toBe('aborted');
  });

  test('a commit that is refused for good fails the task, and nothing is aborted', () => {
    const sink = recovered([['out/0/1/1', 3]], { 'out/0/1/2': 'open' });
    sink.world.plan('store.commit', refused('not-found'));
    sink.initialise();
    expect(sink.takeLog()).toEqual(['failed: out: call to the store: refused: not-found']);
    expect(sink.world.external.stateOf('out/0/1/2')).toBe('open');
  });

  test('transaction ids of different attempts differ', () => {
    const first = rig().rows(1).preCommit(1);
    const second = rig({ attempt: 2 }).rows(1).preCommit(1);
    expect(first.sink.snapshot()).not.toEqual(second.sink.snapshot());
  });
});
