/**
 * Goes through every claim of the explanations of a verdict, of whichever kind its history is.
 */
import type { Claim, NamedClaim } from '../model/verdict/claim.ts';
import type { Anomaly } from '../model/verdict/verdict.ts';
import type { ClaimFault, Verification } from './verification.ts';

/** `null`: it cannot be looked up, because it is too large or its history does not show it. */
export type Answer = boolean | null;

/** What else an explanation says, beside the claim that is looked up. */
export interface Told {
  readonly names: ReadonlyMap<string, NamedClaim>;
  /** Every claim of the explanation. */
  readonly claims: readonly Claim[];
  /** Nothing else is wrong with the run. */
  readonly isOnly: boolean;
}

/** Asks `answer` for each claim; what it throws is thrown. */
export function verifyClaims(
  anomalies: readonly Anomaly[],
  answer: (told: Told, claim: Claim) => Answer,
): Verification {
  const faults: ClaimFault[] = [];
  let verified = 0;
  const isOnly = anomalies.length === 1 && anomalies[0]?.count === 1;
  for (const [at, anomaly] of anomalies.entries()) {
    const { name, explanation, blame } = anomaly;
    const claims = [...explanation.claims.map(({ claim }) => claim), ...blame.claims];
    const told = { names: namesOf(anomaly), claims, isOnly };
    for (const claim of claims) {
      const holds = answer(told, claim);
      if (holds === true) verified++;
      else faults.push({ anomaly: name, at, claim, isRefuted: holds === false });
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
