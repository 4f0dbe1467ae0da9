/**
 * The layout of a small pipeline: sources, stateless steps, at most one stateful stage, sinks. It
 * is drawn first, and the pipeline of the case follows from it, so that the enumeration knows every
 * path without resolving a graph.
 */
import type {
  FunctionRef,
  OperatorSpec,
  Pipeline,
  SinkSpec,
  SourceSpec,
  WatermarkSpec,
} from '../../../src/model/pipeline.ts';
import type { StatefulSpec } from '../../../src/model/operator-kinds.ts';

export interface Step {
  readonly kind: 'map' | 'filter' | 'flat-map';
  readonly fn: FunctionRef;
}

export interface SourceLayout {
  readonly splits: readonly string[];
  readonly parallelism: number;
  readonly watermark: WatermarkSpec;
}

export interface Layout {
  /** One source, or two: the inputs of a union, or the sides of a join. */
  readonly sources: readonly SourceLayout[];
  readonly before: readonly Step[];
  /** A rebalance in front of a step of two subtasks: rows of one split take two channels. */
  readonly spread: boolean;
  readonly stage: StatefulSpec | null;
  /**
   * A stage behind it under the same key; the first one then has one subtask, and so one channel.
   */
  readonly second: StatefulSpec | null;
  readonly after: readonly Step[];
  readonly connector: SinkSpec['connector'];
  readonly sinkParallelism: number;
}

/** Id of the stage in every layout. */
export const stageId = 'stage';
export const secondId = 'second';
export const mainSink = 'sink';
export const lateSink = 'late';
/** Shows what was late for the second stage. */
export const secondLateSink = 'late2';

export function sourceId(number: number): string {
  return `source${number}`;
}

/** Whether a second sink shows what came too late. */
function showsLate(stage: StatefulSpec | null): boolean {
  return (stage?.kind === 'window' || stage?.kind === 'sort') && stage.lateOutput;
}

export function pipelineOf(layout: Layout): Pipeline {
  const operators: OperatorSpec[] = layout.sources.map((source, i) => sourceSpec(source, i));
  const joined = layout.stage?.kind === 'interval-join';
  if (layout.sources.length > 1 && !joined) {
    operators.push({
      kind: 'union',
      id: 'union',
      inputs: layout.sources.map((_, i) => sourceId(i)),
    });
  }
  const paths = joined ? [sourceId(0), sourceId(1)] : [operators.at(-1)?.id ?? ''];
  const inputs = paths.map((from, i) =>
    stepsBefore(layout, operators, { from, suffix: joined ? `${i}` : '' }),
  );
  const [first = '', second = ''] = inputs;
  if (layout.stage !== null) operators.push(withInput(layout.stage, first, second));
  let last = layout.stage === null ? first : stageId;
  if (layout.second !== null) {
    operators.push({ kind: 'key-by', id: 'again', input: last, key: { fn: 'key' } });
    operators.push(withInput(layout.second, 'again', ''));
    last = secondId;
  }
  layout.after.forEach((step, i) => {
    const id = `after${i}`;
    operators.push({ ...step, id, input: last, parallelism: 1 });
    last = id;
  });
  operators.push(sinkSpec(layout, mainSink, last));
  if (showsLate(layout.stage)) operators.push(sinkSpec(layout, lateSink, `${stageId}.late`));
  if (showsLate(layout.second)) {
    operators.push(sinkSpec(layout, secondLateSink, `${secondId}.late`));
  }
  return { name: 'small', operators, maxParallelism: 8 };
}

function sourceSpec({ splits, parallelism, watermark }: SourceLayout, i: number): SourceSpec {
  return { kind: 'source', id: sourceId(i), splits, parallelism, watermark };
}

function stepsBefore(
  layout: Layout,
  operators: OperatorSpec[],
  { from, suffix }: { readonly from: string; readonly suffix: string },
): string {
  let last = from;
  if (layout.spread) {
    operators.push({ kind: 'rebalance', id: `spread${suffix}`, input: last });
    operators.push({
      kind: 'map',
      id: `spreading${suffix}`,
      input: `spread${suffix}`,
      parallelism: 2,
      fn: { fn: 'identity' },
    });
    last = `spreading${suffix}`;
  }
  layout.before.forEach((step, i) => {
    const id = `before${suffix}${i}`;
    operators.push({ ...step, id, input: last, parallelism: layout.spread ? 2 : 1 });
    last = id;
  });
  if (layout.stage === null) return last;
  operators.push({ kind: 'key-by', id: `keyed${suffix}`, input: last, key: { fn: 'key' } });
  return `keyed${suffix}`;
}

function withInput(stage: StatefulSpec, first: string, second: string): StatefulSpec {
  if (stage.kind === 'interval-join') return { ...stage, left: first, right: second };
  return { ...stage, input: first };
}

function sinkSpec({ connector, sinkParallelism }: Layout, id: string, input: string): SinkSpec {
  return { kind: 'sink', id, input, connector, parallelism: sinkParallelism };
}
