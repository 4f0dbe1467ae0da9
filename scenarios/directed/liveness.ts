/**
 * Time matters: streams that go on for long after the trouble is over, or while some of their
 * splits have ended or are silent. What is due has to come meanwhile; the end comes too late to
 * help.
 */
import * as fc from 'fast-check';

import type { Fault } from '../../src/model/fault.ts';
import type { OperatorSpec } from '../../src/model/pipeline.ts';
import type { SplitLog } from '../../src/model/workload.ts';
import type { FaultSite } from '../arbitraries/fault-site.ts';
import { sink, source, splitNames } from '../arbitraries/operators.ts';
import { exactlyOnce } from '../promises.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { keyBy, numbered, passing, perRecord, steady, together, twoSplits } from './parts.ts';

const busyMs = 1_000;

export const longTails: Scenario = defineScenario({
  id: 'long-tails',
  title: 'Long tails',
  describes:
    'A second of records in which a checkpoint is aborted, then a trickle for many seconds. ' +
    'Verified: once the trouble is over checkpoints complete and output shows as the trickle goes ' +
    'on, and not only when it ends.',
  parameters: fc.record({
    seed: fc.nat(),
    tailMs: fc.integer({ min: 7_000, max: 9_000 }),
    timerMs: fc.constantFrom(50, 200),
  }),
  make: ({ seed, tailMs, timerMs }) => {
    const busy = numbered(steady(seed, { records: 80, spanMs: 2 * busyMs }), twoSplits);
    const slower = tailMs / busyMs;
    return {
      workload: { splits: busy.splits.map((log) => stretched(log, busyMs, slower)) },
      pipeline: {
        name: 'long tails',
        maxParallelism: 16,
        operators: [
          // Stretched time stretches disorder.
          source('events', twoSplits, { watermark: perRecord(300), parallelism: 2 }),
          keyBy('by-key', 'events'),
          windows('per-key', 'by-key', 500),
          sink('panes', 'per-key', { parallelism: 2 }),
          {
            kind: 'process',
            id: 'batch',
            input: 'by-key',
            parallelism: 2,
            fn: { fn: 'processing-batch', delayMs: timerMs },
          },
          sink('batches', 'batch', { parallelism: 2 }),
        ],
      },
    };
  },
  // All that recovery may take is short, so that the tail is longer.
  tune: (options) => ({
    ...options,
    heartbeatIntervalMs: 100,
    heartbeatTimeoutMs: 300,
    restart: { kind: 'fixed-delay', attemptsMax: 100, delayMs: 50 },
    checkpoint: {
      ...options.checkpoint,
      intervalMs: 250,
      minPauseMs: 20,
      timeoutMs: 400,
      concurrentMax: 1,
      tolerableFailures: 10,
    },
  }),
  faults: (site) => together(fc.oneof(unreadableDisk(site), lateBarriers(site), shortPause(site))),
  promises: exactlyOnce,
  sometimes: [
    { name: 'a checkpoint was aborted', anyOf: ['checkpoints-aborted'] },
    { name: 'checkpoints completed long after the trouble', anyOf: ['calm-after-faults'] },
  ],
});

export const endedSplits: Scenario = defineScenario({
  id: 'ended-splits',
  title: 'Ended and silent splits',
  describes:
    'One split ends early, one falls silent for seconds, the others go on. Verified: event time ' +
    'follows those that go on, and windows fire in their time.',
  parameters: fc.record({
    seed: fc.nat(),
    endsAt: fc.integer({ min: 300, max: 1_000 }),
    silentFor: fc.integer({ min: 1_500, max: 2_500 }),
    emission: fc.constantFrom('per-record', 'periodic'),
    parallelism: fc.integer({ min: 1, max: 4 }),
  }),
  make: ({ seed, endsAt, silentFor, emission, parallelism }) => {
    const splits = splitNames('events', 4);
    const idle = { split: 1, fromMs: 800, forMs: silentFor };
    const workload = numbered(steady(seed, { records: 140, spanMs: 4_000, idle }), splits);
    return {
      workload: { splits: workload.splits.map((log, i) => (i === 0 ? cut(log, endsAt) : log)) },
      pipeline: {
        name: 'ended splits',
        maxParallelism: 16,
        operators: [
          source('events', splits, {
            watermark: { ...perRecord(20), emission, idlenessMs: 250 },
            parallelism,
          }),
          keyBy('by-key', 'events'),
          windows('per-key', 'by-key', 200),
          sink('panes', 'per-key', { parallelism: 2 }),
        ],
      },
    };
  },
  // Calm runs: only silence itself is under test.
  faults: () => fc.constant([]),
  promises: exactlyOnce,
  sometimes: [{ name: 'a window fired', anyOf: ['panes'] }],
});

export const endings: Scenario = defineScenario({
  id: 'endings',
  title: 'Trouble at the end',
  describes:
    'A job ends, by itself or drained, with its first checkpoint, and just then nodes fail or the ' +
    'store does. Verified: what is due is visible when the job says that it is over, and an ' +
    'attempt that restores the last checkpoint only commits.',
  parameters: fc.record({ seed: fc.nat(), drains: fc.boolean() }),
  make: ({ seed, drains }) => ({
    workload: numbered(steady(seed, { records: 60, spanMs: 800 }), twoSplits),
    pipeline: {
      name: 'endings',
      maxParallelism: 16,
      operators: [
        source('events', twoSplits, { watermark: perRecord(20), parallelism: 2 }),
        keyBy('by-key', 'events'),
        windows('per-key', 'by-key', 100),
        sink('panes', 'per-key', { parallelism: 2 }),
      ],
    },
    ...(drains ? { stop: { kind: 'drain', atMs: 650 } as const } : {}),
  }),
  tune: (options) => ({
    ...options,
    checkpoint: { ...options.checkpoint, intervalMs: 1_500, timeoutMs: 1_500 },
  }),
  faults: (site) => together(atTheEnd(site), silentStore),
  promises: exactlyOnce,
  sometimes: [
    { name: 'the last checkpoint was restored', anyOf: ['restores-of-last-checkpoint'] },
    { name: 'the job ended in time', anyOf: ['ends-in-time'] },
  ],
});

/** From `fromMs` on everything takes `slower` times as long, event time too. */
function stretched(log: SplitLog, fromMs: number, slower: number): SplitLog {
  const later = (t: number): number =>
    t <= fromMs ? t : Math.round(fromMs + (t - fromMs) * slower);
  const records = log.records.map((record) => ({
    ...record,
    at: later(record.at),
    ts: later(record.ts),
  }));
  return { ...log, records };
}

function cut(log: SplitLog, endsAt: number): SplitLog {
  return { ...log, records: log.records.filter((record) => record.at <= endsAt) };
}

function windows(id: string, input: string, sizeMs: number): OperatorSpec {
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

const early: fc.Arbitrary<{ at: number }> = fc.record({
  at: fc.integer({ min: 350, max: busyMs }),
});

/** A task manager cannot write its state: it declines. */
function unreadableDisk(site: FaultSite): fc.Arbitrary<Fault> {
  return fc.record({
    when: early,
    action: fc.record({
      kind: fc.constant('disk'),
      effect: fc.constantFrom('io-error', 'no-space'),
      node: fc.constantFrom(...site.taskManagers),
      durationMs: fc.integer({ min: 300, max: 600 }),
    }),
  });
}

/** Rows and barriers of one task manager are behind for longer than a checkpoint may take. */
function lateBarriers(site: FaultSite): fc.Arbitrary<Fault> {
  return fc
    .record({
      when: early,
      node: fc.constantFrom(...site.taskManagers),
      delayMs: fc.integer({ min: 450, max: 900 }),
      durationMs: fc.integer({ min: 300, max: 600 }),
    })
    .map(({ when, node, delayMs, durationMs }) => {
      const to = site.taskManagers.filter((other) => other !== node);
      const links = { from: [node], to, bothWays: false };
      return { when, action: { kind: 'delay', links, delayMs, durationMs } };
    });
}

/** Long enough to be given up, or not. */
function shortPause(site: FaultSite): fc.Arbitrary<Fault> {
  return fc.record({
    when: early,
    action: fc.record({
      kind: fc.constant('pause'),
      node: fc.constantFrom(...site.taskManagers),
      durationMs: fc.integer({ min: 100, max: 600 }),
    }),
  });
}

/** Somebody fails between the trigger of the last checkpoint and the aftermath of the end. */
function atTheEnd(site: FaultSite): fc.Arbitrary<Fault> {
  const restartAfterMs = fc.integer({ min: 10, max: 300 });
  const anybody = fc.constantFrom('jm', ...site.taskManagers);
  return fc
    .record({
      point: fc.constantFrom(
        'completed-store-write',
        'notification',
        'commit-call',
        'job-end',
        'job-end',
      ),
      phase: fc.constantFrom('before', 'after'),
    })
    .chain(({ point, phase }) =>
      fc.record({
        when: fc.constant(passing(point, phase, 1)),
        action: fc.oneof(
          fc.record({ kind: fc.constant('crash'), node: anybody, restartAfterMs }),
          fc.record({
            kind: fc.constant('pause'),
            node: anybody,
            durationMs: fc.integer({ min: 50, max: 2_000 }),
          }),
        ),
      }),
    );
}

const silentStore: fc.Arbitrary<Fault> = fc.record({
  when: fc.constantFrom(passing('commit-call', 'before', 1), passing('notification', 'before', 1)),
  action: fc.record({
    kind: fc.constant('store'),
    effect: fc.constantFrom('unavailable', 'unavailable', 'reply-lost'),
    durationMs: fc.integer({ min: 50, max: 800 }),
  }),
});
