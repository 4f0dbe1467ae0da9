/**
 * Headlines, looked up. What a headline says in other words than a line below it, which is looked
 * up there, it says only if that line is there.
 */
import type { ClaimKind } from '../model/verdict/claim.ts';
import type { Records } from '../model/verdict/places.ts';
import type { Row } from '../model/value.ts';
import type { RowHeadline } from '../model/verdict/claim-headlines.ts';
import {
  contains,
  countsOf,
  givenCounts,
  gives,
  isAbsent,
  isOther,
  isPart,
  lacks,
  timesNamed,
} from './evidence.ts';
import type { VisibleRow } from './facts.ts';
import { isBefore, isNeverTogether, rowChecks, shown } from './row-checks.ts';
import { runningChecks } from './running-checks.ts';
import { idsNamed, isSameRow } from './values.ts';
import { type Checks, every, isSaid, rowOf, type Scope } from './scope.ts';
import type { Answer } from './verify-claims.ts';

export const rowHeadlineChecks: Checks<RowHeadline['kind']> = {
  'never-shows': (scope, { records, sink }) => isAbsent(scope, records, sink),
  'never-together': (scope, { records, sink }) => isNeverTogether(scope, records, sink),
  'output-missing': (scope, { records, output }) =>
    isSaid(scope, ['shows-times', 'no-such-row'], { output }) &&
    isSaid(scope, ['records'], { records }),
  'only-in-wrong': (scope, { record, row, sink }) =>
    isAt(scope, row, sink) &&
    timesNamed(scope, record, [rowOf(scope, row).row]) > 0 &&
    shown(scope, sink).every(
      (own) => timesNamed(scope, record, [own]) === 0 || !isWhatItNames(scope, own, sink),
    ),
  'none-shows': (scope, { choices }) =>
    choices.every(
      ({ records, output }) =>
        gives(scope, records, output) &&
        !shown(scope, output.sink).some((row) => isSameRow(row, output.row)),
    ),
  'named-seldom': (scope, { record, sinks, times, due }) =>
    times < due &&
    isSaid(scope, ['named-times'], { record, sinks, times }) &&
    timesNamed(scope, record, scope.facts.givenBy([record], sinks[0] ?? '')) === due,
  'absent-at': (scope, { record, sink, key, ts }) =>
    rowChecks['not-named-at'](scope, { kind: 'not-named-at', record, sink, key, ts }),
  'key-missing': (scope, { key, sink }) => !shown(scope, sink).some((row) => row.key === key),
  'outputs-incomplete': (scope, { key, sink }) => isSaid(scope, ['some-missing'], { key, sink }),
  'never-all': (scope, { key, sink }) =>
    isSaid(scope, ['no-such-value'], { sink }) && isGivenKey(scope, 'no-such-value', key),
  'outputs-missing': (scope, { key, sink, shown: count, due }) =>
    count < due &&
    shown(scope, sink).filter((row) => row.key === key).length === count &&
    isSaid(scope, ['outputs-shown'], { key, sink, shown: count, due }),
  'not-counted': (scope, { records, key, sink, row, whole }) =>
    every([
      runningChecks.largest(scope, { kind: 'largest', row, key, sink }),
      lacks(scope, rowOf(scope, row), { records, whole }),
    ]),
  'values-skipped': (scope, { key, sink, rows, by }) => {
    const after = rowOf(scope, rows[1]);
    const isOne = after.sink === sink && after.row.key === key;
    return (
      isOne && by > 1 && runningChecks['counts-more'](scope, { kind: 'counts-more', rows, by })
    );
  },
  'counts-wrong': (scope, claim) => countsWrong(scope, claim),

  'names-nothing': (scope, { row, sink, ids }) =>
    isAt(scope, row, sink) &&
    every([
      rowChecks['names-ids'](scope, { kind: 'names-ids', row, ids }),
      rowChecks['no-such-id'](scope, { kind: 'no-such-id', ids }),
    ]),
  'names-others': (scope, { row, sink, records }) =>
    isAt(scope, row, sink) &&
    isSaid(scope, ['gives-other'], { row, records }) &&
    isSaid(scope, ['contains'], { rows: [row], records }),
  'names-unread': (scope, { row, sink, records }) =>
    isAt(scope, row, sink) &&
    isSaid(scope, ['stopped-before'], { records }) &&
    isSaid(scope, ['contains'], { rows: [row], records }),
  'gives-unread': (scope, { row, sink, records }) =>
    isAt(scope, row, sink) &&
    isSaid(scope, ['stopped-before'], { records }) &&
    scope.facts.allRecords().every((name) => {
      const isOne = records.some((own) => isPart([own], [name]));
      return isOne === gives(scope, [name], rowOf(scope, row));
    }),
  'given-by-none': (scope, { row, sink }) =>
    isAt(scope, row, sink) &&
    isSaid(scope, ['names-ids'], { row, ids: [] }) &&
    isSaid(scope, ['no-record-gives', 'no-prefix-gives'], { row }),
  'sums-wrong': (scope, { row, sink }) =>
    isAt(scope, row, sink) && isSaid(scope, ['gives-other', 'does-not-add-up'], { row }),
  misrouted: (scope, { row, records, sink, key, under }) =>
    key !== under &&
    isAt(scope, row, sink) &&
    rowOf(scope, row).row.key === under &&
    scope.claims.some((c) => c.kind === 'same-but-key' && c.output.row.key === key) &&
    isSaid(scope, ['same-but-key'], { row, records }),
  'no-order': (scope, { key, sink, output }) => {
    const row = scope.claims.find((claim) => claim.kind === 'no-order-gives')?.row;
    if (row === undefined) return false;
    const seen = rowOf(scope, row);
    const rows = scope.facts.rowsAt(sink).filter((own) => own.row.key === key);
    return seen.sink === sink && rows.findIndex((own) => !isOther(own, seen)) === output - 1;
  },
  'no-run': (scope) => isSaid(scope, ['no-run-gives']),
  'unread-end': (scope, { key, sink, row, attempt, records }) => {
    const seen = rowOf(scope, row);
    const restored = scope.facts.attempts.find((own) => own.attempt === attempt)?.restored ?? null;
    return (
      seen.sink === sink &&
      seen.row.key === key &&
      seen.attempt === attempt &&
      isSaid(scope, ['ends-with'], { row, records }) &&
      isSaid(scope, ['read'], { records, checkpoint: restored })
    );
  },
  'lists-part': (scope, { key, sink, row }) =>
    rowOf(scope, row).row.key === key &&
    isAt(scope, row, sink) &&
    isSaid(scope, ['fits-none'], { row }),
  forked: (scope, { key, sink, rows }) =>
    isOfKey(scope, rows, { key, sink }) &&
    runningChecks['neither-continues'](scope, { kind: 'neither-continues', rows }),
  'does-not-follow': (scope, { key, sink, rows: [, b] }) =>
    isOfKey(scope, [b], { key, sink }) &&
    isSaid(scope, ['adds-again', 'no-record-adds', 'does-not-add-up']),
  'last-differs': (scope, { key, sink, row }) =>
    isOfKey(scope, [row], { key, sink }) &&
    isSaid(scope, ['last-of-key'], { row, key, sink }) &&
    isSaid(scope, ['none-of'], { row }),

  'shows-behind': (scope, { rows, sink, first, second }) =>
    isAt(scope, rows[0], sink) &&
    isBefore(scope, rows) &&
    isSaid(scope, ['split-order', 'time-order'], { first, second }) &&
    isSaid(scope, ['contains'], { rows: [rows[0]], records: second }) &&
    isSaid(scope, ['contains'], { rows: [rows[1]], records: first }),
  'processed-behind': (scope, { first, second, sink }) =>
    scope.facts.rowsAt(sink).length > 0 &&
    isSaid(scope, ['split-order', 'time-order'], { first, second }) &&
    (isSaid(scope, ['listed-order'], { first: second, second: first }) ||
      isSaid(scope, ['lacks'], { records: first }) ||
      // Of a record with copies one is not in it yet.
      first.some((record) => isSaid(scope, ['lists'], { record }))),
  'steps-reversed': (scope, { key, sink, rows }) =>
    isOfKey(scope, rows, { key, sink }) &&
    isBefore(scope, rows) &&
    runningChecks.continues(scope, { kind: 'continues', rows }),

  'shows-twice': (scope, { records, key, sink, rows }) => {
    const [a, b] = [rowOf(scope, rows[0]), rowOf(scope, rows[1])];
    return (
      isOther(a, b) &&
      a.sink === sink &&
      b.sink === sink &&
      b.row.key === key &&
      isBefore(scope, rows) &&
      (isSaid(scope, ['same-output', 'contains'], { rows, records }) ||
        isSaid(scope, ['same-output', 'one-of', 'same-but-keys', 'same-records'], { rows })) &&
      (records === null || isContained(scope, [a, b], records))
    );
  },
  'counted-again': (scope, { row, record, sink, times }) =>
    isAt(scope, row, sink) &&
    times > 1 &&
    timesNamed(scope, record, [rowOf(scope, row).row]) === times,
  'named-often': (scope, { record, sink, times, due }) =>
    times > due &&
    timesNamed(scope, record, shown(scope, sink)) === times &&
    timesNamed(scope, record, scope.facts.givenBy([record], sink)) === due,
  'one-transaction': (scope, { rows, transaction }) => {
    const [a, b] = [rowOf(scope, rows[0]), rowOf(scope, rows[1])];
    return a.transaction === transaction && b.transaction === transaction && a.event < b.event;
  },
  'at-once': (scope, { rows, t }) => {
    const [a, b] = [rowOf(scope, rows[0]), rowOf(scope, rows[1])];
    return a.event === b.event && a.t === t;
  },
  'one-attempt': (scope, { rows, attempt }) =>
    rows.every((name) => rowOf(scope, name).attempt === attempt),
  'two-attempts': (scope, { rows, attempts, restored }) => {
    const later = scope.facts.attempts.find(({ attempt }) => attempt === Math.max(...attempts));
    return (
      attempts[0] !== attempts[1] &&
      rows.every((name, i) => rowOf(scope, name).attempt === attempts[i]) &&
      later?.restored === restored
    );
  },
  superseded: (scope, { row, attempt, successor }) => {
    const seen = rowOf(scope, row);
    return (
      seen.attempt === attempt &&
      successor > attempt &&
      scope.facts.attempts.some((a) => a.attempt === successor && a.event < seen.event)
    );
  },
};

/** Where the rows name their records: what both are said to be about. */
function isContained(scope: Scope, rows: readonly VisibleRow[], records: Records): boolean {
  return rows.every((row) => contains(scope, row, { records, whole: records }) !== false);
}

/** Whether the records that the claim of that kind is about give rows of the key. */
function isGivenKey(scope: Scope, kind: ClaimKind, key: string): boolean {
  return scope.claims.some(
    (claim) =>
      claim.kind === kind &&
      'records' in claim &&
      'sink' in claim &&
      claim.records !== null &&
      scope.facts.givenBy(claim.records, claim.sink).some((row) => row.key === key),
  );
}

/** Whether the records that the row names give it. */
function isWhatItNames(scope: Scope, row: Row, sink: string): boolean {
  const all = scope.facts.allRecords();
  const records = (idsNamed(row.value) ?? []).flatMap(
    (id) => all.find((name) => scope.facts.record(name)?.id === id) ?? [],
  );
  return gives(scope, records, { sink, row });
}

function isAt(scope: Scope, name: string, sink: string): boolean {
  return rowOf(scope, name).sink === sink;
}

function isOfKey(
  scope: Scope,
  rows: readonly string[],
  of: { readonly key: string; readonly sink: string },
): boolean {
  return rows.every((name) => {
    const { row, sink } = rowOf(scope, name);
    return row.key === of.key && sink === of.sink;
  });
}

/** Too few: these records give more. Too many: all that there are give no more. */
function countsWrong(
  scope: Scope,
  { key, sink, row, counts, of, records }: RowHeadline & { readonly kind: 'counts-wrong' },
): Answer {
  const seen = rowOf(scope, row);
  if (countsOf(seen.row.value)?.n !== counts || counts === of) return false;
  if (givenCounts(scope, records, seen)?.n !== of) return false;
  const all = scope.facts.givenBy(scope.facts.allRecords(), sink);
  const most = Math.max(...all.filter((r) => r.key === key).map((r) => countsOf(r.value)?.n ?? 0));
  return seen.row.key === key && (counts < of || most <= of);
}
