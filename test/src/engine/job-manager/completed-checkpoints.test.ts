/** The store of completed checkpoints: add before drop, retain, survive, give up. */
import { describe, expect, test } from 'vitest';

import {
  CompletedCheckpoints,
  type CompletedCheckpoint,
} from '../../../../src/engine/job-manager/completed-checkpoints.ts';
import { FakeWorld, held, neverHappened, refused } from '../../../support/engine/fake-world.ts';

const name = 'completed-checkpoints';

function completed(checkpoint: number): CompletedCheckpoint {
  const handle = { path: `chk-${checkpoint}/a`, digest: 'd', offsets: null };
  return {
    checkpoint,
    attempt: 1,
    ends: null,
    tasks: [{ task: { vertex: 0, subtask: 0 }, handle }],
  };
}

class Rig {
  readonly world: FakeWorld = new FakeWorld();
  readonly answers: unknown[] = [];
  store: CompletedCheckpoints;

  constructor(retained: number) {
    this.store = this.open(retained);
  }

  open(retained: number): CompletedCheckpoints {
    this.store = new CompletedCheckpoints(this.world, retained);
    this.store.recover(() => undefined);
    this.world.settle();
    return this.store;
  }

  add(...ids: number[]): this {
    for (const id of ids) {
      this.world.files.contents.set(`chk-${id}/a`, '');
      this.store.add(completed(id), (added) => void this.answers.push(added));
      this.world.settle();
    }
    return this;
  }

  get stored(): number[] {
    return (this.world.cells.json(name) as CompletedCheckpoint[]).map((c) => c.checkpoint);
  }

  get files(): string[] {
    return [...this.world.files.contents.keys()].sort();
  }
}

test('keeps the newest, and only the files of those', () => {
  const rig = new Rig(2).add(1, 2, 30);
  expect(rig.stored).toEqual([2, 30]);
  expect(rig.files).toEqual(['chk-2/a', 'chk-30/a']);
  expect(rig.store.latest()?.checkpoint).toBe(30);
});

test('removes by exact folder: checkpoint 1 is not a prefix of 10', () => {
  const rig = new Rig(1);
  rig.world.files.contents.set('chk-10/a', '');
  rig.add(1, 2);
  expect(rig.files).toEqual(['chk-10/a', 'chk-2/a']);
});

test('a new one is stored before an old one is dropped', () => {
  const rig = new Rig(1).add(1);
  rig.world.plan('registers.compareAndSet', held);
  rig.add(2);
  expect(rig.files, 'nothing is deleted while the outcome is open').toEqual(['chk-1/a', 'chk-2/a']);
  expect(rig.store.latest()?.checkpoint).toBe(1);
  rig.world.release();
  expect(rig.files).toEqual(['chk-2/a']);
  expect(rig.store.latest()?.checkpoint).toBe(2);
});

test('a refused write adds nothing and deletes nothing', () => {
  const rig = new Rig(1).add(1);
  rig.world.cells.overwrite(name, '[]');
  rig.add(2);
  expect(rig.answers).toEqual([true, false]);
  expect(rig.files).toEqual(['chk-1/a', 'chk-2/a']);
  expect(rig.store.latest()?.checkpoint).toBe(1);
});

test('files that cannot be removed disturb nobody', () => {
  const rig = new Rig(1).add(1);
  rig.world.plan('storage.list', refused('io-error'));
  rig.add(2);
  rig.world.plan('storage.remove', refused('io-error'));
  rig.add(3);
  expect(rig.answers).toEqual([true, true, true]);
  expect(rig.stored).toEqual([3]);
});

test('a new leader finds them', () => {
  const rig = new Rig(3).add(4, 7);
  rig.open(3);
  expect(rig.store.latest()).toEqual(completed(7));
  rig.add(8);
  expect(rig.stored).toEqual([4, 7, 8]);
});

test('without any there is no latest', () => {
  expect(new Rig(1).store.latest()).toBeNull();
});

test('an unreadable one is forgotten by name', () => {
  const rig = new Rig(3).add(4, 7);
  rig.store.discard(7, (written) => void rig.answers.push(written));
  rig.world.settle();
  expect(rig.stored).toEqual([4]);
  expect(rig.store.latest()?.checkpoint).toBe(4);
});

describe('whenSettled', () => {
  test('runs at once when no write is under way', () => {
    const order: string[] = [];
    new Rig(1).store.whenSettled(() => void order.push('ran'));
    expect(order).toEqual(['ran']);
  });

  test('waits for a write, however long its outcome is unknown; later ones queue', () => {
    const rig = new Rig(2);
    rig.world.plan('registers.compareAndSet', neverHappened, neverHappened);
    const order: (number | null)[] = [];
    rig.add(1);
    rig.store.whenSettled(() => {
      order.push(rig.store.latest()?.checkpoint ?? null);
      rig.store.add(completed(2), () => undefined);
    });
    rig.store.whenSettled(() => void order.push(rig.store.latest()?.checkpoint ?? null));
    expect(order).toEqual([]);
    rig.world.pass(1000);
    expect(order).toEqual([1, 2]);
  });

  test('two writes at once are a defect of the caller', () => {
    const rig = new Rig(2);
    rig.store.add(completed(1), () => undefined);
    expect(() => rig.store.add(completed(2), () => undefined)).toThrow('one write');
  });
});
