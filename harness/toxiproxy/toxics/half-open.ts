/**
 * The `half_open` toxic, an extension: the end that the stream flows to loses its connection (RST),
 * the other end is not told: its socket stays open, nobody reads it, nothing comes back. Removing
 * the toxic resets that socket too, as a host does that answers for a connection it has forgotten.
 */
import type { Item, Stage, StageContext } from '../stages/stage.ts';
import type { ToxicKind } from './kind.ts';

class HalfOpen implements Stage {
  readonly heldBytes = 0;
  private readonly context: StageContext;

  constructor(context: StageContext) {
    this.context = context;
  }

  start(): void {
    this.context.outlet.abandonDestination();
  }

  /** Bytes that were under way are lost with the host they were meant for. */
  accept(_item: Item): void {}

  drain(): readonly Item[] {
    return [];
  }

  removed(): void {
    this.context.outlet.reset();
  }
}

export const halfOpen: ToxicKind = {
  type: 'half_open',
  recordName: 'HalfOpenToxic',
  attributes: [],
  holdBytesMax: 0,
  stage: (context) => new HalfOpen(context),
};
