/**
 * What the checks of the verifier ask of rows and records.
 */
import type { RecordName, Records, SinkRow } from '../model/verdict/places.ts';
import type { Row, Value } from '../model/value.ts';
import type { VisibleRow } from './facts.ts';
import type { Scope } from './scope.ts';
import type { Answer } from './verify-claims.ts';
import { rowOf } from './scope.ts';
import { idsNamed, isSameRow, isSameValue, memberOf } from './values.ts';

export function isOther(a: VisibleRow, b: VisibleRow): boolean {
  return a.sink !== b.sink || a.position !== b.position;
}

export function exist({ facts }: Scope, records: Records): boolean {
  return records.length > 0 && records.every((name) => facts.record(name) !== undefined);
}

export function gives({ facts }: Scope, records: Records, { sink, row }: SinkRow): boolean {
  return facts.givenBy(records, sink).some((given) => isSameRow(given, row));
}

export function idsOf({ facts }: Scope, records: Records): readonly number[] {
  return records.map((name) => facts.record(name)?.id ?? Number.NaN);
}

export function isPart(records: Records, whole: Records): boolean {
  const places = new Set(whole.map(({ split, offset }) => `${split}@${offset}`));
  return records.every(({ split, offset }) => places.has(`${split}@${offset}`));
}

/** The ids that a visible row names; null: it names none, or not those of its records. */
export function idsAt({ facts }: Scope, { row, sink }: VisibleRow): readonly number[] | null {
  const ids = idsNamed(row.value);
  return ids !== null && facts.namesAt(sink) ? ids : null;
}

interface Content {
  readonly records: Records;
  readonly whole: Records | null;
}

/** By the ids a row names; a row that names none by what it is made of. */
export function contains(scope: Scope, seen: VisibleRow, { records, whole }: Content): Answer {
  const ids = idsAt(scope, seen);
  if (ids !== null) return idsOf(scope, records).every((id) => ids.includes(id));
  if (whole === null) return null;
  return isMadeOf(scope, seen, whole) && isPart(records, whole);
}

export function lacks(scope: Scope, seen: VisibleRow, { records, whole }: Content): Answer {
  const ids = idsAt(scope, seen);
  if (ids !== null) return !idsOf(scope, records).some((id) => ids.includes(id));
  if (whole === null) return null;
  return isMadeOf(scope, seen, whole) && !records.some((record) => isPart([record], whole));
}

/** What they give is the row, or has its number, digits and fingerprint. */
function isMadeOf(scope: Scope, seen: VisibleRow, whole: Records): boolean {
  const { facts } = scope;
  const { row, sink } = seen;
  const own = countsOf(row.value);
  if (own !== null && addsUp(scope, seen, { records: whole, left: own })) return true;
  const all = [...facts.givenBy(whole, sink), ...facts.givenLate(whole, sink)];
  return all.some((given) => {
    if (given.key !== row.key) return false;
    const counts = countsOf(given.value);
    return own !== null && counts !== null
      ? isSameCounts(own, counts)
      : isSameValue(given.value, row.value);
  });
}

/** Records of which not every way to add up their copies is tried. */
const copiesMax = 10;

/** Whether some of the copies of each of these records, at least one, are what is counted. */
function addsUp(
  scope: Scope,
  seen: VisibleRow,
  { records, left }: { readonly records: Records; readonly left: Counts },
): boolean {
  const [record, ...others] = records;
  if (record === undefined) return left.n === 0 && left.q === 0 && left.f === 0;
  if (records.length > copiesMax) return false;
  const { sink, row } = seen;
  return scope.facts.givenBy([record], sink).some((given) => {
    const some = given.key === row.key ? countsOf(given.value) : null;
    if (some === null || some.n > left.n) return false;
    const rest = { n: left.n - some.n, q: left.q - some.q, f: (left.f - some.f) >>> 0 };
    return addsUp(scope, seen, { records: others, left: rest });
  });
}

/** Null: some row names no record, so it may contain any. */
export function isAbsent(scope: Scope, records: Records, sink: string): Answer {
  const ids = idsOf(scope, records);
  if (ids.length === 0 || ids.includes(Number.NaN) || !scope.facts.hasSink(sink)) return false;
  for (const seen of scope.facts.rowsAt(sink)) {
    const named = idsAt(scope, seen);
    if (named === null) return null;
    if (ids.some((id) => named.includes(id))) return false;
  }
  return true;
}

/** How often the rows name the record. */
export function timesNamed(scope: Scope, record: RecordName, rows: readonly Row[]): number {
  const [id] = idsOf(scope, [record]);
  return rows.flatMap(({ value }) => idsNamed(value) ?? []).filter((named) => named === id).length;
}

/** What a cut-traceable value carries: how many records, their digits, their fingerprint. */
export interface Counts {
  readonly n: number;
  readonly q: number;
  readonly f: number;
}

export function countsOf(value: Value): Counts | null {
  const result = memberOf(value, 'result') ?? value;
  const [n, q, f] = ['n', 'q', 'f'].map((name) => memberOf(result, name));
  return typeof n === 'number' && typeof q === 'number' && typeof f === 'number'
    ? { n, q, f }
    : null;
}

/** How many records a value counts: by its vector, or by its list. */
export function sizeOf(value: Value): number | null {
  const n = memberOf(value, 'n');
  const lists = typeof n === 'number' && Array.isArray(memberOf(value, 'ids'));
  return lists ? n : (countsOf(value)?.n ?? null);
}

/** … the one that `let` calls `name`; nothing counts nothing. */
export function namedSize(scope: Scope, name: string): number | null {
  if (scope.names.get(name)?.kind === 'nothing') return 0;
  return sizeOf(rowOf(scope, name).row.value);
}

export function isSameCounts(a: Counts, b: Counts): boolean {
  return a.n === b.n && a.q === b.q && a.f === b.f;
}

/** The counts of the row that `let` calls `name`; nothing counts nothing. Null: it has none. */
export function namedCounts(scope: Scope, name: string): Counts | null {
  if (scope.names.get(name)?.kind === 'nothing') return { n: 0, q: 0, f: 0 };
  return countsOf(rowOf(scope, name).row.value);
}

/** By how much the second row counts more; null: one of them counts nothing. */
export function stepOf(scope: Scope, [a, b]: readonly [string, string]): Counts | null {
  const [before, after] = [namedCounts(scope, a), namedCounts(scope, b)];
  if (before === null || after === null) return null;
  const f = (after.f - before.f) >>> 0;
  return { n: after.n - before.n, q: after.q - before.q, f };
}

/** The counts that these records give under the key of the row, where it shows. */
export function givenCounts({ facts }: Scope, records: Records, at: SinkRow): Counts | null {
  const last = facts.givenBy(records, at.sink).findLast(({ key }) => key === at.row.key);
  return last === undefined ? null : countsOf(last.value);
}
