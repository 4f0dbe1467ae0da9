/**
 * What can be read off a row besides its value: whether the ids in it name the records it stems from,
 * and whether its version digits and fingerprint are theirs. Functions of a user's own may drop, change
 * or invent such members, and so may a workload whose values have an `id` of another meaning; what
 * they show is compared as a value then, and not read.
 */
import { builtinFunctions } from '../../model/functions.ts';
import type { OperatorSpec } from '../../model/pipeline.ts';
import type { StatefulSpec } from '../../oracle/specification.ts';
import { idsIn } from '../values.ts';
import type { Branch, Link } from './branches.ts';
import type { Plan } from './plan.ts';

/** Members by which values name records. */
const naming: readonly string[] = ['id', 'ids', 'result', 'left', 'right'];
/** Members of version vectors and fingerprints. */
const tracing: readonly string[] = ['n', 'q', 'f', 'result'];

/** Whether rows that arrive over these branches name exactly the records they stem from. */
export function namesRecords(plan: Plan, branches: readonly Branch[]): boolean {
  return branches.every((branch) => keepsNames(branch) && keeping(plan, branch, { of: 'names' }));
}

/** Whether rows that arrive over these branches carry the digits and hashes of their records. */
export function carriesTraces(plan: Plan, branches: readonly Branch[]): boolean {
  return branches.every((branch) => keepsTraces(branch) && keeping(plan, branch, { of: 'traces' }));
}

/** Whether the steps of the branch leave the ids in a row as they are. */
export function keepsNames({ chain }: Branch): boolean {
  return chain.every((link) => leaves(link, naming));
}

/** The same for the members of a traced aggregate. */
export function keepsTraces({ chain }: Branch): boolean {
  return chain.every((link) => leaves(link, tracing));
}

/** Whether some step of the branch is a function of the user's own, which may look at anything. */
export function hasOwnFunctions({ chain }: Branch): boolean {
  return chain.some(({ spec }) => !isBuiltIn(spec));
}

function leaves({ spec }: Link, members: readonly string[]): boolean {
  if (spec.kind === 'key-by' || spec.kind === 'filter') return true;
  if (!isBuiltIn(spec)) return false;
  const { field } = spec.fn;
  return spec.kind === 'flat-map' || typeof field !== 'string' || !members.includes(field);
}

/** Whether the function that the operator calls is one of the built-in ones. */
export function isBuiltIn(spec: OperatorSpec): boolean {
  switch (spec.kind) {
    case 'map':
    case 'filter':
    case 'process':
      return Object.hasOwn(builtinFunctions[spec.kind], spec.fn.fn);
    case 'flat-map':
      return Object.hasOwn(builtinFunctions.flatMap, spec.fn.fn);
    case 'key-by':
      return Object.hasOwn(builtinFunctions.key, spec.key.fn);
    case 'reduce':
    case 'window':
      return Object.hasOwn(builtinFunctions.aggregate, spec.aggregate.fn);
    default:
      return true;
  }
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
  if (!isLate && !outputKeeps(spec, of)) return false;
  const branches = plan.stages.get(spec.id)?.branches ?? [];
  return of === 'names' ? namesRecords(plan, branches) : carriesTraces(plan, branches);
}

/** Whether the operator's main output keeps what its input has. */
function outputKeeps(spec: StatefulSpec, of: Question['of']): boolean {
  switch (spec.kind) {
    case 'reduce':
    case 'window':
      return of === 'names' ? spec.aggregate.fn === 'collect' : isBuiltIn(spec);
    case 'process':
      return isBuiltIn(spec);
    case 'interval-join':
    case 'sort':
    case 'dedup':
      return true;
  }
}
