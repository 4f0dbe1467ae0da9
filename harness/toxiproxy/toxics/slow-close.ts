/** The `slow_close` toxic: data passes at once, the end of the stream `delay` ms after it came. */
import { DelayLine } from '../stages/delay-line.ts';
import type { Item, Stage, StageContext } from '../stages/stage.ts';
import { attribute, delayMsMax, type ToxicKind } from './kind.ts';

class SlowClose implements Stage {
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
    const delayMs = item.kind === 'data' ? 0 : attribute(this.context, 'delay');
    this.line.hold(item, item.atMs + delayMs);
  }

  drain(): readonly Item[] {
    return this.line.drain();
  }
}

export const slowClose: ToxicKind = {
  type: 'slow_close',
  recordName: 'SlowCloseToxic',
  attributes: [{ name: 'delay', type: 'int64', min: 0, max: delayMsMax }],
  holdBytesMax: 0,
  stage: (context) => new SlowClose(context),
};
