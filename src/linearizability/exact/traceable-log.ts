/**
 * Levels of an append-only log: the entry at offset o is appended on level 2o + 1, reads of it
 * happen on level 2o + 2 or later, a read that found nothing there on level 2o or earlier, and a
 * tail of n on level 2n. Null when offsets are unknown, missing or claimed twice: the search
 * decides then.
 */
import type { Value } from '../../model/value.ts';
import type { Operation } from '../history/history.ts';
import { leftOut } from './levels.ts';
import { type Bounded, textOf } from './traceable-bounds.ts';

export function boundLog(operations: readonly Operation[]): Bounded | null {
  const entries = entriesOf(operations);
  if (entries === null) return null;
  // A tail beyond the known entries counts some append that nobody saw.
  const isLong = (o: Operation): boolean =>
    o.f === 'tail' && o.outcome === 'ok' && (o.output as number) > entries.at.length;
  if (operations.some(isLong)) return null;
  const low = new Float64Array(operations.length).fill(leftOut);
  const high = new Float64Array(operations.length).fill(leftOut);
  for (let op = 0; op < operations.length; op++) {
    const bounds = boundsOf(operations[op] as Operation, entries.offsetOf[op] as number);
    if (bounds === null) continue;
    low[op] = bounds[0];
    high[op] = bounds[1];
  }
  const wrong = operations.findIndex((o) => isWrongRead(o, entries.at, operations));
  if (wrong >= 0) return wrongRead(operations, entries, wrong);
  const evidence = (earlier: number, later: number): readonly number[] =>
    [earlier, later].flatMap((op) => entries.shownBy.get(op) ?? []);
  return { kind: 'bounds', bounds: { low, high }, evidence };
}

/** A read that found something else than what was appended there. */
function wrongRead(
  operations: readonly Operation[],
  entries: Entries,
  wrong: number,
): Bounded | null {
  const { output, input } = operations[wrong] as Operation;
  const text = textOf(output);
  const isWritten = operations.some((o) => o.f === 'append' && textOf(o.input) === text);
  if (!isWritten) return { kind: 'refuted', rule: 'never-written', operations: [wrong] };
  const there = entries.at[input as number];
  if (there === undefined) return null;
  const shown = entries.shownBy.get(there) ?? there;
  return { kind: 'refuted', rule: 'incompatible-reads', operations: [shown, wrong] };
}

/** Lowest and highest level; null for what cannot matter. */
function boundsOf(operation: Operation, offset: number): readonly [number, number] | null {
  const { f, input, output, outcome } = operation;
  if (f === 'append') return offset < 0 ? null : [2 * offset + 1, 2 * offset + 1];
  if (outcome !== 'ok') return null;
  if (f === 'tail') return [2 * (output as number), 2 * (output as number)];
  const at = input as number;
  return output === null ? [0, 2 * at] : [2 * at + 2, Infinity];
}

interface Entries {
  /** By offset the operation that appended there: without gaps. */
  readonly at: number[];
  /** By operation its offset, -1 for none. */
  readonly offsetOf: Int32Array;
  /** Of appends without a reply the read that shows where they are. */
  readonly shownBy: Map<number, number>;
}

function entriesOf(operations: readonly Operation[]): Entries | null {
  const at: number[] = [];
  const offsetOf = new Int32Array(operations.length).fill(-1);
  const open = new Map<string, number>();
  for (let op = 0; op < operations.length; op++) {
    const { f, input, output, outcome } = operations[op] as Operation;
    if (f !== 'append') {
      if (outcome === 'ok' && !isCount(f === 'tail' ? output : input)) return null;
      continue;
    }
    if (outcome !== 'ok') {
      if (open.has(textOf(input))) return null;
      open.set(textOf(input), op);
      continue;
    }
    // Offsets without gaps stay below the number of operations.
    if (!isCount(output) || output >= operations.length) return null;
    if (at[output] !== undefined) return null;
    at[output] = op;
    offsetOf[op] = output;
  }
  const entries: Entries = { at, offsetOf, shownBy: new Map() };
  resolveOpen(operations, entries, open);
  for (let offset = 0; offset < at.length; offset++) if (at[offset] === undefined) return null;
  return entries;
}

function isCount(value: Value): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** An append without a reply took effect if somebody read its value, and then where that was. */
function resolveOpen(
  operations: readonly Operation[],
  entries: Entries,
  open: ReadonlyMap<string, number>,
): void {
  for (let reader = 0; reader < operations.length; reader++) {
    const { f, input, output, outcome } = operations[reader] as Operation;
    if (f !== 'read' || outcome !== 'ok' || output === null) continue;
    const op = open.get(textOf(output));
    const at = input as number;
    if (
      op === undefined ||
      at >= operations.length ||
      entries.at[at] !== undefined ||
      entries.offsetOf[op] !== -1
    ) {
      continue;
    }
    entries.at[at] = op;
    entries.offsetOf[op] = at;
    entries.shownBy.set(op, reader);
  }
}

function isWrongRead(
  operation: Operation,
  at: readonly number[],
  operations: readonly Operation[],
): boolean {
  if (operation.f !== 'read' || operation.outcome !== 'ok' || operation.output === null) {
    return false;
  }
  const there = at[operation.input as number];
  if (there === undefined) return true;
  return textOf((operations[there] as Operation).input) !== textOf(operation.output);
}
