/**
 * Claims about the rows of a stream history that each name their record, looked up.
 */
import type { RecordName, Records } from '../../model/verdict/places.ts';
import { isNameOf, isSaid } from '../scope.ts';
import type { Answer } from '../verify-claims.ts';
import { type At, isEarlier, type Shown, type ShownRow, type StreamFacts } from './stream-facts.ts';
import {
  everyRecord,
  exists,
  foundAll,
  hasIn,
  isOfKey,
  namedAt,
  type StreamChecks,
  type StreamScope,
} from './stream-scope.ts';

type RowKind =
  | 'names-no-record'
  | 'no-such-record'
  | 'misrouted'
  | 'key-of'
  | 'under-key'
  | 'other-value'
  | 'prints-differ'
  | 'stream-behind'
  | 'shown-earlier'
  | 'shown-at-all'
  | 'keeps-order'
  | 'split-order'
  | 'not-after'
  | 'contains'
  | 'shows-twice'
  | 'shows-again'
  | 'same-output'
  | 'at-once'
  | 'one-transaction'
  | 'one-attempt'
  | 'two-attempts'
  | 'before'
  | 'goes-back'
  | 'never-shows'
  | 'only-garbled'
  | 'not-shown'
  | 'named-wrongly'
  | 'sees-one-only';

export const streamRowChecks: StreamChecks<RowKind> = {
  'names-no-record': (scope, { record, row }) =>
    isSaid(scope, ['no-such-record'], { record }) && isNaming(scope, row, record),
  'no-such-record': ({ facts }, { record, end }) => {
    const log = facts.logs[facts.splitOf(record.split)];
    if (facts.record(record) !== null) return false;
    return end === (log === undefined ? null : (log.offsets.at(-1) ?? -1) + 1);
  },
  misrouted: (scope, { records, row, key, under }) =>
    key !== under &&
    isSaid(scope, ['key-of'], { records, key }) &&
    isSaid(scope, ['under-key'], { row, key: under }) &&
    records.every((record) => isNaming(scope, row, record)),
  'key-of': (scope, { records, key }) =>
    everyRecord(scope, records, (record) => record.key === scope.facts.keyOf(key)),
  'under-key': (scope, { row, key }) =>
    namedAt(scope, row).rows.some((at) => isOfKey(scope, at, key)),
  'other-value': (scope, { record, row }) =>
    isSaid(scope, ['prints-differ'], { record, row }) && isNaming(scope, row, record),
  'prints-differ': (scope, { row, record, prints: [shown, own] }) => {
    const found = scope.facts.record(record);
    const rows = rowsNaming(scope, row, record);
    return shown !== own && found?.print === own && rows.some(({ print }) => print === shown);
  },
  'stream-behind': (scope, { first, second, row }) =>
    isNaming(scope, row, first) &&
    isSaid(scope, ['split-order'], { first: [first], second: [second] }) &&
    isSaid(scope, ['shown-earlier'], { record: second, row }),
  'shown-earlier': (scope, { record, row }) =>
    namedAt(scope, row).rows.some((at) =>
      allNaming(scope, record).some((own) => isEarlier(own, at)),
    ),
  'shown-at-all': (scope, { record }) => rightRows(scope, record).length > 0,
  'keeps-order': ({ facts }, { from }) => from === null && facts.header.fifo,
  'split-order': (scope, order) => isInOrder(scope, order, 1),
  'not-after': (scope, order) => isInOrder(scope, order, 0),
  contains: (scope, { rows, records, whole }) =>
    whole === null &&
    rows.every((row) => namedAt(scope, row).rows.some((at) => holdsAll(scope, at, records))),
  'shows-twice': (scope, { records, key, rows }) =>
    records !== null &&
    isSaid(scope, ['same-output'], { rows, records }) &&
    namedAt(scope, rows[1]).rows.some((at) => isOfKey(scope, at, key)),
  'shows-again': (scope, { record, row }) =>
    isNaming(scope, row, record) && isSaid(scope, ['shown-earlier'], { record, row }),
  'same-output': (scope, { rows, records }) =>
    records !== null &&
    pairsOf(scope, rows).some(
      ([a, b]) => isEarlier(a, b) && holdsAll(scope, a, records) && holdsAll(scope, b, records),
    ),
  'at-once': (scope, { rows, t }) =>
    pairsOf(scope, rows).some(([a, b]) => a.shown === b.shown && a.shown.t === t && a !== b),
  'one-transaction': (scope, { rows, transaction }) =>
    rows.every((row) => `${namedAt(scope, row).shown.transaction}` === transaction),
  'one-attempt': (scope, { rows, attempt }) =>
    rows.every((row) => namedAt(scope, row).shown.attempt === attempt),
  'two-attempts': (scope, { rows, attempts, restored }) =>
    attempts[0] !== attempts[1] &&
    rows.every((row, i) => namedAt(scope, row).shown.attempt === attempts[i]) &&
    isRestored(scope, Math.max(...attempts), restored),
  before: (scope, { rows }) => pairsOf(scope, rows).some(([a, b]) => isEarlier(a, b)),
  'goes-back': (scope, { records, key, rows }) =>
    isSaid(scope, ['same-output'], { rows, records }) &&
    isSaid(scope, ['before'], { rows }) &&
    namedAt(scope, rows[1]).rows.some((at) => isOfKey(scope, at, key)),
  'never-shows': (scope, { records }) => isAbsent(scope, records),
  'not-shown': (scope, { records, name }) =>
    isNameOf(scope, name, records) && isAbsent(scope, records),
  'only-garbled': (scope, { record }) => isSaid(scope, ['named-wrongly'], { record }),
  'named-wrongly': (scope, { record }) =>
    exists(scope, [record]) &&
    allNaming(scope, record).length > 0 &&
    rightRows(scope, record).length === 0,
  'sees-one-only': (scope, { included, excluded }) => {
    const [first] = rightRows(scope, included);
    const [then] = rightRows(scope, excluded);
    return (
      isSaid(scope, ['not-after'], { first: [excluded], second: [included] }) &&
      first !== undefined &&
      then !== undefined &&
      stateOf(scope.facts, first.shown) < stateOf(scope.facts, then.shown)
    );
  },
};

/**
 * The state that a reader sees after an event: each event of one subtask makes one, else each whole
 * checkpoint, with which shows what was prepared for those that were aborted before it.
 */
function stateOf({ header, completions }: StreamFacts, shown: Shown): number {
  if (header.sink.subtasks === 1) return shown.number;
  const label = shown.checkpoint ?? 0;
  const before = completions.filter(({ line }) => line < shown.line);
  return before.find(({ checkpoint }) => checkpoint >= label)?.checkpoint ?? label;
}

/** All rows that name a record. */
function allNaming({ facts }: StreamScope, { split, offset }: RecordName): readonly ShownRow[] {
  return facts.rowsOf(facts.splitOf(split), offset);
}

/** Those of them that have its value. */
function rightRows(scope: StreamScope, record: RecordName): readonly ShownRow[] {
  const found = scope.facts.record(record);
  return allNaming(scope, record).filter(({ print }) => print === null || print === found?.print);
}

/** The rows that `let` calls `row` and that name the record. */
function rowsNaming(scope: StreamScope, row: string, record: RecordName): readonly ShownRow[] {
  const { rows } = namedAt(scope, row);
  return allNaming(scope, record).filter((own) =>
    rows.some((at) => at.shown === own.shown && at.index === own.index),
  );
}

function isNaming(scope: StreamScope, row: string, record: RecordName): boolean {
  return rowsNaming(scope, row, record).length > 0;
}

function isAbsent(scope: StreamScope, records: readonly RecordName[]): Answer {
  return exists(scope, records) && records.every((record) => allNaming(scope, record).length === 0);
}

function pairsOf(
  scope: StreamScope,
  [a, b]: readonly [string, string],
): readonly (readonly [At, At])[] {
  const second = namedAt(scope, b).rows;
  return namedAt(scope, a).rows.flatMap((first) => second.map((then) => [first, then] as const));
}

/** Whether a row names the records, or a value counts them among its first ones. */
function holdsAll(
  scope: StreamScope,
  { shown, index }: At,
  records: readonly RecordName[],
): boolean {
  const { columns } = shown;
  if (columns.kind === 'rows') {
    return records.every((record) =>
      allNaming(scope, record).some((own) => own.shown === shown && own.index === index),
    );
  }
  const splits = scope.facts.logs.length;
  const vector = columns.vector.subarray(index * splits, (index + 1) * splits);
  const key = columns.key[index] as number;
  return everyRecord(scope, records, (record) => hasIn(scope.facts, { key, vector }, record));
}

/** Whether the first ones lie at least `gap` before the second ones, in one split. */
function isInOrder(
  scope: StreamScope,
  { first, second }: { readonly first: Records; readonly second: Records },
  gap: number,
): boolean {
  const all = foundAll(scope, [...first, ...second]);
  if (all === null || first.length === 0 || second.length === 0) return false;
  const last = Math.max(...first.map(({ offset }) => offset));
  const least = Math.min(...second.map(({ offset }) => offset));
  return new Set(all.map(({ split }) => split)).size === 1 && last + gap <= least;
}

function isRestored(
  { facts }: StreamScope,
  attempt: number,
  restored: number | null | undefined,
): boolean {
  const began = facts.attempts.find((own) => own.attempt === attempt);
  return restored === undefined ? began === undefined : began?.restored === restored;
}
