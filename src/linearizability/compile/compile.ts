/**
 * Compiles a partition under any model: states are interned in order of discovery and transitions
 * are remembered, so the model's `step` runs once per (state, kind of operation).
 * R8: the model's quotient is applied to every state before it is interned.
 */
import { canonicalJson } from '../../base/json.ts';
import type { Value } from '../../model/value.ts';
import { illegal, type Compiled } from './compiled.ts';
import { type Operation, operationAt, type OperationHistory } from '../history/history.ts';
import type { SequentialModel } from '../history/model.ts';
import type { Partition } from '../history/partitions.ts';

/** Not computed yet. */
const unknownNext = -2;

export function compile(
  history: OperationHistory,
  partition: Partition,
  options: { readonly model: SequentialModel; readonly quotient: boolean },
): Compiled {
  const kinds = kindsOf(history, partition);
  const { model } = options;
  const quotient =
    (options.quotient ? model.quotient?.(kinds.operations) : undefined) ??
    ((state: Value): Value => state);
  const states = new StateTable();
  const transitions = new Transitions(kinds.operations.length);
  const initial = states.intern(quotient(model.initial));
  const successor = (state: number, operation: Operation): number => {
    const before = states.values[state] as Value;
    const next = model.step(before, operation);
    if (next === undefined) return illegal;
    // What observes leaves the state as it is, which is its own representative.
    return next === before ? state : states.intern(quotient(next));
  };
  return {
    initial,
    unobserved:
      options.quotient && model.unobserved !== undefined ? states.intern(model.unobserved) : -1,
    observer: observers(kinds, model),
    effect: effects(kinds, model),
    step(state, op) {
      const kind = kinds.of[op] as number;
      const known = transitions.get(state, kind);
      if (known !== unknownNext) return known;
      const id = successor(state, kinds.operations[kind] as Operation);
      transitions.set(state, kind, id);
      return id;
    },
    describe: (state) => states.values[state] as Value,
  };
}

/** Distinct operations: equal function, input, output and outcome. */
interface Kinds {
  readonly of: Int32Array;
  readonly operations: readonly Operation[];
}

function kindsOf(history: OperationHistory, partition: Partition): Kinds {
  const of = new Int32Array(partition.ops.length);
  const operations: Operation[] = [];
  const byOutcome = new Map<number, Map<number, number>>();
  const span = history.values.length + 1;
  for (let i = 0; i < of.length; i++) {
    const row = partition.ops[i] as number;
    const first = (history.f[row] as number) * 4 + (history.outcome[row] as number);
    const second = (history.input[row] as number) * span + (history.output[row] as number);
    let numbers = byOutcome.get(first);
    if (numbers === undefined) {
      numbers = new Map<number, number>();
      byOutcome.set(first, numbers);
    }
    let kind = numbers.get(second);
    if (kind === undefined) {
      kind = operations.push(operationAt(history, row)) - 1;
      numbers.set(second, kind);
    }
    of[i] = kind;
  }
  return { of, operations };
}

function observers(kinds: Kinds, model: SequentialModel): Uint8Array {
  const facts = kinds.operations.map((operation) => model.observer?.(operation) === true);
  return Uint8Array.from(kinds.of, (kind) => (facts[kind] === true ? 1 : 0));
}

/** Observers stand alone: R4 takes them when it can, and exchanging them gains nothing. */
function effects(kinds: Kinds, model: SequentialModel): Int32Array {
  const numbers = new Map<string, number>();
  let next = 0;
  const facts = kinds.operations.map((operation) => {
    const effect = model.observer?.(operation) === true ? undefined : model.effect?.(operation);
    if (effect === undefined) return next++;
    const text = effectText(effect);
    const known = numbers.get(text) ?? next;
    if (known === next) numbers.set(text, next++);
    return known;
  });
  return Int32Array.from(kinds.of, (kind) => facts[kind] as number);
}

/** The canonical text; pairs of a name and a text are spared the way over JSON. */
function effectText(effect: Value): string {
  if (Array.isArray(effect) && effect.length === 2) {
    const [name, value] = effect as readonly Value[];
    if (typeof name === 'string' && typeof value === 'string') return `${name}\n${value}`;
  }
  return canonicalJson(effect);
}

/** States in order of discovery. */
class StateTable {
  readonly values: Value[] = [];
  /**
   * Primitives by value; structures by identity, which spares constants the way over their text.
   */
  private readonly ids = new Map<Value, number>();
  private readonly structures = new Map<string, number>();

  intern(state: Value): number {
    const known = this.ids.get(state);
    if (known !== undefined) return known;
    if (state !== null && typeof state === 'object') {
      const text = canonicalJson(state);
      const equal = this.structures.get(text);
      if (equal !== undefined) return equal;
      this.structures.set(text, this.values.length);
    }
    this.ids.set(state, this.values.length);
    return this.values.push(state) - 1;
  }
}

/** (state, kind) -> next state, in one Int32Array with open addressing: three integers an entry. */
class Transitions {
  private entries: Int32Array;
  private count = 0;

  /** `kinds`: about how many transitions there will be at least. */
  constructor(kinds: number) {
    let places = 256;
    while (places < 8 * kinds && places < 1 << 14) places *= 2;
    this.entries = new Int32Array(3 * places);
  }

  get(state: number, kind: number): number {
    const at = this.find(state, kind);
    return this.entries[at] === 0 ? unknownNext : (this.entries[at + 2] as number);
  }

  set(state: number, kind: number, next: number): void {
    if (this.count * 6 >= this.entries.length) this.grow();
    const at = this.find(state, kind);
    this.entries[at] = state + 1;
    this.entries[at + 1] = kind;
    this.entries[at + 2] = next;
    this.count++;
  }

  private find(state: number, kind: number): number {
    const { entries } = this;
    const last = entries.length / 3 - 1;
    let slot = (Math.imul(state, 0x9e3779b1) ^ Math.imul(kind + 1, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & last;
    for (;;) {
      const at = slot * 3;
      if (entries[at] === 0 || (entries[at] === state + 1 && entries[at + 1] === kind)) return at;
      slot = (slot + 1) & last;
    }
  }

  private grow(): void {
    const old = this.entries;
    this.entries = new Int32Array(old.length * 2);
    for (let i = 0; i < old.length; i += 3) {
      if (old[i] === 0) continue;
      const at = this.find((old[i] as number) - 1, old[i + 1] as number);
      this.entries[at] = old[i] as number;
      this.entries[at + 1] = old[i + 1] as number;
      this.entries[at + 2] = old[i + 2] as number;
    }
  }
}
