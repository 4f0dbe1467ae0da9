/**
 * The port between a link and its toxics. A stage is one toxic at work on one direction of one
 * connection: items go in, items come out later, changed, or never. It knows no sockets.
 */
import type { RandomStream } from '../../../src/base/random.ts';
import type { Clock } from './clock.ts';

/**
 * What travels along a link. `atMs` is when it left the previous stage by the plan, not when the
 * timer really fired: delays of chained toxics add up per chunk without collecting lateness.
 */
export type Item =
  | { readonly kind: 'data'; readonly data: Buffer; readonly atMs: number }
  /** `end`: the source sent FIN. `reset`: the source's connection broke. */
  | { readonly kind: 'end' | 'reset'; readonly atMs: number };

/** What a stage can do to its connection. */
export interface Outlet {
  /** Hands an item to the next stage, or to the destination after the last one. */
  pass(item: Item): void;
  /** Ends the connection after the destination got everything passed so far. */
  close(): void;
  /** Breaks the connection on both sides with RST. */
  reset(): void;
  /** Breaks the destination's side only; the source's side stays open, unread, and is not told. */
  abandonDestination(): void;
}

/** What survives an update of the toxic's attributes. */
export interface StageMemory {
  transmittedBytes: number;
}

export interface StageContext {
  readonly attributes: Readonly<Record<string, number>>;
  readonly clock: Clock;
  readonly random: RandomStream;
  readonly memory: StageMemory;
  readonly outlet: Outlet;
}

export interface Stage {
  /** Bytes it keeps back now. */
  readonly heldBytes: number;
  /** Called once, when the stage is in its place. */
  start?(): void;
  accept(item: Item): void;
  /** Stops its timers and gives back what it holds, in order. It gets no item afterwards. */
  drain(): readonly Item[];
  /** Called after the drain when the toxic is removed (not when it is updated). */
  removed?(): void;
}
