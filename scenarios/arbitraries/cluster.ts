/**
 * Engine options: two or three task managers with slots to spare, checkpoints about every 400 ms,
 * and everything else as varied as users' settings are.
 */
import * as fc from 'fast-check';

import {
  defaultOptions,
  type CheckpointMode,
  type EngineOptions,
} from '../../src/model/options.ts';
import type { CheckpointOptions, RestartStrategy } from '../../src/model/options.ts';

/** Options of a cluster that still has `parallelism` slots when one task manager is gone. */
export function clusterOptions(
  parallelism: number,
  mode: CheckpointMode = 'exactly-once',
): fc.Arbitrary<EngineOptions> {
  return fc
    .record({
      taskManagers: fc.constantFrom(2, 3, 3),
      spareSlots: fc.constantFrom(0, 0, 1),
      checkpoint: checkpointOptions(mode),
      heartbeatIntervalMs: fc.constantFrom(100, 200, 300),
      heartbeatMisses: fc.constantFrom(3, 4, 5),
      restart: restartStrategy,
      bufferElements: fc.integer({ min: 1, max: 16 }),
      buffersPerChannel: fc.integer({ min: 1, max: 4 }),
      flushMs: fc.constantFrom(1, 5, 5, 20),
      pollIntervalMs: fc.constantFrom(5, 10, 20),
      commitRetryMs: fc.constantFrom(20, 50, 100),
    })
    .map((drawn) => ({
      ...defaultOptions,
      mode,
      taskManagers: drawn.taskManagers,
      slotsPerTaskManager: Math.ceil(parallelism / (drawn.taskManagers - 1)) + drawn.spareSlots,
      checkpoint: drawn.checkpoint,
      heartbeatIntervalMs: drawn.heartbeatIntervalMs,
      heartbeatTimeoutMs: drawn.heartbeatIntervalMs * drawn.heartbeatMisses,
      restart: drawn.restart,
      channel: {
        bufferElements: drawn.bufferElements,
        buffersPerChannel: drawn.buffersPerChannel,
        flushMs: drawn.flushMs,
      },
      pollIntervalMs: drawn.pollIntervalMs,
      commitRetryMs: drawn.commitRetryMs,
    }));
}

/** One checkpoint at a time in `stop-the-world`; a second one only without a pause between them. */
function checkpointOptions(mode: CheckpointMode): fc.Arbitrary<CheckpointOptions> {
  return fc
    .record({
      intervalMs: fc.constantFrom(150, 250, 400, 400, 400, 600),
      minPauseMs: fc.constantFrom(0, 20, 50, 150),
      timeoutMs: fc.constantFrom(600, 1_500, 3_000),
      concurrent: fc.constantFrom(1, 1, 1, 2),
      tolerableFailures: fc.constantFrom(0, 1, 3, 10),
      retained: fc.integer({ min: 1, max: 3 }),
      onUnreadable: fc.constant('fail'),
    })
    .map(({ concurrent, ...drawn }) => {
      const concurrentMax = mode === 'stop-the-world' ? 1 : concurrent;
      return { ...drawn, concurrentMax, minPauseMs: concurrentMax > 1 ? 0 : drawn.minPauseMs };
    });
}

/** Strategies that survive the handful of failures a schedule causes. */
const restartStrategy: fc.Arbitrary<RestartStrategy> = fc.oneof(
  fc.record({
    kind: fc.constant('fixed-delay'),
    attemptsMax: fc.constantFrom(100, 200),
    delayMs: fc.constantFrom(50, 100, 400),
  }),
  fc.record({
    kind: fc.constant('exponential'),
    initialMs: fc.constantFrom(10, 50),
    maxMs: fc.constantFrom(400, 1_000),
    factor: fc.constantFrom(1.5, 2),
    resetAfterMs: fc.constantFrom(1_000, 5_000),
  }),
  fc.record({
    kind: fc.constant('failure-rate'),
    failuresMax: fc.constantFrom(50, 100),
    intervalMs: fc.constantFrom(1_000, 5_000),
    delayMs: fc.constantFrom(50, 200),
  }),
);
