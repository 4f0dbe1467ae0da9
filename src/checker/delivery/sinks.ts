/**
 * Decides each sink by what leads to it: chooses the regime of every branch and runs its check.
 */
import type { ReduceSpec } from '../../model/pipeline.ts';
import type { StatefulSpec } from '../../model/operator-kinds.ts';
import type { Seen } from '../evidence/observe.ts';
import { type Context, noteShown } from '../context/context.ts';
import { Findings } from '../../judgement/findings.ts';
import { type Branch, drops } from '../plan/branches.ts';
import { declaredOf, type PaneSpec, paneSpecOf, undeclaredWords } from '../plan/declared.ts';
import { type Item, sendThrough } from '../plan/items.ts';
import {
  carriesTraces,
  keepsNames,
  keepsTraces,
  namesRecords,
  showsLists,
} from '../plan/naming.ts';
import type { Plan, SinkPlan, Stage } from '../plan/plan.ts';
import { listsOrder, passesLists } from '../plan/stages.ts';
import { type BatchDeclaration, checkBatches, sharesRecords } from './batches.ts';
import { countsOnce, keepsRows } from './anomalies/attempts.ts';
import { checkContributors } from './slots/contributors.ts';
import { copiesOf } from './slots/copies.ts';
import { certainSlots, certainTimers, checkEventOrder } from './slots/event-order.ts';
import type { LateRow, LateRows } from './windows/pane-sink.ts';
import { checkNested, isNested, type NestedSink } from './windows/nested.ts';
import { leaveAllOpen } from './anomalies/open.ts';
import { checkPanes } from './windows/panes.ts';
import { checkRunning } from './running/running.ts';
import type { RunningSink } from './running/running-reports.ts';
import { slotsOf } from './slots/slot-builders.ts';
import { reconcileSorted } from './slots/sorted-late.ts';
import { findPlace, indexSlots, type Slot } from './slots/slot.ts';
import { checkSlots } from './slots/slots.ts';
import { checkFinalItems, checkFinalRunning } from './running/upsert.ts';

/** What late outputs showed, by the stage they come from. */
type LateByStage = Map<string, LateRows>;

export function checkSinks(context: Context): void {
  const { plan, seen, findings } = context;
  const late: LateByStage = new Map();
  const isLate = (sink: SinkPlan): boolean =>
    sink.branches.some(({ root }) => root.kind === 'stage' && root.output === 'late');
  const order = [...plan.sinks].sort((a, b) => Number(isLate(b)) - Number(isLate(a)));
  for (const sink of order) {
    const rows = seen.sinks.get(sink.spec.id) ?? [];
    findings.cover('outputs', rows.length);
    decideGuarantees(context, sink);
    if (sink.branches.some((branch) => isUncertain(context, branch))) {
      checkUncertain(context, sink, { rows, late });
    } else checkSink(context, sink, { rows, late });
  }
}

function decideGuarantees({ findings }: Context, { spec }: SinkPlan): void {
  findings.decide('validity', 'at-least-once', 'effectively-once');
  if (spec.connector !== 'upsert') findings.decide('at-most-once', 'exactly-once', 'ordered');
}

interface SinkRows {
  readonly rows: readonly Seen[];
  readonly late: LateByStage;
}

function checkSink(context: Context, sink: SinkPlan, { rows, late }: SinkRows): void {
  const ordered = sink.branches.find((branch) => showsNestedLists(context.plan, branch));
  if (ordered !== undefined) {
    const { id } = ordered.root.spec;
    leaveAllOpen(
      context,
      `${sink.spec.id}: a function behind ${id} looks at the order in its lists`,
    );
    return;
  }
  const committed = sink.spec.connector === 'two-phase';
  const slots: Slot[] = [];
  const others: Branch[] = [];
  sink.branches.forEach((branch, branchNumber) => {
    const own = slotsOf(context, { branch, branchNumber, committed });
    if (own === null) others.push(branch);
    else for (const slot of own) slots.push(slot);
  });
  const [other] = others;
  if (other === undefined) {
    checkSlotSink(context, sink, { slots, rows, late });
    return;
  }
  const undeclared = others.map((branch) => undeclaredStage(context, branch)).find(Boolean);
  if (undeclared !== undefined && sink.branches.length > 1) {
    // What it emits may look like anything, also like a row of the other branches.
    leaveAllOpen(context, `${sink.spec.id}: ${undeclaredWords(context.plan, undeclared)}`);
    return;
  }
  let rest = rows;
  if (slots.length > 0) {
    const index = indexSlots(slots);
    const mine = rows.filter((seen) => findPlace(index, seen.row) !== null);
    rest = rows.filter((seen) => findPlace(index, seen.row) === null);
    checkSlotSink(context, sink, { slots, rows: mine, late });
  }
  if (others.length > 1) {
    checkContributors(context, { sink: sink.spec.id, branches: others, rows: rest });
  } else checkStageSink(context, sink, { branch: other, rows: rest, late });
}

/** Lists of lists do not show in which order the inner ones were made. */
function showsNestedLists(plan: Plan, branch: Branch): boolean {
  const { root } = branch;
  if (root.kind === 'source' || !showsLists(branch)) return false;
  return listsOrder(plan, root.spec) && passesLists(plan, root.spec);
}

function undeclaredStage({ plan }: Context, { root }: Branch): Stage | undefined {
  if (root.kind === 'source' || root.spec.kind !== 'process') return undefined;
  const stage = plan.stages.get(root.spec.id);
  return stage === undefined || declaredOf(plan, stage) !== null ? undefined : stage;
}

/** What an aggregate counts, a sort orders or a join pairs is certain if the rows before it are. */
function isUncertain(context: Context, { root }: Branch): boolean {
  if (root.kind === 'source' || countsOnce(context)) return false;
  const passes = ['sort', 'dedup', 'interval-join', 'reduce'].includes(root.spec.kind);
  if (!passes && root.output !== 'late') return false;
  return !keepsRows(context.plan, context.plan.stages.get(root.spec.id)?.branches ?? []);
}

/** The rows before may have been others: then all is right, or nothing can be said. */
function checkUncertain(context: Context, sink: SinkPlan, of: SinkRows): void {
  const own: Context = { ...context, findings: new Findings(), shown: new Map() };
  checkSink(own, sink, of);
  if (own.findings.found().length > 0) {
    const { id } = sink.spec;
    leaveAllOpen(context, `${id}: what enters an operator before it may count records twice`);
    return;
  }
  context.findings.absorb(own.findings);
  for (const [id, rows] of own.shown) for (const row of rows) noteShown(context, id, row);
}

function checkSlotSink(
  context: Context,
  sink: SinkPlan,
  { slots, rows, late }: SinkRows & { readonly slots: readonly Slot[] },
): void {
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

interface StageRows extends SinkRows {
  readonly branch: Branch;
}

function checkStageSink(context: Context, sink: SinkPlan, at: StageRows): void {
  const { root } = at.branch;
  const stage = root.kind === 'stage' ? context.plan.stages.get(root.spec.id) : undefined;
  if (stage === undefined || stage.items === null) {
    checkOpenStage(context, sink, { stage, at });
    return;
  }
  const { items, spec } = stage;
  if (spec.kind === 'reduce') {
    checkRunningSink(context, sink, { stage, spec, items, at });
    return;
  }
  const copies = copiesOf(at);
  if (copies === null) {
    leaveAllOpen(context, `${sink.spec.id}: which rows show one row of ${spec.id} is not known`);
    return;
  }
  for (const own of copies) {
    checkUnordered(context, sink, { stage, spec, items, at: { ...at, ...own } });
  }
}

/** What a stage shows whose rows are read one by one. */
function checkUnordered(
  context: Context,
  sink: SinkPlan,
  { spec, stage, items, at }: Given<StatefulSpec>,
): void {
  const paneSpec = paneSpecOf(context.plan, stage);
  const isNamed = keepsNames(at.branch) && namesRecords(context.plan, stage.branches);
  if (paneSpec !== null && (spec.kind === 'window' || isNamed)) {
    checkPaneSink(context, sink, { stage, spec: paneSpec, items, at });
    return;
  }
  const declares = declaredOf(context.plan, stage);
  if (declares?.kind === 'processing-time-batches' && isNamed) {
    checkBatchSink(context, sink, { declares, items, at });
    return;
  }
  leaveAllOpen(context, `${sink.spec.id}: ${undeclaredWords(context.plan, stage)}`);
}

/** What goes into the stage is the schedule's choice. */
function checkOpenStage(
  context: Context,
  sink: SinkPlan,
  { stage, at: { branch, rows, late } }: { readonly stage: Stage | undefined; at: StageRows },
): void {
  const nested =
    stage === undefined ? null : nestedSink(context, sink, { stage, branch, rows, late });
  if (nested === 'elsewhere') return;
  if (nested === null) checkContributors(context, { sink: sink.spec.id, branches: [branch], rows });
  else checkNested(context, nested);
  if (sink.spec.connector === 'upsert') leaveFinalOpen(context, sink.spec.id);
}

interface Given<T> {
  readonly spec: T;
  readonly stage: Stage;
  readonly items: readonly Item[];
  readonly at: StageRows;
}

function checkRunningSink(
  context: Context,
  { spec: { id, connector } }: SinkPlan,
  { spec, stage, items, at: { branch, rows } }: Given<ReduceSpec>,
): void {
  const { plan } = context;
  const running = {
    sink: id,
    committed: connector === 'two-phase',
    upsert: connector === 'upsert',
    spec,
    functions: plan.functions,
    reads: readingOf(plan, stage, branch),
    items,
    branch,
    rows,
  };
  checkRunning(context, running);
  if (running.upsert) checkFinalRunning(context, running);
}

function checkPaneSink(
  context: Context,
  { spec: { id, connector } }: SinkPlan,
  { spec, stage, items, at: { branch, rows, late } }: Given<PaneSpec>,
): void {
  const committed = connector === 'two-phase';
  const upsert = connector === 'upsert';
  const lateRow = late.get(spec.id) ?? null;
  const sink = { sink: id, committed, upsert, stage, spec, items, branch, rows, late: lateRow };
  checkPanes(context, sink);
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

function checkBatchSink(
  context: Context,
  { spec: { id, connector } }: SinkPlan,
  {
    declares,
    items,
    at: { branch, rows },
  }: { declares: BatchDeclaration; items: readonly Item[]; at: StageRows },
): void {
  const isMixed = sharesRecords(items);
  if (isMixed) leaveAllOpen(context, `${id}: rows that share records do not show in its lists`);
  else {
    const committed = connector === 'two-phase';
    checkBatches(context, { sink: id, committed, declares, items, branch, rows });
  }
  if (connector === 'upsert') leaveFinalOpen(context, id);
}

/** What the values of a running aggregate say of their records. */
function readingOf(plan: Plan, { branches, spec }: Stage, branch: Branch): RunningSink['reads'] {
  const fn = spec.kind === 'reduce' ? spec.aggregate.fn : null;
  if (fn === 'collect' && keepsNames(branch) && namesRecords(plan, branches)) return 'ids';
  if (fn === 'trace' && keepsTraces(branch) && carriesTraces(plan, branches)) return 'digits';
  return 'nothing';
}

/**
 * The sink as one of windows over windows. `elsewhere`: it shows the late output of such a stage,
 * which is judged with the main one.
 */
function nestedSink(
  context: Context,
  sink: SinkPlan,
  at: { readonly stage: Stage; readonly branch: Branch } & SinkRows,
): NestedSink | 'elsewhere' | null {
  const { plan, seen } = context;
  const { stage: outer, branch, rows, late } = at;
  const between = outer.branches[0]?.root;
  const inner = between?.kind === 'stage' ? plan.stages.get(between.spec.id) : undefined;
  if (inner === undefined || between?.kind !== 'stage' || between.output === 'late') return null;
  const innerSpec = paneSpecOf(plan, inner);
  if (outer.spec.kind !== 'window' || innerSpec === null) return null;
  if (!isNested(innerSpec, { inner, outer, branch })) return null;
  if (!namesRecords(plan, [...outer.branches, branch])) return null;
  const shows = (candidate: SinkPlan, output: 'main' | 'late'): boolean =>
    candidate.branches.length === 1 &&
    candidate.branches.every(
      ({ root, chain }) =>
        root.kind === 'stage' &&
        root.spec.id === outer.spec.id &&
        root.output === output &&
        (output === 'main' || chain.length === 0),
    );
  if (branch.root.kind === 'stage' && branch.root.output === 'late') {
    return plan.sinks.some((other) => shows(other, 'main')) ? 'elsewhere' : null;
  }
  const lateSink = plan.sinks.find((other) => shows(other, 'late'));
  return {
    sink: sink.spec.id,
    committed: sink.spec.connector === 'two-phase',
    inner,
    innerSpec,
    outer,
    outerSpec: outer.spec,
    branch,
    rows,
    innerLate: late.get(innerSpec.id) ?? null,
    outerLate: lateSink === undefined ? null : (seen.sinks.get(lateSink.spec.id) ?? []),
  };
}

function leaveFinalOpen({ findings }: Context, sink: string): void {
  findings.leaveOpen(
    `${sink}: the last value of a key is the schedule's choice`,
    'effectively-once',
  );
}
