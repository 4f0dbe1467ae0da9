/**
 * The `slicer` toxic: cuts the stream into slices of `average_size` +/- `size_variation` bytes and
 * lets `delay` microseconds pass after each. The sizes come from the seed and run on across chunks,
 * so that they do not depend on how TCP happened to cut the stream.
 */
import type { Cancel } from '../stages/clock.ts';
import type { Item, Stage, StageContext } from '../stages/stage.ts';
import { attribute, delayMsMax, holdBytesSmall, type ToxicKind } from './kind.ts';

class Slicer implements Stage {
  heldBytes = 0;
  private readonly context: StageContext;
  private readonly waiting: Item[] = [];
  private freeAtMs = -Infinity;
  private cancelTimer: Cancel | null = null;
  private sliceLeft: number;

  constructor(context: StageContext) {
    this.context = context;
    this.sliceLeft = this.nextSize();
  }

  accept(item: Item): void {
    this.waiting.push(item);
    if (item.kind === 'data') this.heldBytes += item.data.length;
    if (this.cancelTimer === null) this.pump();
  }

  drain(): readonly Item[] {
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.heldBytes = 0;
    return this.waiting.splice(0);
  }

  /** Lets go what is due, then waits for the next slice. */
  private pump(): void {
    for (;;) {
      const next = this.waiting[0];
      if (next === undefined) return;
      const dueMs = Math.max(next.atMs, this.freeAtMs);
      const waitMs = dueMs - this.context.clock.now();
      if (waitMs > 0) {
        this.wait(waitMs);
        return;
      }
      this.release(next, dueMs);
    }
  }

  private wait(waitMs: number): void {
    this.cancelTimer = this.context.clock.timer(waitMs, true, () => {
      this.cancelTimer = null;
      this.pump();
    });
  }

  private release(item: Item, dueMs: number): void {
    if (item.kind !== 'data') {
      this.waiting.shift();
      this.context.outlet.pass({ ...item, atMs: dueMs });
      return;
    }
    const slice = item.data.subarray(0, this.sliceLeft);
    const rest = item.data.subarray(slice.length);
    if (rest.length === 0) this.waiting.shift();
    else this.waiting[0] = { ...item, data: rest };
    this.heldBytes -= slice.length;
    this.sliceLeft -= slice.length;
    if (this.sliceLeft === 0) this.sliceLeft = this.nextSize();
    this.freeAtMs = dueMs + attribute(this.context, 'delay') / 1000;
    this.context.outlet.pass({ kind: 'data', data: slice, atMs: dueMs });
  }

  private nextSize(): number {
    const average = attribute(this.context, 'average_size');
    const variation = attribute(this.context, 'size_variation');
    return this.context.random.between(average - variation, average + variation);
  }
}

export const slicer: ToxicKind = {
  type: 'slicer',
  recordName: 'SlicerToxic',
  attributes: [
    { name: 'average_size', type: 'int', min: 1, max: delayMsMax },
    { name: 'size_variation', type: 'int', min: 0, max: delayMsMax },
    { name: 'delay', type: 'int', min: 0, max: delayMsMax },
  ],
  holdBytesMax: holdBytesSmall,
  check: (attributes) =>
    (attributes['size_variation'] ?? 0) < (attributes['average_size'] ?? 0)
      ? null
      : 'attribute size_variation must be less than average_size',
  stage: (context) => new Slicer(context),
};
