/**
 * Request bodies of the API, decoded and checked. Values that crash Toxiproxy or make it spin
 * (a slicer without sizes, negative rates, a variation above the average) are refused here; what it
 * accepts harmlessly is accepted.
 */
import {
  ApiError,
  badBody,
  badStream,
  badToxicType,
  missingField,
  toxicExists,
} from './api-error.ts';
import { findMembers, JsonTypeError, readRecord, type FieldSpec } from './json-record.ts';
import { JsonSyntaxError, readJson, type JsonValue } from './json-text.ts';
import type { ProxyChange } from './proxy.ts';
import type { Toxic } from './toxic.ts';
import type { ToxicKind } from './toxics/kind.ts';
import { toxicKinds } from './toxics/registry.ts';

export interface ProxyRequest extends ProxyChange {
  readonly name: string;
}

const proxyFields: readonly FieldSpec[] = [
  { name: 'name', type: 'string' },
  { name: 'listen', type: 'string' },
  { name: 'upstream', type: 'string' },
  { name: 'enabled', type: 'bool' },
];
const proxyPlace = { record: 'Proxy', whole: 'value of type toxiproxy.Proxy', prefix: '' };
const populateElement = 'struct { toxiproxy.Proxy; Enabled *bool "json:\\"enabled\\"" }';

/** The body of a request to create a proxy. Throws {@link ApiError}, as everything here. */
export function decodeProxy(body: Buffer): ProxyRequest {
  return decoding(() => {
    const fields = readRecord(readJson(body), proxyFields, proxyPlace);
    const request = toProxyRequest(fields, { listen: '', upstream: '', enabled: true });
    if (request.name === '') throw missingField('name');
    if (request.upstream === '') throw missingField('upstream');
    return request;
  });
}

/** The body of a request to change a proxy; what it leaves out stays as in `current`. */
export function decodeProxyChange(body: Buffer, current: ProxyChange): ProxyChange {
  return decoding(() =>
    toProxyRequest(readRecord(readJson(body), proxyFields, proxyPlace), current),
  );
}

/** The list of proxies to populate with, checked whole before any of them is made. */
export function decodePopulate(body: Buffer): readonly ProxyRequest[] {
  return decoding(() => {
    const value = readJson(body);
    if (value.kind === 'null') return [];
    if (value.kind !== 'array') {
      const whole = `value of type []${populateElement}`;
      throw new JsonTypeError(`json: cannot unmarshal ${value.kind} into Go ${whole}`);
    }
    const place = { record: '', whole: `value of type ${populateElement}`, prefix: '' };
    const requests = value.items.map((item) =>
      toProxyRequest(readRecord(item, proxyFields, place), {
        listen: '',
        upstream: '',
        enabled: true,
      }),
    );
    for (const [index, request] of requests.entries()) {
      if (request.name === '') throw missingField(`name at proxy ${index + 1}`);
      if (request.upstream === '') throw missingField(`upstream at proxy ${index + 1}`);
    }
    return requests;
  });
}

/** The body of a request to create a toxic; `isTaken` tells which names are in use. */
export function decodeToxic(body: Buffer, isTaken: (name: string) => boolean): Toxic {
  return decoding(() => {
    const value = readJson(body);
    const fields = readToxicFields(value);
    const stream = fields.stream;
    const direction = stream.toLowerCase();
    if (direction !== 'upstream' && direction !== 'downstream') throw badStream();
    const kind = toxicKinds.get(fields.type);
    if (kind === undefined) throw badToxicType();
    const name = fields.name === '' ? `${fields.type}_${stream}` : fields.name;
    if (isTaken(name)) throw toxicExists();
    const attributes = readAttributes(value, kind, null);
    return { kind, name, direction, stream, toxicity: fields.toxicity, attributes };
  });
}

/** The body of a request to change a toxic; name, type and stream in it are ignored. */
export function decodeToxicChange(
  body: Buffer,
  toxic: Toxic,
): Pick<Toxic, 'toxicity' | 'attributes'> {
  return decoding(() => {
    const value = readJson(body);
    const place = {
      record: '',
      whole: `value of type struct { Attributes interface {} "json:\\"attributes\\""; Toxicity float32 "json:\\"toxicity\\"" }`,
      prefix: '',
    };
    const fields = readRecord(value, [{ name: 'toxicity', type: 'float32' }], place);
    const toxicity = Number(fields.get('toxicity') ?? toxic.toxicity);
    return { toxicity, attributes: readAttributes(value, toxic.kind, toxic.attributes) };
  });
}

function toProxyRequest(
  fields: ReadonlyMap<string, string | boolean | number>,
  defaults: ProxyChange,
): ProxyRequest {
  return {
    name: String(fields.get('name') ?? ''),
    listen: String(fields.get('listen') ?? defaults.listen),
    upstream: String(fields.get('upstream') ?? defaults.upstream),
    enabled: Boolean(fields.get('enabled') ?? defaults.enabled),
  };
}

function readToxicFields(value: JsonValue): {
  name: string;
  type: string;
  stream: string;
  toxicity: number;
} {
  const place = { record: 'ToxicWrapper', whole: 'value of type toxics.ToxicWrapper', prefix: '' };
  const specs: readonly FieldSpec[] = [
    { name: 'name', type: 'string' },
    { name: 'type', type: 'string' },
    { name: 'stream', type: 'string' },
    { name: 'toxicity', type: 'float32' },
  ];
  const fields = readRecord(value, specs, place);
  for (const attributes of findMembers(value, 'attributes')) {
    const whole = 'struct field ToxicWrapper.attributes of type toxics.NoopToxic';
    readRecord(attributes, [], { record: 'NoopToxic', whole, prefix: 'attributes.' });
  }
  return {
    name: String(fields.get('name') ?? ''),
    type: String(fields.get('type') ?? ''),
    stream: String(fields.get('stream') ?? 'downstream'),
    toxicity: Number(fields.get('toxicity') ?? 1),
  };
}

/** Attributes of the kind, `current` (or 0) where the body says nothing, checked against ranges. */
function readAttributes(
  body: JsonValue,
  kind: ToxicKind,
  current: Toxic['attributes'] | null,
): Toxic['attributes'] {
  const whole = `struct field .attributes of type toxics.${kind.recordName}`;
  const place = { record: kind.recordName, whole, prefix: 'attributes.' };
  const records = findMembers(body, 'attributes');
  const fields = new Map(
    records.flatMap((record) => [...readRecord(record, kind.attributes, place)]),
  );
  const attributes: Record<string, number> = {};
  for (const { name, min, max } of kind.attributes) {
    const number = Number(fields.get(name) ?? current?.[name] ?? 0);
    if (number < min) throw badBody(`attribute ${name} must be at least ${min}, got ${number}`);
    if (number > max) throw badBody(`attribute ${name} must be at most ${max}, got ${number}`);
    attributes[name] = number;
  }
  const problem = kind.check?.(attributes) ?? null;
  if (problem !== null) throw badBody(problem);
  return attributes;
}

/** Turns decoding errors into the API's. */
function decoding<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof JsonSyntaxError || error instanceof JsonTypeError) {
      throw new ApiError(`bad request body: ${error.message}`, 400, { cause: error });
    }
    throw error;
  }
}
