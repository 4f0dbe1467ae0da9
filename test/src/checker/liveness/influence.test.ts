/** Until when a fault is an excuse. */
import { describe, expect, test } from 'vitest';

import { recoveryBoundMs } from '../../../../src/checker/liveness/completeness.ts';
import { Influence, influenceOf } from '../../../../src/checker/liveness/influence.ts';
import { observe } from '../../../../src/checker/evidence/observe.ts';
import type { Fault } from '../../../../src/model/fault.ts';
import { makeCase } from '../legal-run.ts';
import { sink, source } from '../pipelines.ts';
import { attempt, fault, timedHistory, type Timed } from './timed.ts';

describe('spans', () => {
  const influence = new Influence([
    { from: 50, to: 60 },
    { from: 10, to: 20 },
    { from: 15, to: 30 },
  ]);

  test('that overlap are one', () => {
    expect(influence.spans).toEqual([
      { from: 10, to: 30 },
      { from: 50, to: 60 },
    ]);
  });

  test('a bound within one is extended to its end, others stay', () => {
    expect([9, 10, 29, 30, 49, 55, 70].map((t) => influence.calmFrom(t))).toEqual([
      9, 30, 30, 30, 49, 60, 70,
    ]);
  });

  test('the last calm moment before a time is known', () => {
    expect([5, 10, 20, 30, 40, 55].map((t) => influence.calmUntil(t))).toEqual([
      5, 10, 10, 10, 40, 50,
    ]);
  });

  test('a stretch is calm when no fault reaches into it', () => {
    expect(influence.isCalm(30, 49)).toBe(true);
    expect(influence.isCalm(30, 50)).toBe(false);
    expect(influence.isCalm(0, 100)).toBe(false);
  });
});

describe('a fault', () => {
  const of = (action: Fault['action'], ...events: Timed[]) => {
    const schedule = [{ when: { at: 100 }, action }];
    const kase = makeCase({ operators: [source(['s0']), sink('source')], splits: [], schedule });
    const recoveryMs = recoveryBoundMs(kase);
    const { spans } = influenceOf(kase, observe(timedHistory(kase, events), []), 5_000);
    return spans.map(({ from, to }) => [from, to - recoveryMs]);
  };
  const crash = { kind: 'crash', node: 'tm0', restartAfterMs: 50 } as const;

  test('lasts until it has healed and the job has had its time to recover', () => {
    expect(of(crash, [100, fault(0, 'injected')], [150, fault(0, 'healed')])).toEqual([[100, 150]]);
  });

  test('that nobody saw heal lasts for ever', () => {
    expect(of(crash, [100, fault(0, 'injected')])).toEqual([[100, Infinity]]);
  });

  test('that moved a clock lasts as long as the clock is wrong', () => {
    const jump = { kind: 'clock-jump', node: 'tm0', byMs: -700 } as const;
    expect(of(jump, [100, fault(0, 'injected')], [100, fault(0, 'healed')])).toEqual([[100, 800]]);
  });

  test('that struck after the end is no excuse', () => {
    expect(of(crash, [6_000, fault(0, 'injected')], [6_100, fault(0, 'healed')])).toEqual([]);
  });

  test('that nobody recorded shows in a restart', () => {
    const kase = makeCase({ operators: [source(['s0']), sink('source')], splits: [] });
    const recoveryMs = recoveryBoundMs(kase);
    const events: Timed[] = [
      [300, attempt(1)],
      [40_000, attempt(2)],
    ];
    const { spans } = influenceOf(kase, observe(timedHistory(kase, events), []), 90_000);
    expect(spans).toEqual([{ from: 40_000 - recoveryMs / 3, to: 40_000 + recoveryMs }]);
  });

  test('explains the restarts that follow it', () => {
    const restarted = [100, fault(0, 'injected')] as const;
    const healed = [150, fault(0, 'healed')] as const;
    expect(of(crash, restarted, healed, [300, attempt(1)], [900, attempt(2)])).toEqual([
      [100, 150],
    ]);
  });
});
