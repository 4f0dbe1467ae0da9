/**
 * Makes a failing case small: delta debugging over faults, records, keys, splits, operators,
 * parallelism, timings and options, re-running subject and checker each time. Deterministic, and
 * bounded by a number of runs. The result is confirmed by two replays with equal bytes. For a
 * subject that computes; what is found in the world goes through shrink-real.ts.
 */
import type { Case } from '../../src/model/case.ts';
import type { FunctionCatalog } from '../../src/model/functions.ts';
import type { AnomalyName } from '../../src/model/guarantee.ts';
import { catalogWith } from '../../src/model/validate/own-functions.ts';
import { plural } from '../../reports/describe/plural.ts';
import { caseSize, type CaseSize, type LimitHit, type RealEvidence } from '../../reports/result.ts';
import { executeNow } from '../execution/execute.ts';
import type { Execution } from '../execution/outcome.ts';
import { reachedCount } from '../planting/reached.ts';
import type { ImmediateSubject } from '../subjects/port/subject.ts';
import { familyOf, primaryAnomaly } from './family.ts';
import { dropOperators, lowerParallelism, resetOptions } from './pipeline-passes.ts';
import { dropFaults, simplifyFaults } from './schedule-passes.ts';
import { Search, type Pass, type Trial } from './search.ts';
import {
  dropKeys,
  dropRecords,
  dropSplits,
  mergeKeys,
  roundRecordTimes,
} from './workload-passes.ts';

export interface ShrinkSettings {
  /** The anomalies of which the first one shown must remain; empty: the case's own first one. */
  readonly anomalies: readonly AnomalyName[];
  /** Named limit `shrink-runs`: runs of the subject at most. */
  readonly runsMax: number;
  /**
   * Accept only runs in which the line of the planted bug is reached: the same defect, not another.
   */
  readonly mustReach: boolean;
}

/** Enough for cases of a few hundred records. */
export const shrinkRunsMax = 1500;

export interface ShrinkResult {
  readonly case: Case;
  /** The anomaly that was kept; null when the case showed none and nothing was shrunk. */
  readonly anomaly: AnomalyName | null;
  readonly from: CaseSize;
  readonly to: CaseSize;
  readonly runs: number;
  /** The budget that ran out before nothing more could be removed; null: none did. */
  readonly limit: LimitHit | null;
  /**
   * Two replays showed the anomaly with byte-identical histories; on a real subject: some run did.
   */
  readonly confirmed: boolean;
  /** Everything about the smallest case. */
  readonly execution: Execution;
  /** Null for a subject that computes. */
  readonly real: RealEvidence | null;
}

/** Data and faults come first: they make every later run cheaper. */
const passes: readonly Pass[] = [
  dropFaults,
  dropKeys,
  dropRecords,
  dropSplits,
  dropOperators,
  lowerParallelism,
  simplifyFaults,
  resetOptions,
  mergeKeys,
  roundRecordTimes,
];

/**
 * The smallest case found that still shows the anomaly of `kase`. Rejects with what the subject
 * throws.
 */
export async function shrink(
  subject: ImmediateSubject,
  kase: Case,
  settings: ShrinkSettings,
): Promise<ShrinkResult> {
  const first = executeNow(subject, kase);
  const anomaly = primaryAnomaly(first.verdict, settings.anomalies);
  if (anomaly === null) return unshrunk(kase, first);
  const family = familyOf(anomaly);
  const trial = new ComputedTrial(subject, family, settings);
  const search = new Search(kase, trial);
  await search.untilNothingChanges(passes);
  const execution = executeNow(subject, search.current);
  const again = executeNow(subject, search.current);
  return {
    case: search.current,
    anomaly,
    from: caseSize(kase),
    to: caseSize(search.current),
    runs: trial.runs,
    limit: trial.exhausted ? runsLimit(kase, trial.runs) : null,
    confirmed: showsAny(execution, family) && execution.digest === again.digest,
    execution,
    real: null,
  };
}

/** Whether the run shows one of the anomalies. */
export function showsAny({ verdict }: Execution, family: readonly AnomalyName[]): boolean {
  return verdict.anomalies.some(({ name }) => family.includes(name));
}

class ComputedTrial implements Trial {
  runs = 0;
  readonly functions: FunctionCatalog;
  private readonly subject: ImmediateSubject;
  private readonly family: readonly AnomalyName[];
  private readonly settings: ShrinkSettings;

  constructor(subject: ImmediateSubject, family: readonly AnomalyName[], settings: ShrinkSettings) {
    this.subject = subject;
    this.functions = catalogWith(subject.given?.functions);
    this.family = family;
    this.settings = settings;
  }

  get exhausted(): boolean {
    return this.runs >= this.settings.runsMax;
  }

  /** A candidate that makes engine or checker throw shows something else, so it does not count. */
  shows(candidate: Case): boolean {
    this.runs++;
    const reachedBefore = reachedCount();
    try {
      const { history } = this.subject.run(candidate);
      if (this.settings.mustReach && reachedCount() === reachedBefore) return false;
      const { anomalies } = this.subject.check(candidate, history);
      return anomalies.some(({ name }) => this.family.includes(name));
    } catch {
      return false;
    }
  }
}

function runsLimit({ scenario }: Case, value: number): LimitHit {
  const detail = `shrinking ${scenario} stopped after ${plural(value, 'run')}: more might have gone`;
  return { limit: 'shrink-runs', value, detail };
}

/** The result for a case in which there is nothing to keep. */
export function unshrunk(kase: Case, execution: Execution): ShrinkResult {
  const size = caseSize(kase);
  return {
    case: kase,
    anomaly: null,
    from: size,
    to: size,
    runs: 1,
    limit: null,
    confirmed: false,
    execution,
    real: null,
  };
}
