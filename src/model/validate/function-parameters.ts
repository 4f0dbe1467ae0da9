/**
 * Which parameters the built-in functions take, so that a misspelt or missing one is refused
 * instead of counting as 0. Functions of a user's own catalogue may take any parameters.
 */
import type { FunctionCatalog } from '../functions.ts';
import type { Report } from '../input-error.ts';
import { limits } from '../limits.ts';
import {
  integer,
  isObject,
  jsonValue,
  literal,
  number,
  object,
  shaped,
  text,
  type Shape,
} from './shape.ts';
import { suggestName } from './suggest.ts';

type Parameters = Readonly<Record<string, Shape>>;

const field = text();
const positive = integer(1);
const duration = integer(1, limits.durationMsMax);

/** Parameters per kind and function. A test keeps it in step with `builtinFunctions`. */
export const functionParameters: Readonly<
  Record<keyof FunctionCatalog, Readonly<Record<string, Parameters>>>
> = {
  map: {
    identity: {},
    add: { field, amount: number() },
    scale: { field, factor: number() },
    set: { field, to: jsonValue },
  },
  filter: {
    'modulo-not': { field, divisor: positive, remainder: integer(0) },
    'at-least': { field, minimum: number() },
    'result-at-least': { field, minimum: number() },
    equals: { field, to: jsonValue },
  },
  flatMap: { repeat: { times: integer(0, 1_000) }, words: { field }, bookings: {} },
  key: { key: {}, field: { field }, constant: {}, bucket: { buckets: positive } },
  aggregate: { count: {}, sum: { field }, max: { field }, trace: { field }, collect: { field } },
  process: { 'bucket-timer': { sizeMs: duration }, 'processing-batch': { delayMs: duration } },
};

/** A reference to a function of this kind: known name, right parameters. */
export function functionRef(kind: keyof FunctionCatalog, catalog: FunctionCatalog): Shape {
  const known = Object.keys(catalog[kind]);
  const own = {
    type: 'object',
    properties: { fn: { type: 'string', not: { enum: known } } },
    required: ['fn'],
  };
  const schema = { anyOf: [...known.map((name) => parameterShape(kind, name).schema), own] };
  return shaped(schema, (value, path, report) => {
    if (!isObject(value)) return report.add(path, value, 'an object with "fn" and parameters');
    const name = value['fn'];
    if (typeof name === 'string' && known.includes(name)) {
      return parameterShape(kind, name)(value, path, report);
    }
    return unknownFunction({ kind, name, known }, `${path}.fn`, report);
  });
}

function parameterShape(kind: keyof FunctionCatalog, name: string): Shape {
  const parameters = functionParameters[kind][name];
  return parameters === undefined ? jsonValue : object({ fn: literal(name), ...parameters });
}

interface Unknown {
  readonly kind: keyof FunctionCatalog;
  readonly name: unknown;
  readonly known: readonly string[];
}

function unknownFunction(found: Unknown, path: string, report: Report): false {
  return report.add(path, found.name, {
    expectation: `the name of a function of kind "${found.kind}"`,
    suggestion: suggestName(found.name, found.known),
  });
}
