/** Which links of a run have a frame proxy: those whose messages the schedule meddles with. */
import { expect, test } from 'vitest';

import { meddlesWith } from '../../../../harness/subjects/processes/framed-links.ts';
import type { FaultAction, Links } from '../../../../src/model/fault.ts';

const links: Links = { from: ['tm0'], to: ['tm1', 'jm'], bothWays: false };
const pairs = [
  ['jm', 'tm0'],
  ['jm', 'tm1'],
  ['tm0', 'tm1'],
] as const;

function framed(action: FaultAction): string[] {
  const schedule = [{ when: { at: 1 }, action }];
  return pairs.filter(([a, b]) => meddlesWith(schedule, a, b)).map((pair) => pair.join());
}

test('links are named by their two ends, in any order', () => {
  expect(framed({ kind: 'drop', links, durationMs: 1 })).toEqual(['jm,tm0', 'tm0,tm1']);
  expect(framed({ kind: 'duplicate', links, durationMs: 1 })).toEqual(['jm,tm0', 'tm0,tm1']);
});

test('who is here is known only later', () => {
  const anywhere = { ...links, from: ['here'] };
  expect(framed({ kind: 'reorder', links: anywhere, waitMs: 1, durationMs: 1 })).toHaveLength(3);
});

test('other faults need none', () => {
  expect(framed({ kind: 'partition', links, durationMs: 1 })).toEqual([]);
  expect(framed({ kind: 'crash', node: 'tm0', restartAfterMs: 1 })).toEqual([]);
});
