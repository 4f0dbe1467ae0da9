/**
 * Draws a small case of a cell: pipeline, workload, options and faults follow from seed and number.
 */
import { RandomStream } from '../../../src/base/random.ts';
import { caseVersion, type Case } from '../../../src/model/case.ts';
import type { Guarantee } from '../../../src/model/guarantee.ts';
import {
  type CheckpointMode,
  defaultOptions,
  type EngineOptions,
} from '../../../src/model/options.ts';
import type { OperatorSpec, SinkSpec } from '../../../src/model/pipeline.ts';
import type { Workload } from '../../../src/model/workload.ts';
import { faultSite } from '../../../scenarios/arbitraries/fault-site.ts';
import { keyedRandom } from '../../../scenarios/arbitraries/keyed-random.ts';
import { sink, source } from '../../../scenarios/arbitraries/operators.ts';
import { scheduleFor, troubleMs } from '../../../scenarios/arbitraries/schedule.ts';
import { makeWorkload } from '../../../scenarios/arbitraries/workload.ts';
import { steadyPace } from '../../../scenarios/arbitraries/pace.ts';
import {
  atLeastOnceState,
  atLeastOnceVisible,
  effectivelyOnce,
  exactlyOnce,
  exactlyOnceInOrder,
} from '../../../scenarios/promises.ts';
import type { StageKind } from './stage-kinds.ts';

/** What a line of the table is about. */
export interface Cell {
  readonly connector: SinkSpec['connector'];
  readonly mode: CheckpointMode;
  readonly stage: StageKind;
}

export const cellName = ({ connector, mode, stage }: Cell): string =>
  `${connector} / ${mode} / ${stage.name}`;

const spanMs = 1_200;
const disorderMs = 60;
const stragglerMs = 150;

/** Case number `run` of the cell. Pure. */
export function drawCase(cell: Cell, seed: number, run: number): Case {
  const name = `${cellName(cell)} ${run}`;
  const draw = new RandomStream(seed, name);
  const names = cell.stage.joins ? ['in-0', 'right-0'] : ['in-0', 'in-1'];
  const parallelism = draw.between(1, 2);
  const operators = pipelineOf(cell, names, { parallelism, emission: draw.chance(0.5) });
  const pipeline = { name: cell.stage.name, operators, maxParallelism: 8 };
  const workload = workloadOf(cell, names, draw);
  const givesUp = draw.chance(0.15);
  const options = optionsOf(cell, draw, givesUp);
  const site = faultSite({ pipeline, workload, options });
  const lengths = [givesUp ? 2 : draw.pick([0, 1, 1, 2])];
  const schedule = scheduleFor(site, lengths).generate(keyedRandom(seed, name), undefined).value;
  return {
    version: caseVersion,
    scenario: 'edits',
    seed: draw.next(),
    pipeline,
    workload,
    schedule,
    options,
    promises: promisesOf(cell),
    deadlineMs: spanMs + stragglerMs + troubleMs(schedule) + 20_000,
  };
}

function workloadOf(cell: Cell, splits: readonly string[], draw: RandomStream): Workload {
  const { late } = cell.stage;
  const knobs = {
    seed: draw.next(),
    records: draw.between(14, 26),
    keys: draw.between(1, 3),
    skew: 0,
    spanMs,
    startTs: draw.pick([0, -500, 1_700_000_000_000]),
    disorderMs: late ? stragglerMs : disorderMs,
    stragglers: 0,
    burstMs: draw.pick([0, 0, 150]),
    idle: null,
    pace: steadyPace,
  };
  const rounded = draw.chance(0.3);
  const workload = makeWorkload(knobs, {
    splits,
    keyName: (rank) => `k${rank}`,
    value: (stream) => ({ n: stream.between(1, 100) }),
  });
  return rounded ? { splits: workload.splits.map(onTheBeat) } : workload;
}

/** Several records have one time, so that what decides between them shows. */
function onTheBeat(log: Workload['splits'][number]): Workload['splits'][number] {
  const beatMs = 40;
  const records = log.records.map((r) => ({ ...r, ts: Math.floor(r.ts / beatMs) * beatMs }));
  return { ...log, records };
}

interface Shape {
  readonly parallelism: number;
  /** Watermarks go out with every record. */
  readonly emission: boolean;
}

function pipelineOf(cell: Cell, splits: readonly string[], shape: Shape): OperatorSpec[] {
  const { stage, connector } = cell;
  const { parallelism, emission } = shape;
  const watermark = {
    strategy: 'bounded',
    outOfOrdernessMs: stage.late ? 20 : disorderMs + 40,
    emission: emission ? 'per-record' : 'periodic',
    intervalMs: 20,
    idlenessMs: null,
  } as const;
  const [first, second] = splits as [string, string];
  const sources = stage.joins
    ? [source('in', [first], { watermark }), source('right', [second], { watermark })]
    : [source('in', splits, { watermark, parallelism })];
  const middle = stage.operators(parallelism);
  const last = [...sources, ...middle].at(-1) as Exclude<OperatorSpec, { kind: 'sink' }>;
  const subtasks = 'parallelism' in last ? last.parallelism : 1;
  const operators = [
    ...sources,
    ...middle,
    sink('out', last.id, { parallelism: subtasks, connector }),
  ];
  const hasLate = 'lateOutput' in last && last.lateOutput;
  if (!hasLate) return operators;
  return [...operators, sink('late', `${last.id}.late`, { parallelism: 1, connector })];
}

function optionsOf(cell: Cell, draw: RandomStream, givesUp: boolean): EngineOptions {
  const checkpoint = {
    ...defaultOptions.checkpoint,
    intervalMs: draw.pick([120, 200, 300]),
    minPauseMs: 0,
    retained: draw.between(1, 2),
    tolerableFailures: 10,
  };
  return {
    ...defaultOptions,
    mode: cell.mode,
    checkpoint,
    slotsPerTaskManager: 2,
    heartbeatIntervalMs: 100,
    heartbeatTimeoutMs: 300,
    restart: { kind: 'fixed-delay', attemptsMax: givesUp ? 0 : 100, delayMs: 50 },
    commitRetryMs: draw.pick([20, 50]),
  };
}

/** All that sink, mode and path can keep. */
function promisesOf({ connector, mode, stage }: Cell): readonly Guarantee[] {
  if (mode === 'at-least-once') {
    return connector === 'two-phase' ? [...atLeastOnceState, 'atomic-commit'] : atLeastOnceState;
  }
  if (connector === 'append') return atLeastOnceVisible;
  if (connector === 'upsert') {
    // Which value is the last one is the schedule's choice there, and nobody decides it.
    const isOpen = stage.late || stage.form === 'batch';
    return isOpen ? atLeastOnceVisible : effectivelyOnce;
  }
  const all = stage.inOrder ? exactlyOnceInOrder : exactlyOnce;
  return stage.name.endsWith('sort') || stage.name === 'bucket-timer'
    ? [...all, 'event-time-order']
    : all;
}
