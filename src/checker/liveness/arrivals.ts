/**
 * By when a record has certainly been read: records become readable, wait their turn, and take at
 * most so long each. One queue for all splits is the slowest engine that still works; a correct one
 * that reads several at once is never behind it.
 */
import type { RecordTable, SplitInfo } from '../plan/records.ts';

export interface Queue {
  /** Nothing is read before, ms. */
  readonly startMs: number;
  /** First offset by split; what is below is in the state already. */
  readonly from: Readonly<Record<string, number>>;
  readonly perRecordMs: number;
}

/** A split that is being read. */
interface Reader {
  readonly records: SplitInfo['records'];
  readonly first: number;
  offset: number;
}

/** Per record: when it has been read at the latest. */
export function readTimes(table: RecordTable, queue: Queue): Float64Array {
  const { startMs, from, perRecordMs } = queue;
  const times = new Float64Array(table.count).fill(startMs);
  const readers = table.splits.map(({ name, records, first }): Reader => ({
    records,
    first,
    offset: from[name] ?? 0,
  }));
  let free = startMs;
  for (;;) {
    const reader = firstReadable(readers);
    if (reader === null) return times;
    free = Math.max(free, readableAt(reader)) + perRecordMs;
    times[reader.first + reader.offset] = free;
    reader.offset++;
  }
}

function firstReadable(readers: readonly Reader[]): Reader | null {
  let first: Reader | null = null;
  let firstAt = Infinity;
  for (const reader of readers) {
    const at = readableAt(reader);
    if (at >= firstAt) continue;
    first = reader;
    firstAt = at;
  }
  return first;
}

function readableAt({ records, offset }: Reader): number {
  return records[offset]?.at ?? Infinity;
}
