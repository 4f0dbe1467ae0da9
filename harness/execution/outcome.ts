/**
 * What remains of one run when its history is dropped: small enough to keep ten thousand of them
 * passing between workers. Runs of real subjects take seconds and bring their evidence along.
 */
import type { Case } from '../../src/model/case.ts';
import type { AnomalyName } from '../../src/model/guarantee.ts';
import type { HistoryEvent } from '../../src/model/history.ts';
import type { Unknown } from '../../src/model/verdict/unknown.ts';
import type { Coverage, Status, Verdict } from '../../src/model/verdict/verdict.ts';

export interface RunOutcome {
  readonly run: number;
  readonly status: Status;
  readonly vacuous: boolean;
  readonly strongest: string;
  readonly guarantees: Verdict['guarantees'];
  readonly promises: Verdict['promises'];
  readonly anomalies: readonly AnomalyName[];
  readonly unknowns: readonly Unknown[];
  readonly coverage: Coverage;
  readonly events: number;
  readonly faults: number;
  readonly messages: number;
  readonly virtualMs: number;
  /** Digest of the history's bytes. */
  readonly digest: string;
  /** What the header of its history says it ran on; null: there is none. */
  readonly ranOn: string | null;
  /** What the harness, engine or checker threw; null when nothing did. */
  readonly error: string | null;
  /** The run itself, where making it again could give another one; null: it can be repeated. */
  readonly evidence: RunEvidence | null;
}

/** What was run, and what became of it. */
export interface RunEvidence {
  readonly case: Case;
  readonly execution: Execution;
}

/** One run with all its evidence. */
export interface Execution {
  readonly history: readonly HistoryEvent[];
  readonly verdict: Verdict;
  readonly digest: string;
  readonly messages: number;
  readonly virtualMs: number;
}
