/**
 * Random layouts: every kind of stage, with every setting that changes what it does.
 */
import type { RandomStream } from '../../../src/base/random.ts';
import type { FunctionRef, WatermarkSpec, WindowAssigner } from '../../../src/model/pipeline.ts';
import type { StatefulSpec } from '../../../src/model/operator-kinds.ts';
import { type Layout, type SourceLayout, secondId, stageId, type Step } from './layout.ts';

const parallel = (random: RandomStream): number => random.between(1, 2);
const aggregate = (fn: string): FunctionRef => (fn === 'count' ? { fn } : { fn, field: 'n' });

type StageOf = (random: RandomStream) => StatefulSpec;

const reduce =
  (fn: string): StageOf =>
  (random) => ({
    kind: 'reduce',
    id: stageId,
    input: '',
    parallelism: parallel(random),
    aggregate: aggregate(fn),
  });

const window =
  (assign: (random: RandomStream) => WindowAssigner, fn: string): StageOf =>
  (random) => ({
    kind: 'window',
    id: stageId,
    input: '',
    parallelism: parallel(random),
    assigner: assign(random),
    allowedLatenessMs: random.chance(0.4) ? random.between(1, 4) : 0,
    lateOutput: random.chance(0.5),
    aggregate: aggregate(fn),
  });

const tumbling = (random: RandomStream): WindowAssigner => ({
  kind: 'tumbling',
  sizeMs: random.between(3, 6),
  offsetMs: random.between(0, 1),
});
const sliding = (random: RandomStream): WindowAssigner => {
  const slideMs = random.between(2, 3);
  return { kind: 'sliding', sizeMs: slideMs * 2, slideMs, offsetMs: 0 };
};
const session = (random: RandomStream): WindowAssigner => ({
  kind: 'session',
  gapMs: random.between(2, 4),
});

const process =
  (fn: (random: RandomStream) => FunctionRef): StageOf =>
  (random) => ({
    kind: 'process',
    id: stageId,
    input: '',
    parallelism: parallel(random),
    fn: fn(random),
  });

/** Stages by name; null: rows pass as they are. */
const stages: Readonly<Record<string, StageOf | null>> = {
  none: null,
  'reduce-collect': reduce('collect'),
  'reduce-trace': reduce('trace'),
  'reduce-sum': reduce('sum'),
  'reduce-count': reduce('count'),
  'reduce-max': reduce('max'),
  tumbling: window(tumbling, 'collect'),
  'tumbling-trace': window(tumbling, 'trace'),
  'tumbling-count': window(tumbling, 'count'),
  sliding: window(sliding, 'collect'),
  'sliding-sum': window(sliding, 'sum'),
  session: window(session, 'collect'),
  'session-sum': window(session, 'sum'),
  'bucket-timer': process((random) => ({ fn: 'bucket-timer', sizeMs: random.between(3, 6) })),
  'processing-batch': process(() => ({ fn: 'processing-batch', delayMs: 10 })),
  'interval-join': (random) => ({
    kind: 'interval-join',
    id: stageId,
    left: '',
    right: '',
    lowerMs: -random.between(0, 3),
    upperMs: random.between(0, 3),
    parallelism: parallel(random),
  }),
  sort: (random) => ({
    kind: 'sort',
    id: stageId,
    input: '',
    parallelism: parallel(random),
    lateOutput: random.chance(0.5),
  }),
  dedup: (random) => ({
    kind: 'dedup',
    id: stageId,
    input: '',
    parallelism: parallel(random),
    field: 'n',
  }),
};

/** One stage, or two of them under the same key. */
export const stageNames: readonly string[] = [
  ...Object.keys(stages),
  'tumbling>tumbling',
  'tumbling>reduce-collect',
  'session>sliding',
  'bucket-timer>reduce-collect',
  'dedup>tumbling',
  'sort>reduce-collect',
  'reduce-collect>tumbling',
  'dedup>sort',
];

export interface LayoutChoice {
  /** One of `stageNames`. */
  readonly stages: string;
  readonly splits: readonly string[];
  /** Whether a split may take two channels. */
  readonly spreads: boolean;
  readonly connectors: readonly Layout['connector'][];
}

export function drawLayout(random: RandomStream, choice: LayoutChoice): Layout {
  const [name = '', then = ''] = choice.stages.split('>');
  const drawn = stages[name]?.(random) ?? null;
  const behind = stages[then]?.(random) ?? null;
  const second = behind === null ? null : { ...behind, id: secondId };
  const stage = drawn === null || second === null ? drawn : { ...drawn, parallelism: 1 };
  const last = second ?? stage;
  const { splits } = choice;
  const two = splits.length === 2 && (stage?.kind === 'interval-join' || random.chance(0.25));
  const parts = two ? [splits.slice(0, 1), splits.slice(1)] : [splits];
  const spread = choice.spreads && stage?.kind !== 'interval-join' && random.chance(0.12);
  const after = random.chance(0.15) ? [drawAfter(random, last)] : [];
  // Keys keep their order only on a path that does not scatter them.
  const sinkParallelism = last === null || after.length > 0 ? 1 : last.parallelism;
  return {
    sources: parts.map((own) => drawSource(random, own, !spread || splits.length === 1)),
    before: random.chance(0.25) ? [drawStep(random, spread)] : [],
    spread,
    stage,
    second,
    after,
    connector: random.pick(choice.connectors),
    sinkParallelism,
  };
}

/** Idleness of two splits on two channels each is too much to enumerate. */
function drawSource(random: RandomStream, splits: readonly string[], idles: boolean): SourceLayout {
  const watermark = drawWatermark(random);
  return {
    splits,
    parallelism: random.between(1, splits.length + (random.chance(0.2) ? 1 : 0)),
    watermark: idles ? watermark : { ...watermark, idlenessMs: null },
  };
}

function drawWatermark(random: RandomStream): WatermarkSpec {
  const periodic = random.chance(0.3);
  const bound = random.pick([0, 0, 1, 3]);
  return {
    strategy: bound === 0 && random.chance(0.5) ? 'ascending' : 'bounded',
    outOfOrdernessMs: bound,
    emission: periodic ? 'periodic' : 'per-record',
    intervalMs: 50,
    idlenessMs: random.chance(0.2) ? 500 : null,
  };
}

function drawStep(random: RandomStream, spread: boolean): Step {
  const steps: Step[] = [
    { kind: 'map', fn: { fn: 'add', field: 'n', amount: 1 } },
    { kind: 'filter', fn: { fn: 'modulo-not', field: 'n', divisor: 2, remainder: 0 } },
  ];
  if (!spread) steps.push({ kind: 'flat-map', fn: { fn: 'repeat', times: 2 } });
  return random.pick(steps);
}

function drawAfter(random: RandomStream, stage: StatefulSpec | null): Step {
  if (stage?.kind === 'window') {
    return { kind: 'filter', fn: { fn: 'result-at-least', field: 'n', minimum: 2 } };
  }
  return random.chance(0.5)
    ? { kind: 'map', fn: { fn: 'scale', field: 'n', factor: 2 } }
    : { kind: 'map', fn: { fn: 'identity' } };
}
