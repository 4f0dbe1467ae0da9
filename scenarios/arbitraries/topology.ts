/**
 * Generated topologies, second half: from choices to a pipeline. Whatever is chosen, outputs stay
 * traceable: an aggregate names its records (`collect`), or sums their one-hot digits (`trace`), or
 * is a plain number of few records. Choices that do not go together are mended here, by rules.
 */
import type {
  FunctionRef,
  OperatorSpec,
  SinkSpec,
  WatermarkSpec,
} from '../../src/model/pipeline.ts';
import { sink, source, splitNames } from './operators.ts';
import { composable, secondStage, stageSpec, statelessSpec } from './stages.ts';
import type { KeyedStage, TopologyKnobs } from './topology-knobs.ts';

export interface Topology {
  readonly operators: readonly OperatorSpec[];
  readonly connector: SinkSpec['connector'];
  /** No row is dealt out round-robin, so a split's order survives under each key. */
  readonly ordered: boolean;
}

/** The names of the splits such a topology reads, over all its sources. */
export function topologySplits(knobs: TopologyKnobs): string[] {
  return knobs.sources.flatMap((count, i) => splitNames(`in${i}`, count));
}

/** The pipeline that the choices mean. Pure. */
export function makeTopology(knobs: TopologyKnobs, watermark: WatermarkSpec): Topology {
  const stage = stageOf(knobs);
  const branches = knobs.sources.map((count, i) => branch(knobs, watermark, { count, index: i }));
  const tails = branches.map((operators) => (operators.at(-1) as OperatorSpec).id);
  const middle = stage === 'join' ? joinOf(knobs, tails) : keyedOf(knobs, stage, tails);
  const operators = [...branches.flat(), ...middle];
  const connector = connectorOf(knobs, stage);
  const sinks = sinksOf(knobs, operators, connector);
  const spread = knobs.stateless.length > 0 && knobs.spread !== 'forward';
  return {
    operators: [...operators, ...sinks],
    connector,
    ordered: !spread && isDirect(operators, sinks),
  };
}

/** A join needs two inputs. */
function stageOf(knobs: TopologyKnobs): KeyedStage {
  return knobs.stage === 'join' && knobs.sources.length < 2 ? 'tumbling' : knobs.stage;
}

/** Last values per key need one row per key and moment: running aggregates that any order gives. */
function connectorOf(knobs: TopologyKnobs, stage: KeyedStage): SinkSpec['connector'] {
  const upserts = stage === 'reduce' && !knobs.tap;
  return knobs.connector === 'upsert' && !upserts ? 'two-phase' : knobs.connector;
}

/** A source and the stateless operators behind it. */
function branch(
  knobs: TopologyKnobs,
  watermark: WatermarkSpec,
  { count, index }: { readonly count: number; readonly index: number },
): OperatorSpec[] {
  const splits = splitNames(`in${index}`, count);
  const first = source(`source${index}`, splits, {
    watermark,
    parallelism: knobs.sourceParallelism,
  });
  const operators: OperatorSpec[] = [first];
  const spread = knobs.stateless.length > 0 && knobs.spread !== 'forward';
  if (spread && knobs.spread === 'rebalance') {
    operators.push({ kind: 'rebalance', id: `spread${index}`, input: first.id });
  }
  const parallelism = first.parallelism + (spread && first.parallelism < 4 ? 1 : 0);
  const chain = knobs.stage === 'dedup' ? ['repeat' as const] : knobs.stateless;
  chain.forEach((name, i) => {
    const input = (operators.at(-1) as OperatorSpec).id;
    operators.push(statelessSpec(name, { id: `${name}${index}${i}`, input, parallelism }));
  });
  return operators;
}

function keySelector(knobs: TopologyKnobs): FunctionRef {
  return knobs.key === 'bucket' ? { fn: 'bucket', buckets: knobs.buckets } : { fn: knobs.key };
}

function joinOf(knobs: TopologyKnobs, tails: readonly string[]): OperatorSpec[] {
  const key = keySelector(knobs);
  const [left, right] = tails as [string, string];
  return [
    { kind: 'key-by', id: 'left', input: left, key },
    { kind: 'key-by', id: 'right', input: right, key },
    {
      kind: 'interval-join',
      id: 'stage',
      left: 'left',
      right: 'right',
      parallelism: knobs.parallelism,
      lowerMs: -Math.ceil(knobs.sizeMs / knobs.panes),
      upperMs: Math.ceil(knobs.sizeMs / 4),
    },
  ];
}

function keyedOf(
  knobs: TopologyKnobs,
  stage: Exclude<KeyedStage, 'join'>,
  tails: readonly string[],
): OperatorSpec[] {
  const operators: OperatorSpec[] = [];
  let input = tails[0] as string;
  if (tails.length > 1) {
    operators.push({ kind: 'union', id: 'all', inputs: tails });
    input = 'all';
  }
  if (stage === 'none') {
    // Something has to stand between a union and the sink, for the sink to have one input.
    if (tails.length === 1) return operators;
    const place = { id: 'through', input, parallelism: knobs.parallelism };
    return [...operators, statelessSpec('identity', place)];
  }
  operators.push({ kind: 'key-by', id: 'by-key', input, key: keySelector(knobs) });
  operators.push(stageSpec(knobs, stage, 'by-key'));
  // Windows over windows show the panes that a replay fires anew, or parts of them, as rows.
  const isCertain = knobs.mode !== 'at-least-once';
  return knobs.secondStage && isCertain && composable(knobs, stage)
    ? [...operators, ...secondStage(knobs)]
    : operators;
}

/** The main sink, one for each late output, and perhaps one that taps the keyed stage's input. */
function sinksOf(
  knobs: TopologyKnobs,
  operators: readonly OperatorSpec[],
  connector: SinkSpec['connector'],
): SinkSpec[] {
  const last = operators.at(-1) as OperatorSpec;
  const same = 'parallelism' in last ? last.parallelism : 1;
  // A sink of other parallelism deals a key's rows out; last values would then be anybody's guess.
  const parallelism = knobs.sinkSpread === 'one' && connector !== 'upsert' ? 1 : same;
  const sinks = [sink('out', last.id, { parallelism, connector })];
  for (const operator of operators) {
    if ('lateOutput' in operator && operator.lateOutput) {
      sinks.push(sink(`${operator.id}-late`, `${operator.id}.late`, { parallelism: 1, connector }));
    }
  }
  const first = operators.find((operator) => operator.kind === 'source');
  if (knobs.tap && first !== undefined) {
    sinks.push(sink('tap', first.id, { parallelism: first.parallelism, connector }));
  }
  return sinks;
}

/** Every edge that is not by key joins equal parallelisms, or leads into a single subtask. */
function isDirect(operators: readonly OperatorSpec[], sinks: readonly SinkSpec[]): boolean {
  const subtasks = new Map(operators.map((o) => [o.id, 'parallelism' in o ? o.parallelism : null]));
  return [...operators, ...sinks].every((operator) => {
    if (!('input' in operator) || !('parallelism' in operator)) return true;
    const above = subtasks.get(operator.input.split('.')[0] as string) ?? null;
    return above === null || above === operator.parallelism || operator.parallelism === 1;
  });
}
