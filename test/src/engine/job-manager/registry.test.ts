/** Which TaskManagers are alive: membership, heartbeats, zombies. */
import { expect, test } from 'vitest';

import { Registry } from '../../../../src/engine/job-manager/registry.ts';
import { defaultOptions } from '../../../../src/model/options.ts';
import { FakeWorld } from '../../../support/engine/fake-world.ts';

const { heartbeatIntervalMs, heartbeatTimeoutMs } = defaultOptions;

class Rig {
  readonly world: FakeWorld = new FakeWorld();
  readonly log: string[] = [];
  readonly registry: Registry = new Registry({
    world: this.world,
    options: defaultOptions,
    leader: () => 4,
    joined: () => void this.log.push('joined'),
    lost: (node, cause) => void this.log.push(`lost ${node}: ${cause}`),
  });

  take(): string[] {
    const sent = this.world.takeSent().map(({ to, message }) => `${to} < ${message.type}`);
    return [...this.log.splice(0), ...sent];
  }
}

test('a TaskManager is answered with the leader epoch and its own registration', () => {
  const rig = new Rig();
  rig.registry.register('tm0', 2, 77);
  expect(rig.world.takeSent()).toEqual([
    { to: 'tm0', message: { type: 'registered', leader: 4, registration: 77 } },
  ]);
  expect(rig.log).toEqual(['joined']);
});

test('the same registration again is answered and loses nothing', () => {
  const rig = new Rig();
  rig.registry.register('tm0', 2, 77);
  rig.registry.register('tm0', 2, 77);
  expect(rig.take()).toEqual(['joined', 'joined', 'tm0 < registered', 'tm0 < registered']);
  expect(rig.registry.size).toBe(1);
});

test('another registration means that the old member is gone', () => {
  const rig = new Rig();
  rig.registry.register('tm0', 2, 77);
  rig.take();
  rig.registry.register('tm0', 3, 78);
  expect(rig.take()).toEqual(['lost tm0: tm0 registered anew', 'joined', 'tm0 < registered']);
  expect(rig.registry.slots()).toEqual(['tm0', 'tm0', 'tm0']);
});

test('slots are spread over the nodes in order of name', () => {
  const rig = new Rig();
  rig.registry.register('tm2', 1, 1);
  rig.registry.register('tm0', 3, 1);
  rig.registry.register('tm1', 2, 1);
  expect(rig.registry.slots()).toEqual(['tm0', 'tm1', 'tm2', 'tm0', 'tm1', 'tm0']);
});

test('a member that is silent for longer than the timeout is lost, once', () => {
  const rig = new Rig();
  rig.registry.register('tm0', 1, 1);
  rig.registry.start();
  rig.take();
  rig.world.pass(heartbeatTimeoutMs);
  expect(rig.registry.has('tm0')).toBe(true);
  rig.world.pass(heartbeatIntervalMs);
  expect(rig.log).toEqual([`lost tm0: no heartbeat from tm0 for ${heartbeatTimeoutMs} ms`]);
  rig.world.pass(10 * heartbeatTimeoutMs);
  rig.registry.lose('tm0', 'connection lost');
  expect(rig.log).toHaveLength(1);
});

test('a member that answers stays', () => {
  const rig = new Rig();
  rig.registry.register('tm0', 1, 1);
  rig.registry.start();
  for (let i = 0; i < 20; i++) {
    rig.world.pass(heartbeatIntervalMs);
    rig.registry.seen('tm0');
  }
  expect(rig.take().filter((text) => text.startsWith('lost'))).toEqual([]);
});

test('a zombie that still answers heartbeats is told to leave', () => {
  const rig = new Rig();
  rig.registry.seen('tm9');
  expect(rig.world.takeSent()).toEqual([{ to: 'tm9', message: { type: 'disconnect', leader: 4 } }]);
});

test('started again by a re-elected leader, it beats no faster', () => {
  const rig = new Rig();
  rig.registry.register('tm0', 1, 1);
  rig.registry.start();
  rig.registry.start();
  rig.take();
  rig.world.pass(2 * heartbeatIntervalMs);
  expect(rig.take()).toEqual(['tm0 < heartbeat', 'tm0 < heartbeat']);
});
