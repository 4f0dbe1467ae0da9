/**
 * Registers compiled without interning: a state is the id of the value in it. R8: values that no
 * read returned and no compare-and-set asked for are one state, because nothing tells them apart.
 */
import type { Value } from '../../model/value.ts';
import { illegal, type Compiled } from './compiled.ts';
import { outcomeFailed, outcomeOk, type OperationHistory } from '../history/history.ts';
import { casArguments } from '../models/register.ts';
import type { Partition } from '../history/partitions.ts';
import type { ValueTable } from '../history/values.ts';

const kindRead = 0;
const kindWrite = 1;
const kindCas = 2;
const kindFailedCas = 3;
/** A call that can have no effect, e.g. a compare-and-set without two arguments. */
const kindNever = 4;

/** Numbers values across the partitions of one history; the arrays are indexed by value. */
export interface RegisterScratch {
  readonly table: ValueTable;
  observedBy: Int32Array;
  stamp: number;
  /** By value the first operation that makes it; -1 outside of a pre-check. */
  makerOf: Int32Array;
}

interface RegisterOps {
  readonly kind: Uint8Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
}

export function compileRegister(
  history: OperationHistory,
  partition: Partition,
  options: {
    readonly initial: Value;
    readonly scratch: RegisterScratch;
    readonly quotient: boolean;
  },
): Compiled {
  const { scratch } = options;
  const ops = decode(history, partition, scratch.table);
  const initial = scratch.table.intern(options.initial);
  const other = scratch.table.values.length;
  if (options.quotient) mergeUnobserved(ops, scratch, other);
  const { kind, a, b } = ops;
  const observer = new Uint8Array(kind.length);
  for (let i = 0; i < kind.length; i++) {
    observer[i] = kind[i] === kindRead || kind[i] === kindFailedCas ? 1 : 0;
  }
  return {
    initial,
    observer,
    unobserved: options.quotient ? other : -1,
    effect: effects(ops, other + 1),
    step(state, op) {
      const k = kind[op];
      if (k === kindRead) return state === a[op] ? state : illegal;
      if (k === kindWrite) return a[op] as number;
      if (k === kindCas) return state === a[op] ? (b[op] as number) : illegal;
      return k === kindFailedCas && state !== a[op] ? state : illegal;
    },
    describe: (state) =>
      (state === other ? 'a value nobody observed' : scratch.table.values[state]) as Value,
  };
}

function decode(history: OperationHistory, partition: Partition, table: ValueTable): RegisterOps {
  const count = partition.ops.length;
  const ops = { kind: new Uint8Array(count), a: new Int32Array(count), b: new Int32Array(count) };
  const read = history.functions.indexOf('read');
  const write = history.functions.indexOf('write');
  for (let i = 0; i < count; i++) {
    const row = partition.ops[i] as number;
    const f = history.f[row];
    const outcome = history.outcome[row] as number;
    if (f === read) {
      // An indefinite read is never needed: it observes nothing and changes nothing.
      ops.kind[i] = kindRead;
      ops.a[i] = outcome === outcomeOk ? (history.output[row] as number) : illegal;
    } else if (f === write) {
      ops.kind[i] = kindWrite;
      ops.a[i] = history.input[row] as number;
    } else {
      decodeCas(ops, i, {
        pair: casArguments(history.values[history.input[row] as number] as Value),
        failed: outcome === outcomeFailed,
        table,
      });
    }
  }
  return ops;
}

function decodeCas(
  ops: RegisterOps,
  i: number,
  cas: {
    readonly pair: readonly [Value, Value] | null;
    readonly failed: boolean;
    readonly table: ValueTable;
  },
): void {
  if (cas.pair === null) {
    ops.kind[i] = kindNever;
    return;
  }
  ops.kind[i] = cas.failed ? kindFailedCas : kindCas;
  ops.a[i] = cas.table.intern(cas.pair[0]);
  ops.b[i] = cas.table.intern(cas.pair[1]);
}

function mergeUnobserved(ops: RegisterOps, scratch: RegisterScratch, other: number): void {
  if (scratch.observedBy.length < other) scratch.observedBy = new Int32Array(other * 2);
  const { observedBy } = scratch;
  const stamp = ++scratch.stamp;
  const { kind, a, b } = ops;
  for (let i = 0; i < kind.length; i++) {
    if (kind[i] === kindWrite || kind[i] === kindNever || a[i] === illegal) continue;
    observedBy[a[i] as number] = stamp;
  }
  for (let i = 0; i < kind.length; i++) {
    if (kind[i] === kindWrite && observedBy[a[i] as number] !== stamp) a[i] = other;
    if (kind[i] === kindCas && observedBy[b[i] as number] !== stamp) b[i] = other;
  }
}

/** Writes by their value; compare-and-sets by their pair; what only observes stands alone. */
function effects(ops: RegisterOps, states: number): Int32Array {
  const { kind, a, b } = ops;
  const effect = new Int32Array(kind.length);
  const pairs = new Map<number, number>();
  let next = states;
  for (let i = 0; i < kind.length; i++) {
    if (kind[i] === kindWrite) {
      effect[i] = a[i] as number;
    } else if (kind[i] === kindCas) {
      const pair = (a[i] as number) * states + (b[i] as number);
      const known = pairs.get(pair);
      effect[i] = known ?? next;
      if (known === undefined) pairs.set(pair, next++);
    } else {
      effect[i] = next++;
    }
  }
  return effect;
}
