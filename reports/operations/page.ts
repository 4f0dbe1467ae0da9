/**
 * What the page of an operation check shows: the report of `tidemark check`, as far as it needs it.
 */

export interface PageTimelineOperation {
  readonly row: number;
  readonly process: string;
  readonly text: string;
  readonly line: number;
  readonly from: number;
  readonly to: number | null;
  readonly role: 'witness' | 'ordered' | 'next' | 'other';
  readonly place: number | null;
}

export interface PageExplanation {
  readonly partial: readonly {
    readonly row: number;
    readonly text: string;
    readonly before: string;
    readonly after: string;
  }[];
  readonly next: readonly {
    readonly row: number;
    readonly text: string;
    readonly reason: string;
  }[];
  readonly timeline: readonly PageTimelineOperation[];
  /** Why the longest partial order is missing; null when it is there. */
  readonly unfinished: string | null;
}

export interface PageAnomaly {
  readonly name: string;
  readonly key: string | null;
  readonly sentence: string;
  readonly lines: readonly number[];
  readonly count: number;
  readonly explanation: PageExplanation | null;
}

export interface PageCertificate {
  readonly key: string | null;
  readonly verification: 'verified' | 'unverified' | 'rejected' | 'not-asked';
  readonly fault: string | null;
}

export interface PageFile {
  readonly file: string;
  readonly verdict: 'valid' | 'unknown' | 'invalid';
  readonly model: string;
  readonly operations: number;
  readonly indefinite: number;
  readonly partitions: number;
  readonly steps: number;
  readonly wallMs: number;
  readonly certificate: readonly PageCertificate[];
  readonly anomalies: readonly PageAnomaly[];
  readonly unknowns: readonly string[];
}

export interface OperationPage {
  readonly verdict: 'valid' | 'unknown' | 'invalid';
  readonly files: readonly PageFile[];
  readonly errors: readonly { readonly file: string; readonly error: string }[];
}
