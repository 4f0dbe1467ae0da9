/**
 * The rules of event time as predicates (Flink `TimeWindow`, `TumblingEventTimeWindows`,
 * `SlidingEventTimeWindows`, `WindowOperator.isWindowLate`, `BoundedOutOfOrdernessWatermarks`).
 * Times in ms. A window is `[start, end)`; its last timestamp is end - 1.
 */
import type { WatermarkSpec, WindowAssigner } from '../../model/pipeline.ts';
import { WATERMARK_MAX, WATERMARK_MIN } from '../../model/value.ts';

export interface Interval {
  readonly start: number;
  readonly end: number;
}

/**
 * The watermark after records up to timestamp `maxTs`: B behind, and minus one since equals follow.
 */
export function watermarkOf(spec: WatermarkSpec, maxTs: number): number {
  if (maxTs === WATERMARK_MIN) return WATERMARK_MIN;
  return maxTs - boundOf(spec) - 1;
}

/** The disorder a strategy allows for. */
export function boundOf(spec: WatermarkSpec): number {
  return spec.strategy === 'ascending' ? 0 : spec.outOfOrdernessMs;
}

/** Start of the window of `size` at or below `ts`; rounds towards minus infinity. */
export function windowStart(ts: number, size: number, offset: number): number {
  return Math.floor((ts - offset) / size) * size + offset;
}

/** The windows of a record, latest first. A session's is its own first `[ts, ts + gap)`. */
export function assignWindows(assigner: WindowAssigner, ts: number): Interval[] {
  if (assigner.kind === 'session') return [{ start: ts, end: ts + assigner.gapMs }];
  if (assigner.kind === 'tumbling') {
    const start = windowStart(ts, assigner.sizeMs, assigner.offsetMs);
    return [{ start, end: start + assigner.sizeMs }];
  }
  const windows: Interval[] = [];
  const last = windowStart(ts, assigner.slideMs, assigner.offsetMs);
  for (let start = last; start > ts - assigner.sizeMs; start -= assigner.slideMs) {
    windows.push({ start, end: start + assigner.sizeMs });
  }
  return windows;
}

/** Sessions merge when they overlap or touch: exactly `gap` apart is one session. */
export function sessionsMerge(a: Interval, b: Interval): boolean {
  return a.start <= b.end && a.end >= b.start;
}

export function coverOf(a: Interval, b: Interval): Interval {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

/** Whether a window has fired once the watermark is `watermark`. */
export function hasFired(window: Interval, watermark: number): boolean {
  return watermark >= window.end - 1;
}

/** The watermark from which a window's state is gone. */
export function cleanupTime(window: Interval, allowedLatenessMs: number): number {
  return Math.min(WATERMARK_MAX, window.end - 1 + allowedLatenessMs);
}

/** Whether a record is too late for this window. */
export function isWindowLate(window: Interval, latenessMs: number, watermark: number): boolean {
  return cleanupTime(window, latenessMs) <= watermark;
}

/** Whether a record that fell into no window goes to the late output. */
export function isRecordLate(ts: number, latenessMs: number, watermark: number): boolean {
  return ts + latenessMs <= watermark;
}

/** The interval join's own rule: strictly behind the watermark. */
export function isJoinLate(ts: number, watermark: number): boolean {
  return ts < watermark;
}

/** From which watermark on a join forgets a row; `reachMs`: how far ahead its partners may lie. */
export function joinCleanupTime(ts: number, reachMs: number): number {
  return reachMs > 0 ? ts + reachMs : ts;
}
