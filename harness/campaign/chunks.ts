/**
 * A campaign as a sequence of small jobs. The sequence depends on the settings alone, never on
 * workers or time, so that results merged in its order are the same everywhere.
 */
import type { RunsJob } from '../workers/job.ts';

/** Shard `index` (from 1) of `count` takes the runs whose number is `index - 1` modulo `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export interface ChunkPlan {
  readonly scenarios: readonly string[];
  readonly seed: number;
  /** Runs per scenario, over all shards. */
  readonly runs: number;
  readonly shard: Shard | null;
  /** Take turns between scenarios, so that a time budget reaches all of them. */
  readonly interleave: boolean;
  /** Runs in one job; null or absent: as many as make good use of a fast subject. */
  readonly runsPerJob?: number | null;
}

const runsPerChunk = 20;

/** The jobs of `plan`, in the order in which their results count. */
export function* chunksOf(plan: ChunkPlan): Generator<RunsJob> {
  const step = plan.shard?.count ?? 1;
  const first = (plan.shard?.index ?? 1) - 1;
  const width = (plan.runsPerJob ?? runsPerChunk) * step;
  const chunkCount = Math.ceil(plan.runs / width);
  const chunk = (scenario: string, number: number): RunsJob => ({
    kind: 'runs',
    scenario,
    seed: plan.seed,
    from: number * width + first,
    to: Math.min(plan.runs, (number + 1) * width),
    step,
  });
  if (plan.interleave) {
    for (let i = 0; i < chunkCount; i++) for (const id of plan.scenarios) yield chunk(id, i);
    return;
  }
  for (const id of plan.scenarios) for (let i = 0; i < chunkCount; i++) yield chunk(id, i);
}

/** Runs in a chunk. */
export function chunkSize(job: RunsJob): number {
  return Math.max(0, Math.ceil((job.to - job.from) / job.step));
}
