/**
 * Event-time interval join of two keyed inputs (Flink `IntervalJoinOperator`): right.ts within
 * [left.ts + lower, left.ts + upper]. A row behind the watermark (strictly) is dropped.
 */
import type { IntervalJoinSpec } from '../../model/pipeline.ts';
import { WATERMARK_MIN, type Row, type Value } from '../../model/value.ts';
import { KeyedTable, type StoredTable } from '../state/keyed-table.ts';
import { TimerService, type StoredTimer, type Timer } from '../time/timer-service.ts';
import type { Operator, OperatorContext } from './operator.ts';

/** Rows of one side and key: `[ts, value]` in order of arrival. */
type Side = readonly (readonly [number, Value])[];

export function createIntervalJoin(
  spec: IntervalJoinSpec,
  context: OperatorContext,
  maxParallelism: number,
): Operator {
  const sides = [
    new KeyedTable<Side>(maxParallelism),
    new KeyedTable<Side>(maxParallelism),
  ] as const;
  const timers = new TimerService();
  let watermark = WATERMARK_MIN;

  /** For a row of this side: partner.ts - row.ts lies in [lower, upper]. */
  const bounds = [
    { lower: spec.lowerMs, upper: spec.upperMs },
    { lower: -spec.upperMs, upper: -spec.lowerMs },
  ] as const;

  function join(row: Row, input: 0 | 1): void {
    const { lower, upper } = bounds[input];
    for (const [ts, value] of sides[input === 0 ? 1 : 0].get(row.key) ?? []) {
      if (ts < row.ts + lower || ts > row.ts + upper) continue;
      const [left, right] = input === 0 ? [row.value, value] : [value, row.value];
      context.output.emit({ key: row.key, ts: Math.max(ts, row.ts), value: { left, right } });
    }
  }

  function cleanUp(timer: Timer): void {
    const input = timer.namespace === 'left' ? 0 : 1;
    const ts = bounds[input].upper > 0 ? timer.ts - bounds[input].upper : timer.ts;
    const rest = (sides[input].get(timer.key) ?? []).filter(([rowTs]) => rowTs !== ts);
    if (rest.length === 0) sides[input].remove(timer.key);
    else sides[input].put(timer.key, rest);
  }

  return {
    row(row, input) {
      if (row.ts < watermark) return;
      sides[input].put(row.key, [...(sides[input].get(row.key) ?? []), [row.ts, row.value]]);
      join(row, input);
      const { upper } = bounds[input];
      const ts = upper > 0 ? row.ts + upper : row.ts;
      timers.register({ ts, key: row.key, namespace: input === 0 ? 'left' : 'right' });
    },
    advance(ts) {
      watermark = ts;
      timers.advance(ts, cleanUp);
    },
    end: () => undefined,
    snapshot: () => ({
      left: sides[0].snapshot(),
      right: sides[1].snapshot(),
      timers: timers.snapshot(),
    }),
    restore(state) {
      const stored = state as {
        left: StoredTable;
        right: StoredTable;
        timers: readonly StoredTimer[];
      };
      sides[0].restore(stored.left);
      sides[1].restore(stored.right);
      timers.restore(stored.timers);
    },
  };
}
