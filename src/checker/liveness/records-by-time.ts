/**
 * Records in order of event time, for rows that name none: they stem from the records of their own
 * time, or from some of those up to it.
 */
import type { RecordTable } from '../plan/records.ts';

export interface RecordsByTime {
  /** Record numbers in order of event time. */
  readonly order: Int32Array;
  /** How many records have an event time below `ts`. */
  below(ts: number): number;
}

const known = new WeakMap<RecordTable, RecordsByTime>();

export function recordsByTime(table: RecordTable): RecordsByTime {
  let byTime = known.get(table);
  if (byTime === undefined) {
    byTime = sortedByTime(table);
    known.set(table, byTime);
  }
  return byTime;
}

function sortedByTime({ recordAt }: RecordTable): RecordsByTime {
  const times = Float64Array.from(recordAt, ({ ts }) => ts);
  const order = Int32Array.from(recordAt.keys());
  order.sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
  return {
    order,
    below(ts) {
      let [low, high] = [0, order.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((times[order[middle] as number] as number) < ts) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
}
