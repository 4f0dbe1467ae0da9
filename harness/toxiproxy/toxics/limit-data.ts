/**
 * The `limit_data` toxic: passes `bytes` bytes, then closes the connection. The count survives
 * updates of the toxic.
 */
import type { Item, Stage, StageContext } from '../stages/stage.ts';
import { attribute, type ToxicKind } from './kind.ts';

class LimitData implements Stage {
  readonly heldBytes = 0;
  private readonly context: StageContext;

  constructor(context: StageContext) {
    this.context = context;
  }

  accept(item: Item): void {
    const { memory, outlet } = this.context;
    if (item.kind !== 'data') {
      outlet.pass(item);
      return;
    }
    const remaining = Math.max(0, attribute(this.context, 'bytes') - memory.transmittedBytes);
    const data = item.data.subarray(0, remaining);
    memory.transmittedBytes += data.length;
    if (data.length > 0) outlet.pass({ ...item, data });
    if (item.data.length >= remaining) outlet.close();
  }

  drain(): readonly Item[] {
    return [];
  }
}

export const limitData: ToxicKind = {
  type: 'limit_data',
  recordName: 'LimitDataToxic',
  attributes: [{ name: 'bytes', type: 'int64', min: 0, max: Number.MAX_SAFE_INTEGER }],
  holdBytesMax: 0,
  stage: (context) => new LimitData(context),
};
