/**
 * Measures all bugs, several at a time, each in a process of its own, and then the unmodified engine
 * for false alarms.
 */
import type { Scenario } from '../../scenarios/scenario.ts';
import { runCampaign, type ScenarioTally } from '../run/campaign.ts';
import { inOrder } from '../run/ordered.ts';
import { WorkerPool } from '../run/pool.ts';
import type { Tally } from '../run/tally.ts';
import { threadChannel } from '../run/worker-link.ts';
import type { WorkerSetup } from '../run/worker-setup.ts';
import type { BugFile } from './bug-file.ts';
import { processChannel } from './bug-pool.ts';
import { measureBug, type BugResult, type MeasureSettings } from './measure-bug.ts';

export interface KnownBugsSettings extends Omit<MeasureSettings, 'falseAlarms'> {
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
  const { alarms, ...clean } = await cleanCampaign(settings, hooks);
  const results: BugResult[] = [];
  await inOrder<BugFile, BugResult>({
    jobs: bugs,
    ahead: settings.workers,
    start: (bug) => measureInProcess(bug, { ...settings, falseAlarms: alarms }),
    take: (_bug, result) => {
      results.push(result);
      hooks.onBug(result);
      return !hooks.interrupted();
    },
    goOn: () => !hooks.interrupted(),
  });
  return {
    schemaVersion: 1,
    seed: settings.seed,
    bugs: results,
    ...clean,
    interrupted: hooks.interrupted(),
  };
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

interface CleanResult extends Pick<KnownBugsResult, 'cleanRuns' | 'falseAlarms' | 'cleanUnknown'> {
  /** `scenario/run` of each false alarm. */
  readonly alarms: ReadonlySet<string>;
}

async function cleanCampaign(
  settings: KnownBugsSettings,
  hooks: KnownBugsHooks,
): Promise<CleanResult> {
  const { scenarios, cleanRuns, seed, workers, setup } = settings;
  if (cleanRuns === 0) {
    return { cleanRuns: 0, falseAlarms: 0, cleanUnknown: 0, alarms: new Set() };
  }
  const pool = new WorkerPool(workers, () => threadChannel(setup));
  try {
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
    return cleanResult(tallies);
  } finally {
    await pool.end();
  }
}

function cleanResult(tallies: readonly ScenarioTally[]): CleanResult {
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
