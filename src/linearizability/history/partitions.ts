/**
 * Splits a history into independent objects. Linearizability is local (Herlihy and Wing 1990): a
 * history is linearizable iff its restriction to every object is, so each is decided alone.
 * Deterministic: partitions come in order of their first call.
 */
import { keyText, neverReturned, outcomeFailed, type OperationHistory } from './history.ts';
import type { SequentialModel } from './model.ts';

/** How failed compare-and-sets count: dropped (Jepsen), or as "the comparison did not hold". */
export type FailedCas = 'ignored' | 'observed';

/**
 * One object's operations: `ops[local]` is a row of the history, in order of calls. `events` are
 * its calls (`local * 2`) and returns (`local * 2 + 1`) in order of time; indefinite ones never
 * return.
 */
export interface Partition {
  readonly key: string | null;
  readonly ops: Int32Array;
  readonly events: Int32Array;
  readonly indefinite: number;
}

export interface PartitionSettings {
  readonly byKey: boolean;
  readonly failedCas: FailedCas;
}

/** Rows that take part, as partition numbers, or -1. Failed operations did not take place. */
interface Assignment {
  readonly of: Int32Array;
  readonly keys: number[];
  readonly counts: number[];
  readonly indefinite: number[];
}

export function partitionsOf(
  history: OperationHistory,
  model: SequentialModel,
  settings: PartitionSettings,
): Partition[] {
  const assigned = assign(history, model, settings);
  const eventRows = rowsByPosition(history);
  const local = new Int32Array(history.count);
  const filled = new Int32Array(assigned.keys.length * 2);
  const parts = assigned.keys.map((_, i) => emptyPartition(history, assigned, i));
  for (let position = 0; position < eventRows.length; position++) {
    const row = eventRows[position] as number;
    const at = row < 0 ? -1 : (assigned.of[row] as number);
    if (at < 0) continue;
    const part = parts[at] as Partition;
    const isCall = history.call[row] === position;
    if (isCall) {
      const next = filled[at * 2] as number;
      part.ops[next] = row;
      local[row] = next;
      filled[at * 2] = next + 1;
    }
    const event = filled[at * 2 + 1] as number;
    part.events[event] = (local[row] as number) * 2 + (isCall ? 0 : 1);
    filled[at * 2 + 1] = event + 1;
  }
  return parts;
}

function emptyPartition(history: OperationHistory, assigned: Assignment, i: number): Partition {
  const count = assigned.counts[i] as number;
  const indefinite = assigned.indefinite[i] as number;
  return {
    key: keyText(history, assigned.keys[i] as number),
    ops: new Int32Array(count),
    events: new Int32Array(count * 2 - indefinite),
    indefinite,
  };
}

function assign(
  history: OperationHistory,
  model: SequentialModel,
  settings: PartitionSettings,
): Assignment {
  const of = new Int32Array(history.count);
  const found: Assignment = { of, keys: [], counts: [], indefinite: [] };
  const observes = observingFunctions(history, model, settings);
  const numbers = new Map<number, number>();
  for (let row = 0; row < history.count; row++) {
    const failed = history.outcome[row] === outcomeFailed;
    if (failed && !statesFailure(history, row, observes)) {
      of[row] = -1;
      continue;
    }
    const key = settings.byKey ? (history.key[row] as number) : -1;
    let number = numbers.get(key);
    if (number === undefined) {
      number = found.keys.push(key) - 1;
      numbers.set(key, number);
      found.counts.push(0);
      found.indefinite.push(0);
    }
    of[row] = number;
    found.counts[number] = (found.counts[number] as number) + 1;
    if (history.returns[row] === neverReturned) {
      found.indefinite[number] = (found.indefinite[number] as number) + 1;
    }
  }
  return found;
}

function observingFunctions(
  history: OperationHistory,
  model: SequentialModel,
  settings: PartitionSettings,
): Uint8Array {
  const observes = new Uint8Array(history.functions.length);
  if (settings.failedCas === 'ignored') return observes;
  history.functions.forEach((name, i) => {
    if (model.failureObserves?.includes(name) === true) observes[i] = 1;
  });
  return observes;
}

/** A failure speaks of the comparison only when it repeats the arguments or gives no reason. */
function statesFailure(history: OperationHistory, row: number, observes: Uint8Array): boolean {
  if (observes[history.f[row] as number] !== 1) return false;
  const output = history.output[row] as number;
  return output === history.input[row] || history.values[output] === null;
}

function rowsByPosition(history: OperationHistory): Int32Array {
  let last = -1;
  for (let row = 0; row < history.count; row++) {
    const end = history.returns[row] as number;
    const position = end === neverReturned ? (history.call[row] as number) : end;
    if (position > last) last = position;
  }
  const rows = new Int32Array(last + 1).fill(-1);
  for (let row = 0; row < history.count; row++) {
    rows[history.call[row] as number] = row;
    const end = history.returns[row] as number;
    if (end !== neverReturned) rows[end] = row;
  }
  return rows;
}
