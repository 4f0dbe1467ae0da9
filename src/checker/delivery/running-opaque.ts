/**
 * Running aggregates that hide their records (T0): is there a shuffle of the key's origins whose
 * outputs are the visible ones, in order? Search over position vectors, within a step budget.
 */
import { dueClaim, given, recordNames, rowNamed } from '../claims/naming.ts';
import { type Context, isItemDue, witness } from '../context.ts';
import { drops } from '../plan/branches.ts';
import { arriving, type Item } from '../plan/items.ts';
import { sameValue } from '../values.ts';
import { findShuffle } from './frontier.ts';
import { reachableRows, rowIdentity } from './reachable.ts';
import { aggregateOf, type KeyRun, leaveOpen, type RunningSink } from './running-reports.ts';
import { reportUnexplained } from './loss.ts';
import { reportLost } from './traced-reports.ts';

export function checkOpaque(context: Context, sink: RunningSink, run: KeyRun): void {
  const { findings } = context;
  const scattered = !sink.branch.fifo && run.rows.length > 1;
  if (scattered || drops(sink.branch) || !sink.committed) {
    checkEach(context, sink, run);
    return;
  }
  const due = run.items.filter((item) => isItemDue(context, item));
  if (run.rows.length === 0 && due.length > 0) {
    reportLost(context, sink, { rest: due, largest: null });
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
    reportDead(context, sink, { run, at: result.at });
    return;
  }
  for (let shown = rows.length; shown < due.length; shown++) {
    reportFewerOutputs(context, sink, { due, shown: rows.length });
  }
}

/** Without transactions, or in no known order: every value by itself must be a reachable one. */
function checkEach(context: Context, sink: RunningSink, run: KeyRun): void {
  const due = run.items.filter((item) => isItemDue(context, item));
  if (run.rows.length === 0) {
    if (!drops(sink.branch)) reportLost(context, sink, { rest: due, largest: null });
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

/** No visible value of the key contains everything. */
function reportBehind(context: Context, { sink }: RunningSink, run: KeyRun): void {
  if (!run.items.every((item) => isItemDue(context, item))) return;
  const all = run.items.flatMap((item) => item.from);
  context.findings.report({
    name: 'loss',
    operator: sink,
    key: run.key,
    records: all,
    explain: () => {
      const records = recordNames(context, all);
      const row = given(context, records, sink).at(-1) ?? null;
      return {
        sentence: { kind: 'never-all', key: run.key, sink },
        let: [{ kind: 'records', name: 'X', records, output: row === null ? null : { sink, row } }],
        thus: [dueClaim(context, records, 'X')],
        however: [{ kind: 'no-such-value', records, sink }],
      };
    },
  });
}

/** Fewer outputs of a key than there are records of it; which ones, their values do not say. */
function reportFewerOutputs(
  context: Context,
  { sink }: RunningSink,
  { due, shown }: { readonly due: readonly Item[]; readonly shown: number },
): void {
  const all = due.flatMap((item) => item.from);
  const key = due[0]?.key ?? '';
  context.findings.report({
    name: 'loss',
    operator: sink,
    key,
    records: all,
    explain: () => {
      const records = recordNames(context, all);
      const counted = { key, sink, shown, due: due.length } as const;
      return {
        sentence: { kind: 'outputs-missing', ...counted },
        let: [{ kind: 'records', name: 'X', records, output: null }],
        thus: [dueClaim(context, records, 'X'), { kind: 'rule', rule: 'one-value-each' }],
        however: [{ kind: 'outputs-shown', records, sink, shown, due: due.length }],
      };
    },
  });
}

function reportDead(
  context: Context,
  { sink }: RunningSink,
  { run, at }: { readonly run: KeyRun; readonly at: number },
): void {
  const seen = run.rows[at];
  if (seen === undefined) return;
  const more = run.rows.length - run.items.length;
  let name: 'duplicate' | 'loss' | 'state-divergence' = 'state-divergence';
  if (more > 0) name = 'duplicate';
  else if (more < 0 && run.items.every((item) => isItemDue(context, item))) name = 'loss';
  const all = run.items.flatMap((item: Item) => item.from);
  context.findings.report({
    name,
    operator: sink,
    key: run.key,
    records: all,
    witnesses: [witness(context, 'cannot follow', { seen })],
    explain: () => {
      const records = recordNames(context, all);
      return {
        sentence: { kind: 'no-order', key: run.key, sink, output: at + 1 },
        let: [rowNamed(sink, seen, 'R'), { kind: 'records', name: 'X', records, output: null }],
        thus: [{ kind: 'order-until', row: 'R', records }],
        however: [{ kind: 'no-order-gives', row: 'R', records }],
      };
    },
    observed: [rowNamed(sink, seen)],
  });
}
