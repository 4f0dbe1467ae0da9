/**
 * The `latency` toxic: every chunk, and the end of the stream, leaves `latency` +/- `jitter` ms
 * after it came, in order. Negative values are accepted, as Toxiproxy does, and mean none.
 */
import { DelayLine } from '../stages/delay-line.ts';
import type { Item, Stage, StageContext } from '../stages/stage.ts';
import { attribute, delayMsMax, holdBytesLarge, type ToxicKind } from './kind.ts';

class Latency implements Stage {
  private readonly context: StageContext;
  private readonly line: DelayLine;

  constructor(context: StageContext) {
    this.context = context;
    this.line = new DelayLine(context.clock, (item) => context.outlet.pass(item));
  }

  get heldBytes(): number {
    return this.line.heldBytes;
  }

  accept(item: Item): void {
    this.line.hold(item, item.atMs + this.delayMs());
  }

  drain(): readonly Item[] {
    return this.line.drain();
  }

  private delayMs(): number {
    const latencyMs = attribute(this.context, 'latency');
    const jitterMs = Math.max(0, attribute(this.context, 'jitter'));
    const offsetMs = jitterMs === 0 ? 0 : this.context.random.below(2 * jitterMs) - jitterMs;
    return Math.max(0, latencyMs + offsetMs);
  }
}

export const latency: ToxicKind = {
  type: 'latency',
  recordName: 'LatencyToxic',
  attributes: [
    { name: 'latency', type: 'int64', min: -delayMsMax, max: delayMsMax },
    { name: 'jitter', type: 'int64', min: -delayMsMax, max: delayMsMax },
  ],
  holdBytesMax: holdBytesLarge,
  stage: (context) => new Latency(context),
};
