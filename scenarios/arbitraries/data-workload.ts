/**
 * Workloads from recorded data: a contiguous slice of a data set in order of arrival, with event
 * times as they were and arrivals scaled to a few virtual seconds. Order, disorder, gaps and key
 * skew are the data's own.
 */
import * as fc from 'fast-check';

import { traceFields } from '../../src/model/trace.ts';
import type { Key, ValueObject } from '../../src/model/value.ts';
import type { SourceRecord, Workload } from '../../src/model/workload.ts';

/** Which slice is replayed, and how fast. */
export interface SliceKnobs {
  /** Where the slice starts, as a share of what is left when it is taken off. */
  readonly start: number;
  readonly records: number;
  /** Virtual ms over which the slice arrives. */
  readonly spanMs: number;
}

export const sliceKnobs: fc.Arbitrary<SliceKnobs> = fc.record({
  start: fc.integer({ min: 0, max: 1_000 }).map((permille) => permille / 1_000),
  records: fc.integer({ min: 60, max: 300 }),
  spanMs: fc.integer({ min: 1_500, max: 4_000 }),
});

/** How a row of the data becomes a record. */
export interface DataForm<Row> {
  readonly splits: readonly string[];
  /** In any unit; rows are in this order. */
  arrivalOf(row: Row): number;
  /** Event time in ms. */
  tsOf(row: Row): number;
  /** Index into `splits`. */
  splitOf(row: Row): number;
  keyOf(row: Row): Key;
  valueOf(row: Row): ValueObject;
}

/** The slice as split logs. A record's id is its row number in the data set. */
export function sliceOf<Row>(
  rows: readonly Row[],
  knobs: SliceKnobs,
  form: DataForm<Row>,
): Workload {
  const first = Math.floor((rows.length - knobs.records) * knobs.start);
  const slice = rows.slice(first, first + knobs.records);
  const arrivals = slice.map((row) => form.arrivalOf(row));
  const from = arrivals[0] ?? 0;
  const width = Math.max(1, (arrivals.at(-1) ?? 0) - from);
  const logs = form.splits.map((split) => ({ split, records: [] as SourceRecord[] }));
  slice.forEach((row, i) => {
    const split = form.splitOf(row);
    const id = first + i;
    logs[split]?.records.push({
      id,
      at: Math.round((((arrivals[i] as number) - from) / width) * knobs.spanMs),
      ts: form.tsOf(row),
      key: form.keyOf(row),
      value: { ...traceFields(id, split, form.splits.length), ...form.valueOf(row) },
    });
  });
  return { splits: logs };
}
