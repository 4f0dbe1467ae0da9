/**
 * Random small runs by number: the same number gives the same run.
 */
import { RandomStream } from '../../../src/base/random.ts';
import type { Case } from '../../../src/model/case.ts';
import { defaultOptions, type EngineOptions } from '../../../src/model/options.ts';
import type { Guarantee } from '../../../src/model/guarantee.ts';
import { traceFields } from '../../../src/model/trace.ts';
import type { SourceRecord, SplitLog } from '../../../src/model/workload.ts';
import { drawLayout, stageNames } from './draw-layout.ts';
import { drawSkeleton } from './draw-skeleton.ts';
import { type Layout, pipelineOf } from './layout.ts';
import type { SmallRun } from './small-run.ts';
import type { Skeleton } from './skeleton.ts';

export interface DrawSettings {
  readonly seed: number;
  readonly connectors: readonly Layout['connector'][];
  readonly modes: readonly EngineOptions['mode'][];
  readonly recordsMax: number;
}

export interface DrawnRun extends SmallRun {
  readonly stage: string;
}

/** `again`: how often this number was too much to enumerate; the run gets smaller. */
export function drawRun(number: number, settings: DrawSettings, again = 0): DrawnRun {
  const random = new RandomStream(settings.seed, `small run ${number}/${again}`);
  const recordsMax = Math.max(1, settings.recordsMax - again);
  const stage = stageNames[number % stageNames.length] as string;
  const count = stage === 'interval-join' || random.chance(0.7) ? 2 : 1;
  const splits = ['p', 'q'].slice(0, count);
  const mode = random.pick(settings.modes);
  const spreads = mode !== 'at-least-once';
  const { connectors } = settings;
  const layout = drawLayout(random, { stages: stage, splits, spreads, connectors });
  const logs = drawLogs(random, splits, recordsMax);
  const lengths = logs.map(({ records }) => records.length);
  const skeleton = drawSkeleton(random, { lengths, failuresMax: 2 });
  const clock = random.chance(0.7) ? 'virtual' : 'machine';
  return { kase: caseOf({ layout, logs, skeleton, mode }), layout, skeleton, clock, stage };
}

function drawLogs(random: RandomStream, splits: readonly string[], recordsMax: number): SplitLog[] {
  const keys = ['a', 'b'].slice(0, random.between(1, 2));
  const traced = random.chance(0.85);
  const disorder = random.pick([0, 2, 5]);
  return splits.map((split, s) => {
    let time = 0;
    let at = 0;
    const records = Array.from(
      { length: random.between(s === 0 ? 1 : 0, recordsMax) },
      (_, i): SourceRecord => {
        time += random.below(5);
        at += random.chance(0.1) ? 600 : 1;
        const id = s * 10 + i;
        const n = random.between(1, 3);
        const value = traced ? { ...traceFields(id, s, splits.length), n } : { n };
        return { id, at, ts: time - random.below(disorder + 1), key: random.pick(keys), value };
      },
    );
    return { split, records };
  });
}

/** Everything that the sinks and the mode can keep. */
function promisesOf(parts: {
  readonly layout: Layout;
  readonly skeleton: Skeleton;
  readonly mode: EngineOptions['mode'];
}): readonly Guarantee[] {
  const { layout, skeleton, mode } = parts;
  const always: Guarantee[] = ['validity', 'at-least-once', 'watermark-sound', 'watermark-live'];
  const sorts = layout.stage?.kind === 'sort' || layout.second?.kind === 'sort';
  if (sorts) always.push('event-time-order');
  if (mode === 'at-least-once' || layout.connector === 'append') return always;
  if (layout.connector === 'upsert') return [...always, 'effectively-once', 'ordered'];
  always.push('at-most-once', 'effectively-once', 'exactly-once', 'ordered', 'atomic-commit');
  // Where one key's rows end for a checkpoint that was given up is drawn by itself.
  const whole = skeleton.attempts.every(({ checkpoints }) => checkpoints.every((c) => c.completed));
  return whole ? [...always, 'snapshot-consistent', 'monotone'] : always;
}

/** A job that fails has used up the attempts it was given. */
function restartOf({ attempts, outcome }: Skeleton): EngineOptions['restart'] {
  const attemptsMax = outcome === 'failed' ? attempts.length - 1 : attempts.length;
  return { kind: 'fixed-delay', attemptsMax, delayMs: 100 };
}

function caseOf(parts: {
  readonly layout: Layout;
  readonly logs: readonly SplitLog[];
  readonly skeleton: Skeleton;
  readonly mode: EngineOptions['mode'];
}): Case {
  const { layout, logs, skeleton, mode } = parts;
  const stop = skeleton.stop === null ? null : { kind: skeleton.stop, atMs: 5 };
  return {
    version: 1,
    scenario: 'enumeration',
    seed: 1,
    pipeline: pipelineOf(layout),
    workload: { splits: logs },
    schedule: [],
    options: { ...defaultOptions, mode, stop, restart: restartOf(skeleton) },
    promises: promisesOf({ layout, skeleton, mode }),
    deadlineMs: 60_000,
  };
}
