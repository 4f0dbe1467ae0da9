/**
 * A guard around functions of a user's own: what they throw, or answer that no pipeline can carry,
 * becomes one kind of error. So whoever calls them can tell a mistake in the given of a
 * verification from one of its own, and from a finding about the subject.
 */
import type {
  Aggregate,
  FilterFunction,
  FlatMapFunction,
  FunctionCatalog,
  KeySelector,
  MapFunction,
  ProcessContext,
  ProcessDeclaration,
  ProcessFunction,
} from '../functions.ts';
import { Report } from '../input-error.ts';
import { limits } from '../limits.ts';
import { anything, integer, jsonValue, object, type Shape, tagged, shaped } from './shape.ts';
import type { Value, ValueObject } from '../value.ts';

/** A function of the user's own threw, or answered what no pipeline can carry. */
export class FunctionFailure extends Error {
  override readonly name = 'FunctionFailure';
}

const duration = integer(1, limits.durationMsMax);
const aFunction: Shape = shaped(
  {},
  (value, path, report) => typeof value === 'function' || report.add(path, value, 'a function'),
);

const declaration = tagged('kind', {
  'event-time-buckets': object({ kind: anything, sizeMs: duration, row: aFunction }),
  'processing-time-batches': object({ kind: anything, delayMs: duration, row: aFunction }),
});

type Entries<T> = Readonly<Record<string, (params: ValueObject) => T>>;

/** The same functions, each guarded. */
export function guarded(own: Partial<FunctionCatalog>): FunctionCatalog {
  return {
    map: guardKind('map', own.map, guardMap),
    filter: guardKind('filter', own.filter, guardFilter),
    flatMap: guardKind('flatMap', own.flatMap, guardFlatMap),
    key: guardKind('key', own.key, guardKey),
    aggregate: guardKind('aggregate', own.aggregate, guardAggregate),
    process: guardKind('process', own.process, guardProcess),
  };
}

function guardKind<T>(
  kind: keyof FunctionCatalog,
  entries: Entries<T> = {},
  guard: (given: T, of: Guard) => T,
): Entries<T> {
  return Object.fromEntries(
    Object.entries(entries).map(([name, make]) => {
      const of = new Guard(`the ${kind} function "${name}"`);
      return [
        name,
        (params) =>
          guard(
            of.call(() => make(params)),
            of,
          ),
      ];
    }),
  );
}

/** Calls one function of the user's own, and looks at what it answers. */
class Guard {
  private readonly subject: string;

  constructor(subject: string) {
    this.subject = subject;
  }

  call<R>(work: () => R): R {
    try {
      return work();
    } catch (error) {
      if (error instanceof FunctionFailure) throw error;
      const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new FunctionFailure(`${this.subject} threw ${text}`, { cause: error });
    }
  }

  /** What JSON can hold, since it travels and is kept in checkpoints. */
  value<R>(work: () => R): R {
    const result = this.call(work);
    const report = new Report();
    if (jsonValue(result, 'its answer', report)) return result;
    const [problem] = report.problems;
    return this.refuse(`${problem?.path} is ${problem?.value}`, problem?.expectation ?? 'a value');
  }

  refuse(found: string, expectation: string): never {
    throw new FunctionFailure(`${this.subject}: ${found}, expected ${expectation}`);
  }
}

function guardMap(given: MapFunction, of: Guard): MapFunction {
  return (value, row) => of.value(() => given(value, row));
}

function guardFilter(given: FilterFunction, of: Guard): FilterFunction {
  return (value, row) => {
    const result: unknown = of.call(() => given(value, row));
    return typeof result === 'boolean'
      ? result
      : of.refuse(`its answer is a ${typeof result}`, 'true or false');
  };
}

function guardFlatMap(given: FlatMapFunction, of: Guard): FlatMapFunction {
  return (value, row) => {
    const result: unknown = of.value(() => given(value, row));
    return Array.isArray(result)
      ? (result as ReturnType<FlatMapFunction>)
      : of.refuse(`its answer is a ${typeof result}`, 'a list of values');
  };
}

function guardKey(given: KeySelector, of: Guard): KeySelector {
  return (value, row) => {
    const result: unknown = of.call(() => given(value, row));
    return typeof result === 'string'
      ? result
      : of.refuse(`its answer is a ${typeof result}`, 'a text');
  };
}

function guardAggregate(given: Aggregate, of: Guard): Aggregate {
  return {
    commutative: of.call(() => given.commutative),
    create: () => of.value(() => given.create()),
    add: (accumulator, value) => of.value(() => given.add(accumulator, value)),
    merge: (a, b) => of.value(() => given.merge(a, b)),
    result: (accumulator) => of.value(() => given.result(accumulator)),
  };
}

function guardProcess(given: ProcessFunction, of: Guard): ProcessFunction {
  const declares = given.declares === undefined ? {} : guardDeclaration(given.declares, of);
  return {
    ...declares,
    onRow: (value, context) => of.call(() => given.onRow(value, guardContext(context, of))),
    onTimer: (domain, context) => of.call(() => given.onTimer(domain, guardContext(context, of))),
  };
}

/** What the function declares of itself, with its row guarded like an answer. */
function guardDeclaration(
  given: ProcessDeclaration,
  of: Guard,
): { readonly declares: ProcessDeclaration } {
  const report = new Report();
  if (!declaration(given, 'declares', report)) {
    const [problem] = report.problems;
    of.refuse(`${problem?.path} is ${problem?.value}`, problem?.expectation ?? 'a declaration');
  }
  const declares: ProcessDeclaration =
    given.kind === 'event-time-buckets'
      ? { ...given, row: (values, end) => of.value(() => given.row(values, end)) }
      : { ...given, row: (values: readonly Value[]) => of.value(() => given.row(values)) };
  return { declares };
}

/** The same context, which takes only what a pipeline can carry. */
function guardContext(context: ProcessContext, of: Guard): ProcessContext {
  return {
    key: context.key,
    ts: context.ts,
    state: () => context.state(),
    setState: (value) => context.setState(of.value(() => value)),
    registerEventTimer: (ts) => context.registerEventTimer(ts),
    deleteEventTimer: (ts) => context.deleteEventTimer(ts),
    registerProcessingTimer: (atMs) => context.registerProcessingTimer(atMs),
    processingTime: () => context.processingTime(),
    emit: (value) => context.emit(of.value(() => value)),
  };
}
