/**
 * Claims about windows and event time, looked up.
 */
import { inputsOf } from '../model/operator-kinds.ts';
import type { Records } from '../model/verdict/places.ts';
import type { WindowClaim, WindowHeadline } from '../model/verdict/claim-windows.ts';
import type { WindowSpec } from '../model/pipeline.ts';
import { assignWindows } from '../oracle/specification.ts';
import { contains, exist, idsAt, idsOf, isOther } from './evidence.ts';
import { operatorAt } from './paths.ts';
import { isBefore } from './row-checks.ts';
import { hasNoSchedule } from './schedules.ts';
import { type Checks, isSaid, rowOf, type Scope } from './scope.ts';
import type { Answer } from './verify-claims.ts';
import { isPassed, isPunctual, isUnpassed, isUnreached } from './time.ts';
import { idsNamed } from './values.ts';

export const windowHeadlineChecks: Checks<WindowHeadline['kind']> = {
  'fired-again': (scope, { rows, ...at }) =>
    isPair(scope, rows, at) &&
    (isSaid(scope, ['contains', 'same-output'], { rows }) ||
      rows.every((row) => isSaid(scope, ['contains'], { rows: [row] }))),
  'in-parts': (scope, { rows, ...at }) =>
    isPair(scope, rows, at) && isSaid(scope, ['lacks', 'lists'], { row: rows[0] }),
  gained: (scope, { rows, records, ...at }) =>
    isPair(scope, rows, at) &&
    exist(scope, records) &&
    (isSaid(scope, ['lacks'], { row: rows[0], records }) ||
      isSaid(scope, ['lists'], { row: rows[0] })),
  'fired-early': (scope, { row, ...at }) =>
    isPane(scope, row, at) && isSaid(scope, ['unreached'], { sink: at.sink }),
  'no-choice': (scope, at) =>
    isSaid(scope, ['tried'], { what: 'choices' }) &&
    scope.claims.some(
      (claim) => claim.kind === 'row' && claim.name !== '' && isPane(scope, claim.name, at),
    ),
  'missing-from-window': (scope, { records, key, sink, end, isSession }) => {
    const isThere = isSaid(scope, ['not-in-window'], {
      records,
      sink,
      end: isSession ? null : end,
    });
    const given = scope.facts.givenBy(records, sink);
    const isOwn = given.some((row) => row.key === key && row.ts === end - 1);
    return (isThere || isSaid(scope, ['lacks'], { records })) && (isOwn || given.length === 0);
  },
  'two-sessions': (scope, { records, sink, operator }) =>
    windowOf(scope, operator)?.assigner.kind === 'session' &&
    isSaid(scope, ['not-together'], { records, sink }) &&
    isSaid(scope, ['within-gap'], { records, operator }),
  'copies-apart': (scope, { records, sink }) => {
    const [record] = records;
    const lines = scope.claims.filter(({ kind }) => kind === 'lists' || kind === 'lists-alone');
    const [alone, own] = lines.flatMap((claim) => ('times' in claim ? [claim] : []));
    return (
      record !== undefined &&
      isSaid(scope, ['contains'], { records }) &&
      isSaid(scope, ['lists-alone'], { record, sink }) &&
      isSaid(scope, ['lists'], { record }) &&
      Number(own?.times) < Number(alone?.times)
    );
  },
  'not-one-window': (scope, { row, records, sink }) =>
    rowOf(scope, row).sink === sink &&
    isSaid(scope, ['contains'], { rows: [row], records }) &&
    (isSaid(scope, ['gives-other'], { row, records }) ||
      isSaid(scope, ['no-common-window'], { records }) ||
      isSaid(scope, ['lacks'], { row }) ||
      isSaid(scope, ['key-of'])),
  misplaced: (scope, { row, sink, records, isRouted }) => {
    const seen = rowOf(scope, row);
    const given = scope.facts.givenBy(records, sink);
    return (
      seen.sink === sink &&
      isSaid(scope, ['contains'], { rows: [row], records }) &&
      !given.some(({ key, ts }) => (isRouted ? key === seen.row.key : ts === seen.row.ts))
    );
  },
  'pane-given-by-none': (scope, { row, sink }) =>
    rowOf(scope, row).sink === sink && isSaid(scope, ['none-gives'], { row }),
  'late-counts': (scope, { records, sink }) =>
    isSaid(scope, ['passed'], { sink }) && isSaid(scope, ['contains'], { records }),
  'ontime-dropped': (scope, { records, sink }) =>
    scope.facts.hasSink(sink) &&
    exist(scope, records) &&
    isSaid(scope, ['unpassed', 'punctual']) &&
    isSaid(scope, ['contains'], { records }),
  'in-both': (scope, { records, sink, lateSink }) =>
    sink !== lateSink &&
    [sink, lateSink].every((at) => scope.facts.rowsAt(at).length > 0) &&
    isSaid(scope, ['contains'], { records }),
  'in-neither': (scope, { records, sinks }) => isSaid(scope, ['not-shown'], { records, sinks }),
  'sorted-and-late': (scope, { records, sink, lateSink }) =>
    sink !== lateSink &&
    [sink, lateSink].every((at) => scope.facts.rowsAt(at).length > 0) &&
    isSaid(scope, ['contains'], { records }),
  'sorted-nor-late': (scope, { records }) =>
    exist(scope, records) && isSaid(scope, ['not-shown'], { records }),
  'time-back': (scope, { key, sink, rows, times }) =>
    times[1] < times[0] &&
    isBefore(scope, rows) &&
    rows.every((name, i) => {
      const seen = rowOf(scope, name);
      return seen.sink === sink && seen.row.key === key && seen.row.ts === times[i];
    }),
  'no-schedule': (scope, { key, sink }) => {
    const search = scope.claims.find((claim) => claim.kind === 'no-watermarks');
    if (search === undefined) return isSaid(scope, ['tried'], { what: 'readings' });
    const { operator, met } = search;
    const rows = met.flatMap(({ record }) => scope.facts.givenBy([record], operator));
    return search.sink === sink && rows.some((row) => row.key === key);
  },
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
  'in-window': (scope, { records, window, operator }) => {
    const spec = operatorAt(scope.facts.given.kase.pipeline, operator);
    const assigner = windowOf(scope, operator)?.assigner;
    const isIn = (ts: number): boolean => {
      if (assigner === undefined || assigner.kind === 'session') {
        return ts >= window.start && ts < window.end;
      }
      return assignWindows(assigner, ts).some(
        ({ start, end }) => start === window.start && end === window.end,
      );
    };
    const enters = (some: Records): boolean => {
      const times = timesEntering(scope, operator, some);
      return times.length > 0 && times.every(isIn);
    };
    // What an earlier operator makes of them comes at a time of its own, alone or together.
    return spec !== undefined && (records.every((name) => enters([name])) || enters(records));
  },
  'within-gap': (scope, { records, operator }) => {
    const assigner = windowOf(scope, operator)?.assigner;
    const times = records.map((name) => scope.facts.record(name)?.ts ?? Number.NaN);
    return (
      assigner?.kind === 'session' && Math.max(...times) - Math.min(...times) <= assigner.gapMs
    );
  },
  'not-in-window': (scope, { records, sink, end }) => {
    const given = scope.facts.givenBy(records, sink);
    // A filter may hide what they give.
    const isOwn = end === null || given.length === 0 || given.some(({ ts }) => ts === end - 1);
    return isOwn && scope.facts.hasSink(sink) && isInNone(scope, { records, sink, end });
  },
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

/** The times of the rows that these records become in front of an operator. */
function timesEntering({ facts }: Scope, operator: string, records: Records): readonly number[] {
  const spec = operatorAt(facts.given.kase.pipeline, operator);
  if (spec === undefined || spec.kind === 'source') return [];
  return inputsOf(spec).flatMap((input) => facts.givenBy(records, input).map(({ ts }) => ts));
}

function isInNone(
  scope: Scope,
  of: { readonly records: Records; readonly sink: string; readonly end: number | null },
): Answer {
  const ids = idsOf(scope, of.records);
  const rows = scope.facts
    .rowsAt(of.sink)
    .filter(({ row }) => of.end === null || row.ts === of.end - 1)
    .map((seen) => idsAt(scope, seen));
  if (rows.includes(null)) return null;
  return !rows.some((named) => ids.some((id) => named?.includes(id)));
}
