/** The `noop` toxic: passes everything on. Also stands in for a toxic that spares a connection. */
import type { Item, Outlet, Stage } from '../stages/stage.ts';
import type { ToxicKind } from './kind.ts';

export class PassThrough implements Stage {
  readonly heldBytes = 0;
  private readonly outlet: Outlet;

  constructor(outlet: Outlet) {
    this.outlet = outlet;
  }

  accept(item: Item): void {
    this.outlet.pass(item);
  }

  drain(): readonly Item[] {
    return [];
  }
}

export const noop: ToxicKind = {
  type: 'noop',
  recordName: 'NoopToxic',
  attributes: [],
  holdBytesMax: 0,
  stage: (context) => new PassThrough(context.outlet),
};
