/**
 * The `reset_peer` toxic: `timeout` ms after the first data (or end) the connection breaks with RST
 * on both sides; what came since is lost. Works on connections that were open before the toxic too,
 * which Toxiproxy closes with FIN.
 */
import type { Cancel } from '../stages/clock.ts';
import type { Item, Stage, StageContext } from '../stages/stage.ts';
import { attribute, delayMsMax, type ToxicKind } from './kind.ts';

class ResetPeer implements Stage {
  readonly heldBytes = 0;
  private readonly context: StageContext;
  private cancelTimer: Cancel | null = null;

  constructor(context: StageContext) {
    this.context = context;
  }

  accept(item: Item): void {
    if (this.cancelTimer !== null) return;
    const elapsedMs = this.context.clock.now() - item.atMs;
    const waitMs = Math.max(0, attribute(this.context, 'timeout') - elapsedMs);
    if (waitMs === 0) this.context.outlet.reset();
    else {
      const reset = () => this.context.outlet.reset();
      this.cancelTimer = this.context.clock.timer(waitMs, false, reset);
    }
  }

  drain(): readonly Item[] {
    this.cancelTimer?.();
    return [];
  }

  /** Once the first data was swallowed the stream has a hole: it must not go on. */
  removed(): void {
    if (this.cancelTimer !== null) this.context.outlet.reset();
  }
}

export const resetPeer: ToxicKind = {
  type: 'reset_peer',
  recordName: 'ResetToxic',
  attributes: [{ name: 'timeout', type: 'int64', min: 0, max: delayMsMax }],
  holdBytesMax: 0,
  stage: (context) => new ResetPeer(context),
};
