/**
 * Event-time sort per key: rows wait until the watermark has reached them and leave in order of
 * timestamp, equal timestamps in order of arrival. A row at or behind the watermark is late.
 */
import type { SortSpec } from '../../model/pipeline.ts';
import { WATERMARK_MIN } from '../../model/value.ts';
import { type Outputs, type SequentialOperator, timeless, type TracedRow } from './sequential.ts';

export function sortOperator(spec: SortSpec, out: Outputs): SequentialOperator {
  let waiting: TracedRow[] = [];
  let now: number = WATERMARK_MIN;
  return {
    ...timeless,
    row(row) {
      if (row.ts > now) waiting.push(row);
      else if (spec.lateOutput) out.late(row);
    },
    watermark(watermark) {
      now = watermark;
      // Array.sort is stable, so equal timestamps keep their order of arrival.
      const due = waiting.filter((row) => row.ts <= watermark).sort((a, b) => a.ts - b.ts);
      waiting = waiting.filter((row) => row.ts > watermark);
      for (const row of due) out.main(row);
    },
    restart() {
      now = WATERMARK_MIN;
    },
  };
}
