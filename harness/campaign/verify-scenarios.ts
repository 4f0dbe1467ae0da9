/**
 * A whole verification: saved failures first, then the campaign, then the evidence of what it
 * found, concluded into one report. The command line and the library both call this.
 */
import {
  resultSchemaVersion,
  type LimitHit,
  type Report,
  type RunResult,
} from '../../reports/result.ts';
import {
  runCampaign,
  type CampaignHooks,
  type CampaignResult,
  type ScenarioHead,
  type ScenarioTally,
} from './campaign.ts';
import { conclude, mergedVerdict, totalStats } from './conclude.ts';
import { keep, type Kept } from './findings.ts';
import type { WorkerPool } from '../workers/pool.ts';
import { campaignShrinkBudgetMs } from '../shrink/shrink-real.ts';
import { replayRegressions } from './replay-regressions.ts';
import { statementOf } from './statistics.ts';
import type { Tally } from './tally.ts';
import type { Concluded, VerifySettings } from './verify-settings.ts';

/**
 * Verifies the scenarios. Rejects with an InputError when one makes what is no case. A worker that
 * is lost makes its runs unknown; nothing here rejects for it.
 */
export async function verifyScenarios(
  pool: WorkerPool,
  settings: VerifySettings,
  hooks: CampaignHooks,
): Promise<Report> {
  const startedAt = performance.now();
  const saved = await replayRegressions(pool, settings);
  const stopped = settings.bail && saved !== null && saved.scenario.verdict === 'invalid';
  const scenarios = stopped ? [] : settings.scenarios;
  const campaign = await runCampaign(pool, { ...settings, scenarios }, hooks);
  const concluded: Concluded[] = [];
  for (const entry of campaign.tallies) {
    // One after another: shrinking is long, and evidence is written in a fixed order.
    concluded.push(await concludeScenario(pool, entry, settings));
  }
  const all = saved === null ? concluded : [saved, ...concluded];
  return {
    result: resultOf(settings, campaign, { all, wallMs: performance.now() - startedAt }),
    evidence: all.flatMap((part) => part.evidence),
  };
}

async function concludeScenario(
  pool: WorkerPool,
  entry: ScenarioTally,
  settings: VerifySettings,
): Promise<Concluded> {
  const { scenario, tally } = entry;
  const failing: Kept[] = [];
  const startedAt = performance.now();
  const budgetMs = settings.shrinkBudgetMs ?? campaignShrinkBudgetMs;
  for (const run of tally.runsToKeep()) {
    // The violations of one scenario are often one defect: what the first leaves of the time is
    // theirs.
    const shrinkBudgetMs = Math.max(0, budgetMs - (performance.now() - startedAt));
    const found = await keepRun(
      pool,
      { scenario: scenario.id, tally, run },
      { ...settings, shrinkBudgetMs },
    );
    if (found !== null) failing.push(found);
  }
  const results = failing.map((kept) => kept.result).filter(({ status }) => status !== 'valid');
  return {
    scenario: conclude(entry, results),
    evidence: failing.map((kept) => kept.evidence),
    limits: [
      ...failing.flatMap(({ limit }) => (limit === null ? [] : [limit])),
      ...tally.errors.slice(0, 1).map((error) => harnessError(scenario, error)),
    ],
  };
}

/** Null when the run cannot be repeated: its error is reported with the scenario already. */
async function keepRun(
  pool: WorkerPool,
  { scenario, tally, run }: { scenario: string; tally: Tally; run: number },
  settings: VerifySettings,
): Promise<Kept | null> {
  try {
    const evidence = tally.evidenceOf(run);
    const { seed } = settings;
    const kase = evidence?.case ?? (await pool.request({ kind: 'generate', scenario, seed, run }));
    const execution = evidence?.execution ?? null;
    return await keep(pool, { scenario, run, case: kase, execution }, settings);
  } catch {
    return null;
  }
}

function harnessError(scenario: ScenarioHead, error: string): LimitHit {
  return { limit: 'harness-error', value: 1, detail: `${scenario.id}: ${error}` };
}

interface Outcome {
  readonly all: readonly Concluded[];
  readonly wallMs: number;
}

function resultOf(
  settings: VerifySettings,
  campaign: CampaignResult,
  { all, wallMs }: Outcome,
): RunResult {
  const scenarios = all.map((part) => part.scenario);
  const [first] = scenarios;
  const runs = scenarios.reduce((sum, scenario) => sum + scenario.runs, 0);
  const counted = campaign.tallies.reduce((sum, { tally }) => sum + tally.valid + tally.invalid, 0);
  const failures = campaign.tallies.reduce((sum, { tally }) => sum + tally.invalid, 0);
  const stats = scenarios.map((scenario) => scenario.stats);
  return {
    schemaVersion: resultSchemaVersion,
    tool: settings.tool,
    runId: settings.runId,
    subject: settings.subject,
    seed: settings.seed,
    verdict: mergedVerdict(scenarios),
    // Stopped by a saved failure, the campaign has runs of no scenario to speak of.
    statement:
      campaign.tallies.length === 0 && first !== undefined
        ? first.statement
        : statementOf(counted, failures),
    interrupted: campaign.interrupted,
    scenarios,
    limits: [...campaign.limits, ...all.flatMap((part) => part.limits)],
    skipped: settings.regressions.skipped,
    stats: totalStats(stats, runs, wallMs),
  };
}
