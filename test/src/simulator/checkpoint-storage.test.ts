/** Checkpoint storage: what a crash may do to files, and what it may not. */
import { describe, expect, test } from 'vitest';

import { CheckpointStorage } from '../../../src/simulator/checkpoint-storage.ts';
import type { StoragePort } from '../../../src/engine/world/world.ts';
import { ServiceRig } from '../../support/simulator/service-rig.ts';

class Rig extends ServiceRig {
  readonly storage: CheckpointStorage = new CheckpointStorage(this.scheduler, this.streams);
  readonly tm0: StoragePort = this.storage.port(this.client('tm0'));
  readonly tm1: StoragePort = this.storage.port(this.client('tm1'));

  write(port: StoragePort, path: string, content: string): this {
    port.write(path, content, () => undefined);
    return this.run();
  }

  writeSynced(port: StoragePort, path: string, content: string): this {
    this.write(port, path, content);
    port.sync(path, () => undefined);
    return this.run();
  }

  read(path: string): string {
    this.tm1.read(path, this.note(path));
    return this.run().take().join();
  }
}

describe('un-synced content', () => {
  test('is visible to everybody at once, and survives the end of its process', () => {
    const rig = new Rig();
    rig.write(rig.tm0, 'f', 'abcd');
    rig.dead.add('tm0');
    expect(rig.read('f')).toBe('f ok "abcd"');
  });

  test('is cut in half or gone when the machine of its writer goes down', () => {
    const torn = new Rig();
    torn.write(torn.tm0, 'f', 'abcd').write(torn.tm0, 'g', '123');
    expect(torn.storage.loseUnsynced('tm0', 'torn-write')).toBe(2);
    expect([torn.read('f'), torn.read('g')]).toEqual(['f ok "ab"', 'g ok "1"']);
    const lost = new Rig();
    lost.write(lost.tm0, 'f', 'abcd');
    expect(lost.storage.loseUnsynced('tm0', 'lost-unsynced')).toBe(1);
    expect(lost.read('f')).toBe('f not-found');
  });

  test('of other writers is not touched, nor is synced content, also under a new name', () => {
    const rig = new Rig();
    rig.writeSynced(rig.tm0, 'synced', 'abcd').write(rig.tm1, 'theirs', 'abcd');
    rig.tm0.rename('synced', 'final', () => undefined);
    rig.run();
    expect(rig.storage.loseUnsynced('tm0', 'lost-unsynced')).toBe(0);
    expect([rig.read('final'), rig.read('theirs')]).toEqual([
      'final ok "abcd"',
      'theirs ok "abcd"',
    ]);
  });

  test('a file that is written again is un-synced again', () => {
    const rig = new Rig();
    rig.writeSynced(rig.tm0, 'f', 'abcd').write(rig.tm0, 'f', 'efgh');
    expect(rig.storage.loseUnsynced('tm0', 'torn-write')).toBe(1);
    expect(rig.read('f')).toBe('f ok "ef"');
  });

  test('renaming does not make it durable', () => {
    const rig = new Rig();
    rig.write(rig.tm0, 'f.part', 'abcd').tm0.rename('f.part', 'f', () => undefined);
    rig.run();
    rig.storage.loseUnsynced('tm0', 'lost-unsynced');
    expect(rig.read('f')).toBe('f not-found');
  });
});

test('rename replaces, remove and list work by path', () => {
  const rig = new Rig();
  rig.write(rig.tm0, 'a/2', 'x').write(rig.tm0, 'a/1', 'y').write(rig.tm0, 'ab', 'z');
  rig.tm0.list('a/', rig.note('list'));
  rig.run();
  rig.tm0.rename('a/2', 'a/1', rig.note('rename'));
  rig.run();
  rig.tm0.remove('a/2', rig.note('remove'));
  rig.tm0.rename('none', 'x', rig.note('rename'));
  rig.tm0.sync('none', rig.note('sync'));
  rig.run();
  expect(rig.take().sort()).toEqual([
    'list ok ["a/1","a/2"]',
    'remove not-found',
    'rename not-found',
    'rename ok null',
    'sync not-found',
  ]);
  expect(rig.read('a/1')).toBe('a/1 ok "x"');
});

test('operations take time, and the reply of a dead process goes nowhere', () => {
  const rig = new Rig();
  rig.tm0.write('f', 'abcd', rig.note('write'));
  rig.run(99);
  expect(rig.take()).toEqual([]);
  rig.dead.add('tm0');
  rig.run();
  expect(rig.take()).toEqual([]);
  expect(rig.read('f'), 'it had been on its way').toBe('f ok "abcd"');
});

test('io errors fail everything, a full disk only what writes; neither changes a file', () => {
  const rig = new Rig();
  rig.writeSynced(rig.tm0, 'f', 'old');
  for (const failure of ['no-space', 'io-error'] as const) {
    rig.diskFailure = failure;
    rig.tm0.write('f', 'new', rig.note('write'));
    rig.tm0.read('f', rig.note('read'));
    rig.tm0.list('', rig.note('list'));
    rig.run();
  }
  expect(rig.take().sort()).toEqual([
    'list io-error',
    'list ok ["f"]',
    'read io-error',
    'read ok "old"',
    'write io-error',
    'write no-space',
  ]);
  rig.diskFailure = null;
  expect(rig.read('f')).toBe('f ok "old"');
});

test('damage hits one file, or says that there is none', () => {
  const rig = new Rig();
  rig.writeSynced(rig.tm0, 'f', '{"a":1}').writeSynced(rig.tm0, 'g', '{"a":1}');
  expect(rig.storage.damage('f', 'corrupt-file')).toBe(true);
  expect(rig.read('f')).not.toBe('f ok "{\\"a\\":1}"');
  expect(rig.storage.damage('f', 'missing-file')).toBe(true);
  expect(rig.read('f')).toBe('f not-found');
  expect(rig.storage.damage('f', 'missing-file')).toBe(false);
  expect(rig.read('g')).toBe('g ok "{\\"a\\":1}"');
});
