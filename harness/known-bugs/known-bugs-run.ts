/**
 * Measures all bugs, several at a time, each in a process of its own, and then the unmodified
 * engine for false alarms.
 */
import type { Scenario } from '../../scenarios/scenario.ts';
import { runCampaign, type ScenarioTally } from '../campaign/campaign.ts';
import { inOrder } from '../campaign/ordered.ts';
import { WorkerPool } from '../workers/pool.ts';
import type { Tally } from '../campaign/tally.ts';
import { threadChannel } from '../workers/worker-link.ts';
import type { WorkerSetup } from '../workers/worker-setup.ts';
import type { BugFile } from '../planting/bug-file.ts';
import { processChannel } from '../workers/process-channel.ts';
import { measureBug, type BugResult, type MeasureSettings } from './measure-bug.ts';
import { Unmodified, type CleanRuns } from './unmodified.ts';

export interface KnownBugsSettings extends Omit<MeasureSettings, 'unmodified'> {
  readonly workers: number;
  readonly cleanRuns: number;
  readonly setup: WorkerSetup;
  readonly scenarios: readonly Scenario[];
}

export interface KnownBugsHooks {
  /** A bug is done. */
  onBug(result: BugResult): void;
  onProgress(text: string): void;
  interrupted(): boolean;
}

/** The document of `known-bugs --json`. */
export interface KnownBugsResult {
  readonly schemaVersion: 1;
  readonly seed: number;
  readonly bugs: readonly BugResult[];
  readonly cleanRuns: number;
  readonly falseAlarms: number;
  /** Clean runs that gave no verdict: harness, engine or checker threw, or a budget ran out. */
  readonly cleanUnknown: number;
  readonly interrupted: boolean;
}

/**
 * Measures `bugs` in the order of their list, after the unmodified engine: a run that is a false
 * alarm there is no detection here. Rejects when a bug's process dies.
 */
export async function measureBugs(
  bugs: readonly BugFile[],
  settings: KnownBugsSettings,
  hooks: KnownBugsHooks,
): Promise<KnownBugsResult> {
  const pool = new WorkerPool(settings.workers, () => threadChannel(settings.setup));
  try {
    const { covered, alarms, ...clean } = await cleanCampaign(pool, settings, hooks);
    const unmodified = new Unmodified(pool, { seed: settings.seed, covered, alarms });
    const results: BugResult[] = [];
    await inOrder<BugFile, BugResult>({
      jobs: bugs,
      ahead: settings.workers,
      start: (bug) => measureInProcess(bug, { ...settings, unmodified }),
      take: (_bug, result) => {
        results.push(result);
        hooks.onBug(result);
        return !hooks.interrupted();
      },
      goOn: () => !hooks.interrupted(),
    });
    const interrupted = hooks.interrupted();
    return { schemaVersion: 1, seed: settings.seed, bugs: results, ...clean, interrupted };
  } finally {
    await pool.end();
  }
}

async function measureInProcess(
  bug: BugFile,
  settings: KnownBugsSettings & MeasureSettings,
): Promise<BugResult> {
  const pool = new WorkerPool(1, () => processChannel({ bug, worker: settings.setup }));
  try {
    return await measureBug(pool, bug, settings);
  } finally {
    await pool.end();
  }
}

type CleanResult = Pick<KnownBugsResult, 'cleanRuns' | 'falseAlarms' | 'cleanUnknown'> &
  Pick<CleanRuns, 'covered' | 'alarms'>;

async function cleanCampaign(
  pool: WorkerPool,
  settings: KnownBugsSettings,
  hooks: KnownBugsHooks,
): Promise<CleanResult> {
  const { scenarios, cleanRuns, seed } = settings;
  const runs = Math.ceil(cleanRuns / scenarios.length);
  const { tallies } = await runCampaign(
    pool,
    { scenarios, seed, runs, timeBudgetMs: null, shard: null, bail: false },
    {
      onProgress: ({ scenario, runsDone, runsTotal }) =>
        hooks.onProgress(`unmodified engine: ${scenario}  ${runsDone}/${runsTotal} runs`),
      interrupted: () => hooks.interrupted(),
    },
  );
  const covered = Math.min(runs, ...tallies.map(({ tally }) => tally.runs));
  return { ...cleanResult(tallies), covered };
}

function cleanResult(tallies: readonly ScenarioTally[]): Omit<CleanResult, 'covered'> {
  const sum = (part: (tally: Tally) => number): number =>
    tallies.reduce((total, { tally }) => total + part(tally), 0);
  const alarms = tallies.flatMap(({ scenario, tally }) =>
    tally.violatingRuns.map((run) => `${scenario.id}/${run}`),
  );
  return {
    cleanRuns: sum((tally) => tally.runs),
    falseAlarms: sum((tally) => tally.invalid),
    cleanUnknown: sum((tally) => tally.unknown),
    alarms: new Set(alarms),
  };
}
