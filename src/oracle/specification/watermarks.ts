/**
 * Watermarks from sources to operators: a generator per split, and the minimum over active inputs
 * (Flink `WatermarkOutputMultiplexer`, `StatusWatermarkValve`).
 */
import type { WatermarkSpec } from '../../model/pipeline.ts';
import { WATERMARK_MAX, WATERMARK_MIN } from '../../model/value.ts';
import { watermarkOf } from './time.ts';

/** Bounded out-of-orderness over one split. */
export class SplitClock {
  private readonly spec: WatermarkSpec;
  private maxTs: number = WATERMARK_MIN;
  private ended = false;

  constructor(spec: WatermarkSpec) {
    this.spec = spec;
  }

  record(ts: number): void {
    this.maxTs = Math.max(this.maxTs, ts);
  }

  end(): void {
    this.ended = true;
  }

  watermark(): number {
    return this.ended ? WATERMARK_MAX : watermarkOf(this.spec, this.maxTs);
  }
}

interface Input {
  watermark: number;
  idle: boolean;
}

/**
 * The minimum over active inputs, never decreasing. An idle input leaves the minimum; one that
 * returns rejoins when it has caught up with the output.
 */
export class WatermarkMinimum {
  private readonly inputs: Input[];
  private output: number = WATERMARK_MIN;

  constructor(inputCount: number) {
    this.inputs = Array.from({ length: inputCount }, () => ({
      watermark: WATERMARK_MIN,
      idle: false,
    }));
  }

  /** The new minimum when it rose, null otherwise. */
  advance(input: number, watermark: number): number | null {
    const state = this.inputs[input] as Input;
    state.watermark = Math.max(state.watermark, watermark);
    state.idle = false;
    return this.raise();
  }

  markIdle(input: number): number | null {
    (this.inputs[input] as Input).idle = true;
    return this.raise();
  }

  /** Whether no input is active; then the output is idle too. */
  idle(): boolean {
    return this.inputs.every((input) => input.idle);
  }

  current(): number {
    return this.output;
  }

  private raise(): number | null {
    // A returning input that is still behind the output must not hold it: it is not aligned yet.
    const aligned = this.inputs.filter((i) => !i.idle && i.watermark >= this.output);
    const active = this.inputs.filter((i) => !i.idle);
    if (active.length === 0 || aligned.length === 0) return null;
    const minimum = Math.min(...aligned.map((input) => input.watermark));
    if (minimum <= this.output) return null;
    this.output = minimum;
    return minimum;
  }
}
