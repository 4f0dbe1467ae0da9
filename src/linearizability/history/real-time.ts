/** Real time: an operation that returned before another was called comes first in every order. */
import type { Partition } from './partitions.ts';

/** Positions of calls and returns among the partition's events; `end` for what never returned. */
export interface Spans {
  readonly call: Int32Array;
  readonly returns: Int32Array;
  readonly end: number;
}

export function spansOf(partition: Partition): Spans {
  const { events, ops } = partition;
  const call = new Int32Array(ops.length);
  const returns = new Int32Array(ops.length).fill(events.length);
  for (let position = 0; position < events.length; position++) {
    const event = events[position] as number;
    if ((event & 1) === 0) call[event >> 1] = position;
    else returns[event >> 1] = position;
  }
  return { call, returns, end: events.length };
}

/** Whether `order` (local operation numbers) never puts an operation after one called later on. */
export function respectsRealTime(spans: Spans, order: Int32Array): boolean {
  let latestCall = -1;
  for (const op of order) {
    if ((spans.returns[op] as number) < latestCall) return false;
    latestCall = Math.max(latestCall, spans.call[op] as number);
  }
  return true;
}
