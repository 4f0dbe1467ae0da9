/**
 * Reads the splits of one source subtask: polls records from remembered offsets, assigns event
 * time, and announces watermarks, idleness and the end (Flink `SourceOperator`, FLIP-27).
 */
import type { SourceSpec } from '../../model/pipeline.ts';
import { WATERMARK_MAX, WATERMARK_MIN, type Row } from '../../model/value.ts';
import { SplitWatermarks } from '../time/split-watermarks.ts';
import type { SourcePort } from '../world/world.ts';

export interface SourceListener {
  row(row: Row): void;
  watermark(ts: number): void;
  status(idle: boolean): void;
}

export interface SourceReaderSettings {
  readonly spec: SourceSpec;
  readonly subtask: number;
  readonly port: SourcePort;
  readonly recordsMax: number;
  readonly pollIntervalMs: number;
  readonly listener: SourceListener;
  /** Monotonic ms without the time in which the subtask was blocked. */
  activeMs(): number;
}

interface Split {
  readonly name: string;
  offset: number;
  ended: boolean;
}

/** What a step left: more to read now, nothing for so many ms, or the end. */
export type SourceStep =
  | { readonly kind: 'more' }
  | { readonly kind: 'wait'; readonly waitMs: number }
  | { readonly kind: 'ended' };

export class SourceReader {
  private readonly settings: SourceReaderSettings;
  private readonly splits: readonly Split[];
  private readonly watermarks: SplitWatermarks;
  private turn = 0;
  private watermark = WATERMARK_MIN;
  private idle = false;

  constructor(settings: SourceReaderSettings) {
    this.settings = settings;
    const { spec, subtask } = settings;
    this.splits = spec.splits
      .filter((_, index) => index % spec.parallelism === subtask)
      .map((name) => ({ name, offset: 0, ended: false }));
    this.watermarks = new SplitWatermarks(spec.watermark);
  }

  /** How often `tick` wants to be called, in ms; null: never. */
  get tickIntervalMs(): number | null {
    const { emission, intervalMs, idlenessMs } = this.settings.spec.watermark;
    if (emission === 'periodic') return intervalMs;
    // The interval is only given for periodic emission; ticks 0 ms apart would stop time.
    return idlenessMs !== null && intervalMs > 0 ? intervalMs : idlenessMs;
  }

  restore(offsets: Readonly<Record<string, number>>): void {
    for (const split of this.splits) split.offset = offsets[split.name] ?? 0;
  }

  /** Next offset to read, per split. */
  offsets(): Record<string, number> {
    return Object.fromEntries(this.splits.map((split) => [split.name, split.offset]));
  }

  start(): void {
    const activeMs = this.settings.activeMs();
    for (const split of this.splits) this.watermarks.addSplit(split.name, activeMs);
  }

  /** Reads one batch of the next split that has records. */
  step(): SourceStep {
    let waitMs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.splits.length; i++) {
      const split = this.splits[this.turn] as Split;
      this.turn = (this.turn + 1) % this.splits.length;
      if (split.ended) continue;
      const read = this.readSplit(split);
      if (read === 0) return { kind: 'more' };
      waitMs = Math.min(waitMs, read);
    }
    if (waitMs !== Number.POSITIVE_INFINITY) return { kind: 'wait', waitMs };
    return { kind: 'ended' };
  }

  /** Periodic watermarks and idleness. */
  tick(): void {
    this.watermarks.onTick(this.settings.activeMs());
    this.announce();
  }

  /** Stops reading as if every split ended here. */
  drain(): void {
    for (const split of this.splits) split.ended = true;
  }

  /** The last word of a source that ended: event time is over. */
  finish(): void {
    this.setIdle(false);
    this.settings.listener.watermark(WATERMARK_MAX);
  }

  /** 0 when records were read, else the ms to wait; ending counts as progress. */
  private readSplit(split: Split): number {
    const { port, recordsMax, pollIntervalMs } = this.settings;
    const polled = port.poll(split.name, split.offset, recordsMax);
    for (const record of polled.records) this.emit(split, record);
    if (polled.ended) {
      split.ended = true;
      this.watermarks.removeSplit(split.name);
      this.announce();
      return 0;
    }
    return polled.records.length > 0 ? 0 : Math.max(1, polled.retryInMs ?? pollIntervalMs);
  }

  private emit(split: Split, record: Row): void {
    const { key, ts, value } = record;
    split.offset++;
    this.watermarks.onRecord(split.name, ts, this.settings.activeMs());
    // A returning split is active before its record is seen, its watermark moves after it.
    this.setIdle(false);
    this.settings.listener.row({ key, ts, value });
    this.announce();
  }

  private announce(): void {
    const { watermark, idle } = this.watermarks.combine();
    if (watermark > this.watermark) {
      this.watermark = watermark;
      this.settings.listener.watermark(watermark);
    }
    this.setIdle(idle);
  }

  private setIdle(idle: boolean): void {
    if (this.idle === idle) return;
    this.idle = idle;
    this.settings.listener.status(idle);
  }
}
