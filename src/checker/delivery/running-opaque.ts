/**
 * Running aggregates that hide their records (T0): is there a shuffle of the key's origins whose
 * outputs are the visible ones, in order? Search over position vectors, within a step budget.
 */
import type { AnomalyName } from '../../model/guarantee.ts';
import type { TracedRow } from '../../oracle/specification.ts';
import { type Context, isItemDue } from '../context.ts';
import type { Seen } from '../observation/observe.ts';
import { drops } from '../plan/branches.ts';
import { arriving, type Item } from '../plan/items.ts';
import { sameValue } from '../values.ts';
import { countsOnce } from './attempts.ts';
import { reportDuplicate } from './duplicates.ts';
import { findShuffle, type Grid, type ShuffleResult } from './frontier.ts';
import { reportUnexplained } from './loss.ts';
import { reportBehind, reportDead, reportFewerOutputs } from './opaque-reports.ts';
import { reachableRows, rowIdentity } from './reachable.ts';
import { findRun } from './row-runs.ts';
import { checkNumbers } from './running-numbers.ts';
import {
  aggregateOf,
  gridOf,
  type KeyRun,
  leaveOpen,
  type RunningSink,
} from './running-reports.ts';
import { reportLost } from './traced-reports.ts';

export function checkOpaque(context: Context, sink: RunningSink, run: KeyRun): void {
  const due = run.items.filter((item) => isItemDue(context, item));
  const hides = drops(sink.branch);
  if (run.rows.length === 0) {
    if (!hides) reportLost(context, sink, { rest: due, largest: null });
    return;
  }
  const scattered = !sink.branch.fifo && run.rows.length > 1;
  if (scattered || hides) checkEach(context, sink, run);
  else if (sink.committed && countsOnce(context)) checkShuffle(context, sink, { run, due });
  else checkNumbers(context, sink, run);
}

interface Shuffled {
  readonly run: KeyRun;
  readonly due: readonly Item[];
}

/** Transactional output: every step is visible once, in the order of the run. */
function checkShuffle(context: Context, sink: RunningSink, { run, due }: Shuffled): void {
  const grid = gridOf(context, sink, run.items);
  const { result, rows, repeats } = withoutRepeats(context, sink, { grid, rows: run.rows });
  context.findings.cover('opaque-steps', result.steps);
  if (result.kind === 'budget') {
    leaveOpen(context, sink, `the search for key ${run.key} ran out of its step budget`);
    return;
  }
  if (result.kind === 'dead') {
    judgeDead(context, sink, { run, grid, rows, at: result.at });
    return;
  }
  for (const { first, again } of repeats) {
    reportDuplicate(context, { sink: sink.sink, first, again, records: [] });
  }
  for (let shown = rows.length; shown < due.length; shown++) {
    reportFewerOutputs(context, sink, { due, shown: rows.length });
  }
}

interface Shuffle {
  readonly result: ShuffleResult;
  readonly rows: readonly Seen[];
  readonly repeats: readonly { readonly first: Seen; readonly again: Seen }[];
}

/** Rows that cannot follow, and equal ones before them, are these again: if that explains all. */
function withoutRepeats(context: Context, sink: RunningSink, { grid, rows }: GridRows): Shuffle {
  const whole = shuffleOf(context, sink, { grid, rows });
  const repeats: { first: Seen; again: Seen }[] = [];
  let [left, result] = [rows, whole];
  while (result.kind === 'dead') {
    const { at } = result;
    const again = left[at];
    const first = left.find((seen, i) => i < at && again !== undefined && isRow(again, seen.row));
    if (again === undefined || first === undefined) return { result: whole, rows, repeats: [] };
    repeats.push({ first, again });
    left = left.filter((seen) => seen !== again);
    result = shuffleOf(context, sink, { grid, rows: left });
  }
  return { result, rows: left, repeats };
}

interface GridRows {
  readonly grid: Grid;
  readonly rows: readonly Seen[];
}

function shuffleOf(context: Context, sink: RunningSink, { grid, rows }: GridRows): ShuffleResult {
  return findShuffle({
    grid,
    produces: (row, at) => arriving(sink.branch, row).some((r) => isRow(rows[at], r)),
    length: rows.length,
    stepsMax: context.stepsMax,
  });
}

function isRow(seen: Seen | undefined, row: Seen['row']): boolean {
  if (seen === undefined) return false;
  const { key, ts, value } = seen.row;
  return row.key === key && row.ts === ts && sameValue(row.value, value);
}

/** Whether the rows are a run in which neighbours changed places. */
function isTurned(context: Context, sink: RunningSink, { grid, rows }: GridRows): boolean {
  const query = {
    grid,
    start: [grid.start()],
    rows: rows.map(({ row }) => row),
    arriving: (row: TracedRow) => arriving(sink.branch, row),
    repeats: false,
  };
  const found = findRun(query, { gaps: false, overtaking: 2 }, { left: context.stepsMax });
  return found !== null && found !== 'none';
}

/** In no known order: every value by itself must be a reachable one. */
function checkEach(context: Context, sink: RunningSink, run: KeyRun): void {
  if (!countsOnce(context)) {
    leaveOpen(context, sink, 'values that may count records twice come in no known order');
    return;
  }
  const reached = reachableRows({
    items: run.items,
    aggregate: aggregateOf(sink),
    arriving: (row) => arriving(sink.branch, row),
    stepsMax: context.stepsMax,
  });
  if (reached === null) {
    leaveOpen(context, sink, `key ${run.key} has too many reachable values to try them all`);
    return;
  }
  context.findings.cover('opaque-steps', reached.steps);
  for (const seen of run.rows) {
    if (reached.rows.has(rowIdentity(seen.row))) continue;
    const among = run.items.flatMap((item) => item.from);
    reportUnexplained(context, { sink: sink.sink, seen, name: 'state-divergence', among });
  }
  const whole = run.rows.some((seen) => reached.last.has(rowIdentity(seen.row)));
  if (!whole && !drops(sink.branch)) reportBehind(context, sink, run);
  const reason = `${sink.sink}: the outputs of a key are opaque and in no known order`;
  const open = ['at-most-once', 'exactly-once', 'ordered'] as const;
  if (!sink.upsert) context.findings.leaveOpen(reason, ...open);
}

interface DeadRows extends GridRows {
  readonly run: KeyRun;
  readonly at: number;
}

/** Rows changed places; or by their number some are missing, or too many; or a value is wrong. */
function judgeDead(context: Context, sink: RunningSink, dead: DeadRows): void {
  const { run, rows, at } = dead;
  const seen = rows[at];
  if (seen === undefined) return;
  const report = (name: AnomalyName): void => reportDead(context, sink, { name, run, at, seen });
  if (isTurned(context, sink, dead)) {
    if (sink.branch.fifo) report('reorder');
    return;
  }
  const more = rows.length - run.items.length;
  const isShort = more < 0 && run.items.every((item) => isItemDue(context, item));
  if (isShort) report('loss');
  if (more > 0) report('duplicate');
  if (!isShort || isForeign(context, sink, dead)) report('state-divergence');
}

/** Whether no run at all passes through the row. */
function isForeign(context: Context, sink: RunningSink, { grid, rows, at }: DeadRows): boolean {
  const all = grid.stepsAfter([grid.start()], context.stepsMax);
  if (all === null) return false;
  return !all.some(({ row }) => arriving(sink.branch, row).some((r) => isRow(rows[at], r)));
}
