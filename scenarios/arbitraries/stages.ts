/**
 * The parts of generated topologies that one choice decides alone: stateless operators, window
 * assigners, keyed stages.
 */
import type { FunctionRef, OperatorSpec, WindowAssigner } from '../../src/model/pipeline.ts';
import type { KeyedStage, TopologyKnobs } from './topology-knobs.ts';

/** A stateless operator by the name of its choice. */
export function statelessSpec(
  name: TopologyKnobs['stateless'][number],
  place: { readonly id: string; readonly input: string; readonly parallelism: number },
): OperatorSpec {
  switch (name) {
    case 'identity':
      return { kind: 'map', ...place, fn: { fn: 'identity' } };
    case 'add':
      return { kind: 'map', ...place, fn: { fn: 'add', field: 'n', amount: 1 } };
    case 'filter':
      return {
        kind: 'filter',
        ...place,
        fn: { fn: 'modulo-not', field: 'n', divisor: 5, remainder: 2 },
      };
    case 'repeat':
      return { kind: 'flat-map', ...place, fn: { fn: 'repeat', times: 2 } };
  }
}

/**
 * The aggregate of a stage. A running list of ids grows with every row, so `reduce` sums digits; a
 * plain running number it is only over rows of one known order, and into transactions: elsewhere
 * replays show too, and which of many values they could have passed through takes a long search.
 */
function aggregateFor(knobs: TopologyKnobs, stage: KeyedStage): FunctionRef {
  const inOrder =
    knobs.sources.length === 1 && knobs.spread === 'forward' && knobs.connector === 'two-phase';
  // Copies of records, or their maximum, tell too little of in which order many splits met.
  const tellsLittle = knobs.aggregate === 'max' || knobs.stateless.includes('repeat');
  const isWide = tellsLittle && knobs.key !== 'key' && (knobs.sources[0] ?? 1) > 2;
  // State that may count a record twice shows only in panes that name their records.
  if (stage !== 'reduce' && knobs.mode === 'at-least-once') return { fn: 'collect', field: 'n' };
  const traced = stage === 'reduce' && (knobs.aggregate === 'collect' || !inOrder || isWide);
  const name = traced ? 'trace' : knobs.aggregate;
  return name === 'count' ? { fn: name } : { fn: name, field: 'n' };
}

function assigner(knobs: TopologyKnobs, stage: KeyedStage): WindowAssigner {
  const { sizeMs, panes } = knobs;
  if (stage === 'session') return { kind: 'session', gapMs: Math.ceil(sizeMs / 3) };
  if (stage === 'tumbling') {
    return { kind: 'tumbling', sizeMs, offsetMs: Math.trunc(sizeMs * knobs.offset) };
  }
  const slideMs = Math.floor(sizeMs / panes);
  return { kind: 'sliding', sizeMs, slideMs, offsetMs: Math.trunc(slideMs * knobs.offset) };
}

/** The keyed operator of a stage with one input. */
export function stageSpec(
  knobs: TopologyKnobs,
  stage: Exclude<KeyedStage, 'none' | 'join'>,
  input: string,
): OperatorSpec {
  const common = { id: 'stage', input, parallelism: knobs.parallelism };
  switch (stage) {
    case 'reduce':
      return { ...common, kind: 'reduce', aggregate: aggregateFor(knobs, stage) };
    case 'timer':
      return { ...common, kind: 'process', fn: { fn: 'bucket-timer', sizeMs: knobs.sizeMs } };
    case 'batch': {
      const delayMs = Math.ceil(knobs.sizeMs / 2);
      return { ...common, kind: 'process', fn: { fn: 'processing-batch', delayMs } };
    }
    case 'sort':
      return { ...common, kind: 'sort', lateOutput: knobs.lateOutput };
    case 'dedup':
      return { ...common, kind: 'dedup', field: 'id' };
    case 'tumbling':
    case 'sliding':
    case 'session':
      return {
        ...common,
        kind: 'window',
        assigner: assigner(knobs, stage),
        allowedLatenessMs: knobs.allowedLatenessMs,
        lateOutput: knobs.lateOutput,
        aggregate: aggregateFor(knobs, stage),
      };
  }
}

/** Whether a stage's rows still name their records, so that a second stage can trace them. */
export function composable(knobs: TopologyKnobs, stage: KeyedStage): boolean {
  if (stage === 'timer') return true;
  const windowed = stage === 'tumbling' || stage === 'sliding' || stage === 'session';
  return windowed && knobs.aggregate === 'collect';
}

/** Windows over the results of the first stage, under merged keys. */
export function secondStage(knobs: TopologyKnobs): OperatorSpec[] {
  return [
    { kind: 'key-by', id: 'again', input: 'stage', key: { fn: 'bucket', buckets: 3 } },
    {
      kind: 'window',
      id: 'second',
      input: 'again',
      parallelism: Math.max(1, knobs.parallelism - 1),
      assigner: { kind: 'tumbling', sizeMs: knobs.sizeMs * 2, offsetMs: 0 },
      allowedLatenessMs: 0,
      lateOutput: knobs.lateOutput,
      aggregate: { fn: 'collect', field: 'n' },
    },
  ];
}
