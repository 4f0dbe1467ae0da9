/**
 * Figures of a log history that refute nothing: how far polls lagged behind what was known to be
 * stored, and what subscribed consumers took more than once. After Jepsen's realtime-lag and
 * consume-counts; no clock is consulted, so lag is counted in events. Deterministic: plain data.
 */
import { canonicalJson } from '../base/json.ts';
import type { LogOperation, LogRecord } from './operation.ts';

export interface LogMetrics {
  /** The stalest position a successful poll left its consumer at; null: all were up to date. */
  readonly worstLag: Lag | null;
  /** How many values were consumed once, twice, …, by one subscribed process. */
  readonly consumed: readonly { readonly times: number; readonly values: number }[];
}

export interface Lag {
  readonly key: string;
  readonly operation: number;
  /**
   * Events between the moment a later record was known to exist and the call of the poll: at least.
   */
  readonly events: number;
}

export function logMetrics(operations: readonly LogOperation[]): LogMetrics {
  return { worstLag: worstLag(operations), consumed: consumeCounts(operations) };
}

/** Offsets of a key, ascending, with the place at which this or a later one was first known. */
interface Known {
  readonly offset: number;
  readonly since: number;
}

function worstLag(operations: readonly LogOperation[]): Lag | null {
  const known = knownOffsets(operations);
  const positions = new Map<string, Map<string, number>>();
  let worst: Lag | null = null;
  for (const operation of operations) {
    if (operation.type !== 'ok') continue;
    const own = positions.get(operation.process) ?? new Map<string, number>();
    positions.set(operation.process, own);
    if (operation.kind !== 'transact') {
      begin(own, operation);
      continue;
    }
    if (!operation.records.some(({ kind }) => kind === 'poll')) continue;
    for (const { key, offset } of operation.records) {
      own.set(key, Math.max(own.get(key) ?? -1, offset ?? -1));
    }
    for (const [key, offset] of own) {
      const events = operation.call - sinceWhen(known.get(key) ?? [], offset);
      if (events > (worst?.events ?? 0)) worst = { key, operation: operation.index, events };
    }
  }
  return worst;
}

/** An assignment names its keys; which keys a subscription brings, only polls tell. */
function begin(positions: Map<string, number>, { kind, keys }: LogOperation): void {
  for (const key of positions.keys()) {
    if (kind === 'subscribe' || !keys.includes(key)) positions.delete(key);
  }
  if (kind === 'assign') for (const key of keys) positions.set(key, positions.get(key) ?? -1);
}

function knownOffsets(operations: readonly LogOperation[]): Map<string, Known[]> {
  const placed = new Map<string, Known[]>();
  for (const { type, returns, records } of operations) {
    if (type !== 'ok') continue;
    for (const { key, offset } of records) {
      if (offset === null) continue;
      const own = placed.get(key) ?? [];
      own.push({ offset, since: returns });
      placed.set(key, own);
    }
  }
  for (const [key, own] of placed) {
    let since = Number.MAX_SAFE_INTEGER;
    const descending = own.toSorted((a, b) => b.offset - a.offset);
    const known = descending.map(({ offset, since: at }) => {
      since = Math.min(since, at);
      return { offset, since };
    });
    placed.set(key, known.toReversed());
  }
  return placed;
}

/** When something beyond `offset` was known to be there; beyond all places if it never was. */
function sinceWhen(known: readonly Known[], offset: number): number {
  let [low, high] = [0, known.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((known[middle]?.offset ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return known[low]?.since ?? Number.MAX_SAFE_INTEGER;
}

function consumeCounts(operations: readonly LogOperation[]): LogMetrics['consumed'] {
  const subscribed = new Set<string>();
  const counts = new Map<string, number>();
  for (const { type, kind, process, records } of operations) {
    if (type !== 'ok') continue;
    if (kind === 'subscribe') subscribed.add(process);
    if (!subscribed.has(process)) continue;
    for (const record of records.filter(isPoll)) {
      const place = `${process}\n${record.key}\n${canonicalJson(record.value)}`;
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
  }
  const values = new Map<number, number>();
  for (const times of counts.values()) values.set(times, (values.get(times) ?? 0) + 1);
  return [...values]
    .toSorted(([a], [b]) => a - b)
    .map(([times, number]) => ({ times, values: number }));
}

function isPoll({ kind }: LogRecord): boolean {
  return kind === 'poll';
}
