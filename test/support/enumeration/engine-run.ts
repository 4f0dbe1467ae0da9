/**
 * Small runs of the reference engine: a drawn case is spread over time, given faults, and
 * simulated; the outside of the run is then read off its history. If the engine shows something
 * that the enumeration does not have, one of them is wrong.
 */
import { simulate } from '../../../harness/subjects/simulate.ts';
import { RandomStream } from '../../../src/base/random.ts';
import type { Case } from '../../../src/model/case.ts';
import type { Fault } from '../../../src/model/fault.ts';
import type { History } from '../../../src/model/history.ts';
import type { EngineOptions } from '../../../src/model/options.ts';
import { randomFaults } from '../simulator/random-faults.ts';
import { type DrawnRun, drawRun, type DrawSettings } from './draw.ts';
import {
  completedOf,
  type AttemptPlan,
  type CheckpointPlan,
  type Cut,
  type Skeleton,
} from './skeleton.ts';

export interface EngineRun {
  readonly run: DrawnRun;
  readonly history: History;
}

/** Null: the run says too little, or its outside cannot be told from its history. */
export function engineRun(number: number, settings: DrawSettings, again = 0): EngineRun | null {
  const drawn = drawRun(number, settings, again);
  const random = new RandomStream(settings.seed, `engine run ${number}`);
  const kase = overTime(drawn.kase, random);
  const { history } = simulate(kase);
  const skeleton = skeletonOf(kase, history);
  if (skeleton === null) return null;
  return { run: { ...drawn, kase, skeleton, clock: 'virtual' }, history };
}

function overTime(kase: Case, random: RandomStream): Case {
  const stepMs = random.between(5, 60);
  const splits = kase.workload.splits.map(({ split, records }) => ({
    split,
    records: records.map((record) => ({ ...record, at: scaled(record.at, stepMs) })),
  }));
  const spanMs = Math.max(...splits.flatMap(({ records }) => records.map(({ at }) => at)), 1);
  const timed: Case = {
    ...kase,
    seed: random.below(1_000_000),
    workload: { splits },
    options: optionsOf(kase.options, random, spanMs),
  };
  const count = random.below(2);
  const others = randomFaults(timed, 'small', { count, spanMs: spanMs + 200 });
  const crashes = Array.from({ length: random.below(4) }, () => crash(timed, random, spanMs + 100));
  return { ...timed, schedule: [...crashes, ...others] };
}

function crash(kase: Case, random: RandomStream, spanMs: number): Fault {
  const node = `tm${random.below(kase.options.taskManagers)}`;
  return {
    when: { at: random.between(0, spanMs) },
    action: { kind: 'crash', node, restartAfterMs: random.between(1, 100) },
  };
}

/** Gaps that may pass for silence stay; the others get longer or shorter. */
function scaled(at: number, stepMs: number): number {
  return at >= 600 ? at + (at % 600) * stepMs : at * stepMs;
}

function optionsOf(options: EngineOptions, random: RandomStream, spanMs: number): EngineOptions {
  const { stop } = options;
  const checkpoint = { ...options.checkpoint, intervalMs: random.between(20, 150), minPauseMs: 5 };
  return {
    ...options,
    taskManagers: 2,
    checkpoint,
    restart: { kind: 'fixed-delay', attemptsMax: 100, delayMs: random.between(5, 100) },
    heartbeatIntervalMs: 50,
    heartbeatTimeoutMs: 200,
    stop: stop === null ? null : { ...stop, atMs: random.between(0, spanMs + 50) },
  };
}

function skeletonOf(kase: Case, history: History): Skeleton | null {
  const end = history.at(-1);
  if (end?.kind !== 'end' || end.outcome === 'failed' || end.outcome === 'deadline') return null;
  const checkpoints = completedIn(kase, history);
  if (checkpoints === null) return null;
  const attempts: AttemptPlan[] = [];
  for (const event of history) {
    if (event.kind !== 'attempt') continue;
    const { attempt, restored } = event;
    const own = checkpoints.filter((checkpoint) => checkpoint.attempt === attempt);
    const start = checkpoints.find(({ id }) => id === restored)?.cut;
    if (restored !== null && start === undefined) return null;
    const from = start ?? kase.workload.splits.map(() => 0);
    attempts.push({ attempt, restored, from, checkpoints: own });
  }
  if (!attempts.some((attempt) => completedOf(attempt).length > 0)) return null;
  return { attempts, outcome: end.outcome, stop: kase.options.stop?.kind ?? null };
}

interface Completed extends CheckpointPlan {
  readonly attempt: number;
}

const kinds: Readonly<Record<string, CheckpointPlan['kind']>> = {
  final: 'final',
  suspend: 'savepoint',
};

/** Null: a checkpoint completed at offsets that nothing tells. */
function completedIn(kase: Case, history: History): readonly Completed[] | null {
  const found: Completed[] = [];
  const restored = new Set(history.flatMap((e) => (e.kind === 'attempt' ? [e.restored] : [])));
  for (const event of history) {
    if (event.kind !== 'checkpoint' || event.event !== 'triggered') continue;
    const { checkpoint: id, attempt, reason } = event;
    const done = history.some(
      (e) => e.kind === 'checkpoint' && e.event === 'completed' && e.checkpoint === id,
    );
    if (!done && !restored.has(id)) continue;
    const cut = cutOf(kase, history, id);
    if (cut === null) return null;
    found.push({ id, attempt, cut, completed: true, kind: kinds[reason ?? ''] ?? 'periodic' });
  }
  return found;
}

function cutOf(kase: Case, history: History, id: number): Cut | null {
  const offsets: Record<string, number> = {};
  for (const event of history) {
    if (event.kind !== 'checkpoint' && event.kind !== 'restore') continue;
    if (event.checkpoint === id) Object.assign(offsets, event.offsets);
  }
  const cut = kase.workload.splits.map(({ split }) => offsets[split]);
  return cut.includes(undefined) ? null : (cut as number[]);
}
