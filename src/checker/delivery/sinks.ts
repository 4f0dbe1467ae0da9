/**
 * Decides each sink by what leads to it: chooses the regime of every branch and runs its check.
 */
import type { Seen } from '../observation/observe.ts';
import type { ReduceSpec } from '../../model/pipeline.ts';
import { type Context, noteShown } from '../context.ts';
import { Findings } from '../findings/findings.ts';
import { type Branch, drops } from '../plan/branches.ts';
import { type Item, sendThrough } from '../plan/items.ts';
import type { StatefulSpec } from '../../oracle/specification.ts';
import { carriesTraces, isBuiltIn, keepsNames, keepsTraces, namesRecords } from '../plan/naming.ts';
import type { Plan, SinkPlan, Stage } from '../plan/plan.ts';
import { countsOnce, keepsRows } from './attempts.ts';
import { checkBatches } from './batches.ts';
import { checkContributors } from './contributors.ts';
import { certainSlots, certainTimers, checkEventOrder } from './event-order.ts';
import type { LateRow, LateRows } from './pane-sink.ts';
import type { PaneSpec } from './groups.ts';
import { checkNested, isNested, type NestedSink } from './nested.ts';
import { checkPanes } from './panes.ts';
import { checkRunning } from './running.ts';
import type { RunningSink } from './running-reports.ts';
import { slotsOf } from './slot-builders.ts';
import { reconcileSorted } from './sorted-late.ts';
import { findPlace, indexSlots, type Slot } from './slot.ts';
import { checkSlots } from './slots.ts';
import { checkFinalItems, checkFinalRunning } from './upsert.ts';

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
  const unspecified = others.find(({ root }) => root.kind === 'stage' && isUnspecified(root.spec));
  if (unspecified !== undefined && sink.branches.length > 1) {
    // What it emits may look like anything, also like a row of the other branches.
    const { id } = unspecified.root.spec;
    leaveAllOpen(context, `${sink.spec.id}: the checker has no specification of ${id}`);
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

function isUnspecified(spec: StatefulSpec): boolean {
  return spec.kind === 'process' && !isBuiltIn(spec);
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

function checkStageSink(
  context: Context,
  sink: SinkPlan,
  { branch, rows, late }: SinkRows & { readonly branch: Branch },
): void {
  const { id, connector } = sink.spec;
  const { root } = branch;
  const stage = root.kind === 'stage' ? context.plan.stages.get(root.spec.id) : undefined;
  if (stage === undefined || stage.items === null) {
    const nested =
      stage === undefined ? null : nestedSink(context, sink, { stage, branch, rows, late });
    if (nested === 'elsewhere') return;
    if (nested === null) checkContributors(context, { sink: id, branches: [branch], rows });
    else checkNested(context, nested);
    if (connector === 'upsert') leaveFinalOpen(context, id);
    return;
  }
  const { items, spec } = stage;
  const committed = connector === 'two-phase';
  const upsert = connector === 'upsert';
  if (spec.kind === 'reduce') {
    checkReduceSink(context, sink, { stage, spec, items, branch, rows });
    return;
  }
  const isNamed = keepsNames(branch) && namesRecords(context.plan, stage.branches);
  if (spec.kind === 'process' && spec.fn.fn === 'processing-batch' && isNamed) {
    checkBatches(context, { sink: id, committed, items, branch, rows });
    if (upsert) leaveFinalOpen(context, id);
    return;
  }
  const isBucket = spec.kind === 'process' && spec.fn.fn === 'bucket-timer' && isNamed;
  if (spec.kind === 'window' || isBucket) {
    const lateRow = late.get(spec.id) ?? null;
    checkPanes(context, {
      sink: id,
      committed,
      upsert,
      stage,
      spec,
      items,
      branch,
      rows,
      late: lateRow,
    });
    const isCertain = certainTimers(context, { stage, items, committed });
    checkEventOrder(context, { sink: id, branch, rows, isCertain });
    if (!upsert) return;
    const settled = stage.output();
    if (settled === null) leaveFinalOpen(context, id);
    else {
      const final = sendThrough(branch, settled, {
        words: context.plan.words,
        branchNumber: 0,
      });
      checkFinalItems(context, id, { items: final, rows });
    }
    return;
  }
  leaveAllOpen(context, `${id}: the checker has no specification of ${spec.id}`);
}

interface ReduceSink {
  readonly stage: Stage;
  readonly spec: ReduceSpec;
  readonly items: readonly Item[];
  readonly branch: Branch;
  readonly rows: readonly Seen[];
}

function checkReduceSink(context: Context, { spec: sink }: SinkPlan, reduced: ReduceSink): void {
  const { plan } = context;
  const { stage, ...of } = reduced;
  const running = {
    ...of,
    sink: sink.id,
    committed: sink.connector === 'two-phase',
    upsert: sink.connector === 'upsert',
    functions: plan.functions,
    reads: readingOf(plan, stage, of.branch),
  };
  checkRunning(context, running);
  if (running.upsert) checkFinalRunning(context, running);
}

function leaveAllOpen({ findings }: Context, reason: string): void {
  findings.leaveOpen(
    reason,
    'validity',
    'at-least-once',
    'at-most-once',
    'exactly-once',
    'effectively-once',
    'ordered',
  );
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
  if (outer.spec.kind !== 'window' || !isNested(inner, outer, branch)) return null;
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
  const innerSpec = inner.spec as PaneSpec;
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
