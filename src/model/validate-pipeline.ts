/**
 * Checks that a value is a pipeline: first every operator's own members, then the graph they form.
 * Pure: nothing is filled in or corrected. Not here: whether the workload has its splits and the
 * cluster its slots (validate-case.ts).
 */
import { functionRef } from './function-parameters.ts';
import { builtinFunctions, type FunctionCatalog } from './functions.ts';
import { Report } from './input-error.ts';
import { limits } from './limits.ts';
import type { OperatorSpec, Pipeline } from './pipeline.ts';
import { array, boolean, integer, literal, milliseconds, nullable, object } from './shape.ts';
import { oneOf, tagged, text, type Shape } from './shape.ts';
import { checkGraph } from './validate-graph.ts';

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

/** A pipeline with its graph rules; the graph is only looked at when its parts are right. */
export function pipelineShape(functions: FunctionCatalog): Shape {
  const shape = object({
    name: text(),
    operators: array(operatorShape(functions), { min: 1, limit: 'operatorsMax' }),
    maxParallelism: integer(1, limits.keyGroupsMax),
  });
  return (value, path, report) =>
    shape(value, path, report) && checkGraph(value as Pipeline, path, report);
}

type Kind = OperatorSpec['kind'];

/** The members of each kind besides `kind` and `id`. */
function memberShapes(functions: FunctionCatalog): Record<Kind, Record<string, Shape>> {
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

/** The kinds of operators there are. */
export const operatorKinds: readonly Kind[] = Object.keys(memberShapes(builtinFunctions)) as Kind[];

function operatorShape(functions: FunctionCatalog): Shape {
  const shapes: Record<string, Shape> = {};
  for (const [kind, members] of Object.entries(memberShapes(functions))) {
    shapes[kind] = object({ kind: literal(kind), id: idShape, ...members });
  }
  return tagged('kind', shapes);
}

const idShape: Shape = (value, path, report) =>
  text()(value, path, report) &&
  (/^[A-Za-z0-9][\w-]*$/.test(value as string) ||
    report.add(path, value, 'an id of letters, digits, "-" and "_"'));

const offset = integer(-limits.durationMsMax, limits.durationMsMax);

const watermarkMembers = object({
  strategy: oneOf(['bounded', 'ascending']),
  outOfOrdernessMs: milliseconds(),
  emission: oneOf(['per-record', 'periodic']),
  intervalMs: milliseconds(),
  idlenessMs: nullable(milliseconds(1)),
});

const watermarkShape: Shape = (value, path, report) => {
  if (!watermarkMembers(value, path, report)) return false;
  const spec = value as {
    strategy: string;
    outOfOrdernessMs: number;
    emission: string;
    intervalMs: number;
  };
  if (spec.strategy === 'ascending' && spec.outOfOrdernessMs !== 0) {
    return report.add(`${path}.outOfOrdernessMs`, spec.outOfOrdernessMs, {
      expectation: '0, since the strategy is "ascending"',
      suggestion: 'use the strategy "bounded" to allow disorder',
    });
  }
  if (spec.emission === 'periodic' && spec.intervalMs === 0) {
    return report.add(`${path}.intervalMs`, 0, 'at least 1 when the emission is "periodic"');
  }
  return true;
};

const windowShapes = tagged('kind', {
  tumbling: object({ kind: literal('tumbling'), sizeMs: milliseconds(1), offsetMs: offset }),
  sliding: object({
    kind: literal('sliding'),
    sizeMs: milliseconds(1),
    slideMs: milliseconds(1),
    offsetMs: offset,
  }),
  session: object({ kind: literal('session'), gapMs: milliseconds(1) }),
});

const assignerShape: Shape = (value, path, report) => {
  if (!windowShapes(value, path, report)) return false;
  const spec = value as { kind: string; sizeMs: number; slideMs?: number; offsetMs: number };
  if (spec.kind === 'session') return true;
  const every = spec.slideMs ?? spec.sizeMs;
  if (every > spec.sizeMs) return slideTooWide(spec.sizeMs, every, { path, report });
  if (Math.ceil(spec.sizeMs / every) > limits.panesPerRecordMax) {
    const least = Math.ceil(spec.sizeMs / limits.panesPerRecordMax);
    return report.add(`${path}.slideMs`, every, `at least ${least} (limit panesPerRecordMax)`);
  }
  // Flink refuses the same in its assigners' constructors: |offset| < slide.
  const wide = Math.abs(spec.offsetMs) >= every;
  return (
    !wide ||
    report.add(`${path}.offsetMs`, spec.offsetMs, `between -${every} and ${every}, exclusive`)
  );
};

/** With gaps between windows a record may be in no pane and not late: nothing could account for it. */
function slideTooWide(size: number, slide: number, at: { path: string; report: Report }): false {
  return at.report.add(`${at.path}.slideMs`, slide, {
    expectation: `at most the window's size, ${size}`,
    suggestion: 'filter records that belong to no window before the window operator',
  });
}
