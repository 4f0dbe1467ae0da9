/** What a run as a whole records: the moment at which the job ended, and what comes after it. */
import { describe, expect, test } from 'vitest';

import type { Fault } from '../../../src/model/fault.ts';
import type { HistoryEvent } from '../../../src/model/history.ts';
import { simulate } from '../../../harness/subjects/simulate.ts';
import { smallCase } from '../model/cases.ts';

const calm = { ...smallCase, schedule: [] };

function run(schedule: readonly Fault[]): readonly HistoryEvent[] {
  return simulate({ ...calm, schedule }).history;
}

const timeOf = (event: HistoryEvent): number => ('t' in event ? event.t : 0);
const jobs = (history: readonly HistoryEvent[]): readonly HistoryEvent[] =>
  history.filter(({ kind }) => kind === 'job');

/** At the end of the job. */
const atTheEnd = (phase: 'before' | 'after', action: Fault['action']): Fault => ({
  when: {
    point: 'job-end',
    phase,
    checkpoint: null,
    operator: null,
    subtask: null,
    occurrence: 1,
  },
  action,
});

describe('the end of the job', () => {
  const history = run([]);
  const [ended] = jobs(history);
  const endsAt = ended === undefined ? Infinity : timeOf(ended);

  test('is an event, when everything is visible', () => {
    expect(jobs(history)).toEqual([expect.objectContaining({ event: 'finished' })]);
    const visible = history.filter(({ kind }) => kind === 'visible');
    expect(visible.length).toBeGreaterThan(0);
    expect(visible.every((event) => timeOf(event) < endsAt)).toBe(true);
  });

  test('is not that of the recording, which goes on', () => {
    expect(timeOf(history.at(-1) as HistoryEvent)).toBeGreaterThan(endsAt + 1_000);
  });

  test.each([
    ['before it was written, and another attempt ends the job', 'before', 2],
    ['after it was written, and the next leader reads it', 'after', 1],
  ] as const)('is struck by faults %s', (_what, phase, attempts) => {
    const crash = { kind: 'crash', node: 'here', restartAfterMs: 50 } as const;
    const faulty = run([atTheEnd(phase, crash)]);
    expect(jobs(faulty)).toHaveLength(1);
    expect(faulty.filter(({ kind }) => kind === 'attempt')).toHaveLength(attempts);
  });
});

test('faults strike after it, until the last one has healed', () => {
  const first = jobs(run([]))[0];
  const at = Math.ceil(first === undefined ? 0 : timeOf(first)) + 2_500;
  const history = run([{ when: { at }, action: { kind: 'pause', node: 'tm0', durationMs: 300 } }]);
  const faults = history.filter((event) => event.kind === 'fault').map(({ event }) => event);
  expect(faults).toEqual(['injected', 'effect', 'healed']);
  expect(timeOf(history.at(-1) as HistoryEvent)).toBeGreaterThan(at + 300 + 1_000);
});
