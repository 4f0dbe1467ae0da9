/**
 * `tidemark run`: a campaign over scenarios, with its evidence and reports.
 */
import { resolve } from 'node:path';

import type { Scenario } from '../../../scenarios/scenario.ts';
import { suggestName } from '../../../src/model/validate/suggest.ts';
import { scenarioModules } from '../../config/load-config.ts';
import { loadScenarios } from '../../config/load-scenarios.ts';
import { WorkerPool } from '../../workers/pool.ts';
import { workerFor } from '../../workers/process-channel.ts';
import { verifyScenarios } from '../../campaign/verify-scenarios.ts';
import type { VerifySettings } from '../../campaign/verify-settings.ts';
import { campaignShrinkBudgetMs } from '../../shrink/shrink-real.ts';
import { shrinkRunsMax } from '../../shrink/shrink.ts';
import { saveEvidenceIndex } from '../../store/evidence-index.ts';
import { refusal } from '../../store/refusal.ts';
import {
  loadRegressions,
  projectRegressions,
  regressionFolder,
  regressionsFor,
} from '../../store/regressions.ts';
import { RunFolder } from '../../store/run-folder.ts';
import { defaultSubject } from '../../store/saved-failure.ts';
import { evidenceStore } from '../../store/evidence-store.ts';
import { makeReady, refuseFunctions } from '../../subjects/choose-subject.ts';
import { pacingOf, subjectUrl } from '../../subjects/subjects.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodeOf, exitCodes } from '../frame/exit-codes.ts';
import { listenForInterrupt } from '../frame/interrupt.ts';
import type { OptionValues, ProfileName } from '../frame/option-table.ts';
import { ProgressLine } from '../frame/progress.ts';
import { toolVersion } from '../frame/version.ts';
import { defaultReporters, writeReports } from '../frame/write-reports.ts';

/** Runs per scenario. Quick fits into two minutes on two slow cores. */
const runsOfProfile: Readonly<Record<ProfileName, number>> = {
  quick: 100,
  standard: 500,
  thorough: 5000,
};

/** With a time budget and no number of runs, the budget decides. */
const runsUnbounded = 1_000_000;

export async function run({ args, options, io }: CommandContext): Promise<number> {
  const name = options.subject ?? defaultSubject;
  const subject = subjectUrl(name);
  // Before any worker starts: each takes the environment along.
  await makeReady(name, options.postgres);
  const modules = await scenarioModules(options.config);
  const scenarios = selectScenarios(await loadScenarios(modules), args);
  for (const { id, functions } of scenarios) if (functions !== undefined) refuseFunctions(name, id);
  const folder = RunFolder.create(options.outputDir, `seed${options.seed}`);
  const settings = settingsOf(options, scenarios, folder);
  folder.write('run.json', `${JSON.stringify(startRecord(options, settings), null, 2)}\n`);
  const pool = new WorkerPool(pacingOf(name, options.workers).workers, () =>
    workerFor(name, { subject, scenarios: modules }),
  );
  const progress = new ProgressLine(io);
  const interrupt = listenForInterrupt(() => progress.show('stopping: writing what there is'));
  try {
    const report = await verifyScenarios(pool, settings, {
      onProgress: (state) => progress.update(state),
      interrupted: () => interrupt.asked,
    });
    progress.clear();
    saveEvidenceIndex(folder, report);
    const reporters = options.reporter ?? defaultReporters;
    await writeReports({ report, reporters, folder, json: options.json }, io);
    return interrupt.asked ? exitCodes.interrupted : exitCodeOf(report.result.verdict);
  } finally {
    progress.clear();
    interrupt.release();
    await pool.end();
  }
}

function settingsOf(
  options: OptionValues,
  scenarios: readonly Scenario[],
  folder: RunFolder,
): VerifySettings {
  const subject = options.subject ?? defaultSubject;
  const budgeted = options.timeBudget !== null ? runsUnbounded : runsOfProfile[options.profile];
  return {
    scenarios,
    seed: options.seed,
    runs: options.runs ?? budgeted,
    timeBudgetMs: options.timeBudget,
    shard: options.shard,
    runsPerJob: pacingOf(subject, options.workers).runsPerJob,
    bail: options.bail,
    regressions: regressionsFor(
      loadRegressions(
        [projectRegressions(), regressionFolder(options.outputDir)],
        (scenario) => scenarios.find(({ id }) => id === scenario)?.functions,
      ),
      { subject, asked: options.subject !== null, scenarios },
    ),
    store: evidenceStore(folder, regressionFolder(options.outputDir)),
    shrinkRunsMax: options.noShrink ? 0 : shrinkRunsMax,
    shrinkBudgetMs: options.shrinkBudget ?? campaignShrinkBudgetMs,
    runId: folder.id,
    tool: `tidemark ${toolVersion()}`,
    subject,
    bug: null,
  };
}

/** Written before anything runs: enough to do all of it again. */
function startRecord(options: OptionValues, settings: VerifySettings): unknown {
  return {
    tool: settings.tool,
    node: process.version,
    subject: settings.subject,
    seed: settings.seed,
    runs: settings.runs,
    shard: settings.shard,
    timeBudgetMs: settings.timeBudgetMs,
    bail: settings.bail,
    workers: options.workers,
    config: options.config === null ? null : resolve(options.config),
    scenarios: settings.scenarios.map(({ id }) => id),
    regressions: settings.regressions.found.map(({ file }) => file),
  };
}

/** The scenarios named, or all. Throws an InputError for an unknown name. */
export function selectScenarios(
  all: readonly Scenario[],
  wanted: readonly string[],
): readonly Scenario[] {
  if (wanted.length === 0) return all;
  const ids = all.map(({ id }) => id);
  for (const id of wanted) {
    if (ids.includes(id)) continue;
    throw refusal('scenario', id, {
      expectation: 'the id of a scenario (see `tidemark list`)',
      suggestion: suggestName(id, ids),
    });
  }
  return all.filter(({ id }) => wanted.includes(id));
}
