/**
 * The job's registers: ambiguous writes are resolved by reading, nothing is lost, nothing goes
 * back.
 */
import { describe, expect, test } from 'vitest';

import { JobRegister } from '../../../../src/engine/job-manager/job-register.ts';
import { RegisterCell } from '../../../../src/engine/job-manager/register-cell.ts';
import {
  FakeWorld,
  neverHappened,
  replyLost,
  unavailable,
} from '../../../support/engine/fake-world.ts';

const write = 'registers.compareAndSet';

describe('RegisterCell', () => {
  /** A cell that has read the register, and what its calls answered. */
  function cell(world: FakeWorld): {
    cell: RegisterCell;
    answers: unknown[];
    put: (value: string) => void;
  } {
    const opened = new RegisterCell(world, 'x');
    const answers: unknown[] = [];
    opened.read((value) => void answers.push(value));
    world.settle();
    const put = (value: string): void => {
      opened.write(value, (written) => void answers.push(written));
      world.settle();
    };
    return { cell: opened, answers, put };
  }

  test('reads null before the first write, then the last value', () => {
    const world = new FakeWorld();
    const { cell: opened, answers, put } = cell(world);
    put('a');
    put('b');
    opened.read((value) => void answers.push(value));
    world.settle();
    expect(answers).toEqual([null, true, true, 'b']);
  });

  test('reads until the store answers', () => {
    const world = new FakeWorld();
    world.plan('registers.read', unavailable, unavailable);
    const { answers } = cell(world);
    expect(answers).toEqual([]);
    world.pass(100);
    expect(answers).toEqual([null]);
  });

  test('a write after somebody else wrote is refused', () => {
    const world = new FakeWorld();
    const { answers, put } = cell(world);
    world.cells.overwrite('x', 'theirs');
    put('mine');
    expect(answers).toEqual([null, false]);
    expect(world.cells.values.get('x')?.value).toBe('theirs');
  });

  test('a write that happened without a reply counts as written, once', () => {
    const world = new FakeWorld();
    const { answers, put } = cell(world);
    world.plan(write, replyLost);
    put('a');
    world.pass(100);
    expect(answers).toEqual([null, true]);
    expect(world.cells.values.get('x')).toEqual({ value: 'a', version: 1 });
    put('b');
    expect(answers, 'the version was learnt from reading').toEqual([null, true, true]);
  });

  test('a write that did not happen is repeated', () => {
    const world = new FakeWorld();
    const { answers, put } = cell(world);
    world.plan(write, neverHappened, unavailable);
    put('a');
    expect(answers).toEqual([null]);
    world.pass(100);
    expect(answers).toEqual([null, true]);
    expect(world.cells.values.get('x')?.value).toBe('a');
  });

  test('a write whose outcome is unknown while somebody else wrote is lost', () => {
    const world = new FakeWorld();
    const { answers, put } = cell(world);
    world.plan(write, neverHappened);
    world.plan('registers.read', unavailable);
    put('mine');
    world.cells.overwrite('x', 'theirs');
    world.pass(100);
    expect(answers).toEqual([null, false]);
    expect(world.cells.values.get('x')?.value).toBe('theirs');
  });
});

describe('JobRegister', () => {
  function lead(world: FakeWorld): JobRegister {
    const register = new JobRegister(world);
    register.lead(() => undefined);
    world.settle();
    return register;
  }

  function ids(world: FakeWorld, register: JobRegister, count: number): (number | null)[] {
    const given: (number | null)[] = [];
    for (let i = 0; i < count; i++) {
      register.nextId((id) => void given.push(id));
      world.settle();
    }
    return given;
  }

  test('every leader has a higher epoch; attempts go on where the last leader was', () => {
    const world = new FakeWorld();
    const first = lead(world);
    first.nextAttempt(() => undefined);
    world.settle();
    expect(first.current).toMatchObject({ leader: 1, attempt: 1, outcome: null });
    const second = lead(world);
    second.nextAttempt(() => undefined);
    world.settle();
    expect(second.current).toMatchObject({ leader: 2, attempt: 2 });
  });

  test('the start of the job is the first leader’s wall clock', () => {
    const world = new FakeWorld();
    world.clockMs = 500;
    lead(world);
    world.pass(1000);
    expect(lead(world).current.startedAt).toBe(500);
  });

  test('checkpoint ids count from 1, also over the end of a reservation', () => {
    const world = new FakeWorld();
    expect(ids(world, lead(world), 250)).toEqual(Array.from({ length: 250 }, (_, i) => i + 1));
    expect(world.calls.filter((call) => call.startsWith(write))).toHaveLength(4);
  });

  test('a new leader gives out no id that an earlier one may have given', () => {
    const world = new FakeWorld();
    const used = ids(world, lead(world), 3);
    const [next] = ids(world, lead(world), 1);
    expect(used).toEqual([1, 2, 3]);
    expect(next).toBe(101);
  });

  test('an earlier leader learns at its next write that it leads no more', () => {
    const world = new FakeWorld();
    const first = lead(world);
    const second = lead(world);
    const answers: unknown[] = [];
    first.nextAttempt((written) => void answers.push(written));
    first.end('failed', 'x', (written) => void answers.push(written));
    first.nextId((id) => void answers.push(id));
    world.settle();
    expect(answers).toEqual([false, false, null]);
    second.end('finished', 'done', (written) => void answers.push(written));
    world.settle();
    expect(world.cells.json('job')).toMatchObject({
      leader: 2,
      outcome: { kind: 'finished', reason: 'done' },
    });
  });

  test('a write that is still being resolved does not undo the one after it', () => {
    const world = new FakeWorld();
    const register = lead(world);
    register.nextAttempt(() => undefined);
    world.settle();
    world.plan(write, neverHappened);
    const given: unknown[] = [];
    register.nextId((id) => void given.push(id));
    world.settle();
    register.nextAttempt((written) => void given.push(written));
    world.pass(500);
    expect(given).toEqual([1, true]);
    expect(world.cells.json('job')).toMatchObject({ attempt: 2, checkpointIds: 100 });
    expect(register.current.attempt).toBe(2);
  });

  test('two writes at once are both made', () => {
    const world = new FakeWorld();
    const register = lead(world);
    const answers: unknown[] = [];
    register.nextId((id) => void answers.push(id));
    register.nextAttempt((written) => void answers.push(written));
    world.settle();
    expect(answers).toEqual([1, true]);
    expect(world.cells.json('job')).toMatchObject({ attempt: 1, checkpointIds: 100 });
  });
});
