/** Small pipelines, written as short as a test wants to read them. */
import type {
  KeyBySpec,
  MapSpec,
  OperatorSpec,
  Pipeline,
  ReduceSpec,
  SinkSpec,
  SourceSpec,
  WatermarkSpec,
} from '../../../src/model/pipeline.ts';

export const everyRecord: WatermarkSpec = {
  strategy: 'bounded',
  outOfOrdernessMs: 0,
  emission: 'per-record',
  intervalMs: 50,
  idlenessMs: null,
};

export function pipelineOf(...operators: OperatorSpec[]): Pipeline {
  return { name: 'test', maxParallelism: 16, operators };
}

export function source(
  id: string,
  parallelism: number = 1,
  splits: number = parallelism,
): SourceSpec {
  return {
    kind: 'source',
    id,
    parallelism,
    splits: Array.from({ length: splits }, (_, i) => `${id}-${i}`),
    watermark: everyRecord,
  };
}

export function map(id: string, input: string, parallelism: number = 1): MapSpec {
  return { kind: 'map', id, input, parallelism, fn: { fn: 'identity' } };
}

export function keyBy(id: string, input: string, field: string = 'id'): KeyBySpec {
  return { kind: 'key-by', id, input, key: { fn: 'field', field } };
}

export function reduce(id: string, input: string, parallelism: number = 1): ReduceSpec {
  const aggregate = { fn: 'collect', field: 'n' };
  return { kind: 'reduce', id, input, parallelism, aggregate };
}

export function sink(id: string, input: string, parallelism: number = 1): SinkSpec {
  return { kind: 'sink', id, input, parallelism, connector: 'two-phase' };
}
