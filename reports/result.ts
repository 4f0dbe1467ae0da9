/**
 * What every reporter receives: the result of a campaign, and the evidence of the cases worth
 * showing. Plain data; the JSON document of `tidemark run --json` is exactly `RunResult`. Not here:
 * how results come about (harness/campaign) and how they look (the folders beside this file).
 */
import type { Case } from '../src/model/case.ts';
import type { AnomalyName, Guarantee } from '../src/model/guarantee.ts';
import type { History } from '../src/model/history.ts';
import type { Unknown } from '../src/model/verdict/unknown.ts';
import type { Coverage, Status, Verdict } from '../src/model/verdict/verdict.ts';

export const resultSchemaVersion = 2;

export type GuaranteeStatus = Status | 'not-checked';

/** Input records and faults of a case. */
export interface CaseSize {
  readonly events: number;
  readonly faults: number;
}

/** How many runs of a case showed what it is kept for. */
export interface Rate {
  readonly shown: number;
  /** Runs that were judged. */
  readonly of: number;
  /** Further runs, which ended in an error: they say nothing. */
  readonly failed: number;
}

/** What is known of a case found on a real subject, where no two runs are the same. */
export interface RealEvidence {
  /** Name of the subject it was found on. */
  readonly subject: string;
  /** Of runs of this case there; null when it was not run again. */
  readonly rate: Rate | null;
  /** The same of the case as it was found; null when that was not run again. */
  readonly rateAsFound: Rate | null;
  /** Where the case was made smaller; null: it is as it was found. */
  readonly shrunkOn: 'simulator' | 'subject' | null;
  /**
   * Runs a candidate had at most to show it, where it was made smaller on the subject; else null.
   */
  readonly triesMax: number | null;
  /** Whether the simulator shows it in the same case. */
  readonly showsInSimulator: boolean;
  /** Everything the simulator shows in the same case. */
  readonly anomaliesInSimulator: readonly AnomalyName[];
}

/** One case that was kept: a violation, or an unknown worth a look. */
export interface CaseResult extends CaseSize {
  /** Path of the saved case, relative to the working directory; null when nothing was written. */
  readonly file: string | null;
  /** Run number inside the scenario; null for a saved failure. */
  readonly run: number | null;
  readonly status: Status;
  readonly anomalies: readonly AnomalyName[];
  /** One sentence: what is broken, with its values; of an unknown case, why it is unknown. */
  readonly sentence: string;
  /** The reason that the sentence tells; null where the case is not unknown. */
  readonly open: Unknown | null;
  /** Size before shrinking; null when it was not shrunk. */
  readonly shrunkFrom: CaseSize | null;
  /** The command that runs this case again. */
  readonly replay: string;
  /** Null for a case of the simulator. */
  readonly real: RealEvidence | null;
}

/** Something a scenario says must happen in some run, and in how many it did. */
export interface Sometimes {
  readonly name: string;
  readonly runs: number;
}

/** What runs ran on, as the histories themselves say, and how many. */
export interface RanOn {
  readonly subject: string;
  readonly runs: number;
}

export interface ScenarioStats {
  readonly wallMs: number;
  readonly virtualMs: number;
  readonly messages: number;
  readonly runsPerSecond: number;
}

export interface ScenarioResult {
  readonly id: string;
  readonly title: string;
  readonly verdict: Status;
  /** The weakest of the runs' strongest guarantees: what held in every run. */
  readonly strongestGuarantee: string;
  readonly runs: number;
  /** Absent in results of earlier versions. */
  readonly ranOn?: readonly RanOn[] | undefined;
  /** Runs that decided nothing: no visible output, or a fault without effect. */
  readonly vacuousRuns: number;
  readonly guarantees: Readonly<Record<Guarantee, GuaranteeStatus>>;
  readonly promises: readonly Guarantee[];
  /** Names of all anomalies seen, also of those that break no promise. */
  readonly anomalies: readonly AnomalyName[];
  readonly cases: readonly CaseResult[];
  /** Sums over all runs. */
  readonly coverage: Coverage;
  readonly sometimes: readonly Sometimes[];
  /** Why the verdict is not more than unknown; empty otherwise. */
  readonly unknowns: readonly Unknown[];
  /** Digest over the bytes of all histories in run order: equal for equal seeds (law A1). */
  readonly historyDigest: string;
  /** How far the runs carry, in words. */
  readonly statement: string;
  readonly stats: ScenarioStats;
}

/** A named limit that ended something early (law A8). */
export interface LimitHit {
  readonly limit: string;
  readonly value: number;
  readonly detail: string;
}

export interface RunResult {
  readonly schemaVersion: typeof resultSchemaVersion;
  readonly tool: string;
  readonly runId: string;
  readonly subject: string;
  readonly seed: number;
  readonly verdict: Status;
  readonly statement: string;
  readonly interrupted: boolean;
  readonly scenarios: readonly ScenarioResult[];
  readonly limits: readonly LimitHit[];
  /** Saved failures that could not be read, or not be run here: reported, left where they are. */
  readonly skipped: readonly string[];
  readonly stats: ScenarioStats;
}

/** Everything about one run, for timelines and explanations. */
export interface CaseEvidence {
  readonly scenario: string;
  readonly run: number | null;
  readonly file: string | null;
  /** Folder of case, history and verdict inside the run's folder; null when not written. */
  readonly folder: string | null;
  readonly replay: string;
  readonly shrunkFrom: CaseSize | null;
  readonly real: RealEvidence | null;
  readonly case: Case;
  readonly history: History;
  readonly verdict: Verdict;
}

export interface Report {
  readonly result: RunResult;
  readonly evidence: readonly CaseEvidence[];
}

/** Input records and faults of `kase`. */
export function caseSize(kase: Case): CaseSize {
  const events = kase.workload.splits.reduce((sum, split) => sum + split.records.length, 0);
  return { events, faults: kase.schedule.length };
}
