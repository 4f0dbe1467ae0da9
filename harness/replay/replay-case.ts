/**
 * Replays a saved case, twice, and says whether it still shows what it was saved for.
 */
import type { AnomalyName } from '../../src/model/guarantee.ts';
import { namesOf } from '../campaign/findings.ts';
import type { Execution } from '../execution/outcome.ts';
import type { WorkerPool } from '../workers/pool.ts';
import { familyOf } from '../shrink/family.ts';
import type { SavedFailure } from '../store/saved-failure.ts';

export interface Replay {
  readonly execution: Execution;
  /** The two replays had the same history, byte for byte. */
  readonly deterministic: boolean;
  /** One of the anomalies the case was saved for showed again; true when it was saved for none. */
  readonly reproduced: boolean;
  /** The history has the bytes it had when the case was saved; null when that was not recorded. */
  readonly sameBytes: boolean | null;
  readonly anomalies: readonly AnomalyName[];
}

/** Runs the case on the workers of `pool`. Rejects with what the subject or checker throws. */
export async function replayCase(pool: WorkerPool, failure: SavedFailure): Promise<Replay> {
  const job = { kind: 'execute', case: failure.case } as const;
  const execution = await pool.request(job);
  const again = await pool.request(job);
  const anomalies = namesOf(execution.verdict);
  // No run of a real subject has the bytes of another.
  const recorded = failure.real === null ? failure.historyDigest : null;
  const wanted = new Set(failure.anomalies.flatMap((name) => familyOf(name)));
  return {
    execution,
    deterministic: execution.digest === again.digest,
    reproduced: wanted.size === 0 || anomalies.some((name) => wanted.has(name)),
    sameBytes: recorded === null ? null : recorded === execution.digest,
    anomalies,
  };
}
