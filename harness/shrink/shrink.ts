/**
 * Makes a failing case small: delta debugging over faults, records, keys, splits, operators,
 * parallelism, timings and options, re-running subject and checker each time. Deterministic, and
 * bounded by a number of runs. The result is confirmed by two replays with equal bytes.
 */
import type { Case } from '../../src/model/case.ts';
import type { AnomalyName } from '../../src/model/guarantee.ts';
import { caseSize, type CaseSize } from '../../reports/result.ts';
import { executeNow } from '../run/execute.ts';
import type { Execution } from '../run/outcome.ts';
import type { ImmediateSubject } from '../subjects/subject.ts';
import { familyOf, primaryAnomaly } from './family.ts';
import { dropOperators, lowerParallelism, resetOptions } from './pipeline-passes.ts';
import { dropFaults, simplifyFaults } from './schedule-passes.ts';
import { Search } from './search.ts';
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
  /** Accept only runs in which the line of the planted bug is reached: the same defect, not another. */
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
  /** The budget ran out before nothing more could be removed. */
  readonly limitHit: boolean;
  /** Two replays showed the anomaly with byte-identical histories. */
  readonly confirmed: boolean;
  /** Everything about the smallest case. */
  readonly execution: Execution;
  /** Real subjects: how many of the confirming runs showed the anomaly. */
  readonly rate?: { readonly shown: number; readonly of: number };
}

/** Data and faults come first: they make every later run cheaper. */
const passes: readonly ((search: Search) => void)[] = [
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

/** The smallest case found that still shows the anomaly of `kase`. Throws what the subject throws. */
export function shrink(
  subject: ImmediateSubject,
  kase: Case,
  settings: ShrinkSettings,
): ShrinkResult {
  const first = executeNow(subject, kase);
  const anomaly = primaryAnomaly(first.verdict, settings.anomalies);
  if (anomaly === null) return unshrunk(kase, first);
  const family = familyOf(anomaly);
  const search = new Search(subject, kase, { ...settings, family });
  untilNothingChanges(search);
  const execution = executeNow(subject, search.current);
  const again = executeNow(subject, search.current);
  const shown = execution.verdict.anomalies.some(({ name }) => family.includes(name));
  return {
    case: search.current,
    anomaly,
    from: caseSize(kase),
    to: caseSize(search.current),
    runs: search.runs,
    limitHit: search.exhausted,
    confirmed: shown && execution.digest === again.digest,
    execution,
  };
}

function untilNothingChanges(search: Search): void {
  for (;;) {
    const before = search.current;
    for (const pass of passes) pass(search);
    if (search.current === before || search.exhausted) return;
  }
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
    limitHit: false,
    confirmed: false,
    execution,
  };
}
