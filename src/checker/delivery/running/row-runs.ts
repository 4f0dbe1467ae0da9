/**
 * Whether visible rows are outputs of one run of an opaque aggregate: as they came, or as a set, in
 * whatever order a reader saw them.
 */
import type { Row } from '../../../model/value.ts';
import type { TracedRow } from '../../../oracle/specification.ts';
import { sameValue } from '../../evidence/values.ts';
import type { Grid, State, Step } from './frontier.ts';
import { rowIdentity } from './reachable.ts';

export interface RunQuery {
  readonly grid: Grid;
  /** Where the run can begin. */
  readonly start: readonly State[];
  readonly rows: readonly Row[];
  arriving(row: TracedRow): readonly TracedRow[];
}

/** Steps a search may take; shared by all searches of a check. */
export interface Budget {
  left: number;
}

/** Where the run can be after each row; null: the budget did not reach; `none`: no such run. */
export type Levels = readonly (readonly State[])[] | 'none' | null;

/**
 * The rows one after the other, without others between; one that equals an earlier may repeat it.
 */
export function followRows(query: RunQuery, budget: Budget): Levels {
  const { grid, start, rows } = query;
  const shown = new Set<string>();
  const levels: (readonly State[])[] = [];
  let level = start;
  for (const row of rows) {
    budget.left -= level.length * grid.origins.length;
    if (budget.left < 0) return null;
    const next = grid.steps(level).filter((step) => gives(query, step, row));
    const isAgain = shown.size === shown.add(rowIdentity(row)).size;
    level = unique(grid, isAgain ? [...next, ...level] : next);
    if (level.length === 0) return 'none';
    levels.push(level);
  }
  return levels;
}

/** The rows in this order; others may lie between them. */
export function passRows(query: RunQuery, budget: Budget): boolean | null {
  const all = query.grid.stepsAfter(query.start, budget.left);
  if (all === null) return null;
  budget.left -= all.length;
  const shown = new Set<string>();
  let level = query.start;
  for (const row of query.rows) {
    if (shown.size === shown.add(rowIdentity(row)).size) continue;
    const ways = all.filter((step) => gives(query, step, row));
    budget.left -= ways.length * level.length;
    if (budget.left < 0) return null;
    level = unique(
      query.grid,
      ways.filter((step) => level.some((state) => canFollow(step, state))),
    );
    if (level.length === 0) return false;
  }
  return true;
}

/** Whether a run can go from the state to the place before the step. */
function canFollow({ before }: Step, { positions }: State): boolean {
  return positions.every((p, i) => p <= (before[i] as number));
}

/**
 * `each`: the run gives each row, and perhaps others; `all`: as often as it shows. Or it gives
 * these rows, each at most as often as it shows, and no others; then how many.
 */
export type SetForm = 'each' | 'all' | { readonly least: number; readonly most: number };

/** A place of the search: a state of the run, and how often it has given each row. */
interface Place {
  readonly state: State;
  readonly given: Given;
  readonly count: number;
  /** Its last output is one of the rows. */
  readonly isShown: boolean;
}

/** Times per row, up to as many as are asked for. */
type Given = readonly number[];

/** Different rows, how often each is to be given, and how often it may be. */
interface Asked {
  readonly rows: readonly Row[];
  readonly least: readonly number[];
  readonly most: readonly number[];
  readonly gaps: boolean;
}

/** Where the runs that give all rows end, and how many outputs the longest of them has. */
export interface Covering {
  readonly ends: readonly State[];
  readonly longest: number;
}

/** The runs that give all rows, in any order; `none`: there is none; null: out of budget. */
export function coverRows(
  query: RunQuery,
  form: SetForm,
  budget: Budget,
): Covering | 'none' | null {
  const asked = askedOf(query.rows, form);
  const { rows } = asked;
  const spans = spansOf({ ...query, rows }, budget);
  if (spans === null) return null;
  if (spans.some(({ last }) => last < 0)) return 'none';
  const { least, most } = typeof form === 'string' ? { least: 0, most: Infinity } : form;
  const ends: Place[] = [];
  const fresh = { given: rows.map(() => 0), count: 0, isShown: true };
  let places: readonly Place[] = query.start.map((state) => ({ ...fresh, state }));
  while (places.length > 0) {
    for (const place of places) {
      const isEnd = place.isShown && place.count >= least && isWithin(asked.least, place.given);
      if (isEnd) ends.push(place);
    }
    budget.left -= places.length * query.grid.origins.length;
    if (budget.left < 0) return null;
    const open = places.filter(({ count }) => count < most);
    const next = open.flatMap((place) => stepsOf(query, place, asked));
    places = largest(query.grid, next, asked).filter((place) => isInTime(place, spans, asked));
  }
  if (ends.length === 0) return 'none';
  const states = ends.map(({ state }) => state);
  return { ends: unique(query.grid, states), longest: Math.max(...ends.map((e) => e.count)) };
}

function askedOf(shown: readonly Row[], form: SetForm): Asked {
  const alike = Map.groupBy(shown, (row) => rowIdentity(row));
  const rows = [...alike.values()].flatMap(([row]) => (row === undefined ? [] : [row]));
  const once = rows.map(() => 1);
  const often = [...alike.values()].map(({ length }) => length);
  const gaps = typeof form === 'string';
  return {
    rows,
    least: form === 'all' ? often : once,
    most: form === 'each' ? once : often,
    gaps,
  };
}

/** Numbers of records after which a run can give a row; `last` is -1: none does. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/** Per row; null: out of budget. */
export function spansOf(query: RunQuery, budget: Budget): readonly Span[] | null {
  const all = query.grid.stepsAfter(query.start, budget.left);
  if (all === null) return null;
  budget.left -= all.length;
  return query.rows.map((row) => {
    const lengths = all.filter((step) => gives(query, step, row)).map(lengthOf);
    if (lengths.length === 0) return { first: -1, last: -1 };
    return { first: Math.min(...lengths), last: Math.max(...lengths) };
  });
}

function stepsOf(
  query: RunQuery,
  { state, given, count }: Place,
  { rows, most, gaps }: Asked,
): Place[] {
  return query.grid.steps([state]).flatMap((step): Place[] => {
    const at = rows.findIndex((row) => gives(query, step, row));
    const next = { state: step, given, count: count + 1, isShown: at >= 0 };
    if (at < 0) return gaps ? [next] : [];
    if ((given[at] as number) < (most[at] as number)) {
      return [{ ...next, given: given.with(at, (given[at] as number) + 1) }];
    }
    return gaps ? [next] : [];
  });
}

/** One place of each kind; with gaps, of those in one state only what has given most. */
function largest(grid: Grid, places: readonly Place[], { gaps }: Asked): Place[] {
  const byState = Map.groupBy(places, ({ state }) => grid.fullIdentity(state));
  return [...byState.values()].flatMap((own) => {
    const distinct = new Map<string, Place>();
    for (const place of own) {
      const id = place.given.join();
      if (place.isShown || !distinct.has(id)) distinct.set(id, place);
    }
    const all = [...distinct.values()];
    return gaps ? all.filter((a) => !all.some((b) => a !== b && isWithin(a.given, b.given))) : all;
  });
}

function isWithin(a: Given, b: Given): boolean {
  return a.every((times, i) => times <= (b[i] as number));
}

/** Every row that is still to come can come. */
function isInTime({ state, given }: Place, spans: readonly Span[], { least }: Asked): boolean {
  const length = lengthOf(state);
  return spans.every(
    ({ last }, i) => last > length || (given[i] as number) >= (least[i] as number),
  );
}

function lengthOf({ positions }: State): number {
  return positions.reduce((sum, p) => sum + p, 0);
}

function unique(grid: Grid, states: readonly State[]): State[] {
  return [...new Map(states.map((state) => [grid.fullIdentity(state), state])).values()];
}

function gives(query: RunQuery, { row }: Step, shown: Row): boolean {
  return query
    .arriving(row)
    .some((r) => r.key === shown.key && r.ts === shown.ts && sameValue(r.value, shown.value));
}
