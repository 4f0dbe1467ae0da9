/**
 * Claims about running aggregates, looked up: values of a key of which each continues the one
 * before.
 */
import { unpackVector } from '../model/trace.ts';
import {
  contains,
  countsOf,
  givenCounts,
  isPart,
  isSameCounts,
  namedCounts,
  namedSize,
  sizeOf,
  stepOf,
} from './evidence.ts';
import { type Checks, every, rowOf, type Scope } from './scope.ts';
import { idsNamed } from './values.ts';

export const runningChecks: Checks<
  | 'same-records'
  | 'continues'
  | 'neither-continues'
  | 'counts-more'
  | 'no-value-between'
  | 'adds-again'
  | 'no-record-adds'
  | 'does-not-add-up'
  | 'largest'
> = {
  'same-records': (scope, { rows }) => {
    const [a, b] = rows.map((name) => namedCounts(scope, name));
    return a !== null && b !== null && a !== undefined && b !== undefined && isSameCounts(a, b);
  },
  continues: (scope, { rows: [a, b] }) => goesOn(scope, a, b),
  'neither-continues': (scope, { rows: [a, b] }) => !goesOn(scope, a, b) && !goesOn(scope, b, a),
  'counts-more': (scope, { rows: [a, b], by }) => {
    const [before, after] = [namedSize(scope, a), namedSize(scope, b)];
    return before !== null && after !== null && after - before === by && by > 0;
  },
  'no-value-between': (scope, { key, sink, rows: [a, b] }) => {
    const after = rowOf(scope, b);
    if (after.sink !== sink || after.row.key !== key) return false;
    const [least, most] = [namedSize(scope, a), namedSize(scope, b)];
    if (least === null || most === null) return false;
    const counts = countedAt(scope, sink, key);
    return most > least + 1 && !counts.some((n) => n > least && n < most);
  },
  'adds-again': (scope, { rows, records, whole }) => {
    const before = rowOf(scope, rows[0]);
    const step = stepOf(scope, rows);
    const own = givenCounts(scope, records, before);
    if (step === null || own === null || !isSameCounts(step, own)) return false;
    return every([isPart(records, whole), contains(scope, before, { records, whole })]);
  },
  'no-record-adds': (scope, { rows }) => {
    const step = stepOf(scope, rows);
    const { sink, row } = rowOf(scope, rows[1]);
    if (step?.n !== 1) return false;
    return !scope.facts.allRecords().some((record) => {
      const own = givenCounts(scope, [record], { sink, row });
      return own !== null && own.q === step.q && own.f === step.f;
    });
  },
  'does-not-add-up': (scope, { row, records }) => {
    const seen = rowOf(scope, row);
    const own = countsOf(seen.row.value);
    const given = givenCounts(scope, records, seen);
    return own !== null && (given === null || !isSameCounts(own, given));
  },
  largest: (scope, { row, key, sink }) => {
    const seen = rowOf(scope, row);
    const n = countsOf(seen.row.value)?.n;
    if (n === undefined || seen.sink !== sink || seen.row.key !== key) return false;
    return !countedAt(scope, sink, key).some((other) => other > n);
  },
};

/** What the visible values of a key count. */
function countedAt({ facts }: Scope, sink: string, key: string): readonly number[] {
  return facts
    .rowsAt(sink)
    .filter(({ row }) => row.key === key)
    .flatMap(({ row }) => sizeOf(row.value) ?? []);
}

/**
 * Whether the value `a` may have been made from `b`: it begins with it, or counts more everywhere.
 */
function goesOn(scope: Scope, a: string, b: string): boolean {
  const [after, before] = [rowOf(scope, a).row, rowOf(scope, b).row];
  const [all, first] = [idsNamed(after.value), idsNamed(before.value)];
  if (all !== null && first !== null) {
    return first.length < all.length && first.every((id, i) => id === all[i]);
  }
  const [more, less] = [countsOf(after.value), countsOf(before.value)];
  if (more === null || less === null || more.n <= less.n) return false;
  const { splits } = scope.facts.given.kase.workload;
  const [high, low] = [more, less].map(({ q }) => unpackVector(q, splits.length));
  return (low ?? []).every((digit, split) => digit <= (high?.[split] ?? 0));
}
