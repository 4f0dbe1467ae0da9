/** The job's life as the JobManager decides it: attempts, failovers, leadership, the end. */
import { describe, expect, test } from 'vitest';

import { held, neverHappened, replyLost } from '../../../support/engine/fake-world.ts';
import { JobManagerRig } from '../../../support/engine/job-manager-rig.ts';

const rig = (...args: ConstructorParameters<typeof JobManagerRig>): JobManagerRig =>
  new JobManagerRig(...args);

describe('the first attempt', () => {
  test('waits for all TaskManagers, spreads subtasks, starts when all are deployed', () => {
    const jm = rig().register('tm0');
    expect(jm.take()).toEqual(['tm0 registered']);
    jm.register('tm1');
    expect(jm.take()).toEqual([
      'tm1 registered',
      'tm0 deploy 1: 0/0 1/0 from ',
      'tm1 deploy 1: 1/1 from ',
    ]);
    jm.say('tm0', { type: 'deployed', attempt: 1 });
    expect(jm.take()).toEqual([]);
    jm.say('tm1', { type: 'deployed', attempt: 1 });
    expect(jm.take()).toEqual(['tm0 start 1', 'tm1 start 1']);
    expect(jm.takeAttempts()).toEqual(['attempt 1 from null: first start']);
  });

  test('does not wait for ever when there are slots enough', () => {
    const jm = rig({ taskManagers: 3 }).register('tm0').register('tm1');
    jm.pass(jm.options.heartbeatTimeoutMs - 1);
    expect(jm.takeAttempts()).toEqual([]);
    jm.pass(1);
    expect(jm.takeAttempts()).toEqual(['attempt 1 from null: first start']);
  });

  test('waits as long as there are too few slots', () => {
    const jm = rig().register('tm0').pass(50_000);
    expect(jm.takeAttempts()).toEqual([]);
  });

  test('a node that goes while the attempt is being registered is not deployed to', () => {
    const jm = rig().register('tm0');
    jm.world.plan('registers.compareAndSet', held);
    jm.register('tm1').lose('tm1');
    jm.world.release();
    expect(jm.takeAttempts()).toEqual([]);
    jm.register('tm1', 2);
    expect(jm.takeAttempts()).toEqual(['attempt 2 from null: first start']);
  });
});

describe('a failover', () => {
  test('cancels everywhere, waits for each answer, pauses, then deploys anew', () => {
    const jm = rig().running();
    jm.take();
    jm.fail('tm1', 1);
    expect(jm.take()).toEqual(['tm0 cancel 1', 'tm1 cancel 1']);
    jm.pass(500).cancelled('tm0', 1).pass(500);
    expect(jm.take()).toEqual([]);
    jm.cancelled('tm1', 1).pass(39);
    expect(jm.take()).toEqual([]);
    jm.pass(1);
    expect(jm.take()).toEqual(['tm0 deploy 2: 0/0 1/0 from ', 'tm1 deploy 2: 1/1 from ']);
    jm.takeAttempts();
  });

  test('restores the latest completed checkpoint', () => {
    const jm = rig().running().pass(100).ack(1, 1).pass(100);
    jm.take();
    jm.fail('tm0', 1).cancelled('tm0', 1).cancelled('tm1', 1).pass(40);
    expect(jm.take().slice(2)).toEqual([
      'tm0 deploy 2: 0/0 1/0 from 1',
      'tm1 deploy 2: 1/1 from 1',
    ]);
    expect(jm.takeAttempts().at(-1)).toBe('attempt 2 from 1: tm0 failed');
  });

  test('waits for a checkpoint that is being stored: it may be the one to restore', () => {
    const jm = rig().running().pass(100);
    jm.world.plan('registers.compareAndSet', neverHappened, replyLost);
    jm.ack(1, 1).fail('tm0', 1).cancelled('tm0', 1).cancelled('tm1', 1).pass(2_000);
    expect(jm.takeAttempts().at(-1)).toBe('attempt 2 from 1: tm0 failed');
  });

  test('does not wait for a node that is lost', () => {
    const jm = rig().running().fail('tm1', 1).cancelled('tm0', 1);
    jm.take();
    jm.lose('tm1').pass(40).register('tm1', 2);
    expect(jm.take().at(-1)).toBe('tm1 deploy 2: 1/1 from ');
  });

  test('follows the loss of a node that runs the job', () => {
    const jm = rig().running();
    jm.take();
    jm.lose('tm1');
    expect(jm.take()).toEqual(['tm0 cancel 1']);
    jm.cancelled('tm0', 1).pass(40);
    expect(jm.takeAttempts(), 'too few slots').toEqual(['attempt 1 from null: first start']);
    jm.register('tm1', 2);
    expect(jm.takeAttempts()).toEqual(['attempt 2 from null: lost the connection to tm1']);
  });

  test('a node that registers anew has lost its subtasks', () => {
    const jm = rig().running();
    jm.take();
    jm.register('tm1', 2);
    expect(jm.take()).toEqual(['tm0 cancel 1', 'tm1 registered']);
  });

  test('a silent node is lost after the heartbeat timeout, and told to leave when it is back', () => {
    const jm = rig().running();
    jm.take();
    jm.world.pass(jm.options.heartbeatTimeoutMs + jm.options.heartbeatIntervalMs);
    jm.take();
    jm.say('tm0', { type: 'heartbeat-reply', leader: 1 });
    expect(jm.take()).toEqual(['tm0 disconnect']);
  });

  test('what earlier attempts report means nothing', () => {
    const jm = rig().running().fail('tm1', 1).cancelled('tm0', 1).cancelled('tm1', 1).pass(40);
    jm.deployed(2).take();
    jm.fail('tm1', 1).all('end-of-data', 1).all('task-finished', 1).ack(1, 1);
    expect(jm.take()).toEqual([]);
    expect(jm.world.ends).toEqual([]);
  });

  test('nor does a late answer to an earlier cancellation', () => {
    const jm = rig().running().fail('tm1', 1).lose('tm1').cancelled('tm0', 1).pass(40);
    jm.register('tm1', 2).deployed(2).fail('tm0', 2);
    jm.take();
    jm.cancelled('tm0', 2).cancelled('tm1', 1).pass(1_000);
    expect(jm.take(), 'tm1 has not let go of attempt 2').toEqual([]);
    jm.cancelled('tm1', 2).pass(40);
    expect(jm.take()).toHaveLength(2);
  });

  test('a second failure while the first is handled changes nothing', () => {
    const jm = rig().running().fail('tm1', 1).fail('tm0', 1);
    expect(jm.take().filter((text) => text.includes('cancel'))).toHaveLength(2);
  });

  test('gives up when the restart strategy does', () => {
    const restart = { kind: 'fixed-delay', attemptsMax: 0, delayMs: 1 } as const;
    const jm = rig({ restart }).running().fail('tm1', 1);
    expect(jm.world.ends).toEqual(['failed: the restart strategy gave up: tm1 failed']);
    expect(jm.pass(5_000).takeAttempts()).toHaveLength(1);
  });
});

describe('an unreadable checkpoint', () => {
  const fallback = { onUnreadable: 'fallback', retained: 3 } as const;
  /** Two checkpoints are complete, attempt 2 is being deployed from the second. */
  function restoring(onUnreadable: 'fail' | 'fallback'): JobManagerRig {
    const { options } = rig();
    const checkpoint = { ...options.checkpoint, ...fallback, onUnreadable };
    const jm = rig({ checkpoint }).running().pass(100).ack(1, 1).pass(100).ack(1, 2);
    jm.fail('tm0', 1).cancelled('tm0', 1).cancelled('tm1', 1).pass(40);
    jm.take();
    return jm;
  }

  test('ends the job, clearly, unless it may fall back', () => {
    const jm = restoring('fail').fail('tm0', 2, 2);
    expect(jm.world.ends).toEqual(['failed: tm0 failed']);
    expect(jm.take()).toEqual(['tm0 cancel 2', 'tm1 cancel 2']);
  });

  test('is forgotten on request: the next attempt restores the one before', () => {
    const jm = restoring('fallback').fail('tm0', 2, 2).cancelled('tm0', 2).cancelled('tm1', 2);
    expect(jm.pass(40).takeAttempts().at(-1)).toBe('attempt 3 from 1: tm0 failed');
  });

  test('may be reported by several subtasks', () => {
    const jm = restoring('fallback');
    jm.world.plan('registers.compareAndSet', held);
    jm.fail('tm0', 2, 2).fail('tm1', 2, 2);
    jm.world.release();
    jm.cancelled('tm0', 2).cancelled('tm1', 2).pass(40);
    expect(jm.takeAttempts().at(-1)).toBe('attempt 3 from 1: tm0 failed');
  });
});

describe('the end', () => {
  test('all input read: a final checkpoint, then every subtask finishes, then the job', () => {
    const jm = rig().running();
    jm.take();
    jm.all('end-of-data', 1);
    expect(jm.take()).toEqual(['tm0 trigger 1/1', 'tm1 trigger 1/1']);
    jm.ack(1, 1).all('task-finished', 1);
    expect(jm.world.ends).toEqual(['finished: all subtasks are finished']);
    expect(jm.world.cells.json('job')).toMatchObject({ outcome: { kind: 'finished' } });
  });

  test('is written down before anybody hears of it, and can be struck on either side', () => {
    const jm = rig().running().all('end-of-data', 1).ack(1, 1);
    jm.world.plan('registers.compareAndSet', held);
    jm.all('task-finished', 1);
    expect(jm.world.points.at(-1)).toBe('job-end/before');
    expect(jm.world.ends).toEqual([]);
    jm.world.release();
    expect(jm.world.ends).toEqual(['finished: all subtasks are finished']);
    expect(jm.world.points.at(-1)).toBe('job-end/after');
  });

  test('is not there while one subtask has more', () => {
    const jm = rig().running();
    const task = { vertex: 0, subtask: 0 };
    jm.say('tm0', { type: 'end-of-data', attempt: 1, task });
    jm.say('tm0', { type: 'task-finished', attempt: 1, task });
    expect(jm.world.points).not.toContain('final-checkpoint/before/1');
    expect(jm.world.ends).toEqual([]);
  });

  test.each(['finished', 'suspended'] as const)(
    'once its last checkpoint is complete it is %s as soon as an attempt has taken over',
    (outcome) => {
      const suspends = outcome === 'suspended';
      const jm = rig({ stop: suspends ? { kind: 'suspend', atMs: 0 } : null }).running();
      if (!suspends) jm.all('end-of-data', 1);
      jm.ack(1, 1).lose('tm1').cancelled('tm0', 1).pass(40).register('tm1', 2);
      jm.take();
      expect(jm.world.ends).toEqual([]);
      jm.deployed(2);
      expect(jm.world.ends.map((text) => text.split(':')[0])).toEqual([outcome]);
      expect(jm.take(), 'nothing is read again').toEqual(['tm0 cancel 2', 'tm1 cancel 2']);
    },
  );

  test('stop with drain tells the sources; stop with suspend takes a savepoint', () => {
    const drained = rig({ stop: { kind: 'drain', atMs: 50 } }).running();
    drained.take();
    expect(drained.pass(50).take()).toEqual(['tm0 drain 1', 'tm1 drain 1']);
    const suspended = rig({ stop: { kind: 'suspend', atMs: 50 } }).running();
    suspended.take();
    expect(suspended.pass(50).take()).toEqual(['tm0 trigger 1/1', 'tm1 trigger 1/1']);
    suspended.ack(1, 1).all('task-finished', 1);
    expect(suspended.world.ends).toEqual(['suspended: all subtasks are finished']);
  });
});

describe('a new leader', () => {
  test('takes over attempts and checkpoints where the last one was', () => {
    const first = rig().running().pass(100).ack(1, 1);
    const second = rig({}, first.world);
    first.world.events.length = 0;
    second.register('tm0', 5).register('tm1', 5);
    expect(second.takeAttempts()).toEqual(['attempt 2 from 1: new leader']);
    expect(first.world.cells.json('job')).toMatchObject({ leader: 2, attempt: 2 });
  });

  test('the old one learns it at its next write, and runs for the lead again', () => {
    const first = rig().running();
    const second = rig({}, first.world);
    second.register('tm0', 5).register('tm1', 5);
    first.take();
    first.fail('tm0', 1).cancelled('tm0', 1).cancelled('tm1', 1).pass(40);
    expect(first.world.cells.json('job')).toMatchObject({ leader: 3 });
  });

  test('does not run a job that has ended', () => {
    const first = rig().running().all('end-of-data', 1).ack(1, 1).all('task-finished', 1);
    const second = rig({}, first.world).register('tm0', 2).register('tm1', 2);
    second.pass(5_000);
    expect(first.world.ends).toHaveLength(2);
    expect(first.takeAttempts()).toEqual(['attempt 1 from null: first start']);
  });

  test('hears nobody before it has the lead', () => {
    const jm = rig();
    jm.world.takeSent();
    jm.world.plan('registers.read', held);
    const second = rig({}, jm.world);
    second.register('tm0', 5);
    expect(jm.take()).toEqual([]);
  });
});
