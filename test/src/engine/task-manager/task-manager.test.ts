/** Membership and execution attempts as the TaskManager lives them. */
import { describe, expect, test } from 'vitest';

import { defaultOptions } from '../../../../src/model/options.ts';
import { keyBy, reduce, source } from '../../../support/engine/pipelines.ts';
import { TaskManagerRig } from '../../../support/engine/task-manager-rig.ts';

const { heartbeatIntervalMs, heartbeatTimeoutMs } = defaultOptions;
const operators = [source('s'), keyBy('k', 's'), reduce('r', 'k', 2)];
const rig = (): TaskManagerRig => new TaskManagerRig(operators);
/** Registered and deployed, with subtask 1 of the reduce on `tm1`. */
const deployed = (): TaskManagerRig => {
  const tm = rig().registered().deploy(1, [], ['tm1']);
  tm.take();
  return tm;
};

describe('membership', () => {
  test('asks until the leader answers', () => {
    const tm = rig().pass(3 * heartbeatIntervalMs);
    expect(tm.take()).toEqual(['register', 'register', 'register']);
    tm.registered().pass(heartbeatIntervalMs);
    expect(tm.take()).toEqual([]);
  });

  test('the answer to an earlier registration counts for nothing', () => {
    const tm = rig().say({ type: 'registered', leader: 1, registration: 99 });
    expect(tm.pass(heartbeatIntervalMs).take()).toEqual(['register']);
  });

  test('heartbeats are answered', () => {
    const tm = deployed().say({ type: 'heartbeat', leader: 1 });
    expect(tm.take()).toEqual(['heartbeat-reply']);
  });

  test('an earlier leader is not heard', () => {
    const tm = rig().registered(3).say({ type: 'heartbeat', leader: 2 });
    tm.say({ type: 'disconnect', leader: 2 });
    expect(tm.take()).toEqual([]);
  });

  test('nodes that are not the JobManager give no orders', () => {
    const tm = deployed();
    tm.manager.onMessage('tm1', { type: 'cancel', leader: 9, attempt: 1 });
    expect(tm.settle().take()).toEqual([]);
  });

  test.each(['disconnect', 'lost connection', 'silence'])(
    'after %s it gives everything up and registers anew',
    (what) => {
      const tm = deployed();
      const before = tm.registration;
      if (what === 'disconnect') tm.say({ type: 'disconnect', leader: 1 });
      else if (what === 'silence') tm.pass(heartbeatTimeoutMs + 2 * heartbeatIntervalMs);
      else tm.manager.onConnectionLost('jm');
      tm.settle();
      expect(tm.take()[0]).toBe('register');
      expect(tm.registration).not.toBe(before);
      tm.registered().start(1).trigger(1, 1);
      expect(tm.take(), 'attempt 1 is gone').toEqual([]);
    },
  );

  test('a leader that is heard often enough is kept', () => {
    const tm = deployed();
    for (let i = 0; i < 10; i++) {
      tm.pass(heartbeatTimeoutMs - 1).say({ type: 'heartbeat', leader: 1 });
    }
    expect(tm.take().filter((text) => text === 'register')).toEqual([]);
  });
});

describe('an attempt', () => {
  test('is deployed once its subtasks are ready', () => {
    expect(rig().registered().deploy(1).take()).toEqual(['deployed 1']);
  });

  test('an older or equal one is not deployed over it', () => {
    const tm = rig().registered().deploy(2);
    tm.take();
    expect(tm.deploy(1).deploy(2).take()).toEqual([]);
    expect(tm.deploy(3).take()).toEqual(['deployed 3']);
  });

  test('is cancelled on request; the answer comes in any case', () => {
    const tm = deployed().say({ type: 'cancel', leader: 1, attempt: 1 });
    expect(tm.take()).toEqual(['cancelled 1']);
    expect(tm.start(1).trigger(1, 1).take()).toEqual([]);
    expect(tm.say({ type: 'cancel', leader: 1, attempt: 1 }).take()).toEqual(['cancelled 1']);
  });

  test('is not cancelled by an order for an earlier one', () => {
    const tm = rig().registered().deploy(2);
    tm.take();
    tm.say({ type: 'cancel', leader: 1, attempt: 1 });
    expect(tm.start(2).trigger(2, 1).take()).toContain('ack 2 #1 0/0');
  });

  test('fails with the connection to a node it exchanges data with, once', () => {
    const tm = deployed();
    tm.manager.onConnectionLost('tm7');
    expect(tm.settle().take()).toEqual([]);
    tm.manager.onConnectionLost('tm1');
    tm.manager.onConnectionLost('tm1');
    expect(tm.settle().take()).toEqual(['failed 1: lost tm1']);
    expect(tm.start(1).trigger(1, 1).take(), 'nothing runs on').toEqual([]);
  });

  test('takes no data of other attempts', () => {
    const tm = deployed().start(1);
    tm.take();
    const task = { vertex: 1, subtask: 0 };
    for (const attempt of [0, 2]) {
      const elements = [{ control: 'end' as const }];
      tm.manager.onMessage('tm1', { type: 'data', attempt, task, channel: 0, elements });
    }
    expect(tm.settle().take()).toEqual([]);
  });

  test('a trigger before the start is declined', () => {
    expect(deployed().trigger(1, 1).take()).toEqual(['decline 1 #1']);
  });
});
