/**
 * The independent verifier of explanations: looks every claim of a verdict up in the case and its
 * history. It shares no code with the checks that made the verdict; of the operators it believes
 * the sequential specification.
 */
import type { Case } from '../model/case.ts';
import type { Claim, ClaimKind } from '../model/verdict/claim.ts';
import type { StreamKind } from '../model/verdict/claim-streams.ts';
import { builtinFunctions, type FunctionCatalog } from '../model/functions.ts';
import type { History } from '../model/history.ts';
import type { Verdict } from '../model/verdict/verdict.ts';
import { Facts } from './facts.ts';
import { givenChecks } from './given-checks.ts';
import { livenessChecks, livenessHeadlineChecks } from './liveness-checks.ts';
import { nameChecks } from './name-checks.ts';
import { rowChecks } from './row-checks.ts';
import { rowHeadlineChecks } from './row-headline-checks.ts';
import { runChecks, runHeadlineChecks } from './run-checks.ts';
import { runningChecks } from './running-checks.ts';
import { type Checks, type Scope, UnknownName } from './scope.ts';
import type { Verification } from './verification.ts';
import { type Answer, verifyClaims } from './verify-claims.ts';
import { windowChecks, windowHeadlineChecks } from './window-checks.ts';

const checks: Checks<Exclude<ClaimKind, StreamKind>> = {
  ...nameChecks,
  ...rowHeadlineChecks,
  ...windowHeadlineChecks,
  ...runHeadlineChecks,
  ...rowChecks,
  ...givenChecks,
  ...runningChecks,
  ...windowChecks,
  ...runChecks,
  ...livenessHeadlineChecks,
  ...livenessChecks,
};

/** `functions`: what the names of functions in the case stand for. */
export function verifyExplanations(
  { kase, history }: { readonly kase: Case; readonly history: History },
  verdict: Verdict,
  functions: FunctionCatalog = builtinFunctions,
): Verification {
  const facts = new Facts({ kase, functions }, history);
  return verifyClaims(verdict.anomalies, (told, claim) => answerTo({ facts, ...told }, claim));
}

function answerTo(scope: Scope, claim: Claim): Answer {
  // What long runs say is no claim about a case.
  const known: Readonly<Record<string, unknown>> = checks;
  const check = known[claim.kind] as ((scope: Scope, claim: Claim) => Answer) | undefined;
  try {
    return check?.(scope, claim) ?? (check === undefined ? false : null);
  } catch (error) {
    if (error instanceof UnknownName) return false;
    throw error;
  }
}
