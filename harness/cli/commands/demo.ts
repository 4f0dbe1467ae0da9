/**
 * `tidemark demo`: plants one defect in the engine, finds it, shrinks it, and ends in its report.
 * Finding it is what the demo is for, so that is its success.
 */
import { ansiPaint, noPaint } from '../../../reports/terminal/paint.ts';
import { verdictText } from '../../../reports/terminal/verdict-text.ts';
import { scenarioModules } from '../../config/load-config.ts';
import { checkMatches, loadBugs, projectBugs, type BugFile } from '../../planting/bug-file.ts';
import { findBug } from '../../known-bugs/bug-pool.ts';
import { processChannel } from '../../workers/process-channel.ts';
import { loadScenarios } from '../../config/load-scenarios.ts';
import { WorkerPool } from '../../workers/pool.ts';
import { verifyScenarios } from '../../campaign/verify-scenarios.ts';
import { shrinkRunsMax } from '../../shrink/shrink.ts';
import { saveEvidenceIndex } from '../../store/evidence-index.ts';
import { evidenceStore } from '../../store/evidence-store.ts';
import { regressionFolder } from '../../store/regressions.ts';
import { RunFolder } from '../../store/run-folder.ts';
import { subjectUrl } from '../../subjects/subjects.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodes } from '../frame/exit-codes.ts';
import { ProgressLine } from '../frame/progress.ts';
import { toolVersion } from '../frame/version.ts';
import { writeReports } from '../frame/write-reports.ts';

/** A classic: after a failure the source goes on one record too late. */
const demoBug = 'offset-after-emit';
const demoRuns = 300;

export async function demo({ options, io }: CommandContext): Promise<number> {
  const bugs = loadBugs(projectBugs());
  const bug = bugs.find(({ id }) => id === demoBug) ?? findBug(bugs, bugs[0]?.id ?? demoBug);
  checkMatches(bug);
  io.out(introduction(bug));
  const modules = await scenarioModules(null);
  const scenarios = (await loadScenarios(modules)).filter(({ id }) => id === bug.scenarios[0]);
  const folder = RunFolder.create(options.outputDir, `demo-${bug.id}`);
  folder.write(
    'run.json',
    `${JSON.stringify({ seed: 1, runs: demoRuns, bug: bug.id }, null, 2)}\n`,
  );
  const worker = { subject: subjectUrl('simulator'), scenarios: modules };
  const pool = new WorkerPool(1, () => processChannel({ bug, worker }));
  const progress = new ProgressLine(io);
  try {
    const report = await verifyScenarios(
      pool,
      {
        scenarios,
        seed: 1,
        runs: demoRuns,
        timeBudgetMs: null,
        shard: null,
        bail: true,
        regressions: { found: [], skipped: [] },
        store: evidenceStore(folder, regressionFolder(options.outputDir)),
        shrinkRunsMax,
        runId: folder.id,
        tool: `tidemark ${toolVersion()}`,
        subject: `simulator with the planted bug "${bug.id}"`,
        bug: bug.id,
      },
      { onProgress: (state) => progress.update(state), interrupted: () => false },
    );
    progress.clear();
    saveEvidenceIndex(folder, report);
    const [first] = report.evidence;
    if (first !== undefined) io.out(verdictText(first.verdict, io.colors ? ansiPaint : noPaint));
    await writeReports({ report, reporters: ['terminal', 'html'], folder, json: false }, io);
    return report.result.verdict === 'invalid' ? exitCodes.valid : exitCodes.unknown;
  } finally {
    progress.clear();
    await pool.end();
  }
}

function introduction(bug: BugFile): string {
  return [
    `Planting "${bug.id}", the shape of ${bug.modelledOn}, in ${bug.module}:`,
    `  ${bug.describes}`,
    '',
    ...bug.replace.split('\n').map((line) => `  - ${line}`),
    ...bug.with.split('\n').map((line) => `  + ${line}`),
    '',
    '',
  ].join('\n');
}
