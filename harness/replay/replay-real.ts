/**
 * Runs a saved case a few times on a real subject, where no two runs are the same, and says how
 * many showed what it was saved for, and whether the simulator shows it.
 */
import type { Rate, RealEvidence } from '../../reports/result.ts';
import type { AnomalyName } from '../../src/model/guarantee.ts';
import { namesOf } from '../campaign/findings.ts';
import type { Execution } from '../execution/outcome.ts';
import type { WorkerPool } from '../workers/pool.ts';
import { familyOf } from '../shrink/family.ts';
import type { SavedFailure } from '../store/saved-failure.ts';

export interface RealReplay {
  readonly rate: Rate;
  /** A run that showed it, else the last that was judged; null when none could be made. */
  readonly execution: Execution | null;
  /** Null when nothing was shown. */
  readonly real: RealEvidence | null;
  /** Why the last run that failed did; null when none did. */
  readonly failure: string | null;
}

/** Runs the case `times` times on the workers of `pool`. */
export async function replayReal(
  pool: WorkerPool,
  saved: SavedFailure,
  times: number,
): Promise<RealReplay> {
  const wanted = saved.anomalies.flatMap((name) => familyOf(name));
  const rate = { shown: 0, of: 0, failed: 0 };
  let shown: Execution | null = null;
  let other: Execution | null = null;
  let failure: string | null = null;
  for (let run = 0; run < times; run++) {
    try {
      const execution = await pool.request({ kind: 'execute', case: saved.case });
      rate.of++;
      if (shows(execution, wanted)) {
        rate.shown++;
        shown ??= execution;
      } else other = execution;
    } catch (error) {
      rate.failed++;
      failure = error instanceof Error ? error.message : String(error);
    }
  }
  const real = shown === null ? null : await compare(pool, saved, { found: shown, wanted });
  return { rate, execution: shown ?? other, real: real && { ...real, rate }, failure };
}

/** Saved for nothing, a case shows something when it breaks a promise. */
function shows({ verdict }: Execution, wanted: readonly AnomalyName[]): boolean {
  if (wanted.length === 0) return verdict.status === 'invalid';
  return namesOf(verdict).some((name) => wanted.includes(name));
}

function compare(
  pool: WorkerPool,
  saved: SavedFailure,
  { found, wanted }: { readonly found: Execution; readonly wanted: readonly AnomalyName[] },
): Promise<RealEvidence | null> {
  return pool.request({ kind: 'compare', case: saved.case, anomalies: wanted, found });
}
