/**
 * The independent verifier of explanations of stream histories: looks every claim of a verdict up
 * in the history. It shares no code with the checker that made the verdict, which goes through the
 * history once and forgets; the verifier keeps all of it, up to a limit.
 */
import type { Claim } from '../../model/verdict/claim.ts';
import type { StreamKind } from '../../model/verdict/claim-streams.ts';
import type { Verdict } from '../../model/verdict/verdict.ts';
import { UnknownName } from '../scope.ts';
import type { Verification } from '../verification.ts';
import { type Answer, verifyClaims } from '../verify-claims.ts';
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
  return verifyClaims(anomalies, (told, claim) => answerTo({ facts, ...told }, claim));
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
