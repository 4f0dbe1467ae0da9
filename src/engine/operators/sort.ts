/**
 * Event-time sort per key: holds rows until the watermark has passed them, then lets them go in
 * timestamp order; equal timestamps keep their order of arrival. Not Flink's own operator, but what
 * its CEP and SQL temporal sort do (`RowTimeSortOperator`).
 */
import type { SortSpec } from '../../model/pipeline.ts';
import { WATERMARK_MIN, type Value } from '../../model/value.ts';
import { KeyedTable, type StoredTable } from '../state/keyed-table.ts';
import { TimerService, type StoredTimer } from '../time/timer-service.ts';
import type { Operator, OperatorContext } from './operator.ts';

/** Waiting rows of a key by timestamp (decimal text). */
type Waiting = Readonly<Record<string, readonly Value[]>>;

export function createSort(
  spec: SortSpec,
  context: OperatorContext,
  maxParallelism: number,
): Operator {
  const waiting = new KeyedTable<Waiting>(maxParallelism);
  const timers = new TimerService();
  let watermark = WATERMARK_MIN;

  function release(key: string, ts: number): void {
    const { [ts]: values, ...rest } = waiting.get(key) ?? {};
    if (Object.keys(rest).length === 0) waiting.remove(key);
    else waiting.put(key, rest);
    for (const value of values ?? []) context.output.emit({ key, ts, value });
  }

  return {
    row(row) {
      if (row.ts <= watermark) {
        if (spec.lateOutput) context.output.late(row);
        return;
      }
      const rows = waiting.get(row.key) ?? {};
      waiting.put(row.key, { ...rows, [row.ts]: [...(rows[row.ts] ?? []), row.value] });
      timers.register({ ts: row.ts, key: row.key, namespace: '' });
    },
    advance(ts) {
      watermark = ts;
      timers.advance(ts, (timer) => release(timer.key, timer.ts));
    },
    end: () => undefined,
    snapshot: () => ({ rows: waiting.snapshot(), timers: timers.snapshot() }),
    restore(state) {
      const stored = state as { rows: StoredTable; timers: readonly StoredTimer[] };
      waiting.restore(stored.rows);
      timers.restore(stored.timers);
    },
  };
}
