/**
 * A6: every fault records that its effect was seen; one without makes the run vacuous, never valid.
 */
import { describe, expect, it } from 'vitest';

import { simulate } from '../../../harness/subjects/simulate.ts';
import { defaultCase } from '../../../scenarios/default-case.ts';
import { checkHistory } from '../../support/checker/verified.ts';
import type { Fault, FaultAction } from '../../../src/model/fault.ts';
import type { FaultEvent } from '../../../src/model/history.ts';
import { unknownLine } from '../../../reports/describe/unknown-text.ts';

const calm = defaultCase(5, 0);

const links = { from: ['jm'], to: ['tm0', 'tm1', 'tm2'], bothWays: true };
const actions: readonly FaultAction[] = [
  { kind: 'crash', node: 'tm1', restartAfterMs: 200 },
  { kind: 'pause', node: 'tm0', durationMs: 150 },
  { kind: 'partition', links, durationMs: 300 },
  { kind: 'delay', links, delayMs: 30, durationMs: 300 },
  { kind: 'slow-link', links, messagesPerSecond: 200, durationMs: 300 },
  { kind: 'reset', links },
  { kind: 'drop', links, durationMs: 300 },
  { kind: 'duplicate', links, durationMs: 300 },
  {
    kind: 'reorder',
    links: { from: ['tm0', 'tm1'], to: ['tm1', 'tm2'], bothWays: true },
    waitMs: 60,
    durationMs: 400,
  },
  { kind: 'disk', effect: 'io-error', node: 'tm0', durationMs: 600 },
  { kind: 'store', effect: 'unavailable', durationMs: 600 },
  { kind: 'store', effect: 'crash', durationMs: 200 },
  { kind: 'clock-jump', node: 'tm0', byMs: 500 },
  { kind: 'source-hold', split: calm.workload.splits[0]?.split ?? '', durationMs: 400 },
];

function judged(fault: Fault): ReturnType<typeof checkHistory> & { events: FaultEvent[] } {
  const kase = { ...calm, schedule: [fault] };
  const { history } = simulate(kase);
  const events = history.filter((event): event is FaultEvent => event.kind === 'fault');
  return { ...checkHistory(kase, history), events };
}

describe('A6: a fault that struck', () => {
  it.each(actions.map((action) => [action.kind, action]))(
    '%s says so, after it was injected',
    (_kind, action) => {
      const { events, status, coverage } = judged({ when: { at: 700 }, action });
      expect(events.slice(0, 2).map(({ event }) => event)).toEqual(['injected', 'effect']);
      expect(events[1]?.detail).not.toBe('');
      expect(coverage['faults-with-effect']).toBe(1);
      expect(status).toBe('valid');
    },
  );
});

describe('A6: a fault that met nothing', () => {
  const idle: FaultAction = { kind: 'crash', node: 'tm0', restartAfterMs: 100 };

  it('makes an otherwise valid run unknown', () => {
    const never = judged({ when: { at: calm.deadlineMs - 1 }, action: idle });
    expect(never.events.filter(({ event }) => event === 'effect')).toEqual([]);
    expect(never.status).toBe('unknown');
    expect(never.unknowns.map(unknownLine)).toEqual(['vacuous: fault 0 (crash) never took effect']);
    expect(never.anomalies).toEqual([]);
  });
});
