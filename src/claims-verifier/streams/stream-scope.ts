/**
 * What a check of the verifier of stream histories is given, and what `let` names in an
 * explanation.
 */
import type { ClaimKind, ClaimOf } from '../../model/verdict/claim.ts';
import type { RecordName } from '../../model/verdict/places.ts';
import type { ShowingClaim } from '../../model/verdict/claim-streams.ts';
import type { Key } from '../../model/value.ts';
import { UnknownName } from '../scope.ts';
import type { Answer, Told } from '../verify-claims.ts';
import { type At, type Found, isEarlier, type Shown, type ShownValue } from './stream-facts.ts';
import type { StreamFacts } from './stream-facts.ts';

export interface StreamScope extends Told {
  readonly facts: StreamFacts;
}

type StreamCheck<K extends ClaimKind> = (scope: StreamScope, claim: ClaimOf<K>) => Answer;
export type StreamChecks<K extends ClaimKind> = { readonly [Name in K]: StreamCheck<Name> };

/** The explanation is about an event that the checker knew no more: nobody can look it up. */
export class Forgotten extends Error {}

/** The event that `let` calls `name`, and the rows of it that are meant. */
export function namedAt(scope: StreamScope, name: string): { shown: Shown; rows: readonly At[] } {
  const claim = scope.names.get(name);
  if (claim?.kind !== 'showing') throw new UnknownName(name);
  if (claim.number === null) throw new Forgotten(name);
  const shown = scope.facts.shows[claim.number - 1];
  if (shown === undefined) throw new UnknownName(name);
  return { shown, rows: rowsMeant(scope.facts, shown, claim) };
}

/** Rows of an event that a claim describes. */
export function rowsMeant(
  facts: StreamFacts,
  shown: Shown,
  { record, key, counts }: ShowingClaim,
): readonly At[] {
  const { columns } = shown;
  const number = key === null ? null : facts.keyOf(key);
  const found = record === null ? null : facts.record(record);
  const rows: At[] = [];
  columns.key.forEach((own, index) => {
    if (number !== null && own !== number) return;
    if (columns.kind === 'rows') {
      const isNamed =
        record === null ||
        (columns.split[index] === facts.splitOf(record.split) &&
          columns.offset[index] === record.offset);
      if (!isNamed || counts !== null) return;
    } else {
      const splits = facts.logs.length;
      const vector = columns.vector.subarray(index * splits, (index + 1) * splits);
      if (counts !== null && !vector.every((n, split) => n === counts[split])) return;
      if (record !== null && (found === null || !hasIn(facts, { key: own, vector }, found))) return;
    }
    rows.push({ shown, index });
  });
  return rows;
}

/** Whether a value of a key counts the record among its first ones. */
export function hasIn(
  facts: StreamFacts,
  { key, vector }: { readonly key: number; readonly vector: ArrayLike<number> },
  record: Found,
): boolean {
  return record.key === key && facts.rankOf(record) < (vector[record.split] as number);
}

/** The values that a name means, each with those of its key that became visible before it. */
export function valuesNamed(
  scope: StreamScope,
  { key, row }: { readonly key: Key; readonly row: string },
): readonly { readonly value: ShownValue; readonly before: readonly ShownValue[] }[] {
  const { rows } = namedAt(scope, row);
  const all = scope.facts.valuesOf(scope.facts.keyOf(key));
  return rows.flatMap((at) => {
    const value = all.find((own) => own.shown === at.shown && own.index === at.index);
    if (value === undefined) return [];
    return [{ value, before: all.filter((own) => isEarlier(own, value)) }];
  });
}

/** Whether the value is the sum of the records that it counts. */
export function addsUp(facts: StreamFacts, key: number, { vector, print }: ShownValue): boolean {
  return facts.sumOf(key, vector) === print;
}

/** All of them; null when one is no record. */
export function foundAll(
  { facts }: Pick<StreamScope, 'facts'>,
  records: readonly RecordName[],
): readonly Found[] | null {
  const found = records.map((name) => facts.record(name));
  return found.includes(null) ? null : (found as readonly Found[]);
}

/** Whether all are records, and `test` holds for each. */
export function everyRecord(
  scope: Pick<StreamScope, 'facts'>,
  records: readonly RecordName[],
  test: (record: Found) => boolean,
): boolean {
  const found = foundAll(scope, records);
  return found !== null && found.length > 0 && found.every(test);
}

/** Whether there are such records. */
export function exists(scope: Pick<StreamScope, 'facts'>, records: readonly RecordName[]): boolean {
  return everyRecord(scope, records, () => true);
}

/** Whether a row is under this key. */
export function isOfKey({ facts }: StreamScope, { shown, index }: At, key: Key): boolean {
  return shown.columns.key[index] === facts.keyOf(key);
}
