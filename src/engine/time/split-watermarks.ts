/**
 * Watermarks of one source subtask: a generator per split, combined by minimum over the splits that
 * are not idle (Flink `BoundedOutOfOrdernessWatermarks`, `WatermarksWithIdleness`,
 * `WatermarkOutputMultiplexer`). Time comes in as an argument: "active" ms, in which the subtask
 * was not blocked by backpressure.
 */
import { present } from '../../base/assert.ts';
import { WATERMARK_MIN } from '../../model/value.ts';
import type { WatermarkSpec } from '../../model/pipeline.ts';

interface SplitTime {
  maxTs: number;
  watermark: number;
  lastRecordAt: number;
  idle: boolean;
}

export interface CombinedTime {
  readonly watermark: number;
  readonly idle: boolean;
}

export class SplitWatermarks {
  private readonly spec: WatermarkSpec;
  private readonly splits = new Map<string, SplitTime>();
  private combined = WATERMARK_MIN;

  constructor(spec: WatermarkSpec) {
    this.spec = spec;
  }

  /** Every assigned split holds the minimum from the start, before its first record. */
  addSplit(split: string, activeMs: number): void {
    this.splits.set(split, {
      maxTs: WATERMARK_MIN,
      watermark: WATERMARK_MIN,
      lastRecordAt: activeMs,
      idle: false,
    });
  }

  /** A finished split leaves the minimum. */
  removeSplit(split: string): void {
    this.splits.delete(split);
  }

  onRecord(split: string, ts: number, activeMs: number): void {
    const state = present(this.splits.get(split), `split ${split}`);
    state.lastRecordAt = activeMs;
    state.idle = false;
    if (ts > state.maxTs) state.maxTs = ts;
    if (this.spec.emission === 'per-record') this.advance(state);
  }

  /** Periodic emission and the idleness clock. */
  onTick(activeMs: number): void {
    const idlenessMs = this.spec.idlenessMs;
    for (const state of this.splits.values()) {
      if (idlenessMs !== null && activeMs - state.lastRecordAt >= idlenessMs) state.idle = true;
      if (this.spec.emission === 'periodic' && !state.idle) this.advance(state);
    }
  }

  /** The subtask's own watermark and status now; the watermark never goes back. */
  combine(): CombinedTime {
    let minimum = Number.POSITIVE_INFINITY;
    let maximum = WATERMARK_MIN;
    for (const state of this.splits.values()) {
      maximum = Math.max(maximum, state.watermark);
      if (!state.idle) minimum = Math.min(minimum, state.watermark);
    }
    const idle = this.splits.size > 0 && minimum === Number.POSITIVE_INFINITY;
    const now = idle ? maximum : minimum;
    if (now !== Number.POSITIVE_INFINITY && now > this.combined) this.combined = now;
    return { watermark: this.combined, idle };
  }

  private advance(state: SplitTime): void {
    if (state.maxTs === WATERMARK_MIN) return;
    const bound = this.spec.strategy === 'ascending' ? 0 : this.spec.outOfOrdernessMs;
    state.watermark = Math.max(state.watermark, state.maxTs - bound - 1);
  }
}
