/** Checkpoints that stop coming while there is input. */
import { expect, test } from 'vitest';

import { recoveryBoundMs } from '../../../../src/checker/liveness/completeness.ts';
import { timingOf } from '../../../../src/checker/liveness/timing.ts';
import type { Fault } from '../../../../src/model/fault.ts';
import { log } from '../by-hand.ts';
import { makeCase } from '../legal-run.ts';
import { sink, source } from '../pipelines.ts';
import { attempt, checkpoint, fault, judge, type Timed } from './timed.ts';

const lastMs = 60_000;
const splits = [
  log('s0', [
    [1, 0, 100],
    [2, 1, lastMs],
  ]),
];
const kase = makeCase({ operators: [source(['s0']), sink('source')], splits });
const { checkpointMs } = timingOf(kase, 'virtual');
const start: Timed = [300, attempt(1)];
/** Every 5 s, but none in a gap. */
const some = (from: number, to: number): Timed[] =>
  Array.from({ length: lastMs / 5_000 }, (_, i) => (i + 1) * 5_000)
    .filter((t) => t <= from || t >= to)
    .flatMap((t) => checkpoint(t, t));

const stalls = (...[of, events, more]: Parameters<typeof judge>): number =>
  judge(of, events, more).filter((name) => name === 'stall').length;

test('one in two cycles is enough', () => {
  expect(checkpointMs).toBe(2 * (400 + 50 + 3_000));
  expect(stalls(kase, [start, ...some(0, 0)], { endsAt: 61_000 })).toBe(0);
});

test('a longer gap is a stall, also at the beginning', () => {
  expect(stalls(kase, [start, ...some(20_000, 30_000)], { endsAt: 61_000 })).toBe(1);
  expect(stalls(kase, [start, ...some(0, 15_000)], { endsAt: 61_000 })).toBe(1);
});

test('when the last input has come, the end is waited for', () => {
  const early = { ...kase, workload: { splits: [log('s0', [[1, 0, 6_000]])] } };
  expect(stalls(early, [start, ...checkpoint(1, 5_000)], { endsAt: 30_000 })).toBe(0);
});

test('a fault is an excuse, for as long as recovery may take', () => {
  const crash: Fault = {
    when: { at: 21_000 },
    action: { kind: 'crash', node: 'tm0', restartAfterMs: 100 },
  };
  const faulty = { ...kase, schedule: [crash] };
  const faults: Timed[] = [
    [21_000, fault(0, 'injected')],
    [21_000, fault(0, 'effect')],
    [21_100, fault(0, 'healed')],
  ];
  const recovered = 21_100 + recoveryBoundMs(kase);
  const until = (t: number): Timed[] => [start, ...faults, ...some(20_000, t)];
  expect(stalls(faulty, until(recovered - 5_000), { endsAt: 61_000 })).toBe(0);
  expect(stalls(faulty, until(recovered + 5_000), { endsAt: 61_000 })).toBe(1);
});

test('a machine has slack', () => {
  const events = [start, ...some(20_000, 30_000)];
  expect(stalls(kase, events, { endsAt: 61_000, clock: 'machine' })).toBe(0);
});
