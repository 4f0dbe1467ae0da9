/**
 * What an explanation says, as data: each of its sentences is a claim about the case and its
 * history. Texts are made of claims in one place (src/judgement/words), and a verifier that shares
 * no code with the checks looks each of them up again (src/claims-verifier).
 *
 * A name ("A", "R", "X") is given by a `let` of the same explanation and used by its other lines.
 */
import type { HeadlineClaim } from './claim-headlines.ts';
import type { LivenessClaim } from './claim-liveness.ts';
import type { NamedClaim } from './claim-names.ts';
import type { RowClaim } from './claim-rows.ts';
import type { RunClaim } from './claim-runs.ts';
import type { StreamClaim } from './claim-streams.ts';
import type { WindowClaim } from './claim-windows.ts';
import type { RuleName } from './rule.ts';

/** A rule the contradiction stands on. SEMANTICS.md states it; it is no fact of a history. */
export interface RuleClaim {
  readonly kind: 'rule';
  readonly rule: RuleName;
}

export type { NamedClaim };

export type Claim =
  | NamedClaim
  | HeadlineClaim
  | RowClaim
  | WindowClaim
  | RunClaim
  | LivenessClaim
  | StreamClaim
  | RuleClaim;
export type ClaimKind = Claim['kind'];
export type ClaimOf<K extends ClaimKind> = Extract<Claim, { readonly kind: K }>;

/** Where in an explanation a claim stands. */
export type ClaimPart =
  | 'sentence'
  | 'let'
  | 'then'
  | 'however'
  | 'why'
  | 'nearest'
  | 'expected'
  | 'observed';

export interface StatedClaim {
  readonly part: ClaimPart;
  readonly claim: Claim;
}
