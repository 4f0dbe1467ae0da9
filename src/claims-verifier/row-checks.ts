/**
 * Claims about rows and records, looked up: what rows are made of, what does not show, orders.
 */
import type { RecordName, Records } from '../model/verdict/places.ts';
import type { Row } from '../model/value.ts';
import {
  contains,
  exist,
  gives,
  idsAt,
  idsOf,
  isAbsent,
  isOther,
  lacks,
  timesNamed,
} from './evidence.ts';
import { keepsOrder } from './paths.ts';
import { type Checks, every, isNameOf, rowOf, type Scope } from './scope.ts';
import type { Answer } from './verify-claims.ts';
import { idsNamed, isSameRow, isSameValue } from './values.ts';

export const rowChecks: Checks<
  | 'contains'
  | 'lacks'
  | 'same-output'
  | 'same-but-keys'
  | 'same-but-key'
  | 'lists'
  | 'ends-with'
  | 'fits-none'
  | 'names-ids'
  | 'no-such-id'
  | 'under-key'
  | 'not-shown'
  | 'not-together'
  | 'no-such-row'
  | 'named-times'
  | 'not-named-at'
  | 'no-row-of-key'
  | 'last-of-key'
  | 'before'
  | 'between'
  | 'split-order'
  | 'listed-order'
  | 'keeps-order'
> = {
  contains: (scope, { rows, records, whole }) =>
    every(rows.map((name) => contains(scope, rowOf(scope, name), { records, whole }))),
  lacks: (scope, { row, ...content }) => lacks(scope, rowOf(scope, row), content),
  'same-output': (scope, { rows, records }) => {
    const [a, b] = [rowOf(scope, rows[0]), rowOf(scope, rows[1])];
    if (!isOther(a, b) || !isSameRow(a.row, b.row)) return false;
    return records === null || contains(scope, a, { records, whole: records });
  },
  'same-but-keys': (scope, { rows }) => {
    const [a, b] = [rowOf(scope, rows[0]).row, rowOf(scope, rows[1]).row];
    return a.key !== b.key && a.ts === b.ts && isSameValue(a.value, b.value);
  },
  'same-but-key': (scope, { row, records, output }) => {
    const seen = rowOf(scope, row);
    return (
      seen.row.key !== output.row.key &&
      isSameRow({ ...seen.row, key: output.row.key }, output.row) &&
      gives(scope, records, output)
    );
  },
  lists: (scope, { row, record, times }) =>
    timesNamed(scope, record, [rowOf(scope, row).row]) === times,
  'ends-with': (scope, { row, records }) => {
    const ids = idsNamed(rowOf(scope, row).row.value) ?? [];
    const own = idsOf(scope, records);
    return own.length > 0 && ids.slice(-own.length).every((id) => own.includes(id));
  },
  'fits-none': (scope, { row, from, choices }) => {
    const seen = rowOf(scope, row);
    const ids = (idsNamed(seen.row.value) ?? []).slice(from);
    return choices.every((records) => {
      const own = idsListed(scope, records, seen.sink);
      const part = ids.slice(0, own.length);
      return own.includes(ids[0] ?? Number.NaN) && !isSameValue({ ids: part }, { ids: own });
    });
  },
  'names-ids': (scope, { row, ids }) => {
    const named = idsNamed(rowOf(scope, row).row.value);
    return ids.length === 0 ? (named ?? []).length === 0 : isNamed(named, ids);
  },
  'no-such-id': ({ facts }, { ids }) =>
    !facts.allRecords().some((name) => ids.includes(facts.record(name)?.id ?? Number.NaN)),
  'under-key': (scope, { row, key }) => rowOf(scope, row).row.key === key,

  'not-shown': (scope, { records, sinks, name }) =>
    every([isNameOf(scope, name, records), ...sinks.map((sink) => isAbsent(scope, records, sink))]),
  'not-together': (scope, { records, sink, name }) =>
    every([isNameOf(scope, name, records), isNeverTogether(scope, records, sink)]),
  'no-such-row': (scope, { output: { sink, row } }) =>
    scope.facts.hasSink(sink) && !shown(scope, sink).some((own) => isSameRow(own, row)),
  'named-times': (scope, { record, sinks, times }) => {
    const rows = sinks.flatMap((sink) => shown(scope, sink));
    return timesNamed(scope, record, rows) === times;
  },
  'not-named-at': (scope, { record, sink, key, ts }) => {
    const isAt = (row: Row): boolean => row.key === key && row.ts === ts;
    const given = scope.facts.givenBy([record], sink).filter(isAt);
    const visible = shown(scope, sink).filter(isAt);
    return timesNamed(scope, record, given) > 0 && timesNamed(scope, record, visible) === 0;
  },
  'last-of-key': (scope, { row, key, sink }) => {
    const seen = rowOf(scope, row);
    const last = scope.facts.rowsAt(sink).findLast((other) => other.row.key === key);
    return seen.sink === sink && last !== undefined && !isOther(seen, last);
  },
  'no-row-of-key': (scope, { sink, key }) =>
    scope.facts.hasSink(sink) && !shown(scope, sink).some((row) => row.key === key),

  before: (scope, { rows }) => isBefore(scope, rows),
  between: (scope, { row, rows: [a, b] }) => isBefore(scope, [a, row]) && isBefore(scope, [row, b]),
  'split-order': (scope, { first, second }) =>
    exist(scope, [...first, ...second]) && isInOrder(first, second),
  'listed-order': (scope, { row, first, second }) => {
    const ids = idsNamed(rowOf(scope, row).row.value) ?? [];
    // What is listed several times stands at the first of its places, or at the last.
    const a = idsOf(scope, first).map((id) => ids.indexOf(id));
    const b = idsOf(scope, second).map((id) => ids.lastIndexOf(id));
    return ![...a, ...b].includes(-1) && Math.max(...a) < Math.min(...b);
  },
  'keeps-order': ({ facts }, { sink, from }) => keepsOrder(facts.given.kase.pipeline, sink, from),
};

/** Of records with copies all that what they give together lists. */
function idsListed(scope: Scope, records: Records, sink: string): readonly number[] {
  const ids = idsOf(scope, records);
  const listed = idsNamed(scope.facts.givenBy(records, sink).at(-1)?.value ?? null) ?? [];
  return listed.every((id) => ids.includes(id)) && listed.length > ids.length ? listed : ids;
}

export function shown({ facts }: Scope, sink: string): readonly Row[] {
  return facts.rowsAt(sink).map(({ row }) => row);
}

function isNamed(named: readonly number[] | null, ids: readonly number[]): boolean {
  return named !== null && ids.every((id) => named.includes(id));
}

export function isNeverTogether(scope: Scope, records: Records, sink: string): Answer {
  if (!exist(scope, records) || !scope.facts.hasSink(sink)) return false;
  const ids = idsOf(scope, records);
  const named = scope.facts.rowsAt(sink).map((seen) => idsAt(scope, seen));
  if (named.includes(null)) return null;
  return !named.some((own) => isNamed(own, ids));
}

export function isBefore(scope: Scope, [a, b]: readonly [string, string]): boolean {
  const [first, second] = [rowOf(scope, a), rowOf(scope, b)];
  return first.sink === second.sink ? first.position < second.position : first.event < second.event;
}

/** All of one split, and each of the first ones before each of the others. */
function isInOrder(first: Records, second: Records): boolean {
  const splits = new Set([...first, ...second].map(({ split }) => split));
  const last = Math.max(...first.map(({ offset }) => offset));
  return splits.size === 1 && last < Math.min(...second.map(({ offset }: RecordName) => offset));
}
