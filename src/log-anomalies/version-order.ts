/**
 * The log of every key as far as it was seen: offset -> values, from the sends of operations that
 * must have committed and from all polls, even of failed ones. Offsets have gaps (transaction
 * markers occupy some), so distances are counted in the *index* of an offset among those seen.
 */
import { canonicalJson } from '../base/json.ts';
import type { Value } from '../model/value.ts';
import type { LogOperation, LogRecord } from './operation.ts';

export interface SeenValue {
  readonly value: Value;
  readonly text: string;
  /** Indexes at which it was seen, ascending. */
  readonly indexes: number[];
}

export interface KeyLog {
  readonly key: string;
  /** Offsets seen, ascending: the place of an offset here is its index. */
  readonly offsets: readonly number[];
  readonly indexOfOffset: ReadonlyMap<number, number>;
  /** Texts of the values at an offset, with the first operation that showed each. */
  readonly at: ReadonlyMap<number, ReadonlyMap<string, number>>;
  readonly values: ReadonlyMap<string, SeenValue>;
}

export interface Versions {
  readonly logs: ReadonlyMap<string, KeyLog>;
  /** Operations (by index) that must have committed. */
  readonly committed: ReadonlySet<number>;
  /** Per key the values that some ok poll returned, with the first operation that did. */
  readonly read: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export function versionsOf(operations: readonly LogOperation[]): Versions {
  const read = valuesRead(operations);
  const committed = new Set<number>();
  for (const operation of operations) {
    const isRead = (r: LogRecord): boolean =>
      r.kind === 'send' && read.get(r.key)?.has(canonicalJson(r.value)) === true;
    const must =
      operation.type === 'ok' || (operation.type === 'info' && operation.records.some(isRead));
    if (must) committed.add(operation.index);
  }
  const places = new Map<string, Map<number, Map<string, number>>>();
  const valueOf = new Map<string, Value>();
  for (const operation of operations) {
    for (const record of operation.records) {
      const counts = record.kind === 'poll' || committed.has(operation.index);
      if (!counts || record.offset === null) continue;
      const text = canonicalJson(record.value);
      valueOf.set(text, record.value);
      const offsets = getOr(places, record.key, () => new Map<number, Map<string, number>>());
      const there = getOr(offsets, record.offset, () => new Map<string, number>());
      if (!there.has(text)) there.set(text, operation.index);
    }
  }
  const logs = new Map<string, KeyLog>();
  for (const [key, at] of places) logs.set(key, keyLog(key, at, valueOf));
  return { logs, committed, read };
}

function valuesRead(operations: readonly LogOperation[]): Map<string, Map<string, number>> {
  const read = new Map<string, Map<string, number>>();
  for (const { type, records, index } of operations) {
    if (type !== 'ok') continue;
    for (const { kind, key, value } of records) {
      if (kind !== 'poll') continue;
      const values = getOr(read, key, () => new Map<string, number>());
      const text = canonicalJson(value);
      if (!values.has(text)) values.set(text, index);
    }
  }
  return read;
}

function keyLog(
  key: string,
  at: ReadonlyMap<number, ReadonlyMap<string, number>>,
  valueOf: ReadonlyMap<string, Value>,
): KeyLog {
  const offsets = [...at.keys()].toSorted((a, b) => a - b);
  const values = new Map<string, SeenValue>();
  offsets.forEach((offset, index) => {
    for (const text of at.get(offset)?.keys() ?? []) {
      const value = valueOf.get(text) as Value;
      getOr(values, text, () => ({ value, text, indexes: [] })).indexes.push(index);
    }
  });
  const indexOfOffset = new Map(offsets.map((offset, index) => [offset, index]));
  return { key, offsets, indexOfOffset, at, values };
}

/** Index of a record: that of its offset, or of its value where the offset is not known. */
function indexOf(versions: Versions, record: LogRecord): number | null {
  const log = versions.logs.get(record.key);
  if (log === undefined) return null;
  if (record.offset !== null) return log.indexOfOffset.get(record.offset) ?? null;
  return log.values.get(canonicalJson(record.value))?.indexes[0] ?? null;
}

/** Distance of two records of a key in the log; 1, as if adjacent, when unknown. */
export function distance(versions: Versions, from: LogRecord, to: LogRecord): number {
  const a = indexOf(versions, from);
  const b = indexOf(versions, to);
  return a === null || b === null ? 1 : b - a;
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
