/**
 * Claims about windows and event time, looked up.
 */
import type { Records } from '../../model/claim.ts';
import type { WindowClaim, WindowHeadline } from '../../model/claim-windows.ts';
import type { WindowSpec } from '../../model/pipeline.ts';
import { contains, exist, idsOf, isOther } from './evidence.ts';
import { operatorAt } from './paths.ts';
import { isBefore } from './row-checks.ts';
import { hasNoSchedule } from './schedules.ts';
import { type Answer, type Checks, isSaid, rowOf, type Scope } from './scope.ts';
import { isPassed, isPunctual, isUnpassed, isUnreached } from './time.ts';
import { idsNamed } from './values.ts';

export const windowHeadlineChecks: Checks<WindowHeadline['kind']> = {
  'fired-again': (scope, { rows, ...at }) =>
    isPair(scope, rows, at) && isSaid(scope, 'contains', 'same-output'),
  'in-parts': (scope, { rows, ...at }) => isPair(scope, rows, at) && isSaid(scope, 'lacks'),
  gained: (scope, { rows, records, ...at }) =>
    isPair(scope, rows, at) && exist(scope, records) && isSaid(scope, 'lacks'),
  'fired-early': (scope, { row, ...at }) => isPane(scope, row, at) && isSaid(scope, 'unreached'),
  'no-choice': (scope) => isSaid(scope, 'tried'),
  'missing-from-window': (scope, { records }) =>
    exist(scope, records) &&
    isSaid(scope, 'not-in-window', 'lacks') &&
    isSaid(scope, 'due', 'due-in'),
  'two-sessions': (scope, { records, sink, operator }) =>
    exist(scope, records) &&
    windowOf(scope, operator)?.assigner.kind === 'session' &&
    scope.facts.rowsAt(sink).length > 1 &&
    isSaid(scope, 'not-together') &&
    isSaid(scope, 'within-gap'),
  'not-one-window': (scope, { row, records, sink }) =>
    exist(scope, records) &&
    rowOf(scope, row).sink === sink &&
    isSaid(scope, 'gives-other', 'no-common-window', 'key-of'),
  misplaced: (scope, { row, sink, records, isRouted }) => {
    const seen = rowOf(scope, row);
    const given = scope.facts.givenBy(records, sink);
    return (
      seen.sink === sink &&
      !given.some(({ key, ts }) => (isRouted ? key === seen.row.key : ts === seen.row.ts))
    );
  },
  'pane-given-by-none': (scope, { row, sink }) =>
    rowOf(scope, row).sink === sink && isSaid(scope, 'none-gives'),
  'late-counts': (scope, { records }) =>
    exist(scope, records) && isSaid(scope, 'passed') && isSaid(scope, 'contains'),
  'ontime-dropped': (scope, { records }) =>
    exist(scope, records) && isSaid(scope, 'unpassed', 'punctual'),
  'in-both': (scope, { records, sink, lateSink }) =>
    exist(scope, records) && sink !== lateSink && isSaid(scope, 'contains'),
  'sorted-and-late': (scope, { records, sink, lateSink }) =>
    exist(scope, records) && sink !== lateSink && isSaid(scope, 'contains'),
  'sorted-nor-late': (scope, { records }) => exist(scope, records) && isSaid(scope, 'not-shown'),
  'in-neither': (scope, { records }) => exist(scope, records) && isSaid(scope, 'not-shown'),
  'time-back': (scope, { key, sink, rows, times }) =>
    times[1] < times[0] &&
    isBefore(scope, rows) &&
    rows.every((name, i) => {
      const seen = rowOf(scope, name);
      return seen.sink === sink && seen.row.key === key && seen.row.ts === times[i];
    }),
  'no-schedule': (scope) => isSaid(scope, 'no-watermarks', 'tried'),
};

interface PaneAt {
  readonly key: string;
  readonly end: number;
  readonly sink: string;
}

function isPane(scope: Scope, name: string, { key, end, sink }: PaneAt): boolean {
  const seen = rowOf(scope, name);
  return seen.sink === sink && seen.row.key === key && seen.row.ts === end - 1;
}

function isPair(scope: Scope, [a, b]: readonly [string, string], at: PaneAt): boolean {
  return isOther(rowOf(scope, a), rowOf(scope, b)) && isPane(scope, b, at);
}

function windowOf({ facts }: Scope, operator: string): WindowSpec | null {
  const spec = operatorAt(facts.given.kase.pipeline, operator);
  return spec?.kind === 'window' ? spec : null;
}

export const windowChecks: Checks<WindowClaim['kind']> = {
  'in-window': ({ facts }, { records, window }) =>
    records.every((name) => {
      const ts = facts.record(name)?.ts ?? Number.NaN;
      return ts >= window.start && ts < window.end;
    }),
  'within-gap': (scope, { records, operator }) => {
    const assigner = windowOf(scope, operator)?.assigner;
    const times = records.map((name) => scope.facts.record(name)?.ts ?? Number.NaN);
    return (
      assigner?.kind === 'session' && Math.max(...times) - Math.min(...times) <= assigner.gapMs
    );
  },
  'not-in-window': (scope, { records, sink, end }) => isInNone(scope, { records, sink, end }),
  'no-common-window': (scope, { records, operator }) => {
    const ids = idsOf(scope, records);
    const panes = scope.facts.givenBy(scope.facts.allRecords(), operator);
    return !panes.some(({ value }) => ids.every((id) => idsNamed(value)?.includes(id) === true));
  },
  'times-of': ({ facts }, { records, sink, times }) =>
    facts
      .givenBy(records, sink)
      .map(({ ts }) => ts)
      .join() === times.join(),
  'of-time': (scope, { row, ts }) => rowOf(scope, row).row.ts === ts,
  'emits-in-time': ({ facts }, { operator }) => {
    const kind = operatorAt(facts.given.kase.pipeline, operator)?.kind;
    return kind === 'sort' || kind === 'process';
  },
  punctual: ({ facts }, { operator }) => isPunctual(facts, operator),
  unpassed: ({ facts }, { operator, sink, records, limit }) =>
    records.every((record) => isUnpassed(facts, { operator, sink, record, limit })),
  passed: ({ facts }, { operator, sink, records, limit }) =>
    records.every((record) => isPassed(facts, { operator, sink, record, limit })),
  unreached: ({ facts }, claim) => isUnreached(facts, claim),
  'met-late': (scope, { record, sink, end, low }) => {
    const lateness = end - 1;
    return low >= lateness && isInNone(scope, { records: [record], sink, end });
  },
  'met-within': (scope, { record, row, low, high }) => {
    const seen = rowOf(scope, row);
    const isBound = (high ?? seen.row.ts) >= seen.row.ts && (low ?? seen.row.ts) <= seen.row.ts;
    const whole = null;
    return isBound && contains(scope, seen, { records: [record], whole });
  },
  'no-watermarks': ({ facts }, claim) => hasNoSchedule(facts, claim),
  tried: () => null,
};

function isInNone(
  { facts, ...scope }: Scope,
  of: { readonly records: Records; readonly sink: string; readonly end: number | null },
): Answer {
  const ids = idsOf({ facts, ...scope }, of.records);
  const rows = facts
    .rowsAt(of.sink)
    .filter(({ row }) => of.end === null || row.ts === of.end - 1)
    .map(({ row }) => idsNamed(row.value));
  if (rows.includes(null)) return null;
  return !rows.some((named) => ids.some((id) => named?.includes(id)));
}
