/**
 * Claims about rows and records, looked up.
 */
import type { Records, SinkRow } from '../../model/claim.ts';
import type { Row } from '../../model/value.ts';
import type { VisibleRow } from './facts.ts';
import { type Checks, rowOf, type Scope } from './scope.ts';
import { idsNamed, isSameRow, isSameValue } from './values.ts';

export const rowChecks: Checks<
  | 'row'
  | 'records'
  | 'contains'
  | 'same-row'
  | 'gives'
  | 'not-shown'
  | 'before'
  | 'never-shows'
  | 'shows-twice'
> = {
  row: ({ facts }, claim) => {
    const seen = facts.rowsAt(claim.sink)[claim.position];
    return (
      seen !== undefined &&
      isSameRow(seen.row, claim.row) &&
      seen.t === claim.t &&
      seen.attempt === claim.attempt &&
      seen.transaction === claim.transaction &&
      seen.checkpoint === claim.checkpoint
    );
  },
  records: (scope, { records, output }) =>
    exist(scope, records) && (output === null || gives(scope, records, output)),
  contains: (scope, { rows, records, whole }) =>
    rows.every((name) => contains(scope, rowOf(scope, name), { records, whole })),
  'same-row': (scope, { rows: [a, b] }) => {
    const [first, second] = [rowOf(scope, a), rowOf(scope, b)];
    return isOther(first, second) && isSameRow(first.row, second.row);
  },
  gives: (scope, { records, output }) => gives(scope, records, output),
  'not-shown': (scope, { records, sinks }) => sinks.every((sink) => isAbsent(scope, records, sink)),
  before: (scope, { rows: [a, b] }) => rowOf(scope, a).position < rowOf(scope, b).position,
  'never-shows': (scope, { records, sink }) => isAbsent(scope, records, sink),
  'shows-twice': (scope, { records, key, sink, rows: [a, b] }) => {
    const [first, second] = [rowOf(scope, a), rowOf(scope, b)];
    return (
      isOther(first, second) &&
      [first, second].every((row) => row.sink === sink) &&
      second.row.key === key &&
      (records === null || exist(scope, records))
    );
  },
};

function isOther(a: VisibleRow, b: VisibleRow): boolean {
  return a.sink !== b.sink || a.position !== b.position;
}

function exist({ facts }: Scope, records: Records): boolean {
  return records.length > 0 && records.every((name) => facts.record(name) !== undefined);
}

function gives({ facts }: Scope, records: Records, { sink, row }: SinkRow): boolean {
  return facts.givenBy(records, sink).some((given) => isSameRow(given, row));
}

function idsOf({ facts }: Scope, records: Records): readonly (number | undefined)[] {
  return records.map((name) => facts.record(name)?.id);
}

/** By the ids a row names; a row that names none by what it is made of. */
function contains(
  scope: Scope,
  { row, sink }: VisibleRow,
  { records, whole }: { readonly records: Records; readonly whole: Records | null },
): boolean {
  const ids = idsNamed(row.value);
  if (ids !== null) return idsOf(scope, records).every((id) => ids.includes(id ?? Number.NaN));
  if (whole === null) return false;
  const places = whole.map(({ split, offset }) => `${split}@${offset}`);
  return (
    records.every(({ split, offset }) => places.includes(`${split}@${offset}`)) &&
    scope.facts.givenBy(whole, sink).some((given) => isMadeAlike(given, row))
  );
}

function isMadeAlike(a: Row, b: Row): boolean {
  return a.key === b.key && isSameValue(a.value, b.value);
}

/** Null: rows that name no record may contain any. */
function isAbsent(scope: Scope, records: Records, sink: string): boolean {
  const ids = idsOf(scope, records);
  return scope.facts.rowsAt(sink).every(({ row }) => {
    const named = idsNamed(row.value);
    return named !== null && !ids.some((id) => id === undefined || named.includes(id));
  });
}
