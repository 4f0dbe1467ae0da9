/**
 * What a check of the verifier is given: the facts, and what else the explanation says.
 */
import { canonicalJson } from '../base/json.ts';
import type { ClaimKind, ClaimOf } from '../model/verdict/claim.ts';
import type { Records } from '../model/verdict/places.ts';
import type { Facts, VisibleRow } from './facts.ts';
import type { Answer, Told } from './verify-claims.ts';

export interface Scope extends Told {
  readonly facts: Facts;
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

/**
 * Whether another line of the explanation, which is looked up itself, says one of these of `about`.
 */
export function isSaid(
  { claims }: Pick<Scope, 'claims'>,
  kinds: readonly ClaimKind[],
  about: Readonly<Record<string, unknown>> = {},
): boolean {
  return claims.some(
    (claim) =>
      kinds.includes(claim.kind) &&
      Object.entries(about).every(
        ([name, value]) => canonicalJson((claim as never)[name] ?? null) === canonicalJson(value),
      ),
  );
}

/** Whether `let` gave this name to these records. No name: they are listed. */
export function isNameOf(
  { names }: Pick<Scope, 'names'>,
  name: string | null,
  records: Records,
): boolean {
  if (name === null) return true;
  const claim = names.get(name);
  return claim?.kind === 'records' && canonicalJson(claim.records) === canonicalJson(records);
}

/** All are true: true; some is not: false; else nobody knows. */
export function every(answers: readonly Answer[]): Answer {
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

/** An explanation that uses a name it did not give: no claim with it holds. */
export class UnknownName extends Error {}
