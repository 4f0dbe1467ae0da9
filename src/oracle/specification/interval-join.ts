/**
 * Interval join: every pair with left.ts + lower <= right.ts <= left.ts + upper, once, when its
 * second row arrives; rows behind the watermark (strictly) are dropped (Flink
 * `IntervalJoinOperator`).
 */
import type { IntervalJoinSpec } from '../../model/pipeline.ts';
import { WATERMARK_MIN } from '../../model/value.ts';
import { type Outputs, type SequentialOperator, timeless, type TracedRow } from './sequential.ts';
import { isJoinLate, joinCleanupTime } from './time.ts';

/** Whether the two rows belong together, time only. */
export function joins(spec: IntervalJoinSpec, left: TracedRow, right: TracedRow): boolean {
  return right.ts >= left.ts + spec.lowerMs && right.ts <= left.ts + spec.upperMs;
}

/** The watermark at which a waiting row of a side is forgotten. */
export function joinForgetTime(spec: IntervalJoinSpec, side: 0 | 1, ts: number): number {
  return joinCleanupTime(ts, side === 0 ? spec.upperMs : -spec.lowerMs);
}

export function joinRow(left: TracedRow, right: TracedRow): TracedRow {
  return {
    key: left.key,
    ts: Math.max(left.ts, right.ts),
    value: { left: left.value, right: right.value },
    from: [...left.from, ...right.from],
  };
}

export function intervalJoinOperator(spec: IntervalJoinSpec, out: Outputs): SequentialOperator {
  const sides: [TracedRow[], TracedRow[]] = [[], []];
  let now: number = WATERMARK_MIN;
  return {
    ...timeless,
    row(row, input) {
      if (isJoinLate(row.ts, now)) return;
      sides[input].push(row);
      for (const other of sides[input === 0 ? 1 : 0]) {
        const [left, right] = input === 0 ? [row, other] : [other, row];
        if (other.key === row.key && joins(spec, left, right)) out.main(joinRow(left, right));
      }
    },
    watermark(watermark) {
      now = watermark;
      sides[0] = sides[0].filter((row) => joinForgetTime(spec, 0, row.ts) > watermark);
      sides[1] = sides[1].filter((row) => joinForgetTime(spec, 1, row.ts) > watermark);
    },
    restart() {
      now = WATERMARK_MIN;
    },
  };
}
