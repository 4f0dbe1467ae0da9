/**
 * Running aggregates that hide their records (T0): is there a shuffle of the key's origins whose
 * outputs are the visible ones, in order? Search over position vectors, within a step budget.
 */
import { type Context, isItemDue, seenText, witness } from '../context.ts';
import { drops } from '../plan/branches.ts';
import { arriving, type Item } from '../plan/items.ts';
import { sameValue } from '../values.ts';
import { findShuffle } from './frontier.ts';
import { reachableRows, rowIdentity } from './reachable.ts';
import {
  aggregateOf,
  type KeyRun,
  leaveOpen,
  reportLost,
  type RunningSink,
} from './running-reports.ts';
import { reportMissing, reportUnexplained } from './loss.ts';

export function checkOpaque(context: Context, sink: RunningSink, run: KeyRun): void {
  const { findings } = context;
  const scattered = !sink.branch.fifo && run.rows.length > 1;
  if (scattered || drops(sink.branch) || !sink.committed) {
    checkEach(context, sink, run);
    return;
  }
  const due = run.items.filter((item) => isItemDue(context, item));
  if (run.rows.length === 0 && due.length > 0) {
    reportLost(context, sink, due);
    return;
  }
  const rows = run.rows.map((seen) => seen.row);
  const result = findShuffle({
    items: run.items,
    aggregate: aggregateOf(sink),
    produces: (row, at) =>
      arriving(sink.branch, row).some((r) => {
        const seen = rows[at];
        return (
          seen !== undefined &&
          r.key === seen.key &&
          r.ts === seen.ts &&
          sameValue(r.value, seen.value)
        );
      }),
    length: rows.length,
    stepsMax: context.stepsMax,
  });
  findings.cover('opaque-steps', result.steps);
  if (result.kind === 'budget') {
    leaveOpen(context, sink, `the search for key ${run.key} ran out of its step budget`);
    return;
  }
  if (result.kind === 'dead') {
    reportDead(context, sink, { run, at: result.at, frontier: result.frontier });
    return;
  }
  const missing = due.length - rows.length;
  if (missing > 0) {
    const unreached = result.unreached;
    for (const item of unreached.slice(0, missing)) {
      reportMissing(context, { sink: sink.sink, records: item.from, row: null });
    }
  }
}

/** Without transactions, or in no known order: every value by itself must be a reachable one. */
function checkEach(context: Context, sink: RunningSink, run: KeyRun): void {
  const due = run.items.filter((item) => isItemDue(context, item));
  if (run.rows.length === 0) {
    if (!drops(sink.branch)) reportLost(context, sink, due);
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
    reportUnexplained(context, { sink: sink.sink, seen, name: 'state-divergence' });
  }
  const whole = run.rows.some((seen) => reached.last.has(rowIdentity(seen.row)));
  if (!whole && !drops(sink.branch)) reportBehind(context, sink, run);
  const reason = `${sink.sink}: the outputs of a key are opaque and in no known order`;
  const open = ['at-most-once', 'exactly-once', 'ordered'] as const;
  if (!sink.upsert) context.findings.leaveOpen(reason, ...open);
}

/** No visible value of the key contains everything. */
function reportBehind(context: Context, { sink }: RunningSink, run: KeyRun): void {
  if (!run.items.every((item) => isItemDue(context, item))) return;
  const records = run.items.flatMap((item) => item.from);
  const however = 'no visible value of the key contains all of them';
  reportMissing(context, { sink, records, row: null, however });
}

function reportDead(
  context: Context,
  { sink }: RunningSink,
  dead: { readonly run: KeyRun; readonly at: number; readonly frontier: readonly string[] },
): void {
  const { run, at, frontier } = dead;
  const seen = run.rows[at];
  if (seen === undefined) return;
  const more = run.rows.length - run.items.length;
  let name: 'duplicate' | 'loss' | 'state-divergence' = 'state-divergence';
  if (more > 0) name = 'duplicate';
  else if (more < 0 && run.items.every((item) => isItemDue(context, item))) name = 'loss';
  const records = run.items.flatMap((item: Item) => item.from);
  context.findings.report({
    name,
    operator: sink,
    key: run.key,
    records,
    witnesses: [witness(context, 'cannot follow', { seen })],
    sentence: `No order of the records of key ${run.key} gives output ${at + 1} at ${sink}.`,
    let: [`R = ${seenText(seen)}, output ${at + 1} of the key`],
    thus: [`the ${at} outputs before R leave ${frontier.length} possible positions`],
    however: ['from none of them does a next record give R'],
    why: frontier,
    observed: [seenText(seen)],
  });
}
