/**
 * What begins an explanation of values, looked up: mostly it says in other words what a line below
 * it says, which is looked up there.
 */
import type { ClaimKind } from '../../model/verdict/claim.ts';
import { isSaid } from '../scope.ts';
import { countOf, sizeOf } from './value-facts.ts';
import {
  exists,
  namedAt,
  type StreamChecks,
  type StreamScope,
  valuesNamed,
} from './stream-scope.ts';

type ValueHeadlineKind =
  | 'no-such-key'
  | 'value-again'
  | 'key-back'
  | 'value-forked'
  | 'not-the-sum'
  | 'content-wrong'
  | 'value-late'
  | 'lacks-earlier'
  | 'lacks-records'
  | 'counts-too-many'
  | 'counts-too-few'
  | 'adds-several'
  | 'lost-record'
  | 'state-without';

export const streamValueHeadlineChecks: StreamChecks<ValueHeadlineKind> = {
  'no-such-key': (scope, { key, row }) =>
    isSaid(scope, ['key-count'], { key }) &&
    namedAt(scope, row).rows.some(
      ({ shown, index }) => shown.columns.key[index] === scope.facts.keyOf(key),
    ),
  'value-again': (scope, of) => isSaidOf(scope, ['nothing-new', 'adds-shown'], of),
  'key-back': (scope, of) => isSaidOf(scope, ['counts-fewer'], of),
  'value-forked': (scope, of) => isSaidOf(scope, ['counts-beside', 'beside-one'], of),
  'not-the-sum': (scope, of) => isSaidOf(scope, ['sum-differs', 'counts-beyond'], of),
  'content-wrong': (scope, of) =>
    isSaidOf(scope, ['with-twice', 'sum-differs', 'counts-beyond'], of),
  'value-late': (scope, { key, rows }) =>
    valuesNamed(scope, { key, row: rows[1] }).length > 0 &&
    isSaid(scope, ['continues'], { rows }) &&
    isSaid(scope, ['before'], { rows }),
  'lacks-earlier': (scope, { key, row, records }) =>
    isSaid(scope, ['had-shown'], { key, row, records }) &&
    scope.claims.some(
      (claim) =>
        claim.kind === 'without' &&
        claim.row === row &&
        records.every(({ split, offset }) =>
          claim.records.some((own) => own.split === split && own.offset === offset),
        ),
    ),
  'lacks-records': (scope, { key, row, records, isLater }) =>
    isSaid(scope, ['newest-of-key'], { key, row }) &&
    isSaid(scope, ['without'], { key, row, records }) &&
    isSaid(scope, ['contains-later'], { key, row, records }) === isLater,
  'counts-too-many': (scope, { key, row, split, counts, of }) =>
    isSaid(scope, ['counts-beyond'], { key, row, split, counts, of }),
  'counts-too-few': (scope, { key, row, split, counts, of }) => {
    const { facts } = scope;
    const at = facts.splitOf(split);
    const all = facts.placesOf(facts.keyOf(key), at).length;
    const values = valuesNamed(scope, { key, row });
    const isFew = all === of && counts < of && facts.end?.outcome === 'finished';
    return (
      isFew &&
      values.some(({ value }) => countOf(value, at) === counts) &&
      isSaid(scope, ['newest-of-key'], { key, row })
    );
  },
  'adds-several': (scope, { key, row, added, missing }) => {
    const since = scope.claims.find((claim) => claim.kind === 'adds')?.since;
    if (since === undefined || missing < 1 || missing >= added) return false;
    return (
      isSaid(scope, ['steps-missing'], { key, row, since, missing }) &&
      valuesNamed(scope, { key, row }).some(
        ({ value }) => sizeOf(value.vector) - sizeOf(since) === added,
      )
    );
  },
  'lost-record': (scope, { key, record }) =>
    exists(scope, [record]) && isSaid(scope, ['in-no-sum'], { key, record }),
  'state-without': (scope, { included, excluded, isOwn, t }) =>
    isSaid(scope, ['included-by'], { record: included }) &&
    isSaid(scope, ['excluded-by'], { record: excluded, isOwn }) &&
    isSaid(scope, ['split-order'], { first: [excluded], second: [included] }) &&
    scope.claims.some(
      (claim) => claim.kind === 'included-by' && namedAt(scope, claim.row).shown.t === t,
    ),
};

function isSaidOf(
  scope: StreamScope,
  kinds: readonly ClaimKind[],
  { key, row }: { readonly key: string; readonly row: string },
): boolean {
  return isSaid(scope, kinds, { key, row });
}
