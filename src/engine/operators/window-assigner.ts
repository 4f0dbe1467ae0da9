/**
 * Which windows a timestamp falls into (Flink `TumblingEventTimeWindows`,
 * `SlidingEventTimeWindows`, `TimeWindow.getWindowStartWithOffset`). Sessions: session-window.ts.
 */
import type { WindowAssigner } from '../../model/pipeline.ts';

/** Start of the window of `size` that holds `ts`; rounds towards minus infinity. */
export function windowStart(ts: number, offset: number, size: number): number {
  const remainder = (ts - offset) % size;
  return remainder < 0 ? ts - (remainder + size) : ts - remainder;
}

/** Calls `visit` with the start of each window `ts` belongs to, the latest window first. */
export function assignWindows(
  assigner: Exclude<WindowAssigner, { kind: 'session' }>,
  ts: number,
  visit: (start: number) => void,
): void {
  const step = assigner.kind === 'tumbling' ? assigner.sizeMs : assigner.slideMs;
  const last = windowStart(ts, assigner.offsetMs, step);
  for (let start = last; start > ts - assigner.sizeMs; start -= step) visit(start);
}
