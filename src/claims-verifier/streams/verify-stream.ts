/**
 * The independent verifier of explanations of stream histories: looks every claim of a verdict up
 * in the history. It shares no code with the checker that made the verdict, which goes through the
 * history once and forgets; the verifier keeps all of it, up to a limit.
 */
import type { Claim, NamedClaim } from '../../model/verdict/claim.ts';
import type { StreamKind } from '../../model/verdict/claim-streams.ts';
import type { Anomaly, Verdict } from '../../model/verdict/verdict.ts';
import { type Answer, UnknownName } from '../scope.ts';
import type { ClaimFault, Verification } from '../verification.ts';
import { streamNameChecks } from './name-checks.ts';
import { streamRowChecks } from './row-checks.ts';
import { streamRunChecks } from './run-checks.ts';
import type { StreamFacts } from './stream-facts.ts';
import { Forgotten, type StreamChecks, type StreamScope } from './stream-scope.ts';
import { streamTransactionChecks } from './transaction-checks.ts';
import { streamValueChecks } from './value-checks.ts';
import { streamValueHeadlineChecks } from './value-headline-checks.ts';

type Check = (scope: StreamScope, claim: Claim) => Answer;

const checks = {
  ...streamNameChecks,
  ...streamRowChecks,
  ...streamRunChecks,
  ...streamTransactionChecks,
  ...streamValueChecks,
  ...streamValueHeadlineChecks,
} satisfies StreamChecks<StreamKind>;

export function verifyStreamExplanations(facts: StreamFacts, { anomalies }: Verdict): Verification {
  const faults: ClaimFault[] = [];
  let verified = 0;
  const isOnly = anomalies.length === 1 && anomalies[0]?.count === 1;
  for (const [at, anomaly] of anomalies.entries()) {
    const { explanation, blame } = anomaly;
    const claims = [...explanation.claims.map(({ claim }) => claim), ...blame.claims];
    const scope = { facts, names: namesOf(anomaly), claims, isOnly };
    for (const claim of claims) {
      const answer = answerTo(scope, claim);
      if (answer === true) verified++;
      else faults.push({ anomaly: anomaly.name, at, claim, isRefuted: answer === false });
    }
  }
  return { verified, faults };
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

function answerTo(scope: StreamScope, claim: Claim): Answer {
  if (!scope.facts.isWhole) return null;
  const known: Readonly<Record<string, unknown>> = checks;
  const check = known[claim.kind] as Check | undefined;
  // What only the checker of cases says is no claim about a stream history.
  if (check === undefined) return false;
  try {
    return check(scope, claim);
  } catch (error) {
    if (error instanceof UnknownName) return false;
    if (error instanceof Forgotten) return null;
    throw error;
  }
}
