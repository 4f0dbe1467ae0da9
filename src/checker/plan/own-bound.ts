/**
 * The highest watermark a record can meet, judged by its own split alone: what was before it in
 * that split, minus the bound. In-band watermarks never overtake records of their own split.
 */
import { watermarkOf } from '../../oracle/specification.ts';
import { WATERMARK_MAX, WATERMARK_MIN } from '../../model/value.ts';
import type { Item } from './items.ts';
import type { RecordTable, SplitInfo, Stopped } from './records.ts';

const bounds = new WeakMap<RecordTable, Float64Array>();

/** Per record: the watermark of its own split just before it. */
export function ownBounds(table: RecordTable): Float64Array {
  let bound = bounds.get(table);
  if (bound !== undefined) return bound;
  bound = new Float64Array(table.count);
  for (const split of table.splits) {
    let maxTs: number = WATERMARK_MIN;
    for (let i = 0; i < split.records.length; i++) {
      const spec = split.source?.watermark;
      bound[split.first + i] = spec === undefined ? WATERMARK_MIN : watermarkOf(spec, maxTs);
      maxTs = Math.max(maxTs, split.records[i]?.ts ?? WATERMARK_MIN);
    }
  }
  bounds.set(table, bound);
  return bound;
}

/** Valid without idleness: of an item of a punctual stage, the highest watermark it can meet. */
export function ownBound(table: RecordTable, item: Item): number {
  const [record] = item.from;
  if (!item.direct || record === undefined) return item.ts - 1;
  return ownBounds(table)[record] as number;
}

/**
 * A finished or drained job has reached the end of time. A suspended one has what its splits had
 * announced: nothing certain with periodic emission, or after a restart that forgot event time.
 */
export function reachedAtEnd(
  table: RecordTable,
  stopped: Stopped | null,
  splits: readonly number[],
): number {
  if (stopped?.suspended !== true) return WATERMARK_MAX;
  let lowest: number = WATERMARK_MAX;
  for (const number of splits) {
    const { source, records } = table.splits[number] as SplitInfo;
    if (source === null) continue;
    const { watermark } = source;
    if (stopped.restarted || watermark.emission !== 'per-record') return WATERMARK_MIN;
    let maxTs: number = WATERMARK_MIN;
    for (const { ts } of records) maxTs = Math.max(maxTs, ts);
    lowest = Math.min(lowest, watermarkOf(watermark, maxTs));
  }
  return lowest;
}
