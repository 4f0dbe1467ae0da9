/**
 * A10: whatever happens to links and nodes, a receiving subtask sees a prefix of what the sender
 * sent on the channel, in order, without gaps or repetitions, until its connection is said to be
 * lost.
 */
import { expect, test } from 'vitest';

import type { Case } from '../../../src/model/case.ts';
import { catalog } from '../../../scenarios/catalog/index.ts';
import { randomFaults } from '../../support/simulator/random-faults.ts';
import { runTapped, type Taps } from '../../support/simulator/wire-tap.ts';

const runs = Math.ceil(80 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));

/** Cases under random faults; every second one under link faults, pauses and crashes alone. */
function faultyCase(i: number): Case {
  const scenario = catalog[i % catalog.length] as (typeof catalog)[number];
  const kase = scenario.generate(31, i);
  const wanted = { count: 14, spanMs: 3_500 };
  const harmless = ['partition', 'delay', 'slow-link', 'reset', 'pause', 'crash'];
  const linkKinds = [...harmless, 'reorder', 'drop', 'duplicate'];
  const all = randomFaults(kase, 'channels', wanted);
  const chosen = all.filter(({ action }) => i % 2 === 0 || linkKinds.includes(action.kind));
  return { ...kase, schedule: [...kase.schedule, ...chosen] };
}

function checkPrefixes({ sent, received }: Taps, kase: Case): number {
  for (const { channel, buffers } of received) {
    const from = sent.get(channel) ?? [];
    expect(buffers.length, `${kase.seed}: ${channel}`).toBeLessThanOrEqual(from.length);
    // By identity: the simulator hands buffers over as they are.
    const same = buffers.every((buffer, index) => buffer === from[index]);
    expect(same, `${kase.scenario} ${kase.seed}: ${channel} is not a prefix`).toBe(true);
  }
  return received.filter(({ closed }) => closed).length;
}

test('A10: a channel delivers a prefix, in order, or its connection is lost', () => {
  let broken = 0;
  let cutOff = 0;
  for (let i = 0; i < runs; i++) {
    const kase = faultyCase(i);
    const taps = runTapped(kase);
    broken += checkPrefixes(taps, kase);
    for (const { channel, buffers } of taps.received) {
      if (buffers.length < (taps.sent.get(channel) ?? []).length) cutOff++;
    }
  }
  expect(broken, 'connections broke').toBeGreaterThan(10);
  expect(cutOff, 'buffers were lost').toBeGreaterThan(10);
});

test('A10: without faults everything arrives', () => {
  for (let i = 0; i < catalog.length; i++) {
    const scenario = catalog[i] as (typeof catalog)[number];
    const kase = { ...scenario.generate(31, i), schedule: [] };
    const { sent, received } = runTapped(kase);
    for (const { channel, buffers } of received) {
      expect(buffers.length, `${kase.scenario} ${channel}`).toBe(sent.get(channel)?.length);
    }
    expect(received).toHaveLength(sent.size);
  }
});
