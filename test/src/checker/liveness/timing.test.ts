/** How long correct work takes at most follows from the options. */
import { expect, test } from 'vitest';

import { timingOf } from '../../../../src/checker/liveness/timing.ts';
import { defaultOptions } from '../../../../src/model/options.ts';
import { makeCase } from '../legal-run.ts';
import { bodies, sink, source } from '../pipelines.ts';

const kase = makeCase({ operators: [source(['s0']), sink('source')], splits: [] });

test('a record takes a poll, and a message and a buffer for each operator', () => {
  const { latencyMs, perRecordMs } = timingOf(kase, 'virtual');
  expect([latencyMs, perRecordMs]).toEqual([10 + 3 * (3.5 + 5), 7]);
  const longer = makeCase({ operators: bodies['tumbling']?.(['s0'], 0) ?? [], splits: [] });
  expect(timingOf(longer, 'virtual').latencyMs).toBe(10 + 5 * (3.5 + 5));
});

test('commits may be repeated once, checkpoints may fail once', () => {
  const { commitRetryMs, checkpoint } = defaultOptions;
  const { commitMs, checkpointMs } = timingOf(kase, 'virtual');
  expect(commitMs).toBe(14 + commitRetryMs);
  const cycleMs = checkpoint.intervalMs + checkpoint.minPauseMs + checkpoint.timeoutMs;
  expect(checkpointMs).toBe(2 * cycleMs);
});

test('on the clock of a machine all of it has slack, and says how much', () => {
  const virtual = timingOf(kase, 'virtual');
  const machine = timingOf(kase, 'machine');
  expect([virtual.slackMs, machine.slackMs]).toEqual([0, 4_000 + 3 * 1_000]);
  for (const name of ['latencyMs', 'commitMs', 'checkpointMs'] as const) {
    expect(machine[name]).toBeGreaterThanOrEqual(virtual[name] + machine.slackMs);
  }
});
