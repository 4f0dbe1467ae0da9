/**
 * JSON Schema as far as the published schemas use it: a second reader of them, which shares nothing
 * with what they are made of. An unknown keyword is an error, not a pass.
 */
type Json = unknown;
type Schema = Readonly<Record<string, Json>>;
type Rule = (wanted: Json, value: Json, schema: Schema) => boolean;

const types: Readonly<Record<string, (value: Json) => boolean>> = {
  object: isObject,
  array: (value) => Array.isArray(value),
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};

function isObject(value: Json): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: Json): readonly Json[] {
  if (!Array.isArray(value)) throw new TypeError('a schema with no list where one has to be');
  return value as readonly Json[];
}

const length = (value: string): number => Array.from(value).length;

const rules: Readonly<Record<string, Rule>> = {
  $schema: () => true,
  title: () => true,
  description: () => true,
  type: (wanted, value) => types[wanted as string]?.(value) ?? false,
  enum: (wanted, value) => list(wanted).includes(value),
  const: (wanted, value) => value === wanted,
  minimum: (wanted, value) => typeof value !== 'number' || value >= (wanted as number),
  maximum: (wanted, value) => typeof value !== 'number' || value <= (wanted as number),
  minLength: (wanted, value) => typeof value !== 'string' || length(value) >= (wanted as number),
  maxLength: (wanted, value) => typeof value !== 'string' || length(value) <= (wanted as number),
  minItems: (wanted, value) => !Array.isArray(value) || value.length >= (wanted as number),
  maxItems: (wanted, value) => !Array.isArray(value) || value.length <= (wanted as number),
  items: (wanted, value) => !Array.isArray(value) || value.every((each) => accepts(wanted, each)),
  required: (wanted, value) =>
    !isObject(value) || list(wanted).every((name) => Object.hasOwn(value, name as string)),
  properties: (wanted, value) =>
    !isObject(value) ||
    Object.entries(wanted as Schema).every(
      ([name, schema]) => !Object.hasOwn(value, name) || accepts(schema, value[name]),
    ),
  additionalProperties: (wanted, value, schema) => {
    if (!isObject(value)) return true;
    const known = Object.keys(schema['properties'] ?? {});
    const others = Object.entries(value).filter(([name]) => !known.includes(name));
    return others.every(([, each]) => wanted !== false && accepts(wanted, each));
  },
  anyOf: (wanted, value) => list(wanted).some((schema) => accepts(schema, value)),
  oneOf: (wanted, value) => list(wanted).filter((schema) => accepts(schema, value)).length === 1,
  not: (wanted, value) => !accepts(wanted, value),
};

/** Whether `value` is right by the schema. Throws for a keyword it does not know. */
export function accepts(schema: Json, value: Json): boolean {
  if (!isObject(schema)) throw new TypeError('a schema that is no object');
  return Object.entries(schema).every(([keyword, wanted]) => {
    const rule = rules[keyword];
    if (rule === undefined) throw new TypeError(`unknown keyword ${keyword}`);
    return rule(wanted, value, schema);
  });
}
