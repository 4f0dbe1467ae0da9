/**
 * Whether visible rows are outputs of one run of an opaque aggregate: as they came, perhaps with
 * others between them, perhaps with neighbours that changed places on their way.
 */
import type { Row } from '../../model/value.ts';
import type { TracedRow } from '../../oracle/specification.ts';
import { sameValue } from '../values.ts';
import type { Grid, State, Step } from './frontier.ts';
import { rowIdentity } from './reachable.ts';

export interface RunQuery {
  readonly grid: Grid;
  /** Where the run can begin. */
  readonly start: readonly State[];
  readonly rows: readonly Row[];
  arriving(row: TracedRow): readonly TracedRow[];
  /** A row that equals an earlier one may be that row again. */
  readonly repeats: boolean;
}

export interface RunForm {
  /** Outputs may lie between the rows. */
  readonly gaps: boolean;
  /** A row may be overtaken by this many behind it. */
  readonly overtaking: number;
}

/** Steps a search may take; shared by all searches of a check. */
export interface Budget {
  left: number;
}

/** Every row with the states in which the run can have been after it; in order of the run. */
export type Placed = readonly { readonly at: number; readonly level: readonly State[] }[];

/** A place in the search: which rows are placed, and where the run can be then. */
interface Node {
  /** Rows below it are placed. */
  readonly from: number;
  /** Of the rows from there on, those that are placed as well. */
  readonly ahead: readonly number[];
  level: readonly State[];
  readonly before: { readonly node: Node; readonly at: number } | null;
}

/** Null: the budget did not reach. `none`: no run of this form. */
export function findRun(query: RunQuery, form: RunForm, budget: Budget): Placed | 'none' | null {
  const ways = form.gaps ? waysOf(query, budget) : null;
  if (form.gaps && ways === null) return null;
  const isAgain = repeatsIn(query);
  let nodes: readonly Node[] = [{ from: 0, ahead: [], level: query.start, before: null }];
  for (let count = 0; count < query.rows.length; count++) {
    const next = new Map<string, Node>();
    for (const node of nodes) {
      for (const at of candidates(node, query.rows.length, form.overtaking)) {
        budget.left -= node.level.length * query.grid.origins.length;
        if (budget.left < 0) return null;
        const level = after(query, node.level, { at, ways, isAgain });
        if (level.length > 0) merge(next, query.grid, moved(node, at, level));
      }
    }
    if (next.size === 0) return 'none';
    nodes = [...next.values()];
  }
  const [end] = nodes;
  return end === undefined ? [] : pathTo(end);
}

/** For each row all the steps that give it. */
function waysOf(query: RunQuery, budget: Budget): readonly (readonly Step[])[] | null {
  const all = query.grid.stepsAfter(query.start, budget.left);
  if (all === null) return null;
  budget.left -= all.length;
  return query.rows.map((row) => all.filter((step) => gives(query, step, row)));
}

function repeatsIn({ rows, repeats }: RunQuery): readonly boolean[] {
  const shown = new Set<string>();
  return rows.map((row) => repeats && shown.size === shown.add(rowIdentity(row)).size);
}

function candidates({ from, ahead }: Node, count: number, overtaking: number): readonly number[] {
  const open: number[] = [];
  for (let at = from; at <= from + overtaking && at < count; at++) {
    if (!ahead.includes(at)) open.push(at);
  }
  return open;
}

interface Next {
  readonly at: number;
  readonly ways: readonly (readonly Step[])[] | null;
  readonly isAgain: readonly boolean[];
}

function after(query: RunQuery, level: readonly State[], { at, ways, isAgain }: Next): State[] {
  const row = query.rows[at] as Row;
  const steps =
    ways === null
      ? query.grid.steps(level).filter((step) => gives(query, step, row))
      : (ways[at] ?? []).filter((step) => level.some((state) => canFollow(step, state)));
  return unique(query.grid, isAgain[at] === true ? [...steps, ...level] : steps);
}

function unique(grid: Grid, states: readonly State[]): State[] {
  return [...new Map(states.map((state) => [grid.fullIdentity(state), state])).values()];
}

function moved(node: Node, at: number, level: readonly State[]): Node {
  const placed = new Set([...node.ahead, at]);
  let { from } = node;
  while (placed.delete(from)) from++;
  return { from, ahead: [...placed].sort((a, b) => a - b), level, before: { node, at } };
}

/** Two ways to have placed the same rows are one, in more states. */
function merge(nodes: Map<string, Node>, grid: Grid, node: Node): void {
  const id = `${node.from} ${node.ahead.join()}`;
  const known = nodes.get(id);
  if (known === undefined) nodes.set(id, node);
  else known.level = unique(grid, [...known.level, ...node.level]);
}

function pathTo(end: Node): Placed {
  const path: { at: number; level: readonly State[] }[] = [];
  for (let node: Node | undefined = end; node !== undefined; node = node.before?.node) {
    if (node.before !== null) path.push({ at: node.before.at, level: node.level });
  }
  return path.reverse();
}

export function gives(query: RunQuery, { row }: Step, shown: Row): boolean {
  return query
    .arriving(row)
    .some((r) => r.key === shown.key && r.ts === shown.ts && sameValue(r.value, shown.value));
}

/** Whether a run can go from the state to the place before the step. */
function canFollow({ before }: Step, { positions }: State): boolean {
  return positions.every((p, i) => p <= (before[i] as number));
}
