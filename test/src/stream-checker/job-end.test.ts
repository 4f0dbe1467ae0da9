/** What the job says of its end is held against what shows after it. */
import { describe, expect, test } from 'vitest';
import type { StreamEvent } from '../../../src/model/stream-history.ts';
import { namesOf } from './small-run.ts';
import {
  appendSink,
  attempt,
  completed,
  end,
  job,
  log,
  rows,
  tinyHeader,
  tinyRun,
  transaction,
} from './tiny-run.ts';

const promises = ['exactly-once', 'progress'] as const;

function names(...events: readonly StreamEvent[]): string[] {
  const sink = { connector: 'two-phase', subtasks: 1 } as const;
  return namesOf(tinyRun(tinyHeader({ promises, sink }), events));
}

const before = [log([0]), attempt(1), transaction('prepared', 0, { rows: 1 }), completed(1, [1])];
const shows = rows([0, 1], [{ offset: 0 }]);

describe('a job that said that it was over', () => {
  test.each(['finished', 'suspended'] as const)('and %s has shown what it owes', (event) => {
    expect(names(...before, shows, job(event), end(event))).toEqual([]);
    expect(names(...before, job(event), shows, end(event))).toEqual(['premature-finish']);
  });

  test('and gave up may still show what a checkpoint covers', () => {
    expect(names(...before, job('failed'), shows, end('failed'))).toEqual([]);
  });

  test('starts no attempt', () => {
    expect(names(...before, shows, attempt(2, 1), job('finished'), end())).toEqual([]);
    expect(names(...before, shows, job('finished'), attempt(2, 1), end())).toEqual([
      'work-after-end',
    ]);
    // One that was suspended may be started again.
    expect(names(...before, shows, job('suspended'), attempt(2, 1), end())).toEqual([]);
  });

  test('at an append sink, shows nothing more', () => {
    const run = (...events: readonly StreamEvent[]): string[] =>
      namesOf(tinyRun(tinyHeader({ promises, sink: appendSink, aligned: false }), events));
    const row = rows(null, [{ offset: 0 }]);
    expect(run(log([0]), attempt(1), row, job('finished'), end())).toEqual([]);
    expect(run(log([0]), attempt(1), job('finished'), row, end())).toEqual(['premature-finish']);
  });
});
