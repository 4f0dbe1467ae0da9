/**
 * Where verdict and enumeration are known to differ, each with its reason. A finding that no entry
 * covers fails the tests; one that is mended is taken out here.
 */
import type { Guarantee } from '../../../src/model/guarantee.ts';
import type { SinkSpec } from '../../../src/model/pipeline.ts';
import type { Disagreement } from './judge.ts';
import type { Finding } from './survey.ts';

export interface Gap {
  readonly kind: Disagreement['kind'];
  readonly guarantees: readonly Guarantee[];
  readonly connectors: readonly SinkSpec['connector'][];
  /** Beginnings of the names of stages; all when left out. */
  readonly stages?: readonly string[];
  readonly why: string;
}

const knownGaps: readonly Gap[] = [];

export function isKnown({ kind, guarantee, judged }: Finding): boolean {
  const { layout, stage } = judged.run;
  return knownGaps.some(
    (gap) =>
      gap.kind === kind &&
      gap.guarantees.includes(guarantee) &&
      gap.connectors.includes(layout.connector) &&
      (gap.stages ?? ['']).some((name) => stage.startsWith(name)),
  );
}
