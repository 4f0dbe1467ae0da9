/**
 * Event time under pressure: splits that really fall silent, splits that only cannot be read,
 * windows over windows, and sessions that late records join again.
 */
import * as fc from 'fast-check';

import type { Fault } from '../../src/model/fault.ts';
import type { FaultSite } from '../arbitraries/fault-site.ts';
import { sink, source, splitNames } from '../arbitraries/operators.ts';
import { scheduleFor } from '../arbitraries/schedule.ts';
import { exactlyOnce } from '../promises.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { afterFailure } from '../sometimes.ts';
import { keyBy, numbered, perRecord, steady, together } from './parts.ts';

export const idleSplits: Scenario = defineScenario({
  id: 'idle-splits',
  title: 'Idle splits',
  describes:
    'One subtask reads a split that falls silent and one that does not, and another subtask is far ' +
    'ahead in event time. Verified: the silent split does not hold windows back for ever, and the ' +
    'other one is still waited for.',
  parameters: fc.record({ seed: fc.nat(), fromMs: fc.integer({ min: 200, max: 900 }) }),
  make: ({ seed, fromMs }) => {
    const splits = splitNames('events', 4);
    const idle = { split: 0, fromMs, forMs: 800 };
    const workload = numbered(steady(seed, { idle, records: 200 }), splits);
    return {
      workload: { splits: workload.splits.map((log, i) => (i % 2 === 1 ? ahead(log) : log)) },
      pipeline: {
        name: 'idle splits',
        maxParallelism: 16,
        operators: [
          source('events', splits, {
            watermark: { ...perRecord(20), idlenessMs: 250 },
            parallelism: 2,
          }),
          keyBy('by-key', 'events'),
          window('per-key', 'by-key', 100),
          sink('panes', 'per-key', { parallelism: 2 }),
        ],
      },
    };
  },
  // Calm runs: a stopped process would make any split look silent.
  faults: () => fc.constant([]),
  promises: exactlyOnce,
  sometimes: [{ name: 'a window fired', anyOf: ['panes'] }],
});

export const backpressure: Scenario = defineScenario({
  id: 'backpressure',
  title: 'Backpressure and idleness',
  describes:
    'A slow link and small buffers stop a source from reading for longer than its idleness timeout. ' +
    'Verified: splits that have records are not taken for idle, so nothing on time is dropped.',
  parameters: fc.record({ seed: fc.nat() }),
  make: ({ seed }) => {
    const splits = splitNames('events', 2);
    return {
      workload: numbered(steady(seed, { records: 200, spanMs: 1_500, keys: 12 }), splits),
      pipeline: {
        name: 'backpressure',
        maxParallelism: 16,
        operators: [
          source('events', splits, {
            watermark: { ...perRecord(20), idlenessMs: 150 },
            parallelism: 2,
          }),
          keyBy('by-key', 'events'),
          window('per-key', 'by-key', 100),
          sink('panes', 'per-key', { parallelism: 2 }),
        ],
      },
    };
  },
  tune: (options) => ({
    ...options,
    taskManagers: 2,
    slotsPerTaskManager: 2,
    checkpoint: { ...options.checkpoint, timeoutMs: 3_000, tolerableFailures: 1_000 },
    heartbeatTimeoutMs: 3_000,
    channel: { bufferElements: 1, buffersPerChannel: 1, flushMs: 1 },
  }),
  faults: (site) => together(slowLink(site)),
  promises: exactlyOnce,
  sometimes: [{ name: 'a window fired', anyOf: ['panes'] }],
});

export const twoStageWindows: Scenario = defineScenario({
  id: 'two-stage-windows',
  title: 'Windows over windows',
  describes:
    'Windows per key are gathered into windows of the same size over all keys. Verified: what the ' +
    'first stage fires at a watermark is on time for the second.',
  parameters: fc.record({ seed: fc.nat(), sizeMs: fc.constantFrom(100, 250, 400) }),
  make: ({ seed, sizeMs }) => {
    const splits = splitNames('events', 2);
    return {
      workload: numbered(steady(seed, {}), splits),
      pipeline: {
        name: 'windows over windows',
        maxParallelism: 16,
        operators: [
          source('events', splits, { watermark: perRecord(20), parallelism: 2 }),
          keyBy('by-key', 'events'),
          window('per-key', 'by-key', sizeMs),
          { kind: 'key-by', id: 'by-bucket', input: 'per-key', key: { fn: 'bucket', buckets: 2 } },
          window('per-bucket', 'by-bucket', sizeMs),
          sink('panes', 'per-bucket', { parallelism: 2 }),
        ],
      },
    };
  },
  promises: exactlyOnce,
  sometimes: afterFailure,
});

export const lateSessions: Scenario = defineScenario({
  id: 'late-sessions',
  title: 'Late records in sessions',
  describes:
    'Sessions with allowed lateness over strongly disordered records: late ones join, extend and ' +
    'merge sessions that have fired. Verified: each firing holds the whole session.',
  parameters: fc.record({ seed: fc.nat(), gapMs: fc.constantFrom(40, 80, 150) }),
  make: ({ seed, gapMs }) => {
    const splits = splitNames('clicks', 2);
    return {
      workload: numbered(steady(seed, { disorderMs: 300, keys: 4 }), splits),
      pipeline: {
        name: 'late sessions',
        maxParallelism: 16,
        operators: [
          source('clicks', splits, { watermark: perRecord(30), parallelism: 1 }),
          keyBy('by-user', 'clicks'),
          {
            kind: 'window',
            id: 'session',
            input: 'by-user',
            parallelism: 2,
            assigner: { kind: 'session', gapMs },
            allowedLatenessMs: 2_000,
            lateOutput: true,
            aggregate: { fn: 'collect', field: 'n' },
          },
          sink('sessions', 'session', { parallelism: 2 }),
          sink('late', 'session.late', { parallelism: 1 }),
        ],
      },
    };
  },
  faults: (site) => scheduleFor(site, [0, 0, 1]),
  promises: exactlyOnce,
  sometimes: [{ name: 'a window fired', anyOf: ['panes'] }],
});

type Split = ReturnType<typeof numbered>['splits'][number];

/** The same records, a second later in event time: they do not hold anything back. */
function ahead(log: Split): Split {
  return { ...log, records: log.records.map((r) => ({ ...r, ts: r.ts + 1_000 })) };
}

function window(
  id: string,
  input: string,
  sizeMs: number,
): {
  readonly kind: 'window';
  readonly id: string;
  readonly input: string;
  readonly parallelism: number;
  readonly assigner: { readonly kind: 'tumbling'; readonly sizeMs: number; readonly offsetMs: 0 };
  readonly allowedLatenessMs: number;
  readonly lateOutput: boolean;
  readonly aggregate: { readonly fn: string; readonly field: string };
} {
  return {
    kind: 'window',
    id,
    input,
    parallelism: 2,
    assigner: { kind: 'tumbling', sizeMs, offsetMs: 0 },
    allowedLatenessMs: 0,
    lateOutput: false,
    aggregate: { fn: 'collect', field: 'n' },
  };
}

/** Rows of one task manager trickle to the others. */
function slowLink(site: FaultSite): fc.Arbitrary<Fault> {
  return fc
    .record({
      node: fc.constantFrom(...site.taskManagers),
      messagesPerSecond: fc.integer({ min: 2, max: 12 }),
      at: fc.integer({ min: 350, max: 700 }),
      durationMs: fc.integer({ min: 600, max: 1_500 }),
    })
    .map(({ node, messagesPerSecond, at, durationMs }) => {
      const to = site.taskManagers.filter((other) => other !== node);
      const links = { from: [node], to, bothWays: false };
      return { when: { at }, action: { kind: 'slow-link', links, messagesPerSecond, durationMs } };
    });
}
