/**
 * The `bandwidth` toxic: at most `rate` KB/s (bytes per ms), handed on in pieces worth 100 ms.
 * Rate 0 lets nothing through, not even the end of the stream, until the toxic changes or goes.
 */
import { DelayLine } from '../stages/delay-line.ts';
import type { Item, Stage, StageContext } from '../stages/stage.ts';
import { attribute, delayMsMax, holdBytesSmall, type ToxicKind } from './kind.ts';

const pieceMs = 100;

class Bandwidth implements Stage {
  private readonly rate: number;
  private readonly line: DelayLine;
  /**
   * When the link has sent all it got so far. Starts now: an update gives no credit for the past.
   */
  private freeAtMs: number;

  constructor(context: StageContext) {
    this.rate = attribute(context, 'rate');
    this.freeAtMs = context.clock.now();
    this.line = new DelayLine(context.clock, (item) => context.outlet.pass(item));
  }

  get heldBytes(): number {
    return this.line.heldBytes;
  }

  accept(item: Item): void {
    this.freeAtMs = Math.max(this.freeAtMs, item.atMs);
    if (this.rate === 0) this.line.hold(item, Infinity);
    else if (item.kind === 'data') this.acceptData(item.data, item.atMs);
    else this.line.hold(item, this.freeAtMs);
  }

  drain(): readonly Item[] {
    return this.line.drain();
  }

  private acceptData(data: Buffer, atMs: number): void {
    const pieceBytes = this.rate * pieceMs;
    for (let start = 0; start < data.length; start += pieceBytes) {
      const piece = data.subarray(start, start + pieceBytes);
      this.freeAtMs += piece.length / this.rate;
      this.line.hold({ kind: 'data', data: piece, atMs }, this.freeAtMs);
    }
  }
}

export const bandwidth: ToxicKind = {
  type: 'bandwidth',
  recordName: 'BandwidthToxic',
  attributes: [{ name: 'rate', type: 'int64', min: 0, max: delayMsMax }],
  holdBytesMax: holdBytesSmall,
  stage: (context) => new Bandwidth(context),
};
