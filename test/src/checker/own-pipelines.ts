/**
 * Functions of a user's own, of the kinds that could mislead whoever reads more into a value than
 * the function promises: they drop, repeat and invent the members by which built-in ones name
 * records.
 */
import {
  field,
  numberField,
  type ProcessContext,
  type ProcessFunction,
} from '../../../src/model/functions.ts';
import type { OwnFunctions } from '../../../src/model/validate/own-functions.ts';
import type { OperatorSpec, WindowAssigner } from '../../../src/model/pipeline.ts';
import type { Value, ValueObject } from '../../../src/model/value.ts';
import { idsIn } from '../../../src/checker/evidence/values.ts';
import { session, source } from './pipelines.ts';

const amount = (value: Value): number => numberField(value, 'amount');
const textOf = (value: Value): string => value as string;
const listOf = (value: Value): readonly Value[] => value as readonly Value[];

export const ownFunctions: OwnFunctions = {
  map: {
    plain: () => (value) => ({ amount: amount(value) }),
    'one-id': () => (value) => ({ id: 1, amount: amount(value) }),
    'other-id': () => (value) => ({ id: 100_000 + amount(value), amount: amount(value) }),
    'other-ids': () => (value) => ({ ids: [amount(value), 'x'], amount: amount(value) }),
    'one-hash': () => (value) => ({ q: 1, f: 7, amount: amount(value) }),
    constant: () => () => 1,
    wrapped: () => (value) => ({ result: value, left: value, right: value }),
  },
  filter: { odd: () => (value) => amount(value) % 2 === 1 },
  flatMap: {
    parts: () => (value) => [{ amount: 1 }, { amount: amount(value) }],
    copies: () => (value) => [value, value],
  },
  key: { parity: () => (value) => (amount(value) % 2 === 0 ? 'even' : 'odd') },
  aggregate: {
    /** In order of arrival. */
    text: () => ({
      commutative: false,
      create: () => '',
      add: (text, value) => `${textOf(text)},${amount(value)}`,
      merge: (a, b) => `${textOf(a)}${textOf(b)}`,
      result: (text) => text,
    }),
    last: () => ({
      commutative: false,
      create: () => null,
      add: (_, value) => amount(value),
      merge: (_, b) => b,
      result: (last) => last,
    }),
    median: () => ({
      commutative: true,
      create: () => [],
      add: (list, value) =>
        [...listOf(list), amount(value)].toSorted((a, b) => Number(a) - Number(b)),
      merge: (a, b) => [...listOf(a), ...listOf(b)].toSorted((x, y) => Number(x) - Number(y)),
      result: (list) => listOf(list)[listOf(list).length >> 1] ?? null,
    }),
    /** Looks like a traced sum. */
    hashed: () => ({
      commutative: true,
      create: () => 0,
      add: (n, value) => Number(n) + amount(value),
      merge: (a, b) => Number(a) + Number(b),
      result: (n) => ({ n: 1, sum: n, q: 1, f: 5, ids: [1, 2] }),
    }),
    /** Looks like a collected list. */
    ids: () => ({
      commutative: false,
      create: () => [],
      add: (list, value) => [...listOf(list), amount(value)],
      merge: (a, b) => [...listOf(a), ...listOf(b)],
      result: (list) => ({ ids: list, n: listOf(list).length, sum: 0 }),
    }),
  },
  process: {
    /** Passes every row on, and the sum so far. */
    passing: () => ({
      onRow(value, context) {
        const sum = numberField(context.state(), 'sum') + amount(value);
        context.setState({ sum });
        context.emit({ id: field(value, 'id'), ids: [sum], n: 1, bucket: context.ts, sum });
      },
      onTimer: () => undefined,
    }),
    /** Sums by ten milliseconds, with a timer. */
    tens: () => ({
      onRow(value, context) {
        const end = (Math.floor(context.ts / 10) + 1) * 10;
        const sums = (context.state() ?? {}) as Readonly<Record<string, number>>;
        context.setState({ ...sums, [end]: (sums[end] ?? 0) + amount(value) });
        context.registerEventTimer(end);
      },
      onTimer(_, context) {
        const sums = (context.state() ?? {}) as Readonly<Record<string, number>>;
        const { [context.ts]: sum, ...rest } = sums;
        if (sum === undefined) return;
        context.setState(rest);
        context.emit({ ids: [sum], sum });
      },
    }),
    /** Totals by thirty milliseconds, and says so. */
    totals: () => ({
      declares: { kind: 'event-time-buckets', sizeMs: 30, row: totalOf },
      ...bucketing(totalOf),
    }),
    /** The same, but what it says is not so. */
    liar: () => ({
      declares: { kind: 'event-time-buckets', sizeMs: 30, row: totalOf },
      ...bucketing((values, end) => ({ ...totalOf(values, end), total: -1 })),
    }),
    /** What came within ten milliseconds, and says so. */
    bursts: () => ({
      declares: { kind: 'processing-time-batches', delayMs: 10, row: burstOf },
      onRow(value, context) {
        const values = listOf(context.state() ?? []);
        if (values.length === 0) context.registerProcessingTimer(context.processingTime() + 10);
        context.setState([...values, value]);
      },
      onTimer(_, context) {
        context.emit(burstOf(listOf(context.state())));
        context.setState(null);
      },
    }),
  },
};

const idsOf = (values: readonly Value[]): Value => values.flatMap((value) => idsIn(value) ?? []);
const totalsOf = (values: readonly Value[]): number =>
  values.reduce<number>((sum, value) => sum + amount(value), 0);

function totalOf(values: readonly Value[], end: number): ValueObject {
  return { till: end, ids: idsOf(values), total: totalsOf(values) };
}

function burstOf(values: readonly Value[]): ValueObject {
  return { ids: idsOf(values), first: amount(values[0] ?? null) };
}

function bucketing(
  rowOf: (values: readonly Value[], end: number) => Value,
): Pick<ProcessFunction, 'onRow' | 'onTimer'> {
  type Buckets = Readonly<Record<string, readonly Value[]>>;
  const bucketsIn = (context: ProcessContext): Buckets => (context.state() ?? {}) as Buckets;
  return {
    onRow(value, context) {
      const end = (Math.floor(context.ts / 30) + 1) * 30 - 1;
      const buckets = bucketsIn(context);
      context.setState({ ...buckets, [end]: [...(buckets[end] ?? []), value] });
      context.registerEventTimer(end);
    },
    onTimer(_, context) {
      const { [context.ts]: values, ...rest } = bucketsIn(context);
      if (values === undefined) return;
      context.setState(rest);
      context.emit(rowOf(values, context.ts));
    },
  };
}

const tumbling: WindowAssigner = { kind: 'tumbling', sizeMs: 25, offsetMs: 5 };

const mapped = (fn: string, input: string): OperatorSpec => ({
  kind: 'map',
  id: `map-${fn}`,
  input,
  parallelism: 1,
  fn: { fn },
});
const keyBy = (input: string, fn = 'key'): OperatorSpec => ({
  kind: 'key-by',
  id: 'keyed',
  input,
  key: { fn },
});
const aggregated = (fn: string): Record<string, OperatorSpec> => ({
  reduce: {
    kind: 'reduce',
    id: 'stage',
    input: 'keyed',
    parallelism: 2,
    aggregate: { fn, field: 'amount' },
  },
  window: windowOf(fn, tumbling),
  late: windowOf(fn, tumbling, 12),
  session: windowOf(fn, session),
});

function windowOf(fn: string, assigner: WindowAssigner, allowedLatenessMs = 0): OperatorSpec {
  return {
    kind: 'window',
    id: 'stage',
    input: 'keyed',
    parallelism: 2,
    assigner,
    allowedLatenessMs,
    lateOutput: false,
    aggregate: { fn, field: 'amount' },
  };
}

const plainStages: Readonly<Record<string, OperatorSpec>> = {
  sort: { kind: 'sort', id: 'stage', input: 'keyed', parallelism: 2, lateOutput: false },
  dedup: { kind: 'dedup', id: 'stage', input: 'keyed', parallelism: 2, field: 'amount' },
  bucket: {
    kind: 'process',
    id: 'stage',
    input: 'keyed',
    parallelism: 2,
    fn: { fn: 'bucket-timer', sizeMs: 30 },
  },
  batch: {
    kind: 'process',
    id: 'stage',
    input: 'keyed',
    parallelism: 2,
    fn: { fn: 'processing-batch', delayMs: 10 },
  },
  passing: { kind: 'process', id: 'stage', input: 'keyed', parallelism: 2, fn: { fn: 'passing' } },
  tens: { kind: 'process', id: 'stage', input: 'keyed', parallelism: 2, fn: { fn: 'tens' } },
  totals: { kind: 'process', id: 'stage', input: 'keyed', parallelism: 2, fn: { fn: 'totals' } },
  liar: { kind: 'process', id: 'stage', input: 'keyed', parallelism: 2, fn: { fn: 'liar' } },
  bursts: { kind: 'process', id: 'stage', input: 'keyed', parallelism: 2, fn: { fn: 'bursts' } },
};

const maps = Object.keys(ownFunctions.map ?? {});
const ownAggregates = Object.keys(ownFunctions.aggregate ?? {});

export interface OwnPipeline {
  readonly name: string;
  /** All operators but the sink, which reads the last one. */
  readonly operators: readonly OperatorSpec[];
}

/** A function of one's own before a stage, in it, after it, before the next one, or beside all. */
export function ownPipelines(splits: readonly string[]): OwnPipeline[] {
  const from = source(splits, 20);
  const start = [from, keyBy('source')];
  const all: OwnPipeline[] = [];
  const add = (name: string, ...operators: readonly OperatorSpec[]): void =>
    void all.push({ name, operators });
  for (const fn of maps) {
    add(`map ${fn}`, from, mapped(fn, 'source'), keyBy(`map-${fn}`));
    for (const [name, stage] of Object.entries({
      ...aggregated('collect'),
      trace: aggregated('trace')['reduce'] as OperatorSpec,
      sum: aggregated('sum')['window'] as OperatorSpec,
      ...plainStages,
    })) {
      add(`map ${fn} > ${name}`, from, mapped(fn, 'source'), keyBy(`map-${fn}`), stage);
      add(`${name} > map ${fn}`, ...start, stage, mapped(fn, 'stage'));
    }
  }
  for (const fn of ownAggregates) {
    for (const [name, stage] of Object.entries(aggregated(fn))) {
      add(`${name} ${fn}`, ...start, stage);
      add(`${name} ${fn} > filter`, ...start, stage, {
        kind: 'filter',
        id: 'filtered',
        input: 'stage',
        parallelism: 2,
        fn: { fn: 'odd' },
      });
      add(`${name} ${fn} > reduce`, ...start, stage, nextKey, nextReduce);
    }
  }
  for (const fn of ['parts', 'copies']) {
    const flat: OperatorSpec = {
      kind: 'flat-map',
      id: 'flat',
      input: 'source',
      parallelism: 1,
      fn: { fn },
    };
    add(`flat-map ${fn}`, from, flat);
    for (const [name, stage] of Object.entries({ ...aggregated('collect'), ...plainStages })) {
      add(`flat-map ${fn} > ${name}`, from, flat, keyBy('flat', 'parity'), stage);
    }
  }
  for (const name of ['passing', 'tens', 'totals', 'liar', 'bursts'] as const) {
    const stage = plainStages[name] as OperatorSpec;
    add(name, ...start, stage);
    add(`${name} > reduce`, ...start, stage, nextKey, nextReduce);
    add(`${name} > window`, ...start, stage, nextKey, nextWindow);
    add(`${name} beside its input`, ...start, stage, union);
  }
  return all;
}

const nextKey: OperatorSpec = { kind: 'key-by', id: 'next', input: 'stage', key: { fn: 'key' } };
const nextReduce: OperatorSpec = {
  kind: 'reduce',
  id: 'total',
  input: 'next',
  parallelism: 2,
  aggregate: { fn: 'collect', field: 'n' },
};
const nextWindow: OperatorSpec = {
  ...(windowOf('collect', { kind: 'tumbling', sizeMs: 75, offsetMs: 5 }) as Extract<
    OperatorSpec,
    { kind: 'window' }
  >),
  id: 'outer',
  input: 'next',
};
const union: OperatorSpec = { kind: 'union', id: 'both', inputs: ['stage', 'keyed'] };
