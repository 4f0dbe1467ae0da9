/**
 * The port of whatever is being verified, and the checker beside it. A module that implements it
 * exports `subject` and is named by its URL, so that every worker can load its own copy.
 */
import type { Case } from '../../src/model/case.ts';
import type { History, HistoryEvent } from '../../src/model/history.ts';
import type { Verdict } from '../../src/model/verdict.ts';

export interface SubjectRun {
  readonly history: readonly HistoryEvent[];
  readonly messages: number;
  readonly virtualMs: number;
}

export interface Subject {
  readonly id: string;
  run(kase: Case): SubjectRun;
  check(kase: Case, history: History): Verdict;
}
