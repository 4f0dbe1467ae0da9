/**
 * The split logs as sources see them: a record becomes readable at its time, unless a fault holds
 * the split back.
 */
import { present } from '../base/assert.ts';
import type { SourceRecord, Workload } from '../model/workload.ts';
import type { Polled } from '../engine/world/world.ts';

interface Hold {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly onEffect: () => void;
}

export class SourceLogs {
  private readonly logs: ReadonlyMap<string, readonly SourceRecord[]>;
  private readonly holds = new Map<string, Hold[]>();

  constructor(workload: Workload) {
    this.logs = new Map(workload.splits.map(({ split, records }) => [split, records]));
  }

  /** Nothing of `split` becomes readable between the two times. */
  hold(split: string, hold: Hold): void {
    this.holds.set(split, [...(this.holds.get(split) ?? []), hold]);
  }

  poll(request: {
    readonly split: string;
    readonly offset: number;
    readonly recordsMax: number;
    readonly nowMs: number;
  }): Polled {
    const { split, offset, recordsMax, nowMs } = request;
    const log = present(this.logs.get(split), `split ${split}`);
    // A hold only matters to a record that is due: without one it would have no effect (law A6).
    const due = (log[offset]?.at ?? Number.POSITIVE_INFINITY) <= nowMs;
    const held = due ? this.heldUntil(split, nowMs) : null;
    if (held !== null) return { records: [], ended: false, retryInMs: held - nowMs };
    let end = offset;
    while (end < log.length && end - offset < recordsMax && (log[end]?.at ?? 0) <= nowMs) end++;
    const next = log[end];
    return {
      records: log.slice(offset, end),
      ended: next === undefined,
      retryInMs: next === undefined ? null : Math.max(1, Math.ceil(next.at - nowMs)),
    };
  }

  private heldUntil(split: string, nowMs: number): number | null {
    for (const hold of this.holds.get(split) ?? []) {
      if (nowMs < hold.fromMs || nowMs >= hold.untilMs) continue;
      hold.onEffect();
      return hold.untilMs;
    }
    return null;
  }
}
