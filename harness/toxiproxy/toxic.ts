/**
 * A toxic as the API knows it: a kind with a name, a direction, a toxicity and attributes, on one
 * proxy. Its effect on one direction of one connection is a stage.
 */
import { RandomStream } from '../../src/base/random.ts';
import type { Clock } from './stages/clock.ts';
import type { Outlet, Stage, StageMemory } from './stages/stage.ts';
import type { ToxicKind } from './toxics/kind.ts';
import { PassThrough } from './toxics/noop.ts';

/** `upstream`: from client to server. */
export type Direction = 'upstream' | 'downstream';

export interface Toxic {
  readonly kind: ToxicKind;
  readonly name: string;
  readonly direction: Direction;
  /** The direction as it was written, which the API gives back. */
  readonly stream: string;
  /** Share of connections that are hit; at most 0 none, at least 1 all. */
  toxicity: number;
  attributes: Readonly<Record<string, number>>;
}

/** Where a stage works; `label` names the connection and direction, for the random stream. */
export interface StageSite {
  readonly seed: number;
  readonly label: string;
  readonly clock: Clock;
  readonly memory: StageMemory;
  readonly outlet: Outlet;
}

/** Puts the toxic to work, or a pass-through where its toxicity spares the connection. */
export function createStage(toxic: Toxic, site: StageSite): Stage {
  const random = new RandomStream(site.seed, `${site.label}/${toxic.name}`);
  if (!random.chance(toxic.toxicity)) return new PassThrough(site.outlet);
  const { clock, memory, outlet } = site;
  return toxic.kind.stage({ attributes: toxic.attributes, clock, random, memory, outlet });
}
