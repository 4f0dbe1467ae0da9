/**
 * The rules of a pipeline's graph: ids, references upwards only, outputs that exist, keyed inputs
 * where they are needed, nothing unread. Expects operators whose own members are right.
 */
import type { Report } from '../input-error.ts';
import { isStateful, mayBeLate, namedInputs, roleOf } from '../operator-kinds.ts';
import type { InputRef, OperatorSpec, Pipeline } from '../pipeline.ts';
import { suggestName } from './suggest.ts';

/** Subtasks of an operator; null for those that are only edges (key-by, rebalance, union). */
export function parallelismOf(operator: OperatorSpec): number | null {
  return 'parallelism' in operator ? operator.parallelism : null;
}

interface Walk {
  readonly report: Report;
  readonly all: readonly OperatorSpec[];
  /** Operators above the present one. */
  readonly above: Map<string, OperatorSpec>;
  /** Operators whose output is partitioned by key. */
  readonly keyed: Set<string>;
  readonly read: Set<string>;
}

/** Whether the operators form a legal graph; reports each rule that is broken. */
export function checkGraph(pipeline: Pipeline, path: string, report: Report): boolean {
  const before = report.count;
  const walk: Walk = {
    report,
    all: pipeline.operators,
    above: new Map(),
    keyed: new Set(),
    read: new Set(),
  };
  const base = path === '' ? 'operators' : `${path}.operators`;
  pipeline.operators.forEach((operator, i) => {
    const place = `${base}[${i}]`;
    checkId(operator, place, walk);
    checkInputs(operator, place, walk);
    checkParallelism(operator, place, { report, most: pipeline.maxParallelism });
    walk.above.set(operator.id, operator);
  });
  // A broken reference leaves an output unread: one mistake, one message.
  const connected = report.count === before;
  checkEnds(pipeline, base, walk);
  if (connected) checkUnread(pipeline, base, walk);
  checkSplits(pipeline, base, report);
  return report.count === before;
}

function checkId(operator: OperatorSpec, place: string, walk: Walk): void {
  if (walk.above.has(operator.id)) {
    walk.report.add(`${place}.id`, operator.id, 'an id that no other operator has');
  }
}

function checkParallelism(
  operator: OperatorSpec,
  place: string,
  rule: { readonly report: Report; readonly most: number },
): void {
  const parallelism = parallelismOf(operator);
  if (parallelism === null || parallelism <= rule.most) return;
  rule.report.add(`${place}.parallelism`, parallelism, `at most the maxParallelism, ${rule.most}`);
}

function checkInputs(operator: OperatorSpec, place: string, walk: Walk): void {
  const inputs = namedInputs(operator);
  let keyed = inputs.length > 0;
  for (const { member, ref } of inputs) {
    const at = `${place}.${member}`;
    if (!checkReference(ref, at, walk)) continue;
    walk.read.add(ref.split('.')[0] as string);
    if (walk.keyed.has(ref)) {
      if (!takesKeyed(operator)) keyWasted(operator, at, { ref, report: walk.report });
      continue;
    }
    keyed = false;
    // Keyed state: the input comes from a key-by, perhaps through unions.
    if (isStateful(operator)) needsKey(operator, at, { ref, report: walk.report });
  }
  const isUnion = operator.kind === 'union';
  if (operator.kind === 'key-by' || (isUnion && keyed)) walk.keyed.add(operator.id);
  if (isUnion) checkUnion(operator.inputs, place, walk.report);
  if (operator.kind === 'interval-join' && operator.lowerMs > operator.upperMs) {
    walk.report.add(`${place}.lowerMs`, operator.lowerMs, `at most upperMs, ${operator.upperMs}`);
  }
}

function checkUnion(inputs: readonly InputRef[], place: string, report: Report): void {
  inputs.forEach((ref, i) => {
    if (inputs.indexOf(ref) !== i) report.add(`${place}.inputs[${i}]`, ref, 'each input once');
  });
}

function takesKeyed(operator: OperatorSpec): boolean {
  return operator.kind !== 'key-by' && operator.kind !== 'rebalance';
}

/** A partitioning that another one replaces at once would be a mistake without a message. */
function keyWasted(
  operator: OperatorSpec,
  at: string,
  found: { ref: string; report: Report },
): void {
  found.report.add(at, found.ref, {
    expectation: `an input that is not partitioned by key: "${operator.kind}" partitions anew`,
    suggestion: `let "${operator.id}" read what "${found.ref}" reads`,
  });
}

function needsKey(
  operator: OperatorSpec,
  at: string,
  found: { ref: string; report: Report },
): void {
  found.report.add(at, found.ref, {
    expectation: `a key-by, or a union of key-bys: "${operator.kind}" keeps state per key`,
    suggestion: `put a "key-by" between "${found.ref}" and "${operator.id}"`,
  });
}

/** Whether `ref` names an output of an operator above. */
function checkReference(ref: InputRef, at: string, walk: Walk): boolean {
  const [id, ...side] = ref.split('.') as [string, ...string[]];
  const operator = walk.above.get(id);
  if (operator === undefined) return unknownReference(ref, at, walk);
  if (roleOf(operator) === 'sink') {
    return walk.report.add(at, ref, {
      expectation: 'an operator with an output',
      suggestion: 'a sink has none',
    });
  }
  if (side.length === 0) return true;
  const hasLate = mayBeLate(operator) && operator.lateOutput;
  if (side.join('.') === 'late' && hasLate) return true;
  return walk.report.add(at, ref, {
    expectation: hasLate ? `"${id}" or "${id}.late"` : `"${id}": it has no side output`,
    suggestion: mayBeLate(operator)
      ? `set "lateOutput" of "${id}" to true to get "${id}.late"`
      : null,
  });
}

function unknownReference(ref: InputRef, at: string, walk: Walk): false {
  const id = ref.split('.')[0] as string;
  const below = walk.all.some((operator) => operator.id === id);
  return walk.report.add(at, ref, {
    expectation: 'the id of an operator defined above',
    suggestion: below
      ? `"${id}" is defined at or below this operator: move it up, or break the cycle`
      : suggestName(ref, [...walk.above.keys()]),
  });
}

/** At least one source and one sink. */
function checkEnds(pipeline: Pipeline, base: string, walk: Walk): void {
  for (const kind of ['source', 'sink'] as const) {
    if (!pipeline.operators.some((operator) => operator.kind === kind)) {
      walk.report.add(base, pipeline.operators, `at least one ${kind}`);
    }
  }
}

function checkUnread(pipeline: Pipeline, base: string, walk: Walk): void {
  pipeline.operators.forEach((operator, i) => {
    if (roleOf(operator) === 'sink' || walk.read.has(operator.id)) return;
    walk.report.add(`${base}[${i}].id`, operator.id, {
      expectation: 'an operator whose output is read',
      suggestion: `connect "${operator.id}" to a sink or remove it`,
    });
  });
}

/** Every split is read once. */
function checkSplits(pipeline: Pipeline, base: string, report: Report): void {
  const seen = new Map<string, string>();
  pipeline.operators.forEach((operator, i) => {
    if (operator.kind !== 'source') return;
    operator.splits.forEach((split, j) => {
      const reader = seen.get(split);
      const place = `${base}[${i}].splits[${j}]`;
      if (reader === undefined) seen.set(split, operator.id);
      else report.add(place, split, `a split that "${reader}" does not read`);
    });
  });
}
