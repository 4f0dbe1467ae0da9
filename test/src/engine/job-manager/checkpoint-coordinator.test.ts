/** When checkpoints are taken, completed, given up; which of them end a job. */
import { describe, expect, test } from 'vitest';

import { CoordinatorRig } from '../../../support/engine/coordinator-rig.ts';
import { held, refused } from '../../../support/engine/fake-world.ts';

const rig = (...args: ConstructorParameters<typeof CoordinatorRig>): CoordinatorRig =>
  new CoordinatorRig(...args).begin();

describe('a checkpoint', () => {
  test('is complete once every subtask acknowledged and the store has it', () => {
    const one = rig().pass(100).ack(1, 0);
    expect(one.take()).toEqual(['100: trigger 1']);
    one.world.plan('registers.compareAndSet', held);
    one.ack(1, 1);
    expect(one.take(), 'nobody is told before the store has it').toEqual([]);
    expect(one.takeEvents()).toEqual(['triggered 1']);
    one.world.release();
    expect(one.take()).toEqual(['100: complete 1']);
    expect(one.takeEvents()).toEqual(['completed 1']);
    expect(one.completed.latest()?.checkpoint).toBe(1);
  });

  test('the same acknowledgement twice counts once', () => {
    expect(rig().pass(100).ack(1, 0, 0).take()).toEqual(['100: trigger 1']);
  });

  test('acknowledgements of other attempts and checkpoints count for nothing', () => {
    const one = rig().pass(100).ack(7, 0, 1);
    one.attempt = 0;
    one.ack(1, 0, 1);
    expect(one.takeEvents()).toEqual(['triggered 1']);
  });

  test('completes with the offsets of all sources', () => {
    const one = rig().pass(100).ack(1, 1, 0);
    expect(one.world.events.at(-1)).toMatchObject({ event: 'completed', offsets: { s: 1 } });
    expect(one.completed.latest()?.tasks.map(({ task }) => task.subtask)).toEqual([0, 1]);
  });

  test('that is declined is aborted everywhere, and its files are removed', () => {
    const one = rig().pass(100);
    one.world.files.contents.set('chk-1/0', '');
    one.world.files.contents.set('chk-10/0', '');
    one.ack(1, 0).decline(1);
    expect(one.take()).toEqual(['100: trigger 1', '100: abort 1']);
    expect(one.takeEvents()).toEqual(['triggered 1', 'aborted 1: declined']);
    expect([...one.world.files.contents.keys()]).toEqual(['chk-10/0']);
    expect(one.ack(1, 0, 1).takeEvents(), 'too late').toEqual([]);
  });

  test('expires after its timeout', () => {
    const one = rig({ timeoutMs: 500 }).pass(599);
    expect(one.takeEvents()).toEqual(['triggered 1']);
    expect(one.pass(1).takeEvents()).toEqual(['aborted 1: not complete after 500 ms']);
  });

  test('that is being stored neither expires nor can be declined', () => {
    const one = rig({ timeoutMs: 500 }).pass(100);
    one.world.plan('registers.compareAndSet', held);
    one.ack(1, 0, 1).decline(1).pass(5000);
    expect(one.takeEvents()).toEqual(['triggered 1']);
    one.world.release();
    expect(one.takeEvents()[0]).toBe('completed 1');
  });

  test('the store refuses for another leader: this one is deposed', () => {
    const one = rig().pass(100);
    one.world.plan('registers.compareAndSet', refused('conflict'));
    expect(one.ack(1, 0, 1).take()).toEqual(['100: trigger 1', 'deposed']);
    expect(one.takeEvents()).toEqual(['triggered 1']);
  });
});

describe('the period', () => {
  test('runs from trigger to trigger', () => {
    const one = rig().pass(100).ack(1, 0, 1).pass(100).ack(2, 0, 1).pass(100);
    const triggers = one.take().filter((text) => text.includes('trigger'));
    expect(triggers).toEqual(['100: trigger 1', '200: trigger 2', '300: trigger 3']);
  });

  test('keeps the pause between the end of one checkpoint and the next', () => {
    const one = rig().pass(190).ack(1, 0, 1).pass(60);
    expect(one.take()).toEqual(['100: trigger 1', '190: complete 1', '220: trigger 2']);
  });

  test('a checkpoint that had to wait for a place follows after the pause', () => {
    const one = rig().pass(250).ack(1, 0, 1).pass(100);
    expect(one.take()).toEqual(['100: trigger 1', '250: complete 1', '280: trigger 2']);
  });

  test('never more at once than allowed', () => {
    const one = rig({ concurrentMax: 2, minPauseMs: 0 }).pass(1000);
    expect(one.take()).toEqual(['100: trigger 1', '200: trigger 2']);
    one.ack(1, 0, 1).pass(0);
    expect(one.take()).toEqual(['1000: complete 1', '1000: trigger 3']);
  });

  test('a newer one that completes first subsumes the older', () => {
    const one = rig({ concurrentMax: 2, minPauseMs: 0 }).pass(200).ack(2, 0, 1);
    expect(one.takeEvents()).toEqual([
      'triggered 1',
      'triggered 2',
      'completed 2',
      'aborted 1: subsumed by 2',
    ]);
    expect(one.ack(1, 0, 1).takeEvents()).toEqual([]);
  });

  test('two that are complete at once are stored one after the other', () => {
    const one = rig({ concurrentMax: 2, minPauseMs: 0 }).pass(200);
    one.world.plan('registers.compareAndSet', held);
    one.ack(1, 0, 1).ack(2, 0, 1);
    one.world.release();
    expect(one.takeEvents().slice(2)).toEqual(['completed 1', 'completed 2']);
    expect(one.completed.latest()?.checkpoint).toBe(2);
  });
});

describe('failures', () => {
  test('more in a row than tolerated fail the job', () => {
    const one = rig({ tolerableFailures: 1, minPauseMs: 0 })
      .pass(100)
      .decline(1)
      .pass(100)
      .decline(2);
    expect(one.take().at(-1)).toBe('fail: checkpoint 2 failed: declined');
  });

  test('a completed one starts the count anew', () => {
    const one = rig({ tolerableFailures: 1, minPauseMs: 0 });
    one.pass(100).decline(1).pass(100).ack(2, 0, 1).pass(100).decline(3);
    expect(one.take().filter((text) => text.startsWith('fail'))).toEqual([]);
  });

  test('so does a new attempt', () => {
    const one = rig({ tolerableFailures: 1, minPauseMs: 0 }).pass(100).decline(1);
    one.coordinator.end();
    one.begin().pass(100).decline(2);
    expect(one.take().filter((text) => text.startsWith('fail'))).toEqual([]);
  });
});

describe('the end of an attempt', () => {
  test('drops what is pending and triggers nothing more', () => {
    const one = rig().pass(100);
    one.coordinator.end();
    one.pass(1000).ack(1, 0, 1);
    expect(one.takeEvents()).toEqual(['triggered 1', 'aborted 1: the attempt ended']);
  });

  test('a checkpoint that is being stored still completes, without telling the dead', () => {
    const one = rig().pass(100);
    one.world.plan('registers.compareAndSet', held);
    one.ack(1, 0, 1);
    one.coordinator.end();
    one.world.release();
    expect(one.takeEvents()).toEqual(['triggered 1', 'completed 1']);
    expect(one.take()).toEqual(['100: trigger 1']);
    expect(one.completed.latest()?.checkpoint).toBe(1);
  });

  test('an id that comes after it triggers nothing; the next attempt has its own', () => {
    const one = rig();
    one.world.pass(99);
    one.world.timer(1, () => one.coordinator.end());
    one.pass(50);
    expect(one.takeEvents()).toEqual([]);
    expect(one.begin().pass(100).takeEvents()).toHaveLength(1);
  });
});

describe('the checkpoint a job ends with', () => {
  test('while a job is drained no other one is taken: it would lie behind the end of time', () => {
    const drained = rig().pass(99);
    drained.coordinator.drain();
    expect(drained.pass(1000).take()).toEqual([]);
    drained.coordinator.request('final');
    expect(drained.pass(0).takeEvents()).toEqual(['triggered 1']);
  });

  test('one that waits for its id when the draining begins is not taken either', () => {
    const drained = rig();
    drained.world.timer(100, () => drained.coordinator.drain());
    expect(drained.pass(150).takeEvents()).toEqual([]);
    drained.coordinator.request('final');
    expect(drained.pass(0).takeEvents().length).toBe(1);
  });

  test('one that was triggered before the draining may complete', () => {
    const drained = rig().pass(100);
    drained.coordinator.drain();
    expect(drained.ack(1, 0, 1).takeEvents()).toEqual(['triggered 1', 'completed 1']);
  });

  test('the next attempt starts anew', () => {
    const next = rig();
    next.coordinator.drain();
    next.coordinator.end();
    expect(next.begin().pass(100).takeEvents()).toEqual(['triggered 1']);
  });

  test('is taken at once, and told to be the last', () => {
    const one = rig().pass(100).ack(1, 0, 1).pass(5);
    one.coordinator.request('final');
    one.pass(0).ack(2, 0, 1);
    expect(one.take().slice(2)).toEqual(['105: trigger 2', '105: complete 2 last']);
    expect(one.pass(5000).take()).toEqual([]);
    expect(one.world.points).toContain('final-checkpoint/before/2');
  });

  test('waits for those under way, and takes no periodic one any more', () => {
    const one = rig({ concurrentMax: 2 }).pass(100);
    one.coordinator.request('final');
    expect(one.pass(300).take()).toEqual(['100: trigger 1']);
    one.ack(1, 0, 1).pass(0);
    expect(one.take()).toEqual(['400: complete 1', '400: trigger 2']);
  });

  test('asked for while an id is on its way, it follows that checkpoint', () => {
    const one = rig();
    one.world.timer(100, () => one.coordinator.request('final'));
    one.pass(150).ack(1, 0, 1).pass(0);
    expect(one.take()).toEqual(['100: trigger 1', '150: complete 1', '150: trigger 2']);
  });

  test('is repeated when it fails', () => {
    const one = rig();
    one.coordinator.request('final');
    one.pass(0).decline(1).pass(0).ack(2, 0, 1);
    expect(one.take()).toEqual([
      '0: trigger 1',
      '0: abort 1',
      '0: trigger 2',
      '0: complete 2 last',
    ]);
  });

  test('a savepoint that fails fails the job: it may not be repeated silently', () => {
    const one = rig();
    one.coordinator.request('suspend');
    one.pass(0).decline(1);
    expect(one.take().at(-1)).toBe('fail: checkpoint 1 failed: declined');
  });

  test('the first request counts', () => {
    const one = rig();
    one.coordinator.request('suspend');
    one.coordinator.request('final');
    one.pass(0);
    expect(one.world.points).not.toContain('final-checkpoint/before/1');
  });
});
