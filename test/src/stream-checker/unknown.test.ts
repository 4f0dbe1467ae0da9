/**
 * What the stream tier cannot decide it calls unknown, with the reason.
 */
import { describe, expect, test } from 'vitest';
import { type SmallRun, smallRun, verdictOf } from './small-run.ts';
import { unknownLine } from '../../../reports/describe/unknown-text.ts';

/** The last log of a split comes after the rows that show it. */
function logLate(run: SmallRun): SmallRun {
  const at = run.events.findLastIndex(({ kind }) => kind === 'log');
  const log = run.events[at] as SmallRun['events'][number];
  const rest = run.events.toSpliced(at, 1);
  return { ...run, events: rest.toSpliced(-1, 0, log) };
}

describe('unknown', () => {
  test.each(['rows', 'values'] as const)('records that are logged too late: %s', (output) => {
    const late = logLate(smallRun(1, { output, crashes: 0 }));
    const { status, anomalies, unknowns } = verdictOf(late);
    expect(anomalies).toEqual([]);
    expect(status).toBe('unknown');
    expect(unknowns.map(unknownLine).join('\n')).toMatch(/in the log after a (row|value) that/);
  });

  test('a run that gave up, of which nobody knows what was due', () => {
    const run = smallRun(1);
    const end = { kind: 'end', t: 99_999, outcome: 'failed' } as const;
    const { status, anomalies, unknowns } = verdictOf({
      ...run,
      events: run.events.slice(0, -3).concat(end),
    });
    expect(anomalies).toEqual([]);
    expect(status).toBe('unknown');
    expect(unknowns.map(unknownLine).join('\n')).toContain('the run ended as failed');
  });

  test('a run that was stopped at a checkpoint of unknown offsets', () => {
    const run = smallRun(1);
    const end = { kind: 'end', t: 99_999, outcome: 'suspended' } as const;
    const events = run.events.map((event) =>
      event.kind === 'checkpoint' ? { ...event, offsets: new Int32Array(0) } : event,
    );
    const { status, unknowns } = verdictOf({ ...run, events: events.slice(0, -1).concat(end) });
    expect(status).toBe('unknown');
    expect(unknowns.map(unknownLine).join('\n')).toContain('the run ended as suspended');
  });

  test('a history without its end, or without a visible row', () => {
    const run = smallRun(1);
    expect(verdictOf({ ...run, events: run.events.slice(0, -1) }).status).toBe('unknown');
    const end = { kind: 'end', t: 9, outcome: 'finished' } as const;
    const { status, unknowns } = verdictOf({ ...run, events: [end] });
    expect(status).toBe('unknown');
    expect(unknowns.map(unknownLine)).toEqual(['vacuous: nothing became visible']);
  });

  test('a promise that this tier does not judge', () => {
    const { header, events } = smallRun(1);
    const promises = [...header.promises, 'watermark-sound' as const];
    const { status, unknowns } = verdictOf({ header: { ...header, promises }, events });
    expect(status).toBe('unknown');
    expect(unknowns.map(unknownLine)).toEqual([
      'watermark-sound: the stream tier does not judge watermark-sound',
    ]);
  });
});
