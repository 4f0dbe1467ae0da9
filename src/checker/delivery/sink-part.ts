/**
 * A part of a sink that one regime judges: branches that lead to it, and the rows they may show;
 * and the questions that choose the regime. Judges nothing.
 */
import type { Seen } from '../evidence/observe.ts';
import type { Branch } from '../plan/branches.ts';
import { declaredOf, type PaneSpec, paneSpecOf } from '../plan/declared.ts';
import type { Item } from '../plan/items.ts';
import {
  carriesTraces,
  keepsNames,
  keepsTraces,
  namesRecords,
  showsLists,
} from '../plan/naming.ts';
import type { Plan, SinkPlan, Stage } from '../plan/plan.ts';
import { listsOrder, passesLists } from '../plan/stages.ts';
import type { BatchDeclaration } from './batches.ts';
import type { RunningSink } from './running/running-reports.ts';
import { copiesOf } from './slots/copies.ts';
import type { Slot } from './slots/slot.ts';
import { isNested } from './windows/nested.ts';
import type { LateRows } from './windows/pane-sink.ts';

/** What late outputs showed, by the stage they come from; grown while sinks are judged. */
export type LateByStage = Map<string, LateRows>;

export interface SinkPart {
  readonly sink: SinkPlan;
  /** What its known branches can show. */
  readonly slots: readonly Slot[];
  /** Branches whose rows are not known one by one. */
  readonly others: readonly Branch[];
  readonly rows: readonly Seen[];
  readonly late: LateByStage;
}

/** The only branch of a part, with the stage it comes from. */
export interface StagePart {
  readonly branch: Branch;
  readonly stage: Stage;
  /** What enters the stage, where every schedule gives it the same. */
  readonly items: readonly Item[] | null;
}

/** Null: rows of several branches, or of a source. */
export function stageOf(plan: Plan, part: SinkPart): StagePart | null {
  const [branch] = part.others;
  if (branch === undefined || part.others.length > 1 || besideUndeclared(plan, part) !== null) {
    return null;
  }
  const stage = branch.root.kind === 'stage' ? plan.stages.get(branch.root.spec.id) : undefined;
  return stage === undefined ? null : { branch, stage, items: stage.items };
}

/** A branch with a function that looks at lists of lists: these do not show the inner order. */
export function branchWithNestedLists(plan: Plan, { sink }: SinkPart): Branch | null {
  return sink.branches.find((branch) => showsNestedLists(plan, branch)) ?? null;
}

function showsNestedLists(plan: Plan, branch: Branch): boolean {
  const { root } = branch;
  if (root.kind === 'source' || !showsLists(branch)) return false;
  return listsOrder(plan, root.spec) && passesLists(plan, root.spec);
}

/**
 * A stage of no known function among several branches: its rows may look like any of the others.
 */
export function besideUndeclared(plan: Plan, { sink, others }: SinkPart): Stage | null {
  if (sink.branches.length < 2) return null;
  for (const { root } of others) {
    if (root.kind === 'source' || root.spec.kind !== 'process') continue;
    const stage = plan.stages.get(root.spec.id);
    if (stage !== undefined && declaredOf(plan, stage) === null) return stage;
  }
  return null;
}

/** Whether rows of its stage are read one by one, and a flat-map hides which show the same one. */
export function hidesCopies(plan: Plan, part: SinkPart): boolean {
  const known = stageOf(plan, part);
  if (known === null || known.items === null || known.stage.spec.kind === 'reduce') return false;
  return copiesOf({ branch: known.branch, rows: part.rows }) === null;
}

/** How the values of a running aggregate say which records are in them; null: it is none. */
export function readingOf(plan: Plan, part: SinkPart): RunningSink['reads'] | null {
  const known = stageOf(plan, part);
  if (known === null || known.items === null || known.stage.spec.kind !== 'reduce') return null;
  const { branch, stage } = known;
  const { fn } = known.stage.spec.aggregate;
  if (fn === 'collect' && keepsNames(branch) && namesRecords(plan, stage.branches)) return 'ids';
  if (fn === 'trace' && keepsTraces(branch) && carriesTraces(plan, stage.branches)) return 'digits';
  return 'nothing';
}

/** The stage as a window whose panes can be read; null: it is none. */
export function panesOf(plan: Plan, part: SinkPart): PaneSpec | null {
  const known = stageOf(plan, part);
  if (known === null || known.items === null) return null;
  const spec = paneSpecOf(plan, known.stage);
  return spec !== null && (spec.kind === 'window' || isNamed(plan, known)) ? spec : null;
}

/** The stage as batches of processing time that name their records; null: it is none. */
export function batchesOf(plan: Plan, part: SinkPart): BatchDeclaration | null {
  const known = stageOf(plan, part);
  if (known === null || known.items === null) return null;
  const declares = declaredOf(plan, known.stage);
  return declares?.kind === 'processing-time-batches' && isNamed(plan, known) ? declares : null;
}

function isNamed(plan: Plan, { branch, stage }: StagePart): boolean {
  return keepsNames(branch) && namesRecords(plan, stage.branches);
}

/** Whether what enters its stages is the schedule's choice. */
export function isOpen(plan: Plan, part: SinkPart): boolean {
  if (besideUndeclared(plan, part) !== null) return false;
  return part.others.length > 1 || (stageOf(plan, part)?.items ?? null) === null;
}

/** Windows over windows that lateness leaves open. */
export interface NestedShape {
  readonly inner: Stage;
  readonly innerSpec: PaneSpec;
  /**
   * `elsewhere`: this sink shows the late output of the outer stage; another one its main output.
   */
  readonly main: 'here' | 'elsewhere';
  /** The sink that shows the late output of the outer stage. */
  readonly lateSink: SinkPlan | null;
}

export function nestedShapeOf(plan: Plan, part: SinkPart): NestedShape | null {
  const known = isOpen(plan, part) ? stageOf(plan, part) : null;
  if (known === null) return null;
  const { branch, stage: outer } = known;
  const between = outer.branches[0]?.root;
  const inner = between?.kind === 'stage' ? plan.stages.get(between.spec.id) : undefined;
  if (inner === undefined || between?.kind !== 'stage' || between.output === 'late') return null;
  const innerSpec = paneSpecOf(plan, inner);
  if (outer.spec.kind !== 'window' || innerSpec === null) return null;
  if (!isNested(innerSpec, { inner, outer, branch })) return null;
  if (!namesRecords(plan, [...outer.branches, branch])) return null;
  const sinkOf = (output: 'main' | 'late'): SinkPlan | null =>
    plan.sinks.find((candidate) => showsAlone(candidate, { outer, output })) ?? null;
  if (branch.root.kind === 'stage' && branch.root.output === 'late') {
    if (sinkOf('main') === null) return null;
    return { inner, innerSpec, main: 'elsewhere', lateSink: null };
  }
  return { inner, innerSpec, main: 'here', lateSink: sinkOf('late') };
}

function showsAlone(
  { branches }: SinkPlan,
  { outer, output }: { readonly outer: Stage; readonly output: 'main' | 'late' },
): boolean {
  return (
    branches.length === 1 &&
    branches.every(
      ({ root, chain }) =>
        root.kind === 'stage' &&
        root.spec.id === outer.spec.id &&
        root.output === output &&
        (output === 'main' || chain.length === 0),
    )
  );
}
