/**
 * The `cut` toxic, an extension: a partition of one direction. Everything stays where it is, the
 * end of the stream included, and goes on in order when the toxic is removed, as TCP does when
 * packets get through again. Both directions cut make a full partition.
 */
import { DelayLine } from '../stages/delay-line.ts';
import type { Item, Stage, StageContext } from '../stages/stage.ts';
import { holdBytesSmall, type ToxicKind } from './kind.ts';

class Cut implements Stage {
  private readonly line: DelayLine;

  constructor(context: StageContext) {
    this.line = new DelayLine(context.clock, (item) => context.outlet.pass(item));
  }

  get heldBytes(): number {
    return this.line.heldBytes;
  }

  accept(item: Item): void {
    this.line.hold(item, Infinity);
  }

  drain(): readonly Item[] {
    return this.line.drain();
  }
}

export const cut: ToxicKind = {
  type: 'cut',
  recordName: 'CutToxic',
  attributes: [],
  holdBytesMax: holdBytesSmall,
  stage: (context) => new Cut(context),
};
