/**
 * What the graph of a pipeline says about order and time, by walking it upwards.
 */
import { inputsOf, isStateful, roleOf, type StatefulSpec } from '../model/operator-kinds.ts';
import type { InputRef, OperatorSpec, Pipeline } from '../model/pipeline.ts';

export function operatorAt({ operators }: Pipeline, ref: InputRef): OperatorSpec | undefined {
  const [id] = ref.split('.');
  return operators.find((spec) => spec.id === id);
}

function subtasksOf(spec: OperatorSpec): number {
  return 'parallelism' in spec ? spec.parallelism : 1;
}

/**
 * Whether rows of one key and one split arrive in the order of the split, or in that of a sort.
 * `from`: in the order in which they leave that operator.
 */
export function keepsOrder(pipeline: Pipeline, id: string, from: string | null = null): boolean {
  const spec = operatorAt(pipeline, id);
  if (spec === undefined) return false;
  const edge = { subtasks: subtasksOf(spec), isKeyed: false, from };
  return inputsOf(spec).every((ref) => arrivesInOrder(pipeline, ref, edge));
}

interface Edge {
  /** Of the consumer. */
  readonly subtasks: number;
  /** A key-by nearer to the consumer sends all rows of a key to one subtask. */
  readonly isKeyed: boolean;
  readonly from: string | null;
}

function arrivesInOrder(pipeline: Pipeline, ref: InputRef, edge: Edge): boolean {
  const spec = operatorAt(pipeline, ref);
  if (spec === undefined) return false;
  switch (spec.kind) {
    case 'key-by':
      return arrivesInOrder(pipeline, spec.input, { ...edge, isKeyed: true });
    case 'rebalance':
      return edge.isKeyed && arrivesInOrder(pipeline, spec.input, edge);
    case 'union':
      return spec.inputs.every((input) => arrivesInOrder(pipeline, input, edge));
    case 'source':
    case 'sort':
    case 'window':
    case 'process':
      return isForward(spec, edge);
    case 'map':
    case 'filter':
    case 'flat-map':
    case 'reduce':
    case 'interval-join':
    case 'dedup':
    case 'sink':
      return (
        isForward(spec, edge) && (spec.id === edge.from || keepsOrder(pipeline, spec.id, edge.from))
      );
  }
}

/** Each subtask sends to one other, or by key. */
function isForward(spec: OperatorSpec, { subtasks, isKeyed }: Edge): boolean {
  return isKeyed || subtasks === 1 || subtasksOf(spec) === subtasks;
}

/** The splits whose records can reach an operator. */
export function splitsInto(pipeline: Pipeline, id: string): readonly string[] {
  const spec = operatorAt(pipeline, id);
  if (spec === undefined) return [];
  if (spec.kind === 'source') return spec.splits;
  return [...new Set(inputsOf(spec).flatMap((ref) => splitsInto(pipeline, ref)))];
}

/** Whether records of one split may reach the operator on several channels. */
export function fansOut(pipeline: Pipeline, id: string): boolean {
  const spec = operatorAt(pipeline, id);
  return spec !== undefined && inputsOf(spec).some((ref) => isSpread(pipeline, ref));
}

function isSpread(pipeline: Pipeline, ref: InputRef): boolean {
  const spec = operatorAt(pipeline, ref);
  if (spec === undefined || spec.kind === 'source') return false;
  const isShared = inputsOf(spec).some((input) => isSpread(pipeline, input));
  if (isShared || subtasksOf(spec) === 1 || !('parallelism' in spec)) return isShared;
  const [input, ...others] = inputsOf(spec);
  if (roleOf(spec) !== 'step' || input === undefined || others.length > 0) return true;
  const from = operatorAt(pipeline, input);
  return !(from !== undefined && 'parallelism' in from && from.parallelism === spec.parallelism);
}

/** The operator whose late output a sink shows, as it is or through steps without state. */
export function lateStageOf(pipeline: Pipeline, id: string): string | null {
  const spec = operatorAt(pipeline, id);
  const [ref, ...others] = spec === undefined ? [] : inputsOf(spec);
  if (ref === undefined || others.length > 0) return null;
  const [from = '', output] = ref.split('.');
  if (output === 'late') return from;
  const before = operatorAt(pipeline, ref);
  return before !== undefined && isPlain(before) ? lateStageOf(pipeline, from) : null;
}

/** One input, and nothing remembered. */
function isPlain(spec: OperatorSpec): boolean {
  const role = roleOf(spec);
  return (role === 'step' || role === 'edge') && spec.kind !== 'union';
}

/** Whether rows on the way to the operator wait for event time. */
export function comesByTime(pipeline: Pipeline, id: string): boolean {
  return waitsOnTheWay(pipeline, id) > 0;
}

/** Whether they wait for it at two operators, one behind the other. */
export function comesByTimeTwice(pipeline: Pipeline, id: string): boolean {
  return waitsOnTheWay(pipeline, id) > 1;
}

function waitsOnTheWay(pipeline: Pipeline, id: string): number {
  const spec = operatorAt(pipeline, id);
  if (spec === undefined) return 0;
  const own = Number(isStateful(spec) && waitsForTime(spec));
  const before = inputsOf(spec).map((ref) => waitsOnTheWay(pipeline, ref.split('.')[0] ?? ref));
  return own + Math.max(0, ...before);
}

function waitsForTime({ kind }: StatefulSpec): boolean {
  switch (kind) {
    case 'window':
    case 'process':
    case 'sort':
      return true;
    case 'reduce':
    case 'interval-join':
    case 'dedup':
      return false;
  }
}
