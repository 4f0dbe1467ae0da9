/**
 * Claims about what records give by themselves, looked up by reading nothing but them.
 */
import type { Records } from '../model/verdict/places.ts';
import type { Given } from '../model/verdict/claim-rows.ts';
import type { Row } from '../model/value.ts';
import {
  countsOf,
  exist,
  givenCounts,
  gives,
  isPart,
  isSameCounts,
  timesNamed,
} from './evidence.ts';
import type { VisibleRow } from './facts.ts';
import { canFollow, endings, interleavings, prefixes, subsets } from './orders.ts';
import { isStuck } from './attempt-runs.ts';
import { comesByTime, comesByTimeTwice } from './paths.ts';
import { shown } from './row-checks.ts';
import { type Checks, rowOf, type Scope } from './scope.ts';
import { isSameRow, isSameValue } from './values.ts';

export const givenChecks: Checks<
  | 'one-of'
  | 'lists-alone'
  | 'digits-name'
  | 'key-of'
  | 'gives'
  | 'gives-other'
  | 'give-one'
  | 'none-gives'
  | 'no-record-gives'
  | 'no-prefix-gives'
  | 'order-until'
  | 'no-order-gives'
  | 'no-run-gives'
  | 'as-if-twice'
  | 'shows-times'
  | 'named-alone'
  | 'no-such-value'
  | 'some-missing'
  | 'outputs-shown'
  | 'none-of'
  | 'time-order'
> = {
  'one-of': (scope, { rows, records: [first, second] }) => {
    const [a, b] = [rowOf(scope, rows[0]), rowOf(scope, rows[1])];
    const isOnly = (own: Row, other: Row, records: Records): boolean =>
      has(scope, records, { sink: a.sink, row: own }) &&
      !has(scope, records, { sink: a.sink, row: other });
    return (
      a.sink === b.sink &&
      isOnly(a.row, b.row, [...first, ...second]) &&
      isOnly(b.row, a.row, [...second, ...first])
    );
  },
  'lists-alone': (scope, { record, sink, times }) => {
    const rows = scope.facts.givenBy([record], sink);
    return Math.max(0, ...rows.map((row) => timesNamed(scope, record, [row]))) === times;
  },
  'digits-name': (scope, { row, records }) => {
    const seen = rowOf(scope, row);
    const own = countsOf(seen.row.value);
    return own !== null && own.q === (givenCounts(scope, records, seen)?.q ?? 0);
  },
  'key-of': ({ facts }, { records, sink, key }) =>
    facts.givenBy(records, sink).some((row) => row.key === key),
  gives: (scope, { records, output }) => exist(scope, records) && gives(scope, records, output),
  'gives-other': (scope, { row, records, gives: other }) => {
    const seen = rowOf(scope, row);
    const rows = scope.facts.givenBy(records, seen.sink);
    if (!exist(scope, records) || rows.some((given) => isSameRow(given, seen.row))) return false;
    return other === null ? rows.length === 0 : rows.some((given) => isSameRow(given, other));
  },
  'give-one': ({ facts }, { choices, sink }) => {
    const alone = choices.map((records) => facts.givenBy(records, sink).length);
    return facts.givenBy(choices.flat(), sink).length === Math.max(...alone);
  },
  'none-gives': (scope, { row, always, perhaps }) => {
    const seen = rowOf(scope, row);
    const some = subsets(perhaps);
    if (some === null) return null;
    if (some.every((part) => !has(scope, [...always, ...part], seen))) return true;
    // What an earlier stage put together comes whole, in parts that records alone do not tell.
    return comesByTimeTwice(scope.facts.given.kase.pipeline, seen.sink) ? null : false;
  },
  'no-record-gives': (scope, { row }) => {
    const seen = rowOf(scope, row);
    return !scope.facts.allRecords().some((record) => has(scope, [record], seen));
  },
  'no-prefix-gives': (scope, { row, records }) => {
    const seen = rowOf(scope, row);
    return prefixes(records)?.every((order) => !has(scope, order, seen)) ?? null;
  },
  'order-until': (scope, { row, records }) => {
    const seen = rowOf(scope, row);
    const answer = canFollow(scope, seen, records);
    if (answer?.before === true) return true;
    return answer === null || comesByTime(scope.facts.given.kase.pipeline, seen.sink)
      ? null
      : false;
  },
  'no-order-gives': (scope, { row, records }) => {
    const seen = rowOf(scope, row);
    const answer = canFollow(scope, seen, records);
    if (answer?.after === false) return true;
    // What comes out of windows and timers comes in an order that records alone do not tell.
    return answer === null || comesByTime(scope.facts.given.kase.pipeline, seen.sink)
      ? null
      : false;
  },
  'no-run-gives': (scope, { row, attempt, records }) => {
    const seen = rowOf(scope, row);
    if (seen.attempt !== attempt) return false;
    const isNone = isStuck(scope, seen, records);
    // When a window or a timer gave what out, records alone do not tell.
    const tells = !comesByTime(scope.facts.given.kase.pipeline, seen.sink);
    return isNone === false && !tells ? null : isNone;
  },
  'as-if-twice': (scope, { row, records, whole }) => {
    const seen = rowOf(scope, row);
    const own = countsOf(seen.row.value);
    const twice = givenCounts(scope, [...whole, ...records], seen);
    return own !== null && twice !== null && isSameCounts(own, twice) && isPart(records, whole);
  },
  'shows-times': (scope, { output, times, givers }) => {
    const { row, sink } = output;
    const visible = shown(scope, sink).filter((own) => isSameRow(own, row)).length;
    const due = givers.map(
      (records) => scope.facts.givenBy(records, sink).filter((own) => isSameRow(own, row)).length,
    );
    return visible === times && due.reduce((sum, count) => sum + count, 0) > times;
  },
  'named-alone': (scope, { record, sink, times }) =>
    timesNamed(scope, record, scope.facts.givenBy([record], sink)) === times,
  'no-such-value': (scope, { records, sink }) => {
    const last = endings(scope.facts.given.kase.pipeline, records, sink).map((order) =>
      scope.facts.givenBy(order, sink).at(-1),
    );
    const isOne = (row: Row): boolean =>
      last.some((given) => given !== undefined && isSameRow(row, given));
    return !last.includes(undefined) && !shown(scope, sink).some(isOne);
  },
  'outputs-shown': (scope, { records, key, sink, shown: count, due }) => {
    const ofKey = (rows: readonly Row[]): number => rows.filter((row) => row.key === key).length;
    const visible = ofKey(shown(scope, sink));
    const given = ofKey(scope.facts.givenBy(records, sink));
    return given === due && visible === count && visible < due;
  },
  'some-missing': (scope, { records, sink, key }) => {
    const orders = interleavings(scope.facts.given.kase.pipeline, records, sink);
    const visible = shown(scope, sink).filter((row) => row.key === key);
    return orders?.every((order) => !isAllShown(scope.facts.givenBy(order, sink), visible)) ?? null;
  },
  'none-of': (scope, { row, options }) => isNoneOf(scope, rowOf(scope, row), options),
  'time-order': ({ facts }, { first, second, times: [a, b] }) =>
    a < b &&
    facts.given.kase.pipeline.operators.some(
      ({ id }) =>
        facts.givenBy(first, id).some(({ ts }) => ts === a) &&
        facts.givenBy(second, id).some(({ ts }) => ts === b),
    ),
};

function has(scope: Scope, records: Records, seen: { sink: string; row: Row }): boolean {
  return gives(scope, records, seen);
}

/** Whether each of the rows shows, as often as it is given. */
function isAllShown(given: readonly Row[], visible: readonly Row[]): boolean {
  const left = [...visible];
  return given.every((row) => {
    const at = left.findIndex((other) => isSameRow(row, other));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

/**
 * The options are given; the row is none of them; and either they contain all that the input has of
 * the key, or everything that gives the row comes before an option in its split.
 */
function isNoneOf(scope: Scope, seen: VisibleRow, options: readonly Given[]): boolean {
  const { facts } = scope;
  const areGiven = options.every(({ records, output }) => gives(scope, records, output));
  const isOne = options.some(({ output }) => isSameRow(output.row, seen.row));
  if (!areGiven || isOne || options.length === 0) return false;
  const all = facts.givenBy(facts.dueRecords(), seen.sink);
  const last = all.findLast(({ key }) => key === seen.row.key);
  const isFold = options.some(
    ({ output }) => last !== undefined && isSameValue(output.row.value, last.value),
  );
  if (isFold && !options.some(({ output }) => isSameValue(output.row.value, seen.row.value))) {
    return true;
  }
  const givers = facts.allRecords().filter((record) => has(scope, [record], seen));
  return givers.every(({ split, offset }) =>
    options.some(({ records }) => records.some((r) => r.split === split && r.offset > offset)),
  );
}
