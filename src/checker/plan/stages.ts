/**
 * Stateful stages of a case and, where the input alone decides it, exactly what goes in and comes
 * out of them. A stage is *certain* when every legal schedule gives it the same input rows, and
 * *settled* when every legal schedule also gives the same output rows.
 */
import { type FunctionCatalog, resolveFunction } from '../../model/functions.ts';
import { isStateful, type StatefulSpec } from '../../model/operator-kinds.ts';
import type { WindowSpec } from '../../model/pipeline.ts';
import type { Case } from '../../model/case.ts';
import { WATERMARK_MAX } from '../../model/value.ts';
import {
  boundOf,
  createSequential,
  dedupIdentity,
  type TracedRow,
} from '../../oracle/specification.ts';
import { idsIn } from '../evidence/values.ts';
import { type Branch, branchesInto } from './branches.ts';
import { declaredOf } from './declared.ts';
import { type Item, sendThrough, Words } from './items.ts';
import { isBuiltIn } from './built-in.ts';
import { namesRecords, showsLists } from './naming.ts';
import type { Plan, SinkPlan, Stage } from './plan.ts';
import { reachedAtEnd } from './own-bound.ts';
import { recordTable, type RecordTable, type Setting, type Stopped } from './records.ts';
import { optionalTouch } from './touch.ts';

type Plans = WeakMap<FunctionCatalog, Plan>;

const plans = { virtual: new WeakMap<Case, Plans>(), machine: new WeakMap<Case, Plans>() };

/** The plan of a case; computed once per case object, catalogue and clock. */
export function planOf(setting: Setting): Plan {
  const known = plans[setting.clock];
  let ofCase = known.get(setting.kase);
  if (ofCase === undefined) {
    ofCase = new WeakMap();
    known.set(setting.kase, ofCase);
  }
  let plan = ofCase.get(setting.functions);
  if (plan === undefined) {
    plan = makePlan(setting);
    ofCase.set(setting.functions, plan);
  }
  return plan;
}

/** The plan of what a stopped job had read. */
export function planOfPart(setting: Setting, stopped: Stopped): Plan {
  return makePlan(setting, stopped);
}

function makePlan(setting: Setting, stopped: Stopped | null = null): Plan {
  const { kase, functions } = setting;
  const table = recordTable(setting, stopped);
  const stages = new Map<string, Stage>();
  const sinks: SinkPlan[] = [];
  const reached = (numbers: readonly number[]): number => reachedAtEnd(table, stopped, numbers);
  const words = new Words();
  const plan: Plan = { kase, functions, table, words, stages, sinks, reached };
  for (const spec of kase.pipeline.operators) {
    if (spec.kind === 'sink') {
      sinks.push({ spec, branches: branchesInto(kase.pipeline, spec, functions) });
    } else if (isStateful(spec)) stages.set(spec.id, makeStage(plan, spec));
  }
  return plan;
}

function makeStage(plan: Plan, spec: StatefulSpec): Stage {
  const branches = branchesInto(plan.kase.pipeline, spec, plan.functions);
  const splits = [...new Set(branches.flatMap((branch) => splitsOf(plan, branch)))];
  const fansOut = branches.some((branch) => branch.fansOut || innerFansOut(plan, branch));
  const punctual =
    isPunctual(plan.table, splits, fansOut) &&
    branches.every((branch) => rootIsPunctual(plan, branch));
  const items = itemsOf(plan, branches, !isBuiltIn(spec));
  let output: readonly Item[] | null | undefined;
  const stage: Stage = {
    spec,
    branches,
    splits,
    fansOut,
    punctual,
    items,
    output() {
      if (output === undefined) output = items === null ? null : settledOutput(plan, stage, items);
      return output;
    },
  };
  return stage;
}

/**
 * Everything that arrives over the branches, or null when that depends on the schedule. `isOwn`: a
 * function of the user's own reads it.
 */
export function itemsOf(plan: Plan, branches: readonly Branch[], isOwn = false): Item[] | null {
  const all: Item[] = [];
  for (const [branchNumber, branch] of branches.entries()) {
    const roots = rootItems(plan, branch, isOwn || showsLists(branch));
    if (roots === null) return null;
    const items = sendThrough(branch, roots, { words: plan.words, branchNumber });
    for (const item of items) all.push(item);
  }
  return all;
}

function rootItems(plan: Plan, { root }: Branch, looks: boolean): readonly Item[] | null {
  if (root.kind === 'stage') {
    if (root.output === 'late' || (looks && listsOrder(plan, root.spec))) return null;
    return plan.stages.get(root.spec.id)?.output() ?? null;
  }
  const items: Item[] = [];
  for (const name of root.spec.splits) {
    const number = plan.table.splitIndex.get(name);
    const split = number === undefined ? undefined : plan.table.splits[number];
    if (split === undefined || number === undefined) continue;
    const word = plan.words.of(`split ${number}`);
    split.records.forEach(({ key, ts, value }, i) => {
      const from = [split.first + i];
      items.push({ key, ts, value, from, word, rank: i, direct: true, input: 0, waits: false });
    });
  }
  return items;
}

/** Whether its rows list records in their order of arrival, or pass such lists on. */
export function listsOrder(plan: Plan, spec: StatefulSpec): boolean {
  switch (spec.kind) {
    case 'process':
      return true;
    case 'window':
    case 'reduce':
      return spec.aggregate.fn === 'collect';
    case 'interval-join':
    case 'sort':
    case 'dedup':
      return passesLists(plan, spec);
  }
}

/** Whether rows that arrive there list records in their order of arrival. */
export function passesLists(plan: Plan, spec: StatefulSpec): boolean {
  const branches = plan.stages.get(spec.id)?.branches ?? [];
  return branches.some(({ root }) => root.kind === 'stage' && listsOrder(plan, root.spec));
}

function splitsOf(plan: Plan, { root }: Branch): readonly number[] {
  if (root.kind === 'stage') return plan.stages.get(root.spec.id)?.splits ?? [];
  return root.spec.splits.flatMap((name) => plan.table.splitIndex.get(name) ?? []);
}

function innerFansOut(plan: Plan, { root }: Branch): boolean {
  return root.kind === 'stage' && (plan.stages.get(root.spec.id)?.fansOut ?? false);
}

function rootIsPunctual(plan: Plan, { root }: Branch): boolean {
  if (root.kind === 'source') return true;
  if (root.output === 'late') return false;
  // Rows of a processing-time timer carry a time that is not event time.
  return root.spec.kind !== 'process' && (plan.stages.get(root.spec.id)?.punctual ?? false);
}

/** Disorder within the bound everywhere, and no split that may be left out of the minimum. */
function isPunctual(table: RecordTable, splits: readonly number[], fansOut: boolean): boolean {
  return splits.every((number) => {
    const split = table.splits[number];
    if (split === undefined || split.source === null) return true;
    const spec = split.source.watermark;
    const isAlone = splits.length === 1 && !fansOut && !split.besideEnded;
    if (split.mayIdle && !isAlone) return false;
    const bound = boundOf(spec);
    let maxTs = Number.NEGATIVE_INFINITY;
    for (const { ts } of split.records) {
      if (ts <= maxTs - bound - 1) return false;
      if (ts > maxTs) maxTs = ts;
    }
    return true;
  });
}

function settledOutput(plan: Plan, stage: Stage, items: readonly Item[]): Item[] | null {
  const { spec } = stage;
  if (spec.kind === 'reduce') return null;
  if (spec.kind === 'dedup') return uniqueRows(plan, spec, items);
  if (!stage.punctual) return null;
  if (spec.kind === 'process' && !isNamedBucket(plan, stage)) return null;
  // Values that show the order of arrival are not settled, but for lists, which compare as sets.
  if (spec.kind === 'window' && !isBuiltIn(spec) && !commutes(plan, spec)) return null;
  if (spec.kind === 'window' && optionalTouch(plan, stage, items)) return null;
  if (items.some((item) => item.waits)) return null;
  const reached = plan.reached(stage.splits);
  return allThenEnd(plan, spec, items).map((row) => {
    const ordered = spec.kind !== 'interval-join';
    const word = ordered ? plan.words.of(`${spec.id} ${row.key}`) : -1;
    const { key, ts, value } = row;
    const from = spec.kind === 'process' ? namedRecords(plan, row) : row.from;
    const waits = ordered && ts > reached;
    return { key, ts, value, from, word, rank: ts, direct: false, input: 0, waits };
  });
}

function isNamedBucket(plan: Plan, stage: Stage): boolean {
  return (
    declaredOf(plan, stage)?.kind === 'event-time-buckets' && namesRecords(plan, stage.branches)
  );
}

function commutes({ functions }: Plan, { aggregate }: WindowSpec): boolean {
  return resolveFunction(functions, 'aggregate', aggregate).commutative;
}

/**
 * The oracle cannot look into a function's state; a bucket's rows name their records themselves.
 */
function namedRecords({ table }: Plan, row: TracedRow): readonly number[] {
  return (idsIn(row.value) ?? []).flatMap((id) => table.byId.get(id) ?? []);
}

/** Behind a keyed operator rows of one origin keep their order only within a key. */
function uniqueRows(
  plan: Plan,
  spec: Extract<StatefulSpec, { kind: 'dedup' }>,
  items: readonly Item[],
): Item[] | null {
  const identities = new Set(items.map((item) => dedupIdentity(spec, item)));
  if (identities.size !== items.length) return null;
  return items.map((item) => {
    if (item.word < 0) return item;
    return { ...item, word: plan.words.of(`${spec.id} ${item.key} ${item.word}`) };
  });
}

/** The oracle on all rows and then the end of input: the only outcome when nothing can be late. */
function allThenEnd(
  { functions }: Plan,
  spec: StatefulSpec,
  items: readonly Item[],
): readonly TracedRow[] {
  const rows: TracedRow[] = [];
  const out = { main: (row: TracedRow) => void rows.push(row), late: () => undefined };
  const operator = createSequential(spec, functions, out);
  for (const item of items) operator.row(item, item.input);
  operator.watermark(WATERMARK_MAX);
  return rows;
}
