/** The report of `tidemark check` on operation histories: plain JSON. */
import type { Certificate } from '../../src/linearizability/history/certificate.ts';
import type { OperationExplanation } from '../../src/linearizability/explain/explain.ts';
import type { LogMetrics } from '../../src/log-anomalies/metrics.ts';
import type { Status } from '../../src/model/verdict/verdict.ts';

/** Why something is wrong: a refuted object, or an anomaly of a log. */
export interface OperationAnomaly {
  /** `not-linearizable`, or the name of a log anomaly. */
  readonly name: string;
  readonly key: string | null;
  readonly sentence: string;
  /** Lines of the file that show it. */
  readonly lines: readonly number[];
  readonly count: number;
  readonly explanation: OperationExplanation | null;
}

/** A certificate per object; orders longer than `orderMax` are cut and say so. */
export interface ReportedCertificate {
  readonly key: string | null;
  readonly method: string;
  readonly verification: 'verified' | 'unverified' | 'rejected' | 'not-asked';
  /** What is wrong with a rejected one, why one stayed unverified; null otherwise. */
  readonly fault: string | null;
  readonly certificate: Certificate | CutLinearization;
}

export interface CutLinearization {
  readonly kind: 'linearization';
  readonly length: number;
  readonly order: readonly number[];
}

export interface FileReport {
  readonly file: string;
  readonly verdict: Status;
  readonly model: string;
  readonly operations: number;
  readonly indefinite: number;
  /** Number of independent objects. */
  readonly partitions: number;
  readonly steps: number;
  readonly wallMs: number;
  readonly peakBytes: number;
  readonly certificate: readonly ReportedCertificate[];
  readonly anomalies: readonly OperationAnomaly[];
  /** Why the verdict is unknown; empty otherwise. */
  readonly unknowns: readonly string[];
  /** Of histories of a log: lag, in events, and repeated consumption. */
  readonly log?: LogMetrics;
}

export interface FailedFile {
  readonly file: string;
  readonly error: string;
}

export interface OperationReport {
  readonly schemaVersion: 1;
  /** Merged over the files that could be read. */
  readonly verdict: Status;
  readonly files: readonly FileReport[];
  /** Files that were refused. */
  readonly errors: readonly FailedFile[];
}

export const orderMax = 10_000;
