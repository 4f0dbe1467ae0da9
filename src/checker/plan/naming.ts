/**
 * What can be read off a row besides its value: whether the ids in it name the records it stems
 * from, and whether its version digits and fingerprint are theirs. Functions of a user's own may
 * drop, change or invent such members, and so may a workload whose values have an `id` of another
 * meaning; what they show is compared as a value then, and not read.
 */
import type { StatefulSpec } from '../../model/operator-kinds.ts';
import { idsIn } from '../evidence/values.ts';
import type { Branch, Link } from './branches.ts';
import { isBuiltIn } from './built-in.ts';
import { declaredOf } from './declared.ts';
import type { Plan } from './plan.ts';

/** Members by which values name records. */
const naming: readonly string[] = ['id', 'ids', 'result', 'left', 'right'];
/** Members of version vectors and fingerprints. */
const tracing: readonly string[] = ['n', 'q', 'f', 'result'];
/** Those that such an aggregate reads of what enters it: it counts the rows itself. */
const traced: readonly string[] = ['q', 'f', 'result'];

/** Whether rows that arrive over these branches name exactly the records they stem from. */
export function namesRecords(plan: Plan, branches: readonly Branch[]): boolean {
  return branches.every((branch) => keepsNames(branch) && keeping(plan, branch, { of: 'names' }));
}

/** Whether rows that arrive over these branches carry the digits and hashes of their records. */
export function carriesTraces(plan: Plan, branches: readonly Branch[]): boolean {
  return branches.every(
    (branch) =>
      branch.chain.every((link) => leaves(link, traced)) && keeping(plan, branch, { of: 'traces' }),
  );
}

/** Whether the steps of the branch leave the ids in a row as they are. */
export function keepsNames({ chain }: Branch): boolean {
  return chain.every((link) => leaves(link, naming));
}

/** The same for the members of a traced aggregate. */
export function keepsTraces({ chain }: Branch): boolean {
  return chain.every((link) => leaves(link, tracing));
}

/**
 * Whether some step of the branch may show the order of records in a list, which is the schedule's
 * choice: it takes the text of one, or it is a function of the user's own, which may look at
 * anything.
 */
export function showsLists({ chain }: Branch): boolean {
  return chain.some(({ spec }) => !isBuiltIn(spec) || takesText(spec));
}

function takesText(spec: Link['spec']): boolean {
  const fn = spec.kind === 'key-by' ? spec.key : spec.fn;
  if (fn.fn !== 'field' && fn.fn !== 'words') return false;
  return typeof fn['field'] === 'string' && naming.includes(fn['field']);
}

/** The same for where a session says that it starts. */
export function keepsStart({ chain }: Branch): boolean {
  return chain.every((link) => leaves(link, ['start']));
}

function leaves({ spec }: Link, members: readonly string[]): boolean {
  if (spec.kind === 'key-by' || spec.kind === 'filter') return true;
  if (!isBuiltIn(spec)) return false;
  const { field } = spec.fn;
  return spec.kind === 'flat-map' || typeof field !== 'string' || !members.includes(field);
}

interface Question {
  readonly of: 'names' | 'traces';
}

/** Answers by stage, for the plan: branches meet again in a graph. */
const known = new WeakMap<Plan, Map<string, boolean>>();

function keeping(plan: Plan, { root }: Branch, question: Question): boolean {
  const { of } = question;
  const answers = known.get(plan) ?? new Map<string, boolean>();
  known.set(plan, answers);
  const id = `${of} ${root.spec.id} ${root.kind === 'stage' ? root.output : ''}`;
  let answer = answers.get(id);
  if (answer === undefined) {
    if (root.kind === 'source') answer = of === 'traces' || splitsName(plan, root.spec.splits);
    else answer = stageKeeps(plan, root.spec, { of, isLate: root.output === 'late' });
    answers.set(id, answer);
  }
  return answer;
}

/** Whether every value of these splits carries the id of its record. */
function splitsName({ table }: Plan, names: readonly string[]): boolean {
  return names.every((name) => {
    const split = table.splits[table.splitIndex.get(name) ?? -1];
    return split === undefined || split.records.every(({ id, value }) => isOnly(idsIn(value), id));
  });
}

function isOnly(ids: readonly number[] | null, id: number): boolean {
  return ids !== null && ids.length === 1 && ids[0] === id;
}

function stageKeeps(
  plan: Plan,
  spec: StatefulSpec,
  { of, isLate }: Question & { readonly isLate: boolean },
): boolean {
  if (!isLate && !outputKeeps(plan, spec, of)) return false;
  const branches = plan.stages.get(spec.id)?.branches ?? [];
  return of === 'names' ? namesRecords(plan, branches) : carriesTraces(plan, branches);
}

/** Whether the operator's main output keeps what its input has. */
function outputKeeps(plan: Plan, spec: StatefulSpec, of: Question['of']): boolean {
  switch (spec.kind) {
    case 'reduce':
    case 'window':
      return of === 'names' ? spec.aggregate.fn === 'collect' : isBuiltIn(spec);
    case 'process':
      return isBuiltIn(spec) || (of === 'names' && declares(plan, spec));
    case 'interval-join':
    case 'sort':
    case 'dedup':
      return true;
  }
}

function declares(plan: Plan, spec: StatefulSpec): boolean {
  const stage = plan.stages.get(spec.id);
  return stage !== undefined && declaredOf(plan, stage) !== null;
}
