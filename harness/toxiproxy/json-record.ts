/**
 * Gives the members of a JSON object their types, with Toxiproxy's rules and error texts (those of
 * Go's encoding/json): keys match without regard to case, unknown keys are ignored, null changes
 * nothing, the last of equal keys wins, the first mismatch is reported.
 */
import type { JsonValue } from './json-text.ts';

export type FieldType = 'string' | 'bool' | 'int64' | 'int' | 'float32';
export type FieldValue = string | boolean | number;

export interface FieldSpec {
  readonly name: string;
  readonly type: FieldType;
}

/** Where a record stands, for error texts. */
export interface RecordPlace {
  /** Name of the record's type, empty for a nameless one. */
  readonly record: string;
  /** What a value of a wrong kind is said to be assigned to. */
  readonly whole: string;
  /** Path of the record itself, with a closing dot, or empty. */
  readonly prefix: string;
}

export class JsonTypeError extends Error {
  override readonly name = 'JsonTypeError';
}

/** The fields present in `value`, by name. Throws {@link JsonTypeError}. */
export function readRecord(
  value: JsonValue,
  fields: readonly FieldSpec[],
  place: RecordPlace,
): Map<string, FieldValue> {
  const found = new Map<string, FieldValue>();
  if (value.kind === 'null') return found;
  if (value.kind !== 'object') {
    throw new JsonTypeError(`json: cannot unmarshal ${value.kind} into Go ${place.whole}`);
  }
  for (const [key, member] of value.members) {
    const field = matchName(key, fields, (candidate) => candidate.name);
    if (field === undefined || member.kind === 'null') continue;
    found.set(field.name, readField(member, field, place));
  }
  return found;
}

/** All members of that name (without regard to case), in order: records among them are merged. */
export function findMembers(value: JsonValue, name: string): readonly JsonValue[] {
  if (value.kind !== 'object') return [];
  return value.members.filter(([key]) => key.toLowerCase() === name).map(([, member]) => member);
}

function matchName<T>(
  key: string,
  items: readonly T[],
  nameOf: (item: T) => string,
): T | undefined {
  const exact = items.find((item) => nameOf(item) === key);
  return exact ?? items.find((item) => nameOf(item).toLowerCase() === key.toLowerCase());
}

function readField(value: JsonValue, field: FieldSpec, place: RecordPlace): FieldValue {
  const read = readTyped(value, field.type);
  if (read !== null) return read;
  const isNumberMismatch = value.kind === 'number' && isNumeric(field.type);
  const what = isNumberMismatch ? `number ${value.text}` : value.kind;
  const target = `struct field ${place.record}.${place.prefix}${field.name} of type ${field.type}`;
  throw new JsonTypeError(`json: cannot unmarshal ${what} into Go ${target}`);
}

function readTyped(value: JsonValue, type: FieldType): FieldValue | null {
  if (value.kind === 'string') return type === 'string' ? value.value : null;
  if (value.kind === 'bool') return type === 'bool' ? value.value : null;
  if (value.kind !== 'number' || !isNumeric(type)) return null;
  return type === 'float32' ? readFloat32(value.text) : readInteger(value.text);
}

function isNumeric(type: FieldType): boolean {
  return type === 'int64' || type === 'int' || type === 'float32';
}

function readFloat32(text: string): number | null {
  const value = Math.fround(Number(text));
  return Number.isFinite(value) ? value : null;
}

/** Integers of 64 bits; those above 2^53 come out rounded, far beyond every attribute's range. */
function readInteger(text: string): number | null {
  if (!/^-?\d+$/.test(text)) return null;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value ? Number(value) : null;
}
