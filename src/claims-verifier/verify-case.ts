/**
 * The independent verifier of explanations: looks every claim of a verdict up in the case and its
 * history. It shares no code with the checks that made the verdict; of the operators it believes
 * the sequential specification.
 */
import type { Case } from '../model/case.ts';
import type { Claim, ClaimKind, NamedClaim } from '../model/verdict/claim.ts';
import type { StreamKind } from '../model/verdict/claim-streams.ts';
import { builtinFunctions, type FunctionCatalog } from '../model/functions.ts';
import type { History } from '../model/history.ts';
import type { Anomaly, Verdict } from '../model/verdict/verdict.ts';
import { Facts } from './facts.ts';
import { givenChecks } from './given-checks.ts';
import { livenessChecks, livenessHeadlineChecks } from './liveness-checks.ts';
import { nameChecks } from './name-checks.ts';
import { rowChecks } from './row-checks.ts';
import { rowHeadlineChecks } from './row-headline-checks.ts';
import { runChecks, runHeadlineChecks } from './run-checks.ts';
import { runningChecks } from './running-checks.ts';
import { type Answer, type Checks, type Scope, UnknownName } from './scope.ts';
import type { ClaimFault, Verification } from './verification.ts';
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
  const faults: ClaimFault[] = [];
  let verified = 0;
  const { anomalies } = verdict;
  const isOnly = anomalies.length === 1 && anomalies[0]?.count === 1;
  for (const [at, anomaly] of anomalies.entries()) {
    const claims = claimsOf(anomaly);
    const scope = { facts, names: namesOf(anomaly), claims, isOnly };
    for (const claim of claims) {
      const answer = answerTo(scope, claim);
      if (answer === true) verified++;
      else faults.push({ anomaly: anomaly.name, at, claim, isRefuted: answer === false });
    }
  }
  return { verified, faults };
}

function claimsOf({ explanation, blame }: Anomaly): readonly Claim[] {
  return [...explanation.claims.map(({ claim }) => claim), ...blame.claims];
}

function namesOf({ explanation }: Anomaly): ReadonlyMap<string, NamedClaim> {
  const names = new Map<string, NamedClaim>();
  for (const { part, claim } of explanation.claims) {
    if (part === 'let' && 'name' in claim && claim.name !== null) {
      names.set(claim.name, claim as NamedClaim);
    }
  }
  return names;
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
