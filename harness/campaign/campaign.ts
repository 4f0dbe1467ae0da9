/**
 * A campaign: generates, runs and judges the cases of some scenarios on a pool of workers and adds
 * the outcomes up in run order. Not here: what is done with what it found (findings.ts, evidence),
 * how it looks (reports) and where it is saved (store).
 */
import type { LimitHit } from '../../reports/result.ts';
import { InputError } from '../../src/model/input-error.ts';
import { chunksOf, chunkSize, type ChunkPlan } from './chunks.ts';
import { failedOutcome } from '../execution/execute.ts';
import type { RunsJob } from '../workers/job.ts';
import { inOrder } from './ordered.ts';
import type { RunOutcome } from '../execution/outcome.ts';
import type { WorkerPool } from '../workers/pool.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { Tally } from './tally.ts';

/** What a campaign needs to know of a scenario; its cases are made by the workers. */
export type ScenarioHead = Pick<
  Scenario,
  'id' | 'title' | 'promises' | 'expectation' | 'sometimes'
>;

export interface CampaignSettings {
  readonly scenarios: readonly ScenarioHead[];
  readonly seed: number;
  /** Runs per scenario. */
  readonly runs: number;
  /** Wall time after which no new run starts; null: no limit. */
  readonly timeBudgetMs: number | null;
  readonly shard: ChunkPlan['shard'];
  readonly runsPerJob?: ChunkPlan['runsPerJob'];
  /** Stop at the first violation. */
  readonly bail: boolean;
}

export interface CampaignProgress {
  readonly scenario: string;
  readonly runsDone: number;
  readonly runsTotal: number;
  readonly faults: number;
  readonly violations: number;
}

export interface CampaignHooks {
  onProgress(progress: CampaignProgress): void;
  /** True once the user asked to stop; what is done so far is reported. */
  interrupted(): boolean;
}

export interface ScenarioTally {
  readonly scenario: ScenarioHead;
  readonly tally: Tally;
  /** Wall time during which results of this scenario arrived. */
  wallMs: number;
}

export interface CampaignResult {
  readonly tallies: readonly ScenarioTally[];
  readonly limits: readonly LimitHit[];
  readonly interrupted: boolean;
  readonly wallMs: number;
}

/**
 * Runs the campaign. Rejects with an InputError when a scenario makes what is no case; otherwise
 * only on programming mistakes: a lost worker makes runs unknown.
 */
export async function runCampaign(
  pool: WorkerPool,
  settings: CampaignSettings,
  hooks: CampaignHooks,
): Promise<CampaignResult> {
  const campaign = new Campaign(pool, settings, hooks);
  await inOrder<RunsJob, readonly RunOutcome[]>({
    jobs: chunksOf(campaign.plan),
    ahead: pool.size * 2,
    start: (job) => campaign.start(job),
    take: (job, outcomes) => campaign.take(job, outcomes),
    goOn: () => campaign.goOn(),
  });
  return campaign.result();
}

class Campaign {
  readonly plan: ChunkPlan;
  private readonly pool: WorkerPool;
  private readonly settings: CampaignSettings;
  private readonly hooks: CampaignHooks;
  private readonly tallies: Map<string, ScenarioTally>;
  private readonly limits: LimitHit[] = [];
  private readonly startedAt = performance.now();
  private lastAt = this.startedAt;
  private readonly totals = { runs: 0, faults: 0, violations: 0 };

  constructor(pool: WorkerPool, settings: CampaignSettings, hooks: CampaignHooks) {
    this.pool = pool;
    this.settings = settings;
    this.hooks = hooks;
    this.plan = {
      scenarios: settings.scenarios.map((scenario) => scenario.id),
      seed: settings.seed,
      runs: settings.runs,
      shard: settings.shard,
      interleave: settings.timeBudgetMs !== null,
      runsPerJob: settings.runsPerJob ?? null,
    };
    this.tallies = new Map(
      settings.scenarios.map((scenario) => [
        scenario.id,
        { scenario, tally: new Tally(scenario.sometimes), wallMs: 0 },
      ]),
    );
  }

  async start(job: RunsJob): Promise<readonly RunOutcome[]> {
    try {
      return await this.pool.request(job);
    } catch (error) {
      if (error instanceof InputError) throw error;
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return Array.from({ length: chunkSize(job) }, (_, i) =>
        failedOutcome(job.from + i * job.step, reason),
      );
    }
  }

  take(job: RunsJob, outcomes: readonly RunOutcome[]): boolean {
    const entry = this.tallies.get(job.scenario);
    if (entry === undefined || this.hooks.interrupted()) return false;
    for (const outcome of outcomes) {
      this.add(entry.tally, outcome);
      if (this.settings.bail && outcome.status === 'invalid') {
        this.limits.push({
          limit: 'bail',
          value: 1,
          detail: `stopped at the first violation, as asked: ${job.scenario}, run ${outcome.run}`,
        });
        this.clock(entry);
        return false;
      }
    }
    this.clock(entry);
    this.hooks.onProgress({
      scenario: job.scenario,
      runsDone: this.totals.runs,
      runsTotal: this.runsTotal(),
      faults: this.totals.faults,
      violations: this.totals.violations,
    });
    return true;
  }

  goOn(): boolean {
    if (this.hooks.interrupted()) return false;
    const { timeBudgetMs } = this.settings;
    if (timeBudgetMs === null || performance.now() - this.startedAt < timeBudgetMs) return true;
    if (!this.limits.some(({ limit }) => limit === 'time-budget')) {
      const detail = 'the time budget ended the campaign before all runs were done';
      this.limits.push({ limit: 'time-budget', value: timeBudgetMs, detail });
    }
    return false;
  }

  result(): CampaignResult {
    return {
      tallies: [...this.tallies.values()],
      limits: this.limits,
      interrupted: this.hooks.interrupted(),
      wallMs: performance.now() - this.startedAt,
    };
  }

  private add(tally: Tally, outcome: RunOutcome): void {
    tally.add(outcome);
    this.totals.runs++;
    this.totals.faults += outcome.faults;
    if (outcome.status === 'invalid') this.totals.violations++;
  }

  private clock(entry: ScenarioTally): void {
    const now = performance.now();
    entry.wallMs += now - this.lastAt;
    this.lastAt = now;
  }

  private runsTotal(): number {
    const count = this.settings.shard?.count ?? 1;
    return Math.ceil(this.settings.runs / count) * this.settings.scenarios.length;
  }
}
