/**
 * The function catalogue: what users write, as named entries with parameters. A case refers to them
 * by name, so the same pipeline runs on any engine. They are the *given* of a verification (pure
 * functions of their arguments): engine and oracle call the same ones, but neither shares how it
 * calls them: windows, timers, state and time are implemented twice.
 */
import { hashString, mix32 } from '../base/hash.ts';
import type { FunctionRef } from './pipeline.ts';
import type { Key, Row, Value, ValueObject } from './value.ts';

export type MapFunction = (value: Value, row: Row) => Value;
export type FilterFunction = (value: Value, row: Row) => boolean;
export type FlatMapFunction = (value: Value, row: Row) => readonly Value[];
export type KeySelector = (value: Value, row: Row) => Key;

/**
 * An incremental aggregate (Flink `AggregateFunction`). `add` and `merge` return the new
 * accumulator and may not modify their arguments. `commutative` says that order does not show in
 * the result.
 */
export interface Aggregate {
  readonly commutative: boolean;
  create(): Value;
  add(accumulator: Value, value: Value): Value;
  merge(a: Value, b: Value): Value;
  result(accumulator: Value): Value;
}

/** What a process function may do, scoped to the current key. Times in ms. */
export interface ProcessContext {
  readonly key: Key;
  /** Event time of the row or timer being processed. */
  readonly ts: number;
  state(): Value;
  setState(value: Value): void;
  registerEventTimer(ts: number): void;
  deleteEventTimer(ts: number): void;
  registerProcessingTimer(atMs: number): void;
  /** Processing time in ms. */
  processingTime(): number;
  emit(value: Value): void;
}

/**
 * What a process function does, where it is one of these, so that its rows can be judged one by
 * one. `row` gives the row that these values make, in order of arrival; it lists under `ids` the
 * ids of the records that the values name (their `id`, or the `ids` that they list).
 */
export type ProcessDeclaration =
  | {
      /**
       * Per key, one row for each `sizeMs` of event time, from an event-time timer at its last
       * millisecond (`end`); a row that comes later makes one of its own.
       */
      readonly kind: 'event-time-buckets';
      readonly sizeMs: number;
      row(values: readonly Value[], end: number): Value;
    }
  | {
      /** Per key, one row for what came within `delayMs` of processing time after the first. */
      readonly kind: 'processing-time-batches';
      readonly delayMs: number;
      row(values: readonly Value[]): Value;
    };

/** A keyed process function; all its memory is `context.state()` (initially null). */
export interface ProcessFunction {
  /**
   * Left out: what it shows is compared with nothing, and the guarantees of its sinks are unknown.
   */
  readonly declares?: ProcessDeclaration;
  onRow(value: Value, context: ProcessContext): void;
  onTimer(domain: 'event' | 'processing', context: ProcessContext): void;
}

export interface FunctionCatalog {
  readonly map: Readonly<Record<string, (params: ValueObject) => MapFunction>>;
  readonly filter: Readonly<Record<string, (params: ValueObject) => FilterFunction>>;
  readonly flatMap: Readonly<Record<string, (params: ValueObject) => FlatMapFunction>>;
  readonly key: Readonly<Record<string, (params: ValueObject) => KeySelector>>;
  readonly aggregate: Readonly<Record<string, (params: ValueObject) => Aggregate>>;
  readonly process: Readonly<Record<string, (params: ValueObject) => ProcessFunction>>;
}

/** The member `name` of an object value, or null. */
export function field(value: Value, name: string): Value {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  return (value as ValueObject)[name] ?? null;
}

/** The member `name` as a number; what is not a number counts as 0. */
export function numberField(value: Value, name: string): number {
  const member = field(value, name);
  return typeof member === 'number' ? member : 0;
}

/** The hash under which record ids enter fingerprints: uint32. */
export function idFingerprint(id: number): number {
  return mix32(id ^ 0x5bd1e995);
}

/** Strings as they are, everything else as its JSON text: what key-by and parameters need. */
function textOf(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const text = (params: ValueObject, name: string): string => textOf(params[name] ?? '');
const number = (params: ValueObject, name: string): number => Number(params[name] ?? 0);

/** Object values keep their members, others are wrapped as `{ value }`. */
function asObject(value: Value): ValueObject {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return value as ValueObject;
  }
  return { value };
}

const maps: FunctionCatalog['map'] = {
  /** The value unchanged. */
  identity: () => (value) => value,
  /** Adds `amount` to the number in `field`. */
  add: (params) => {
    const name = text(params, 'field');
    const amount = number(params, 'amount');
    return (value) => ({ ...asObject(value), [name]: numberField(value, name) + amount });
  },
  /** Multiplies the number in `field` by `factor`. */
  scale: (params) => {
    const name = text(params, 'field');
    const factor = number(params, 'factor');
    return (value) => ({ ...asObject(value), [name]: numberField(value, name) * factor });
  },
  /** Sets `field` to `to`. */
  set: (params) => {
    const name = text(params, 'field');
    const to = params['to'] ?? null;
    return (value) => ({ ...asObject(value), [name]: to });
  },
};

const filters: FunctionCatalog['filter'] = {
  /** Keeps rows whose `field` modulo `divisor` is not `remainder`. */
  'modulo-not': (params) => {
    const name = text(params, 'field');
    const divisor = number(params, 'divisor');
    const remainder = number(params, 'remainder');
    return (value) => Math.abs(numberField(value, name)) % divisor !== remainder;
  },
  /** Keeps rows whose `field` is at least `minimum`. */
  'at-least': (params) => {
    const name = text(params, 'field');
    const minimum = number(params, 'minimum');
    return (value) => numberField(value, name) >= minimum;
  },
  /** Keeps panes (window outputs) whose result has a `field` of at least `minimum`. */
  'result-at-least': (params) => {
    const name = text(params, 'field');
    const minimum = number(params, 'minimum');
    return (value) => numberField(field(value, 'result'), name) >= minimum;
  },
  /** Keeps rows whose `field` equals `to`. */
  equals: (params) => {
    const name = text(params, 'field');
    const to = params['to'] ?? null;
    return (value) => field(value, name) === to;
  },
};

const flatMaps: FunctionCatalog['flatMap'] = {
  /** Emits the value `times` times with `copy` = 0, 1, … */
  repeat: (params) => {
    const times = number(params, 'times');
    return (value) => Array.from({ length: times }, (_, copy) => ({ ...asObject(value), copy }));
  },
  /** Splits the text in `field` at white space: one `{ id, word, copy }` per word. */
  words: (params) => {
    const name = text(params, 'field');
    return (value) =>
      textOf(field(value, name) ?? '')
        .split(/\s+/)
        .filter((word) => word !== '')
        .map((word, copy) => ({ ...asObject(value), word, copy }));
  },
  /**
   * A transfer `{ from, to, amount }` as two bookings: `{ account: from, amount: -amount, copy: 0
   * }` and `{ account: to, amount, copy: 1 }`; the other members stay.
   */
  bookings: () => (value) => {
    const transfer = asObject(value);
    const amount = numberField(value, 'amount');
    return [
      { ...transfer, account: field(value, 'from'), amount: -amount, copy: 0 },
      { ...transfer, account: field(value, 'to'), amount, copy: 1 },
    ];
  },
};

const keys: FunctionCatalog['key'] = {
  /** The key the row already has. */
  key: () => (_value, row) => row.key,
  /** The text of `field`. */
  field: (params) => {
    const name = text(params, 'field');
    return (value) => textOf(field(value, name));
  },
  /** One key for all rows. */
  constant: () => () => 'all',
  /** A hash of the present key modulo `buckets`: merges keys. */
  bucket: (params) => {
    const buckets = number(params, 'buckets');
    return (_value, row) => `b${hashString(row.key) % buckets}`;
  },
};

/** Ids found in a value: its own `id`, or the `ids` an upstream aggregate collected. */
function idsOf(value: Value): readonly Value[] {
  const own = field(value, 'id');
  if (own !== null) return [own];
  const result = field(value, 'result');
  const ids = field(result === null ? value : result, 'ids');
  return Array.isArray(ids) ? (ids as readonly Value[]) : [];
}

const add32 = (a: number, b: number): number => (a + b) >>> 0;

const aggregates: FunctionCatalog['aggregate'] = {
  /** Number of rows: a number. Opaque. */
  count: () => ({
    commutative: true,
    create: () => 0,
    add: (accumulator) => (accumulator as number) + 1,
    merge: (a, b) => (a as number) + (b as number),
    result: (accumulator) => accumulator,
  }),
  /** Sum of `field`: a number. Opaque. */
  sum: (params) => {
    const name = text(params, 'field');
    return {
      commutative: true,
      create: () => 0,
      add: (accumulator, value) => (accumulator as number) + numberField(value, name),
      merge: (a, b) => (a as number) + (b as number),
      result: (accumulator) => accumulator,
    };
  },
  /** Largest `field`: a number, or null before the first row. Opaque. */
  max: (params) => {
    const name = text(params, 'field');
    const larger = (a: Value, b: Value): Value => (a === null || (b !== null && b > a) ? b : a);
    return {
      commutative: true,
      create: () => null,
      add: (accumulator, value) => larger(accumulator, numberField(value, name)),
      merge: larger,
      result: (accumulator) => accumulator,
    };
  },
  /**
   * Cut-traceable sum (T1): `{ n, sum, q, f }`: rows, sum of `field`, sum of the one-hot split
   * digits in `q` of each value, and the sum of the id hashes in `f` modulo 2^32. See
   * model/trace.ts.
   */
  trace: (params) => {
    const name = text(params, 'field');
    return {
      commutative: true,
      create: () => ({ n: 0, sum: 0, q: 0, f: 0 }),
      add: (accumulator, value) => ({
        n: numberField(accumulator, 'n') + 1,
        sum: numberField(accumulator, 'sum') + numberField(value, name),
        q: numberField(accumulator, 'q') + numberField(value, 'q'),
        f: add32(numberField(accumulator, 'f'), numberField(value, 'f')),
      }),
      merge: (a, b) => ({
        n: numberField(a, 'n') + numberField(b, 'n'),
        sum: numberField(a, 'sum') + numberField(b, 'sum'),
        q: numberField(a, 'q') + numberField(b, 'q'),
        f: add32(numberField(a, 'f'), numberField(b, 'f')),
      }),
      result: (accumulator) => accumulator,
    };
  },
  /**
   * Fully traceable list (T2): `{ n, sum, ids }` in arrival order. A row that is itself a traced
   * aggregate contributes its ids, flattened, so traces compose over stages.
   */
  collect: (params) => {
    const name = text(params, 'field');
    return {
      commutative: false,
      create: () => ({ n: 0, sum: 0, ids: [] }),
      add: (accumulator, value) => ({
        n: numberField(accumulator, 'n') + 1,
        sum: numberField(accumulator, 'sum') + numberField(value, name),
        ids: [...(field(accumulator, 'ids') as readonly Value[]), ...idsOf(value)],
      }),
      merge: (a, b) => ({
        n: numberField(a, 'n') + numberField(b, 'n'),
        sum: numberField(a, 'sum') + numberField(b, 'sum'),
        ids: [...(field(a, 'ids') as readonly Value[]), ...(field(b, 'ids') as readonly Value[])],
      }),
      result: (accumulator) => accumulator,
    };
  },
};

const processes: FunctionCatalog['process'] = {
  /**
   * Per key, groups the ids of rows by `sizeMs` of event time and emits `{ bucket, ids, n }` from
   * an event-time timer at the bucket's last millisecond. (What a window does, by hand.)
   */
  'bucket-timer': (params) => {
    const size = number(params, 'sizeMs');
    const row = (ids: readonly Value[], end: number): Value => ({
      bucket: end,
      ids,
      n: ids.length,
    });
    return {
      declares: {
        kind: 'event-time-buckets',
        sizeMs: size,
        row: (values, end) => row(values.flatMap(idsOf), end),
      },
      onRow(value, context) {
        const end = (Math.floor(context.ts / size) + 1) * size - 1;
        const buckets = asObject(context.state() ?? {});
        const ids = (buckets[end] ?? []) as readonly Value[];
        context.setState({ ...buckets, [end]: [...ids, ...idsOf(value)] });
        context.registerEventTimer(end);
      },
      onTimer(_domain, context) {
        const { [context.ts]: ids, ...rest } = asObject(context.state() ?? {});
        if (ids === undefined) return;
        context.setState(Object.keys(rest).length === 0 ? null : rest);
        context.emit(row(ids as readonly Value[], context.ts));
      },
    };
  },
  /**
   * Per key, buffers ids and emits `{ ids, n }` from a processing-time timer `delayMs` after the
   * first buffered row. Which rows share a batch is the engine's choice; that each is in exactly
   * one batch is not.
   */
  'processing-batch': (params) => {
    const delay = number(params, 'delayMs');
    const row = (ids: readonly Value[]): Value => ({ ids, n: ids.length });
    return {
      declares: {
        kind: 'processing-time-batches',
        delayMs: delay,
        row: (values) => row(values.flatMap(idsOf)),
      },
      onRow(value, context) {
        const buffered = (context.state() ?? []) as readonly Value[];
        if (buffered.length === 0) {
          context.registerProcessingTimer(context.processingTime() + delay);
        }
        context.setState([...buffered, ...idsOf(value)]);
      },
      onTimer(_domain, context) {
        const ids = (context.state() ?? []) as readonly Value[];
        context.setState(null);
        if (ids.length > 0) context.emit(row(ids));
      },
    };
  },
};

/** The built-in catalogue; a scenario may pass its own, extended one. */
export const builtinFunctions: FunctionCatalog = {
  map: maps,
  filter: filters,
  flatMap: flatMaps,
  key: keys,
  aggregate: aggregates,
  process: processes,
};

/** Looks a function up. Validation has already reported unknown names kindly. */
export function resolveFunction<K extends keyof FunctionCatalog>(
  catalog: FunctionCatalog,
  kind: K,
  ref: FunctionRef,
): ReturnType<FunctionCatalog[K][string]> {
  const make = catalog[kind][ref.fn];
  if (make === undefined) throw new TypeError(`no ${kind} function named "${ref.fn}"`);
  return make(ref) as ReturnType<FunctionCatalog[K][string]>;
}
