/**
 * Options of an engine under test, resolved (no defaults left open). Times in ms.
 */

export type CheckpointMode = 'exactly-once' | 'at-least-once' | 'stop-the-world';

export type RestartStrategy =
  | { readonly kind: 'fixed-delay'; readonly attemptsMax: number; readonly delayMs: number }
  | {
      readonly kind: 'exponential';
      readonly initialMs: number;
      readonly maxMs: number;
      readonly factor: number;
      /** Running this long without failure resets the delay. */
      readonly resetAfterMs: number;
    }
  | {
      readonly kind: 'failure-rate';
      readonly failuresMax: number;
      readonly intervalMs: number;
      readonly delayMs: number;
    };

export interface CheckpointOptions {
  readonly intervalMs: number;
  readonly minPauseMs: number;
  readonly timeoutMs: number;
  readonly concurrentMax: number;
  /** Consecutive failed checkpoints that are tolerated before the job fails over. */
  readonly tolerableFailures: number;
  /** Completed checkpoints kept in the store. */
  readonly retained: number;
  /**
   * What a restore does with an unreadable checkpoint: fail the job, or go back to an older one.
   */
  readonly onUnreadable: 'fail' | 'fallback';
}

export interface ChannelOptions {
  /** Elements that share one network buffer at most. */
  readonly bufferElements: number;
  /** Exclusive buffers (credits) per channel. */
  readonly buffersPerChannel: number;
  /**
   * The longest a partly filled buffer may wait, for engines that have such a timer. The reference
   * engine has none: it sends when a subtask runs out of input, and with every control element.
   */
  readonly flushMs: number;
}

export interface EngineOptions {
  readonly taskManagers: number;
  readonly slotsPerTaskManager: number;
  readonly mode: CheckpointMode;
  readonly checkpoint: CheckpointOptions;
  readonly heartbeatIntervalMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly restart: RestartStrategy;
  readonly channel: ChannelOptions;
  /** How long a source waits before it asks an empty split again. */
  readonly pollIntervalMs: number;
  /** How long a sink waits before it repeats a failed commit. */
  readonly commitRetryMs: number;
  /** Stop with a savepoint at this time: `drain` fires everything, `suspend` nothing. */
  readonly stop: { readonly kind: 'drain' | 'suspend'; readonly atMs: number } | null;
}

/** Defaults scaled for simulation: a run of a few virtual seconds sees several checkpoints. */
export const defaultOptions: EngineOptions = {
  taskManagers: 3,
  slotsPerTaskManager: 4,
  mode: 'exactly-once',
  checkpoint: {
    intervalMs: 400,
    minPauseMs: 50,
    timeoutMs: 3000,
    concurrentMax: 1,
    tolerableFailures: 3,
    retained: 2,
    onUnreadable: 'fail',
  },
  heartbeatIntervalMs: 200,
  heartbeatTimeoutMs: 1000,
  restart: { kind: 'fixed-delay', attemptsMax: 100, delayMs: 100 },
  channel: { bufferElements: 8, buffersPerChannel: 4, flushMs: 5 },
  pollIntervalMs: 10,
  commitRetryMs: 50,
  stop: null,
};
