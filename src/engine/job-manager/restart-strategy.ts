/**
 * When to restart a failed job, and when to give up (Flink `RestartBackoffTimeStrategy`).
 */
import type { RestartStrategy } from '../../model/options.ts';

export interface RestartBackoff {
  /** The delay before the next attempt in ms, or null: give up. `nowMs` is monotonic. */
  onFailure(nowMs: number): number | null;
}

export function createRestartBackoff(strategy: RestartStrategy): RestartBackoff {
  switch (strategy.kind) {
    case 'fixed-delay':
      return fixedDelay(strategy);
    case 'exponential':
      return exponential(strategy);
    case 'failure-rate':
      return failureRate(strategy);
  }
}

function fixedDelay(strategy: Extract<RestartStrategy, { kind: 'fixed-delay' }>): RestartBackoff {
  let failures = 0;
  return {
    onFailure: () => (++failures > strategy.attemptsMax ? null : strategy.delayMs),
  };
}

function exponential(strategy: Extract<RestartStrategy, { kind: 'exponential' }>): RestartBackoff {
  let delayMs = strategy.initialMs;
  let lastMs: number | null = null;
  return {
    onFailure(nowMs) {
      const calm = lastMs !== null && nowMs - lastMs >= strategy.resetAfterMs + delayMs;
      if (calm) delayMs = strategy.initialMs;
      lastMs = nowMs;
      const now = delayMs;
      delayMs = Math.min(strategy.maxMs, Math.ceil(delayMs * strategy.factor));
      return now;
    },
  };
}

function failureRate(strategy: Extract<RestartStrategy, { kind: 'failure-rate' }>): RestartBackoff {
  let recent: number[] = [];
  return {
    onFailure(nowMs) {
      recent = [...recent.filter((at) => nowMs - at < strategy.intervalMs), nowMs];
      return recent.length > strategy.failuresMax ? null : strategy.delayMs;
    },
  };
}
