/** Checks that a value is a complete set of engine options whose parts go together. */
import type { Report } from '../input-error.ts';
import { limits } from '../limits.ts';
import type { EngineOptions } from '../options.ts';
import { integer, literal, milliseconds, nullable, number, object, refined } from './shape.ts';
import { oneOf, tagged, type Shape } from './shape.ts';

const checkpointShape = object({
  intervalMs: milliseconds(1),
  minPauseMs: milliseconds(),
  timeoutMs: milliseconds(1),
  concurrentMax: integer(1, 1_000),
  tolerableFailures: integer(0),
  retained: integer(1, 1_000),
  onUnreadable: oneOf(['fail', 'fallback']),
});

const restartShape = tagged('kind', {
  'fixed-delay': object({
    kind: literal('fixed-delay'),
    attemptsMax: integer(0),
    delayMs: milliseconds(),
  }),
  exponential: object({
    kind: literal('exponential'),
    initialMs: milliseconds(1),
    maxMs: milliseconds(1),
    factor: number(1),
    resetAfterMs: milliseconds(),
  }),
  'failure-rate': object({
    kind: literal('failure-rate'),
    failuresMax: integer(1),
    intervalMs: milliseconds(1),
    delayMs: milliseconds(),
  }),
});

const membersShape = object({
  taskManagers: integer(1, limits.taskManagersMax),
  slotsPerTaskManager: integer(1, limits.slotsMax),
  mode: oneOf(['exactly-once', 'at-least-once', 'stop-the-world']),
  checkpoint: checkpointShape,
  heartbeatIntervalMs: milliseconds(1),
  heartbeatTimeoutMs: milliseconds(1),
  restart: restartShape,
  channel: object({
    bufferElements: integer(1, 100_000),
    buffersPerChannel: integer(1, 100_000),
    flushMs: milliseconds(),
  }),
  pollIntervalMs: milliseconds(1),
  commitRetryMs: milliseconds(1),
  stop: nullable(object({ kind: oneOf(['drain', 'suspend']), atMs: milliseconds() })),
});

/** Engine options. */
export const optionsShape: Shape = refined(membersShape, (value, path, report) =>
  checkTogether(value as EngineOptions, path, report),
);

function checkTogether(options: EngineOptions, path: string, report: Report): boolean {
  const before = report.count;
  if (options.heartbeatTimeoutMs <= options.heartbeatIntervalMs) {
    report.add(
      `${path}.heartbeatTimeoutMs`,
      options.heartbeatTimeoutMs,
      `more than heartbeatIntervalMs, ${options.heartbeatIntervalMs}`,
    );
  }
  if (options.mode === 'stop-the-world' && options.checkpoint.concurrentMax > 1) {
    report.add(`${path}.checkpoint.concurrentMax`, options.checkpoint.concurrentMax, {
      expectation: '1 in the mode "stop-the-world"',
      suggestion: 'while processing stands still, no second checkpoint can start',
    });
  }
  if (options.restart.kind === 'exponential' && options.restart.maxMs < options.restart.initialMs) {
    report.add(
      `${path}.restart.maxMs`,
      options.restart.maxMs,
      `at least initialMs, ${options.restart.initialMs}`,
    );
  }
  return report.count === before;
}
