/**
 * Sinks behind two stages of which the first leaves its output open: what can still be said from
 * the ids in the rows. Unknown records are phantoms and absent ones are lost; how often and in
 * which grouping a record may legally appear stays open, and the verdict says so.
 */
import { type Context, isDue, recordList } from '../../context/context.ts';
import type { Seen } from '../../evidence/observe.ts';
import { type Branch, branchesInto, drops } from '../../plan/branches.ts';
import { namesRecords } from '../../plan/naming.ts';
import type { Plan, Stage } from '../../plan/plan.ts';
import { idsIn } from '../../evidence/values.ts';
import { reportMissing, reportUnexplained } from '../anomalies/loss.ts';

export interface OpenSink {
  readonly sink: string;
  readonly branches: readonly Branch[];
  readonly rows: readonly Seen[];
}

export function checkContributors(context: Context, sink: OpenSink): void {
  const { plan, findings } = context;
  const reason = `${sink.sink}: the stage before it leaves its output open`;
  findings.leaveOpen(
    reason,
    'validity',
    'at-most-once',
    'exactly-once',
    'effectively-once',
    'ordered',
  );
  if (!namesRecords(plan, sink.branches)) {
    findings.leaveOpen(`${reason}, and its rows do not name their records`, 'at-least-once');
    return;
  }
  const shown = new Set<number>();
  let traced = true;
  for (const seen of sink.rows) {
    const ids = idsIn(seen.row.value);
    if (ids === null) {
      traced = false;
      continue;
    }
    for (const id of ids) {
      const record = plan.table.byId.get(id);
      if (record === undefined) {
        reportUnexplained(context, { sink: sink.sink, seen, name: 'phantom' });
        break;
      }
      shown.add(record);
    }
  }
  const rests = upstreamRecords(plan, sink.branches).filter(
    (record) => !shown.has(record) && isDue(context),
  );
  if (rests.length === 0 && traced) return;
  if (traced && everyRecordArrives(plan, sink.branches)) {
    for (const record of rests) {
      reportMissing(context, { sink: sink.sink, records: [record], row: null });
    }
    return;
  }
  findings.leaveOpen(
    `${reason}; ${recordList(context, rests)} may be legally absent`,
    'at-least-once',
  );
}

/** Whether no filter, no lateness and no cut can keep a record from the sink. */
function everyRecordArrives(plan: Plan, branches: readonly Branch[]): boolean {
  if (plan.kase.options.stop?.kind === 'suspend') return false;
  return branches.every((branch) => {
    if (drops(branch)) return false;
    if (branch.root.kind === 'source') return true;
    const { spec, output } = branch.root;
    const stage = plan.stages.get(spec.id);
    if (stage === undefined || output === 'late' || !passesAll(stage)) return false;
    return everyRecordArrives(plan, branchesInto(plan.kase.pipeline, spec, plan.functions));
  });
}

/** Whether each record that enters the stage has a part in what leaves it. */
function passesAll({ spec, punctual }: Stage): boolean {
  switch (spec.kind) {
    case 'reduce':
    case 'process':
      return true;
    case 'window':
    case 'sort':
      return punctual;
    case 'interval-join':
    case 'dedup':
      return false;
  }
}

function upstreamRecords(plan: Plan, branches: readonly Branch[]): number[] {
  const splits = new Set<number>();
  for (const { root } of branches) {
    const numbers =
      root.kind === 'source'
        ? root.spec.splits.flatMap((name) => plan.table.splitIndex.get(name) ?? [])
        : (plan.stages.get(root.spec.id)?.splits ?? []);
    for (const number of numbers) splits.add(number);
  }
  const records: number[] = [];
  for (let record = 0; record < plan.table.count; record++) {
    if (splits.has(plan.table.splitOf[record] as number)) records.push(record);
  }
  return records;
}
