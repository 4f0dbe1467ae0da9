/**
 * Looks for all planted bugs in the world, some at a time: each in the simulator first, in a
 * process that carries it, then on nodes that carry it.
 */
import { WorkerPool } from '../workers/pool.ts';
import { subjectUrl } from '../subjects/subjects.ts';
import type { BugFile } from '../planting/bug-file.ts';
import { processChannel, workerFor } from '../workers/process-channel.ts';
import { guideTo, type Guide } from './guide.ts';
import {
  measureRealBug,
  notLookedFor,
  type CleanCount,
  type RealBugResult,
  type RealMeasureSettings,
} from './measure-real-bug.ts';

export interface RealBugsSettings extends RealMeasureSettings {
  readonly seed: number;
  readonly shrinkRunsMax: number;
  /** Bugs looked for at the same time. */
  readonly workers: number;
  /** URLs of modules with scenarios. */
  readonly scenarios: readonly string[];
  onBug(result: RealBugResult): void;
}

/** The document of `known-bugs --subject … --json`. */
export interface RealBugsResult {
  readonly schemaVersion: 1;
  readonly subject: string;
  readonly seed: number;
  readonly bugs: readonly RealBugResult[];
  readonly cleanRuns: number;
  readonly falseAlarms: number;
  /** Clean runs in which a fault missed or too little happened. */
  readonly cleanVacuous: number;
  /** Clean runs that could not be made or judged. */
  readonly cleanUnknown: number;
  readonly interrupted: boolean;
  readonly wallMs: number;
}

/** Results in the order of `bugs`. Rejects when a process that carries a bug dies. */
export async function lookForBugs(
  bugs: readonly BugFile[],
  settings: RealBugsSettings,
): Promise<RealBugsResult> {
  const startedAt = performance.now();
  const subject = subjectUrl(settings.subject);
  const open = (): WorkerPool =>
    new WorkerPool(1, () => workerFor(settings.subject, { subject, scenarios: [] }));
  const pools = Array.from({ length: settings.workers }, open);
  const found = new Map<BugFile, RealBugResult>();
  // Shared: whoever is free takes the next bug.
  const waiting = bugs.values();
  const work = async (pool: WorkerPool): Promise<void> => {
    for (const bug of waiting) {
      if (settings.interrupted()) return;
      const result = await lookFor(bug, pool, settings);
      found.set(bug, result);
      settings.onBug(result);
    }
  };
  try {
    await Promise.all(pools.map(work));
  } finally {
    await Promise.all(pools.map((pool) => pool.end()));
  }
  const results = bugs.flatMap((bug) => found.get(bug) ?? []);
  const sum = (part: keyof CleanCount): number =>
    results.reduce((total, { clean }) => total + clean[part], 0);
  return {
    schemaVersion: 1,
    subject: settings.subject,
    seed: settings.seed,
    bugs: results,
    cleanRuns: sum('runs'),
    falseAlarms: sum('falseAlarms'),
    cleanVacuous: sum('vacuous'),
    cleanUnknown: sum('undecided'),
    interrupted: settings.interrupted(),
    wallMs: Math.round(performance.now() - startedAt),
  };
}

async function lookFor(
  bug: BugFile,
  pool: WorkerPool,
  settings: RealBugsSettings,
): Promise<RealBugResult> {
  if (bug.onlySimulated !== null) return notLookedFor(bug, bug.onlySimulated);
  const guide = await askSimulator(bug, settings);
  return measureRealBug(bug, guide, { pool, settings });
}

async function askSimulator(bug: BugFile, settings: RealBugsSettings): Promise<Guide> {
  const worker = { subject: subjectUrl('simulator'), scenarios: settings.scenarios };
  const simulator = new WorkerPool(1, () => processChannel({ bug, worker }));
  try {
    return await guideTo(simulator, bug, settings);
  } finally {
    await simulator.end();
  }
}
