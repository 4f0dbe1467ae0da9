/**
 * One case through subject and checker. Whatever throws in there makes the run unknown (law A4),
 * never valid, and never ends the campaign.
 */
import { hash } from 'node:crypto';

import { verifyExplanations } from '../../src/claims-verifier/verify-case.ts';
import { looked } from '../../src/checker/explained.ts';
import { unknownFor } from '../../src/judgement/words/unknown-texts.ts';
import type { Case } from '../../src/model/case.ts';
import { guarantees } from '../../src/model/guarantee.ts';
import type { History } from '../../src/model/history.ts';
import { catalogWith } from '../../src/model/validate/own-functions.ts';
import type { Verdict } from '../../src/model/verdict/verdict.ts';
import { caseSize } from '../../reports/result.ts';
import { historyText } from '../store/history-file.ts';
import type { ImmediateSubject, Subject, SubjectRun } from '../subjects/port/subject.ts';
import type { Execution, RunOutcome } from './outcome.ts';

/** Digest of the history as it stands in a file: 16 hex digits. */
function historyDigest(history: History): string {
  return hash('sha256', historyText(history)).slice(0, 16);
}

/** Runs and judges `kase`. Throws what the subject or the checker throws. */
export async function execute(subject: Subject, kase: Case): Promise<Execution> {
  return judged(subject, kase, await subject.run(kase));
}

/** The same for a subject that needs no waiting. */
export function executeNow(subject: ImmediateSubject, kase: Case): Execution {
  return judged(subject, kase, subject.run(kase));
}

function judged(subject: Subject, kase: Case, run: SubjectRun): Execution {
  const { history, messages, virtualMs } = run;
  const verdict = explained(subject, { kase, history });
  return { history, verdict, digest: historyDigest(history), messages, virtualMs };
}

/** The verdict, if every claim of what it explains holds. */
function explained(
  subject: Subject,
  { kase, history }: { readonly kase: Case; readonly history: History },
): Verdict {
  const verdict = subject.check(kase, history);
  if (verdict.anomalies.length === 0) return verdict;
  const functions = catalogWith(subject.given?.functions);
  return looked(verdict, verifyExplanations({ kase, history }, verdict, functions));
}

/** What the header of the history says it ran on; null: there is none. */
export function ranOn([header]: History): string | null {
  return header?.kind === 'header' ? header.subject : null;
}

/** What is kept of run number `run`. */
export function summarize(run: number, kase: Case, execution: Execution): RunOutcome {
  const { verdict } = execution;
  return {
    run,
    status: verdict.status,
    vacuous: isVacuous(verdict),
    strongest: verdict.strongest,
    guarantees: verdict.guarantees,
    promises: verdict.promises,
    anomalies: [...new Set(verdict.anomalies.map((anomaly) => anomaly.name))],
    unknowns: verdict.unknowns,
    coverage: verdict.coverage,
    ...caseSize(kase),
    messages: execution.messages,
    virtualMs: execution.virtualMs,
    digest: execution.digest,
    ranOn: ranOn(execution.history),
    error: null,
    evidence: null,
  };
}

/** Unknown for no other reason than that too little happened (semantics: vacuity of a run). */
export function isVacuous(verdict: Verdict): boolean {
  return (
    verdict.status === 'unknown' &&
    verdict.unknowns.length > 0 &&
    verdict.unknowns.every(({ kind }) => kind === 'vacuous')
  );
}

/** The outcome of a run that could not be judged because something threw. */
export function failedOutcome(run: number, error: string): RunOutcome {
  const message = error.split('\n')[0] ?? '';
  const unchecked = Object.fromEntries(guarantees.map((name) => [name, 'not-checked']));
  return {
    run,
    status: 'unknown',
    vacuous: false,
    strongest: 'none',
    guarantees: unchecked as Verdict['guarantees'],
    promises: [],
    anomalies: [],
    unknowns: [unknownFor({ reason: 'run-failed', message })],
    coverage: {},
    events: 0,
    faults: 0,
    messages: 0,
    virtualMs: 0,
    digest: hash('sha256', message).slice(0, 16),
    ranOn: null,
    error,
    evidence: null,
  };
}
