/**
 * Output follows its due time: a row that had to leave the pipeline by a moment is visible when the
 * next checkpoint has been committed (transactional sinks), or soon after (others). A row that an
 * append or upsert sink shows under the influence of a fault may be one that is repeated.
 */
import type { SinkPlan } from '../plan/plan.ts';
import type { Seen } from '../evidence/observe.ts';
import type { Bounds } from './bounds.ts';
import type { CalmCheckpoint } from './calm-checkpoints.ts';
import { type Deadline, reportLateRow } from './late-reports.ts';
import { RowDue } from './row-due.ts';
import { waitsOf } from './waits.ts';

export function checkOutput(bounds: Bounds): void {
  const { plan, seen, timing } = bounds;
  for (const sink of plan.sinks) {
    const rows = seen.sinks.get(sink.spec.id) ?? [];
    if (rows.length === 0) continue;
    const waits = waitsOf(plan, sink.branches);
    const due = new RowDue({ table: plan.table, attempts: bounds.attempts, waits, timing });
    if (sink.spec.connector === 'two-phase') checkCommitted(bounds, sink, { rows, due });
    else checkDirect(bounds, sink, { rows, due });
  }
}

interface Rows {
  /** In order of visibility. */
  readonly rows: readonly Seen[];
  readonly due: RowDue;
}

function checkCommitted(bounds: Bounds, { spec }: SinkPlan, { rows, due }: Rows): void {
  const { checkpoints, influence, findings, steppedBackFrom } = bounds;
  let passed = 0;
  let judged = 0;
  for (const row of rows) {
    // The last one whose rows had to be visible before this one was.
    while ((checkpoints[passed]?.visible ?? Infinity) < row.t) passed++;
    const before = checkpoints[passed - 1];
    if (before === undefined || row.attempt >= steppedBackFrom) continue;
    judged++;
    const moment = due.by(before.triggered, row);
    if (moment === null || influence.calmFrom(moment) > before.triggered) continue;
    if (findings.repeat('stall', spec.id)) continue;
    const deadline = deadlineOf(checkpoints, influence.calmFrom(moment));
    reportLateRow(bounds, row, { sink: spec.id, deadline });
  }
  if (judged > 0) findings.cover('rows-in-time', judged);
}

/** The first checkpoint that had to show what was due at `due`; there is one. */
function deadlineOf(checkpoints: readonly CalmCheckpoint[], due: number): Deadline {
  const first = checkpoints.find(({ triggered }) => triggered >= due) as CalmCheckpoint;
  const { checkpoint, completed, visible } = first;
  return { due, shows: { checkpoint, completed }, t: visible };
}

function checkDirect(bounds: Bounds, { spec }: SinkPlan, { rows, due }: Rows): void {
  const { influence, findings } = bounds;
  let judged = 0;
  for (const row of rows) {
    if (!influence.isCalm(row.t, row.t)) continue;
    judged++;
    const moment = due.by(row.t, row);
    if (moment === null) continue;
    const t = influence.calmFrom(moment);
    if (row.t <= t || findings.repeat('stall', spec.id)) continue;
    reportLateRow(bounds, row, { sink: spec.id, deadline: { due: t, shows: null, t } });
  }
  if (judged > 0) findings.cover('rows-in-time', judged);
}
