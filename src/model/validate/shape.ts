/**
 * Shapes: small combinators that check plain data against the vocabulary and report every deviation
 * with its path. They look, they never convert or fill in. Not here: rules that relate two places
 * of a document (validate-*.ts).
 */
import { silent, type Report } from '../input-error.ts';
import { limits, type LimitName } from '../limits.ts';
import type { Value } from '../value.ts';
import { suggestName } from './suggest.ts';

/** Checks `value`, reports what is wrong below `path`, and says whether it was right. */
export type Check = (value: unknown, path: string, report: Report) => boolean;

/** A piece of JSON Schema, draft 2020-12. */
export interface JsonSchema {
  readonly [keyword: string]: Value;
}

/** A check, and the same as JSON Schema as far as that can say it: it refuses nothing more. */
export type Shape = Check & { readonly schema: JsonSchema };

/** A shape of a check of one's own, made for it, with what JSON Schema can say of the check. */
export function shaped(schema: JsonSchema, check: Check): Shape {
  return Object.assign(check, { schema });
}

/**
 * The shape with a further rule that JSON Schema does not say; asked only where the shape is right.
 */
export function refined(shape: Shape, rule: Check): Shape {
  return shaped(
    shape.schema,
    (value, path, report) => shape(value, path, report) && rule(value, path, report),
  );
}

type Members = Readonly<Record<string, unknown>>;

/** The path of a member: `a.b`, or `a["odd name"]`. */
function memberPath(path: string, name: string): string {
  if (!/^[A-Za-z_][\w-]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}

/** Whether `value` is an object that JSON could have produced (no array, no null). */
export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * An object with exactly these members: missing and unknown ones are refused. Those of `optional`
 * may be missing or undefined, as what a program writes may be; no document of a file has any.
 */
export function object(
  shapes: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  const required = Object.keys(shapes);
  const names = [...required, ...Object.keys(optional)];
  const checks = memberChecks(shapes);
  const more = memberChecks(optional);
  const schema = {
    type: 'object',
    properties: schemasOf({ ...shapes, ...optional }),
    required,
    additionalProperties: false,
  };
  return shaped(schema, (value, path, report) => {
    if (!isObject(value)) {
      return report.add(path, value, `an object with ${required.join(', ')}`);
    }
    let right = true;
    for (const { name, shape, suffix } of checks) {
      const place = path === '' ? name : path + suffix;
      if (Object.hasOwn(value, name)) right = shape(value[name], place, report) && right;
      else right = report.add(place, undefined, 'this member to be present');
    }
    for (const { name, shape, suffix } of more) {
      if (value[name] === undefined) continue;
      right = shape(value[name], path === '' ? name : path + suffix, report) && right;
    }
    if (right && countMembers(value) === required.length) return true;
    return refuseUnknown(value, { names, path, report }) && right;
  });
}

function schemasOf(shapes: Readonly<Record<string, Shape>>): JsonSchema {
  return Object.fromEntries(Object.entries(shapes).map(([name, { schema }]) => [name, schema]));
}

/** An object of any names, whose members have one shape. */
export function record(member: Shape, expectation: string): Shape {
  return shaped({ type: 'object', additionalProperties: member.schema }, (value, path, report) => {
    if (!isObject(value)) return report.add(path, value, expectation);
    return Object.entries(value).every(([name, each]) =>
      member(each, memberPath(path, name), report),
    );
  });
}

function memberChecks(
  shapes: Readonly<Record<string, Shape>>,
): readonly { readonly name: string; readonly shape: Shape; readonly suffix: string }[] {
  return Object.entries(shapes).map(([name, shape]) => ({ name, shape, suffix: `.${name}` }));
}

function countMembers(value: Members): number {
  let count = 0;
  for (const name in value) if (Object.hasOwn(value, name)) count++;
  return count;
}

function refuseUnknown(
  value: Members,
  known: { readonly names: readonly string[]; readonly path: string; readonly report: Report },
): boolean {
  let right = true;
  for (const name of Object.keys(value)) {
    if (known.names.includes(name)) continue;
    right = known.report.add(memberPath(known.path, name), value[name], {
      expectation: 'no member of this name',
      suggestion: suggestName(name, known.names),
    });
  }
  return right;
}

/** An object whose `tag` member selects the shape of the whole. */
export function tagged(tag: string, shapes: Readonly<Record<string, Shape>>): Shape {
  const names = Object.keys(shapes);
  const schema = { oneOf: Object.values(shapes).map((shape) => shape.schema) };
  return shaped(schema, (value, path, report) => {
    if (!isObject(value)) return report.add(path, value, `an object with a "${tag}"`);
    const name = value[tag];
    const shape =
      typeof name === 'string' && Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    if (shape !== undefined) return shape(value, path, report);
    return report.add(memberPath(path, tag), name, {
      expectation: `a known ${tag}`,
      suggestion: suggestName(name, names),
    });
  });
}

/**
 * An array; `limit` names its largest length. Most elements are right: where one is, nobody asks,
 * so paths are made for the others only.
 */
export function array(item: Shape, bounds: { min?: number; limit?: LimitName } = {}): Shape {
  const least = bounds.min ?? 0;
  const most = bounds.limit === undefined ? {} : { maxItems: limits[bounds.limit] };
  const schema = { type: 'array', items: item.schema, minItems: least, ...most };
  return shaped(schema, (value, path, report) => {
    if (!Array.isArray(value)) return report.add(path, value, 'an array');
    if (value.length < least) return report.add(path, value, `at least ${least} elements`);
    if (bounds.limit !== undefined && value.length > limits[bounds.limit]) {
      return report.add(path, value, atMost(bounds.limit));
    }
    let right = true;
    for (let i = 0; i < value.length; i++) {
      if (item(value[i], '', silent)) continue;
      if (report === silent) return false;
      right = item(value[i], `${path}[${i}]`, report) && right;
    }
    return right;
  });
}

/** "at most 1000 (limit splitsMax)". */
export function atMost(limit: LimitName): string {
  return `at most ${limits[limit]} (limit ${limit})`;
}

/** An integer in `[min, max]`; both bounds included, safe integers by default. */
export function integer(
  min: number = Number.MIN_SAFE_INTEGER,
  max: number = Number.MAX_SAFE_INTEGER,
): Shape {
  const expectation = integerText(min, max);
  return shaped(
    { type: 'integer', minimum: min, maximum: max },
    (value, path, report) =>
      (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) ||
      report.add(path, value, expectation),
  );
}

function integerText(min: number, max: number): string {
  const low = min > Number.MIN_SAFE_INTEGER;
  if (max < Number.MAX_SAFE_INTEGER) {
    return low ? `an integer from ${min} to ${max}` : `an integer up to ${max}`;
  }
  return low ? `an integer of at least ${min}` : 'an integer';
}

/** A duration or time in ms, from `min` to `limits.durationMsMax`. */
export function milliseconds(min = 0): Shape {
  return integer(min, limits.durationMsMax);
}

/** A finite number in `[min, max]`. */
export function number(min: number = -Infinity, max: number = Infinity): Shape {
  const schema = {
    type: 'number',
    ...(min === -Infinity ? {} : { minimum: min }),
    ...(max === Infinity ? {} : { maximum: max }),
  };
  return shaped(
    schema,
    (value, path, report) =>
      (typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max) ||
      report.add(
        path,
        value,
        min === -Infinity ? 'a finite number' : `a number of at least ${min}`,
      ),
  );
}

export const boolean: Shape = shaped(
  { type: 'boolean' },
  (value, path, report) => typeof value === 'boolean' || report.add(path, value, 'true or false'),
);

/** Text of up to `limits.nameCharactersMax` characters; not empty unless `emptyAllowed`. */
export function text(emptyAllowed = false): Shape {
  const least = emptyAllowed ? {} : { minLength: 1 };
  const schema = { type: 'string', ...least, maxLength: limits.nameCharactersMax };
  return shaped(schema, (value, path, report) => {
    if (typeof value !== 'string') return report.add(path, value, 'a text');
    if (value === '' && !emptyAllowed) return report.add(path, value, 'a text that is not empty');
    if (value.length > limits.nameCharactersMax) {
      return report.add(path, value, `characters: ${atMost('nameCharactersMax')}`);
    }
    return true;
  });
}

/** One of these names. */
export function oneOf(names: readonly string[]): Shape {
  return shaped(
    { enum: names },
    (value, path, report) =>
      (typeof value === 'string' && names.includes(value)) ||
      report.add(path, value, {
        expectation:
          names.length <= 6 ? names.map((name) => `"${name}"`).join(' or ') : 'a known name',
        suggestion: suggestName(value, names),
      }),
  );
}

/** Exactly this value. */
export function literal(wanted: string | number | null): Shape {
  return shaped(
    { const: wanted },
    (value, path, report) => value === wanted || report.add(path, value, JSON.stringify(wanted)),
  );
}

export function nullable(shape: Shape): Shape {
  return shaped(
    { anyOf: [{ type: 'null' }, shape.schema] },
    (value, path, report) => value === null || shape(value, path, report),
  );
}

export const anything: Shape = shaped({}, () => true);

/** What JSON can hold, at most `limits.valueDepthMax` levels deep. */
export const jsonValue: Shape = jsonUpTo('valueDepthMax');

type DepthLimit = Extract<LimitName, 'valueDepthMax' | 'historyValueDepthMax'>;

/** What JSON can hold, at most so many levels deep. */
export function jsonUpTo(limit: DepthLimit): Shape {
  return shaped(
    {},
    (value, path, report) =>
      holdsJson(value, limits[limit]) ||
      (report !== silent && checkJson(value, path, { report, depth: 0, limit })),
  );
}

/** The same without a place to report to: most values are right. */
function holdsJson(value: unknown, levels: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || levels === 0) return false;
  if (Array.isArray(value)) return value.every((element) => holdsJson(element, levels - 1));
  for (const name in value) {
    if (!holdsJson((value as Members)[name], levels - 1)) return false;
  }
  return true;
}

interface Depth {
  readonly report: Report;
  readonly depth: number;
  readonly limit: DepthLimit;
}

function checkJson(value: unknown, path: string, at: Depth): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') {
    return Number.isFinite(value) || at.report.add(path, value, 'a number that JSON can hold');
  }
  if (typeof value !== 'object') return at.report.add(path, value, 'a value that JSON can hold');
  if (at.depth >= limits[at.limit]) {
    return at.report.add(path, value, `levels of nesting: ${atMost(at.limit)}`);
  }
  const inner = { ...at, depth: at.depth + 1 };
  if (Array.isArray(value)) {
    return value.every((element, i) => checkJson(element, `${path}[${i}]`, inner));
  }
  return Object.entries(value).every(([name, member]) =>
    checkJson(member, memberPath(path, name), inner),
  );
}
