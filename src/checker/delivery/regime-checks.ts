/**
 * The checks of the regimes, each given the part of a sink that it judges. Which one a part gets is
 * said in regimes.ts.
 */
import { present } from '../../base/assert.ts';
import type { Context, SinkContext } from '../context/context.ts';
import { type Branch, drops } from '../plan/branches.ts';
import { undeclaredWords } from '../plan/declared.ts';
import { sendThrough } from '../plan/items.ts';
import { showsLists } from '../plan/naming.ts';
import type { SinkPlan } from '../plan/plan.ts';
import { leaveAllOpen } from './anomalies/open.ts';
import { checkBatches, sharesRecords } from './batches.ts';
import { checkRunning } from './running/running.ts';
import { checkFinalItems, checkFinalRunning } from './running/upsert.ts';
import {
  batchesOf,
  besideUndeclared,
  branchWithNestedLists,
  nestedShapeOf,
  panesOf,
  readingOf,
  type SinkPart,
  type StagePart,
  stageOf,
} from './sink-part.ts';
import { checkContributors } from './slots/contributors.ts';
import { certainSlots, certainTimers, checkEventOrder } from './slots/event-order.ts';
import type { Slot } from './slots/slot.ts';
import { checkSlots } from './slots/slots.ts';
import { reconcileSorted } from './slots/sorted-late.ts';
import { checkNested } from './windows/nested.ts';
import type { LateRow, LateRows } from './windows/pane-sink.ts';
import { checkPanes } from './windows/panes.ts';

export type RegimeCheck = (context: SinkContext, part: SinkPart) => void;

export function leaveListOrder(context: Context, part: SinkPart): void {
  const { root } = present(branchWithNestedLists(context.plan, part), 'a list of lists');
  const reason = `a function behind ${root.spec.id} looks at the order in its lists`;
  leaveAllOpen(context, `${part.sink.spec.id}: ${reason}`);
}

export function leaveUnspecified(context: Context, part: SinkPart): void {
  const { plan } = context;
  const stage = besideUndeclared(plan, part) ?? present(stageOf(plan, part), 'a stage').stage;
  leaveAllOpen(context, `${part.sink.spec.id}: ${undeclaredWords(plan, stage)}`);
}

export function leaveCopies(context: Context, part: SinkPart): void {
  const { spec } = knownStage(context, part).stage;
  const reason = `which rows show one row of ${spec.id} is not known`;
  leaveAllOpen(context, `${part.sink.spec.id}: ${reason}`);
}

function knownStage({ plan }: Context, part: SinkPart): StagePart {
  return present(stageOf(plan, part), 'the stage of a part');
}

export function checkSlotPart(context: SinkContext, { sink, slots, rows, late }: SinkPart): void {
  const { id, connector } = sink.spec;
  const roots = sink.branches.map((branch) => branch.root);
  const isLate = roots.some((root) => root.kind === 'stage' && root.output === 'late');
  const forbidden = isLate ? 'ontime-dropped' : 'late-included';
  const prompt =
    connector === 'two-phase' ? roots.every((root) => isPrompt(context, root)) : undefined;
  checkSlots(context, { sink: id, slots, rows, forbidden, prompt, upsert: connector === 'upsert' });
  if (connector === 'upsert') {
    // Which of the alternatives passes may decide which row of a key is its last one.
    const certain = slots.filter(
      ({ presence, alternatives }) => presence === 'must' && alternatives.length === 1,
    );
    if (certain.length === slots.length) {
      const items = certain.flatMap((slot) => slot.alternatives);
      checkFinalItems(context, id, { items, rows });
    } else {
      const reason = `${id}: late rows, or those of which one passes, leave the last value open`;
      context.findings.leaveOpen(reason, 'effectively-once');
    }
  }
  const [branch] = sink.branches;
  if (branch === undefined || sink.branches.length > 1 || branch.root.kind !== 'stage') return;
  if (isLate) {
    late.set(branch.root.spec.id, lateRows(sink, branch, slots));
    return;
  }
  if (branch.root.spec.kind !== 'sort') return;
  checkEventOrder(context, { sink: id, branch, rows, isCertain: certainSlots(slots) });
  const own = late.get(branch.root.spec.id);
  if (own === undefined) return;
  const committed = connector === 'two-phase';
  reconcileSorted(context, { sink: id, committed, branch, slots, late: own });
}

/** Source rows wait for nothing, nor does a de-duplication. */
function isPrompt(context: Context, root: Branch['root']): boolean {
  if (root.kind === 'source') return true;
  const stage = context.plan.stages.get(root.spec.id);
  if (root.spec.kind !== 'dedup' || stage === undefined) return false;
  return stage.branches.every((branch) => isPrompt(context, branch.root));
}

function lateRows({ spec }: SinkPlan, branch: Branch, slots: readonly Slot[]): LateRows {
  const records = new Map<number, LateRow[]>();
  for (const { seen, of: item } of slots) {
    const [first] = seen;
    if (first === undefined || item === undefined) continue;
    for (const record of item.from) {
      records.set(record, [...(records.get(record) ?? []), { item, seen: first }]);
    }
  }
  const committed = spec.connector === 'two-phase';
  return { sink: spec.id, records, complete: !drops(branch), committed };
}

export function checkContributorPart(context: Context, { sink, others, rows }: SinkPart): void {
  const { id, connector } = sink.spec;
  checkContributors(context, { sink: id, branches: others, rows });
  if (others.length === 1 && connector === 'upsert') leaveFinalOpen(context, id);
}

export function checkNestedPart(context: Context, part: SinkPart): void {
  const { plan, seen } = context;
  const { branch, stage: outer } = knownStage(context, part);
  const { inner, innerSpec, lateSink } = present(nestedShapeOf(plan, part), 'nested windows');
  if (outer.spec.kind !== 'window') return;
  const { id, connector } = part.sink.spec;
  checkNested(context, {
    sink: id,
    committed: connector === 'two-phase',
    inner,
    innerSpec,
    outer,
    outerSpec: outer.spec,
    branch,
    rows: part.rows,
    innerLate: part.late.get(innerSpec.id) ?? null,
    outerLate: lateSink === null ? null : (seen.sinks.get(lateSink.spec.id) ?? []),
  });
  if (connector === 'upsert') leaveFinalOpen(context, id);
}

export function checkRunningPart(context: SinkContext, part: SinkPart): void {
  const { plan } = context;
  const { branch, stage, items } = knownStage(context, part);
  const reads = readingOf(plan, part);
  const { spec } = stage;
  if (spec.kind !== 'reduce' || items === null || reads === null) return;
  const { id, connector } = part.sink.spec;
  const running = {
    sink: id,
    committed: connector === 'two-phase',
    upsert: connector === 'upsert',
    spec,
    functions: plan.functions,
    reads,
    items,
    branch,
    rows: part.rows,
  };
  checkRunning(context, running);
  if (running.upsert) checkFinalRunning(context, running);
}

export function checkPanePart(context: SinkContext, part: SinkPart): void {
  const { branch, stage, items } = knownStage(context, part);
  const spec = panesOf(context.plan, part);
  if (spec === null || items === null) return;
  const { rows } = part;
  const { id, connector } = part.sink.spec;
  const committed = connector === 'two-phase';
  const upsert = connector === 'upsert';
  const late = part.late.get(spec.id) ?? null;
  checkPanes(context, { sink: id, committed, upsert, stage, spec, items, branch, rows, late });
  const isCertain = certainTimers(context, { stage, items, committed });
  checkEventOrder(context, { sink: id, branch, rows, isCertain });
  if (!upsert) return;
  const settled = showsLists(branch) ? null : stage.output();
  if (settled === null) leaveFinalOpen(context, id);
  else {
    const { words } = context.plan;
    const final = sendThrough(branch, settled, { words, branchNumber: 0 });
    checkFinalItems(context, id, { items: final, rows });
  }
}

export function checkBatchPart(context: Context, part: SinkPart): void {
  const { branch, items } = knownStage(context, part);
  const declares = batchesOf(context.plan, part);
  if (declares === null || items === null) return;
  const { id, connector } = part.sink.spec;
  if (sharesRecords(items)) {
    leaveAllOpen(context, `${id}: rows that share records do not show in its lists`);
  } else {
    const committed = connector === 'two-phase';
    checkBatches(context, { sink: id, committed, declares, items, branch, rows: part.rows });
  }
  if (connector === 'upsert') leaveFinalOpen(context, id);
}

function leaveFinalOpen({ findings }: Context, sink: string): void {
  findings.leaveOpen(
    `${sink}: the last value of a key is the schedule's choice`,
    'effectively-once',
  );
}
