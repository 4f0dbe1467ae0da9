/**
 * All kinds of toxics by their type name: Toxiproxy's eight, and the extensions `cut`, `half_open`.
 */
import { bandwidth } from './bandwidth.ts';
import { cut } from './cut.ts';
import { halfOpen } from './half-open.ts';
import type { ToxicKind } from './kind.ts';
import { latency } from './latency.ts';
import { limitData } from './limit-data.ts';
import { noop } from './noop.ts';
import { resetPeer } from './reset-peer.ts';
import { slicer } from './slicer.ts';
import { slowClose } from './slow-close.ts';
import { timeout } from './timeout.ts';

const kinds: readonly ToxicKind[] = [
  noop,
  latency,
  bandwidth,
  slowClose,
  timeout,
  resetPeer,
  slicer,
  limitData,
  cut,
  halfOpen,
];

export const toxicKinds: ReadonlyMap<string, ToxicKind> = new Map(
  kinds.map((kind) => [kind.type, kind]),
);
