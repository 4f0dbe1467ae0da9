/**
 * What a check of the verifier is given: the facts, and the names that the explanation gave.
 */
import type { ClaimKind, ClaimOf, NamedClaim } from '../../model/claim.ts';
import type { Facts, VisibleRow } from './facts.ts';

/** `null`: too large to look up, or not to be seen from this history. */
export type Answer = boolean | null;

export interface Scope {
  readonly facts: Facts;
  readonly names: ReadonlyMap<string, NamedClaim>;
}

export type Check<K extends ClaimKind> = (scope: Scope, claim: ClaimOf<K>) => Answer;
export type Checks<K extends ClaimKind> = { readonly [Name in K]: Check<Name> };

/** The visible row that `let` calls `name`. Throws when it names none. */
export function rowOf({ facts, names }: Scope, name: string): VisibleRow {
  const claim = names.get(name);
  const row = claim?.kind === 'row' ? facts.rowsAt(claim.sink)[claim.position] : undefined;
  if (row === undefined) throw new UnknownName(name);
  return row;
}

/** An explanation that uses a name it did not give: no claim with it holds. */
export class UnknownName extends Error {}
