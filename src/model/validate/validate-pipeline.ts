/**
 * Checks that a value is a pipeline: first every operator's own members, then the graph they form.
 * Pure: nothing is filled in or corrected. Not here: whether the workload has its splits and the
 * cluster its slots (validate-case.ts).
 */
import { functionRef } from './function-parameters.ts';
import { builtinFunctions, type FunctionCatalog } from '../functions.ts';
import { Report } from '../input-error.ts';
import { limits } from '../limits.ts';
import type { OperatorKind, SpecOf } from '../operator-kinds.ts';
import type { Pipeline } from '../pipeline.ts';
import { array, boolean, integer, literal, milliseconds, object, refined } from './shape.ts';
import { oneOf, tagged, text, type Shape } from './shape.ts';
import { checkGraph } from './validate-graph.ts';
import { assignerShape, offset, watermarkShape } from './validate-time.ts';

/** The value as a pipeline, or an InputError that lists what is wrong with it. */
export function validatePipeline(
  value: unknown,
  functions: FunctionCatalog = builtinFunctions,
): Pipeline {
  const report = new Report();
  pipelineShape(functions)(value, '', report);
  report.refuse('pipeline');
  return value as Pipeline;
}

const shapes = new WeakMap<FunctionCatalog, Shape>();

/** A pipeline with its graph rules; the graph is only looked at when its parts are right. */
export function pipelineShape(functions: FunctionCatalog): Shape {
  const known = shapes.get(functions) ?? newPipelineShape(functions);
  shapes.set(functions, known);
  return known;
}

function newPipelineShape(functions: FunctionCatalog): Shape {
  const shape = object({
    name: text(),
    operators: array(operatorShape(functions), { min: 1, limit: 'operatorsMax' }),
    maxParallelism: integer(1, limits.keyGroupsMax),
  });
  return refined(shape, (value, path, report) => checkGraph(value as Pipeline, path, report));
}

const idShape = refined(
  text(),
  (value, path, report) =>
    /^[A-Za-z0-9][\w-]*$/.test(value as string) ||
    report.add(path, value, 'an id of letters, digits, "-" and "_"'),
);

/** A shape for each parameter of a kind: what every operator has is left to the caller. */
type Parameters<K extends OperatorKind> = {
  readonly [M in Exclude<keyof SpecOf<K>, 'kind' | 'id'>]: Shape;
};

function parameterShapes(functions: FunctionCatalog): {
  readonly [K in OperatorKind]: Parameters<K>;
} {
  const input = text();
  const parallelism = integer(1, limits.keyGroupsMax);
  const one = { input, parallelism };
  const aggregate = functionRef('aggregate', functions);
  return {
    source: { parallelism, splits: array(text(), { min: 1 }), watermark: watermarkShape },
    map: { ...one, fn: functionRef('map', functions) },
    filter: { ...one, fn: functionRef('filter', functions) },
    'flat-map': { ...one, fn: functionRef('flatMap', functions) },
    'key-by': { input, key: functionRef('key', functions) },
    rebalance: { input },
    union: { inputs: array(input, { min: 1 }) },
    reduce: { ...one, aggregate },
    window: {
      ...one,
      assigner: assignerShape,
      allowedLatenessMs: milliseconds(),
      lateOutput: boolean,
      aggregate,
    },
    process: { ...one, fn: functionRef('process', functions) },
    'interval-join': {
      left: input,
      right: input,
      parallelism,
      lowerMs: offset,
      upperMs: offset,
    },
    sort: { ...one, lateOutput: boolean },
    dedup: { ...one, field: text() },
    sink: { ...one, connector: oneOf(['two-phase', 'upsert', 'append']) },
  };
}

function operatorShape(functions: FunctionCatalog): Shape {
  const byKind: Record<string, Shape> = {};
  for (const [kind, parameters] of Object.entries(parameterShapes(functions))) {
    byKind[kind] = object({ kind: literal(kind), id: idShape, ...parameters });
  }
  return tagged('kind', byKind);
}
