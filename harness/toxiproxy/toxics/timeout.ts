/**
 * The `timeout` toxic: data is lost; after `timeout` ms the connection is closed, with 0 it stays
 * open. Removing the toxic closes the connection, because bytes are missing in the middle.
 * Toxiproxy starts the wait anew with each chunk, so that a sender that keeps talking is never cut
 * off; here the wait begins once, as its documentation says.
 */
import type { Cancel } from '../stages/clock.ts';
import type { Item, Stage, StageContext } from '../stages/stage.ts';
import { attribute, delayMsMax, type ToxicKind } from './kind.ts';

class Timeout implements Stage {
  readonly heldBytes = 0;
  private readonly context: StageContext;
  private cancelTimer: Cancel | null = null;

  constructor(context: StageContext) {
    this.context = context;
  }

  start(): void {
    const timeoutMs = attribute(this.context, 'timeout');
    if (timeoutMs === 0) return;
    this.cancelTimer = this.context.clock.timer(timeoutMs, false, () =>
      this.context.outlet.close(),
    );
  }

  accept(item: Item): void {
    if (item.kind !== 'data') this.context.outlet.pass(item);
  }

  drain(): readonly Item[] {
    this.cancelTimer?.();
    return [];
  }

  removed(): void {
    this.context.outlet.close();
  }
}

export const timeout: ToxicKind = {
  type: 'timeout',
  recordName: 'TimeoutToxic',
  attributes: [{ name: 'timeout', type: 'int64', min: 0, max: delayMsMax }],
  holdBytesMax: 0,
  stage: (context) => new Timeout(context),
};
