/**
 * Running aggregates that hide their records (T0): is there a shuffle of the key's origins whose
 * outputs are the visible ones, in order? Search over position vectors, within a step budget.
 */
import type { AnomalyName } from '../../../model/guarantee.ts';
import type { TracedRow } from '../../../oracle/specification.ts';
import { type Context, isItemDue } from '../../context/context.ts';
import type { Seen } from '../../evidence/observe.ts';
import { drops } from '../../plan/branches.ts';
import { arriving, type Item } from '../../plan/items.ts';
import { sameValue } from '../../evidence/values.ts';
import { countsOnce } from '../anomalies/attempts.ts';
import { reportDuplicate } from '../anomalies/duplicates.ts';
import { findShuffle, type Grid } from './frontier.ts';
import { showsWhole } from './hidden.ts';
import { reportUnexplained } from '../anomalies/loss.ts';
import { reportBehind, reportDead, reportFewerOutputs } from './opaque-reports.ts';
import { reachableRows, rowIdentity } from './reachable.ts';
import { coverRows, type Covering, type RunQuery, type SetForm, spansOf } from './row-runs.ts';
import { checkNumbers } from './running-numbers.ts';
import {
  aggregateOf,
  gridOf,
  type KeyRun,
  leaveOpen,
  leavesMore,
  runOut,
  type RunningSink,
  showsOrder,
} from './running-reports.ts';
import { reportLost } from './traced-reports.ts';

export function checkOpaque(context: Context, sink: RunningSink, run: KeyRun): void {
  const due = run.items.filter((item) => isItemDue(context, item));
  const hides = drops(sink.branch);
  if (run.rows.length === 0) {
    if (!hides || isShown(context, sink, run)) {
      reportLost(context, sink, { rest: due, largest: null, run });
    }
    return;
  }
  const scattered = !sink.branch.fifo && run.rows.length > 1;
  if (scattered || hides) checkEach(context, sink, run);
  else if (sink.committed && countsOnce(context)) checkShuffle(context, sink, { run, due });
  else if (showsOrder(sink) && context.seen.attempts.length > 1) {
    leaveOpen(context, sink, 'what an attempt began with depends on an order that does not show');
  } else checkNumbers(context, sink, run);
}

/** Whether a value of all records must show. */
function isShown(context: Context, sink: RunningSink, { items }: KeyRun): boolean {
  if (!drops(sink.branch)) return true;
  const isAllDue = items.every((item) => isItemDue(context, item));
  return isAllDue && !showsOrder(sink) && countsOnce(context) && showsWhole(context, sink, items);
}

interface Shuffled {
  readonly run: KeyRun;
  readonly due: readonly Item[];
}

/** Transactional output: every step is visible once, in the order of the run. */
function checkShuffle(context: Context, sink: RunningSink, { run, due }: Shuffled): void {
  const grid = gridOf(context, sink, run.items);
  const { rows } = run;
  const result = findShuffle({
    grid,
    produces: (row, at) => arriving(sink.branch, row).some((r) => isRow(rows[at], r)),
    length: rows.length,
    stepsMax: context.stepsMax,
  });
  context.findings.cover('opaque-steps', result.steps);
  if (result.kind === 'budget') {
    runOut(context, sink, `the search for key ${run.key} ran out of its step budget`);
    return;
  }
  if (result.kind === 'dead') {
    judgeDead(context, sink, { run, grid, at: result.at });
    return;
  }
  for (let shown = rows.length; shown < due.length; shown++) {
    reportFewerOutputs(context, sink, { due, shown: rows.length });
  }
}

function isRow(seen: Seen | undefined, row: Seen['row']): boolean {
  if (seen === undefined) return false;
  const { key, ts, value } = seen.row;
  return row.key === key && row.ts === ts && sameValue(row.value, value);
}

/** In no known order: every value by itself must be a reachable one. */
function checkEach(context: Context, sink: RunningSink, run: KeyRun): void {
  if (!countsOnce(context)) {
    leaveOpen(context, sink, 'values that may count records twice come in no known order');
    return;
  }
  const reached = reachableRows({
    origins: gridOf(context, sink, run.items).origins,
    aggregate: aggregateOf(sink),
    arriving: (row) => arriving(sink.branch, row),
    stepsMax: context.stepsMax,
  });
  if (reached === null) {
    runOut(context, sink, `key ${run.key} has too many reachable values to try them all`);
    return;
  }
  context.findings.cover('opaque-steps', reached.steps);
  for (const seen of run.rows) {
    if (reached.rows.has(rowIdentity(seen.row))) continue;
    const among = run.items.flatMap((item) => item.from);
    reportUnexplained(context, { sink: sink.sink, seen, name: 'state-divergence', among });
  }
  const whole = run.rows.some((seen) => reached.last.has(rowIdentity(seen.row)));
  if (!whole && isShown(context, sink, run)) reportBehind(context, sink, run);
  const reason = `${sink.sink}: the outputs of a key are opaque and in no known order`;
  const open = ['at-most-once', 'exactly-once', 'ordered'] as const;
  if (!sink.upsert) context.findings.leaveOpen(reason, ...open);
}

interface DeadRows {
  readonly run: KeyRun;
  readonly grid: Grid;
  readonly at: number;
}

/** No run gives the rows in this order: as a set they say what is wrong. */
function judgeDead(context: Context, sink: RunningSink, dead: DeadRows): void {
  const { run, grid, at } = dead;
  const { items, rows } = run;
  const seen = rows[at];
  if (seen === undefined || leavesMore(context, sink.sink)) return;
  const report = (name: AnomalyName): void => reportDead(context, sink, { name, run, at, seen });
  const shown = rows.map(({ row }) => row);
  const arrivingAt = (row: TracedRow): readonly TracedRow[] => arriving(sink.branch, row);
  const query = { grid, start: [grid.start()], rows: shown, arriving: arrivingAt };
  const budget = { left: context.stepsMax };
  const covers = (form: SetForm): Covering | 'none' | null => coverRows(query, form, budget);
  const { length } = shown;
  const isDue = items.every((item) => isItemDue(context, item));
  if (isFound(covers({ least: length, most: length }))) {
    if (sink.branch.fifo) report('reorder');
    if (length < items.length) reportShort(context, sink, run);
    return;
  }
  if (isDue && length < items.length && isFound(covers('all'))) {
    report('loss');
    return;
  }
  const again = covers({ least: 0, most: length });
  const part = again === 'none' ? covers('each') : again;
  const more = length - (isFound(again) ? again.longest : items.length);
  if (part === null) {
    runOut(context, sink, `the search for key ${run.key} ran out of its step budget`);
  } else if (part === 'none') {
    report('state-divergence');
    if (more < 0 && isDue) report('loss');
    if (more > 0) report('duplicate');
  } else {
    if (reportRepeats(context, sink, { rows, query }) < more) report('duplicate');
    const due = items.filter((item) => isItemDue(context, item));
    if (again === 'none' || part.longest < due.length) report('loss');
  }
}

function isFound(covering: Covering | 'none' | null): covering is Covering {
  return covering !== null && covering !== 'none';
}

function reportShort(context: Context, sink: RunningSink, { items, rows }: KeyRun): void {
  const due = items.filter((item) => isItemDue(context, item));
  if (rows.length < due.length) reportFewerOutputs(context, sink, { due, shown: rows.length });
}

interface Repeats {
  readonly rows: readonly Seen[];
  readonly query: RunQuery;
}

/** Rows that equal earlier ones, where no run gives them twice; how many there are. */
function reportRepeats(context: Context, { sink }: RunningSink, { rows, query }: Repeats): number {
  const spans = spansOf(query, { left: context.stepsMax });
  const shown = new Map<string, Seen>();
  let repeats = 0;
  rows.forEach((again, i) => {
    const id = rowIdentity(again.row);
    const first = shown.get(id);
    if (first === undefined) shown.set(id, again);
    else if (spans?.[i]?.first === spans?.[i]?.last) {
      repeats++;
      reportDuplicate(context, { sink, first, again, records: [] });
    }
  });
  return repeats;
}
