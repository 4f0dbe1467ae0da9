/**
 * What process functions declare of themselves (ProcessDeclaration). A declaration of the user's
 * own is believed where the function does what it says on the very rows of the run, all together
 * and each alone; otherwise what it shows is not judged.
 */
import {
  type ProcessContext,
  type ProcessDeclaration,
  type ProcessFunction,
  resolveFunction,
} from '../../model/functions.ts';
import type { ProcessSpec, WindowSpec } from '../../model/pipeline.ts';
import type { Key, Value } from '../../model/value.ts';
import { assignWindows, type Interval } from '../../oracle/specification.ts';
import { idListIn, idsIn, sameValue } from '../evidence/values.ts';
import { isBuiltIn } from './built-in.ts';
import type { Item } from './items.ts';
import type { Plan, Stage } from './plan.ts';

/** A hand-made window, as its function declares it. */
export interface BucketSpec {
  readonly kind: 'process';
  readonly id: string;
  readonly declares: Extract<ProcessDeclaration, { kind: 'event-time-buckets' }>;
}

/** A window, made by the engine or by hand. */
export type PaneSpec = WindowSpec | BucketSpec;

const answers = new WeakMap<Stage, ProcessDeclaration | null>();

/** What the function of a process stage declares and does; null: nothing. */
export function declaredOf(plan: Plan, stage: Stage): ProcessDeclaration | null {
  const { spec, items } = stage;
  if (spec.kind !== 'process') return null;
  let answer = answers.get(stage);
  if (answer === undefined) {
    answer = believed(plan, spec, items);
    answers.set(stage, answer);
  }
  return answer;
}

/** The stage as a window; null: it is none. */
export function paneSpecOf(plan: Plan, stage: Stage): PaneSpec | null {
  const { spec } = stage;
  if (spec.kind === 'window') return spec;
  const declares = declaredOf(plan, stage);
  if (declares?.kind !== 'event-time-buckets') return null;
  return { kind: 'process', id: spec.id, declares };
}

/** The bucket that a row of this time belongs to. */
export function bucketOf({ declares }: BucketSpec, ts: number): readonly Interval[] {
  return assignWindows({ kind: 'tumbling', sizeMs: declares.sizeMs, offsetMs: 0 }, ts);
}

/** Why the rows of the stage are not judged. */
export function undeclaredWords({ functions }: Plan, { spec }: Stage): string {
  const given = spec.kind === 'process' ? resolveFunction(functions, 'process', spec.fn) : null;
  return given?.declares === undefined
    ? `the checker has no specification of ${spec.id}`
    : `${spec.id} does not do what its function declares`;
}

function believed(
  plan: Plan,
  spec: ProcessSpec,
  items: readonly Item[] | null,
): ProcessDeclaration | null {
  const given = resolveFunction(plan.functions, 'process', spec.fn);
  const { declares } = given;
  if (declares === undefined) return null;
  if (isBuiltIn(spec)) return declares;
  if (items === null) return null;
  const byKey = Map.groupBy(items, (item) => item.key);
  for (const [key, own] of byKey) {
    const trial = new Trial(given, declares, key);
    if (!trial.keeps(own) || !own.every((item) => trial.keeps([item]))) return null;
  }
  return declares;
}

/** A row that the function emits, and the timer it emits it from. */
interface Emitted {
  readonly domain: 'event' | 'processing' | 'none';
  readonly at: number;
  readonly value: Value;
}

/** The function by itself, for one key: rows arrive and then every timer fires. */
class Trial {
  private readonly given: ProcessFunction;
  private readonly declares: ProcessDeclaration;
  private readonly key: Key;
  private state: Value = null;
  private now = 0;
  private readonly timers = { event: new Set<number>(), processing: new Set<number>() };

  constructor(given: ProcessFunction, declares: ProcessDeclaration, key: Key) {
    this.given = given;
    this.declares = declares;
    this.key = key;
  }

  /** Whether these rows, once their timers have fired, have given what is declared. */
  keeps(items: readonly Item[]): boolean {
    const due = this.expected(items);
    const emitted = this.play(items);
    return due.length === emitted.length && due.every((row, i) => isSame(row, emitted[i]));
  }

  private expected(items: readonly Item[]): readonly Emitted[] {
    const { declares } = this;
    if (declares.kind === 'processing-time-batches') {
      const at = this.now + declares.delayMs;
      return [{ domain: 'processing', at, value: named(declares.row(valuesOf(items)), items) }];
    }
    const byEnd = Map.groupBy(items, ({ ts }) => endOf(declares.sizeMs, ts));
    return [...byEnd]
      .toSorted(([a], [b]) => a - b)
      .map(([at, own]) => ({
        domain: 'event',
        at,
        value: named(declares.row(valuesOf(own), at), own),
      }));
  }

  private play(items: readonly Item[]): readonly Emitted[] {
    const emitted: Emitted[] = [];
    for (const { value, ts } of items) {
      const emit = (row: Value): void => void emitted.push({ domain: 'none', at: ts, value: row });
      this.given.onRow(value, this.context(ts, emit));
    }
    // A function that sets timers for ever is none that declares this.
    for (let left = 2 * items.length + 1; left > 0; left--) {
      const domain = this.timers.event.size > 0 ? 'event' : 'processing';
      const timers = this.timers[domain];
      if (timers.size === 0) return emitted;
      const at = Math.min(...timers);
      timers.delete(at);
      if (domain === 'processing') this.now = Math.max(this.now, at);
      const emit = (value: Value): void => void emitted.push({ domain, at, value });
      this.given.onTimer(domain, this.context(at, emit));
    }
    return [];
  }

  private context(ts: number, emit: (value: Value) => void): ProcessContext {
    const { event, processing } = this.timers;
    return {
      key: this.key,
      ts,
      emit,
      state: () => this.state,
      setState: (value) => void (this.state = value),
      registerEventTimer: (at) => void event.add(at),
      deleteEventTimer: (at) => void event.delete(at),
      registerProcessingTimer: (at) => void processing.add(at),
      processingTime: () => this.now,
    };
  }
}

const valuesOf = (items: readonly Item[]): readonly Value[] => items.map(({ value }) => value);

/** The last millisecond of the bucket. */
function endOf(sizeMs: number, ts: number): number {
  return (Math.floor(ts / sizeMs) + 1) * sizeMs - 1;
}

/** The row, if it lists the ids of its records; otherwise what no function emits. */
function named(value: Value, items: readonly Item[]): Value {
  const ids = items.flatMap((item) => idsIn(item.value) ?? []);
  const listed = idListIn(value);
  const isListed = listed?.length === ids.length && ids.every((id, i) => id === listed[i]);
  return isListed ? value : Number.NaN;
}

function isSame(due: Emitted, emitted: Emitted | undefined): boolean {
  if (emitted === undefined) return false;
  const { domain, at, value } = emitted;
  return due.domain === domain && due.at === at && sameValue(due.value, value);
}
