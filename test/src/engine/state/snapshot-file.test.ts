/** State files: nothing damaged is taken for state, nothing half written gets the final name. */
import { describe, expect, test } from 'vitest';

import {
  decodeState,
  encodeState,
  writeDurably,
  type TaskState,
} from '../../../../src/engine/state/snapshot-file.ts';
import type { Failure } from '../../../../src/engine/world/world.ts';
import { FakeWorld, refused } from '../../../support/engine/fake-world.ts';

const state: TaskState = {
  operators: { count: [[3, [['käse\n', { n: 1 }]]]], map: null },
  offsets: { s0: 17 },
};

describe('decodeState', () => {
  test('gives back what was encoded', () => {
    const { content, digest } = encodeState(state);
    expect(decodeState(content, digest)).toEqual(state);
  });

  test('refuses the file of another checkpoint, however sound', () => {
    const { content } = encodeState(state);
    const { digest } = encodeState({ ...state, offsets: { s0: 18 } });
    expect(decodeState(content, digest)).toMatch(/^checksum mismatch: expected .* found /);
  });

  test('refuses every truncation and every changed character', () => {
    const { content, digest } = encodeState(state);
    for (let i = 0; i < content.length; i++) {
      const changed = `${content.slice(0, i)}${content[i] === '?' ? '!' : '?'}${content.slice(i + 1)}`;
      expect(decodeState(content.slice(0, i), digest), `cut at ${i}`).toMatch(/^checksum/);
      expect(decodeState(changed, digest), `changed at ${i}`).toMatch(/^checksum/);
    }
  });

  test('names the length that was found', () => {
    const { digest } = encodeState(state);
    expect(decodeState(`${digest}\n{}`, digest)).toContain('over 2 characters');
  });
});

describe('writeDurably', () => {
  function write(world: FakeWorld): Failure | null | undefined {
    let result: Failure | null | undefined;
    writeDurably(world.storage, { path: 'chk-1/x', content: 'text' }, (failure) => {
      result = failure;
    });
    world.settle();
    return result;
  }

  test('writes aside, syncs, then renames', () => {
    const world = new FakeWorld();
    expect(write(world)).toBeNull();
    expect(world.calls).toEqual([
      'storage.write chk-1/x.part',
      'storage.sync chk-1/x.part',
      'storage.rename chk-1/x.part',
    ]);
    expect([...world.files.contents]).toEqual([['chk-1/x', 'text']]);
    expect(world.files.synced).toContain('chk-1/x.part');
  });

  test.each(['write', 'sync', 'rename'])('a failed %s is told and leaves no final name', (step) => {
    const world = new FakeWorld();
    world.plan(`storage.${step}`, refused('io-error'));
    expect(write(world)).toMatchObject({ kind: 'io-error' });
    expect(world.files.contents.has('chk-1/x')).toBe(false);
  });

  test('says nothing before the rename is confirmed', () => {
    const world = new FakeWorld();
    world.plan('storage.rename', { kind: 'held' });
    expect(write(world)).toBeUndefined();
  });
});
