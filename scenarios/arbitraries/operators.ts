/**
 * Short constructors for operators, with the settings most pipelines share. They only save typing:
 * the result is the plain data of src/model/pipeline.ts.
 */
import * as fc from 'fast-check';

import type {
  OperatorSpec,
  SinkSpec,
  SourceSpec,
  WatermarkSpec,
} from '../../src/model/pipeline.ts';

/** A source of these splits with `parallelism` subtasks, 1 unless given. */
export function source(
  id: string,
  splits: readonly string[],
  settings: { readonly watermark: WatermarkSpec; readonly parallelism?: number },
): SourceSpec {
  const parallelism = Math.min(settings.parallelism ?? 1, splits.length);
  return { kind: 'source', id, splits, parallelism, watermark: settings.watermark };
}

/** A key-by on a field of the value. */
export function keyByField(id: string, input: string, field: string): OperatorSpec {
  return { kind: 'key-by', id, input, key: { fn: 'field', field } };
}

/** A sink; `two-phase` unless another connector is given. */
export function sink(
  id: string,
  input: string,
  settings: { readonly parallelism: number; readonly connector?: SinkSpec['connector'] },
): SinkSpec {
  const { parallelism, connector = 'two-phase' } = settings;
  return { kind: 'sink', id, input, parallelism, connector };
}

/** Names `prefix-0`, `prefix-1`, … */
export function splitNames(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
}

/**
 * Watermark settings. `slackMs` is what the bound leaves above the disorder of the workload:
 * negative slack makes late records.
 */
export interface WatermarkKnobs {
  readonly slackMs: number;
  readonly emission: 'per-record' | 'periodic';
  readonly intervalMs: number;
  readonly idlenessMs: number | null;
}

export function watermarkKnobs(late: boolean = false): fc.Arbitrary<WatermarkKnobs> {
  return fc.record({
    slackMs: late ? fc.constantFrom(0, 0, 50, -60) : fc.constantFrom(0, 0, 50),
    emission: fc.constantFrom('per-record', 'periodic'),
    intervalMs: fc.constantFrom(20, 50, 200),
    idlenessMs: fc.constantFrom(null, null, null, 150, 400),
  });
}

/** The watermark strategy for a workload whose disorder within a split is `disorderMs`. */
export function watermarkFor(knobs: WatermarkKnobs, disorderMs: number): WatermarkSpec {
  const outOfOrdernessMs = Math.max(0, disorderMs + knobs.slackMs);
  return {
    strategy: outOfOrdernessMs === 0 ? 'ascending' : 'bounded',
    outOfOrdernessMs,
    emission: knobs.emission,
    intervalMs: knobs.intervalMs,
    idlenessMs: knobs.idlenessMs,
  };
}
