/**
 * A history in which events contradict each other about who did what is refused; what only looks
 * like it is read.
 */
import { describe, expect, test } from 'vitest';
import type { StreamEvent } from '../../../src/model/stream-history.ts';
import { StreamRules } from '../../../src/stream-checker/validate-stream.ts';
import {
  attempt,
  completed,
  end,
  log,
  rows,
  tinyHeader,
  tinyRun,
  transaction,
} from './tiny-run.ts';

/** The first fault; null: the history is read. */
function faultOf(...events: readonly StreamEvent[]): string | null {
  const sink = { connector: 'two-phase', subtasks: 2 } as const;
  const run = tinyRun(tinyHeader({ sink }), events);
  const rules = new StreamRules(run.header);
  for (const event of run.events) {
    const fault = rules.faultOf(event);
    if (fault !== null) return fault;
  }
  return null;
}

const one = [{ offset: 0 }];
const prepared = transaction('prepared', 0, { rows: 1 });
const start = [log([0, 0, 0]), attempt(1)];

describe('refused is', () => {
  const refused: Readonly<Record<string, readonly [RegExp, ...StreamEvent[]]>> = {
    'an attempt that never began': [
      /attempt 7, which never began/,
      ...start,
      prepared,
      rows([0, 1], one, { attempt: 7 }),
    ],
    'another than the one that a run without a restart names': [
      /attempt 2, which never began/,
      log([0]),
      prepared,
      rows([0, 1], one, { attempt: 2 }),
    ],
    'an attempt that begins after an event names it': [
      /attempt 1 begins after an event that names it/,
      log([0]),
      prepared,
      attempt(1),
    ],
    'an attempt with the number of an earlier one': [
      /attempt 1 begins after attempt 1/,
      ...start,
      attempt(1),
    ],
    'an attempt with a smaller number': [
      /attempt 2 begins after attempt 3/,
      ...start,
      attempt(3),
      attempt(2),
    ],
    'a row before its attempt began': [
      /5 ms, but attempt 1 began at 20 ms/,
      ...start,
      prepared,
      rows([0, 1], one, { t: 5 }),
    ],
    'a row before its transaction was prepared': [
      /25 ms, but transaction 0 was prepared at 30 ms/,
      ...start,
      prepared,
      rows([0, 1], one, { t: 25 }),
    ],
    'a subtask that the sink does not have': [
      /subtask number 2 of 2/,
      ...start,
      prepared,
      rows([0, 1], one, { subtask: 2 }),
    ],
    'a transaction of another subtask': [
      /subtask 1, but transaction 0 was prepared by subtask 0/,
      ...start,
      prepared,
      rows([0, 1], one, { subtask: 1 }),
    ],
    'a transaction of a later attempt': [
      /attempt 1, but transaction 0 was prepared by attempt 2/,
      ...start,
      attempt(2),
      transaction('prepared', 0, { rows: 1, attempt: 2 }),
      rows([0, 1], one, { attempt: 1 }),
    ],
    'a transaction of another checkpoint that shows': [
      /transaction 0 was prepared for checkpoint 1/,
      ...start,
      prepared,
      rows([0, 2], one),
    ],
    'a transaction of another checkpoint that was committed': [
      /transaction 0 was prepared for checkpoint 1/,
      ...start,
      prepared,
      transaction('committed', 0, { checkpoint: 2 }),
    ],
    'a transaction that two attempts prepared': [
      /transaction 0 was prepared by attempt 1/,
      ...start,
      prepared,
      attempt(2),
      transaction('prepared', 0, { rows: 1, attempt: 2 }),
    ],
    'a number of a transaction that was left out': [
      /transaction number 1 where 0 is the next new one/,
      ...start,
      transaction('prepared', 1, { rows: 1 }),
    ],
    'a checkpoint below the one that its attempt restored': [
      /checkpoint 1 of attempt 2, which restored checkpoint 3/,
      ...start,
      completed(3, [0]),
      attempt(2, 3),
      completed(1, [0], { attempt: 2 }),
    ],
  };

  test.each(Object.entries(refused))('%s', (_name, [what, ...events]) => {
    expect(faultOf(...events)).toMatch(what);
  });
});

describe('read is', () => {
  const read: Readonly<Record<string, readonly StreamEvent[]>> = {
    'a run without a restart that says nothing of its attempt': [
      log([0]),
      prepared,
      completed(1, [1]),
      rows([0, 1], one),
      end(),
    ],
    'a later attempt that commits what it had restored, with another subtask': [
      ...start,
      prepared,
      completed(1, [1]),
      attempt(2, 1),
      rows([0, 1], one, { attempt: 2, subtask: 1 }),
      end(),
    ],
    'numbers of attempts and checkpoints that are left out': [
      log([0]),
      attempt(4),
      transaction('prepared', 0, { attempt: 4, checkpoint: 9 }),
      completed(9, [1], { attempt: 4 }),
      attempt(8, 9),
      end(),
    ],
    'a transaction that was aborted for another checkpoint': [
      ...start,
      prepared,
      transaction('aborted', 0, { checkpoint: 2 }),
      end(),
    ],
    'a transaction of which nobody said that it was prepared': [
      ...start,
      completed(1, [1]),
      rows([0, 1], one),
      end(),
    ],
    'an older attempt that still acts': [...start, prepared, attempt(2), rows([0, 1], one), end()],
  };

  test.each(Object.entries(read))('%s', (_name, events) => {
    expect(faultOf(...events)).toBeNull();
  });
});

describe('a log', () => {
  test('goes on where it was or later, and its offsets rise', () => {
    expect(faultOf(log([0, 0]), log([0], { from: 2 }), log([0], { from: 7 }))).toBeNull();
    expect(faultOf(log([0, 0, 0], { offset: [3, 4, 9] }), log([0], { from: 10 }))).toBeNull();
    expect(faultOf(log([0, 0]), log([0], { from: 1 }))).toMatch(/goes on at 2 or later, not at 1/);
    expect(faultOf(log([0, 0, 0], { offset: [3, 4, 4] }))).toMatch(/do not rise from 3/);
    expect(faultOf({ ...log([0, 0], { offset: [3, 4] }), from: 2 })).toMatch(/do not rise from 2/);
    expect(faultOf({ ...log([0, 0]), offset: Int32Array.of(0) })).toMatch(/1 offsets for 2/);
  });
});
