/**
 * `tidemark known-bugs`: is each planted bug found, how soon, and does the clean engine stay clean?
 */
import type { Scenario } from '../../../scenarios/scenario.ts';
import { ansiPaint, noPaint, type Paint } from '../../../reports/terminal/paint.ts';
import { plural } from '../../../reports/describe/plural.ts';
import { scenarioModules } from '../../config/load-config.ts';
import { checkMatches, loadBugs, projectBugs, type BugFile } from '../../planting/bug-file.ts';
import { findBug } from '../../known-bugs/bug-pool.ts';
import { measureBugs, type KnownBugsResult } from '../../known-bugs/known-bugs-run.ts';
import type { BugResult } from '../../known-bugs/measure-bug.ts';
import { loadScenarios } from '../../config/load-scenarios.ts';
import { statementOf } from '../../campaign/statistics.ts';
import { shrinkRunsMax } from '../../shrink/shrink.ts';
import { evidenceStore } from '../../store/evidence-store.ts';
import { refusal } from '../../store/refusal.ts';
import { regressionFolder } from '../../store/regressions.ts';
import { defaultSubject } from '../../store/saved-failure.ts';
import { RunFolder } from '../../store/run-folder.ts';
import { runsInWorld, subjectUrl } from '../../subjects/subjects.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodes } from '../frame/exit-codes.ts';
import { listenForInterrupt } from '../frame/interrupt.ts';
import { ProgressLine } from '../frame/progress.ts';
import { knownBugsReal } from './known-bugs-real.ts';

const runsDefault = 500;

export async function knownBugs(context: CommandContext): Promise<number> {
  const { args, options } = context;
  const subject = options.subject ?? defaultSubject;
  const isReal = runsInWorld(subject);
  const modules = await scenarioModules(null);
  const scenarios = await loadScenarios(modules);
  const bugs = selectBugs(options.dir ?? projectBugs(), args);
  checkScenarioNames(
    bugs,
    scenarios.map(({ id }) => id),
  );
  if (isReal) return knownBugsReal(context, { bugs, subject, scenarios: modules });
  return knownBugsHere(context, { bugs, modules, scenarios });
}

interface Measuring {
  readonly bugs: readonly BugFile[];
  readonly modules: readonly string[];
  readonly scenarios: readonly Scenario[];
}

async function knownBugsHere(
  { options, io }: CommandContext,
  { bugs, modules, scenarios }: Measuring,
): Promise<number> {
  const folder = RunFolder.create(options.outputDir, `known-bugs-seed${options.seed}`);
  const progress = new ProgressLine(io);
  const interrupt = listenForInterrupt(() => progress.show('stopping: writing what there is'));
  try {
    const result = await measureBugs(
      bugs,
      {
        seed: options.seed,
        runs: options.runs ?? runsDefault,
        cleanRuns: options.cleanRuns,
        workers: options.workers,
        shrinkRunsMax,
        setup: { subject: subjectUrl('simulator'), scenarios: modules },
        scenarios,
        store: evidenceStore(folder, regressionFolder(options.outputDir)),
      },
      {
        onBug: (bug) => progress.show(`${bug.id}: ${bug.detections} of ${bug.runs} runs`),
        onProgress: (text) => io.liveErrors && progress.show(text),
        interrupted: () => interrupt.asked,
      },
    );
    progress.clear();
    const document = `${JSON.stringify(result, null, 2)}\n`;
    folder.write('known-bugs.json', document);
    io.out(options.json ? document : knownBugsText(result, io.colors ? ansiPaint : noPaint));
    return codeOf(result);
  } finally {
    progress.clear();
    interrupt.release();
  }
}

/** Unknown is a bug that was not found; runs in which too little happened change nothing. */
export function codeOf(result: KnownBugsResult): number {
  if (result.interrupted) return exitCodes.interrupted;
  if (result.falseAlarms > 0) return exitCodes.violation;
  return result.bugs.every(({ detected }) => detected) ? exitCodes.valid : exitCodes.unknown;
}

function selectBugs(dir: string, wanted: readonly string[]): readonly BugFile[] {
  const all = loadBugs(dir);
  const bugs = wanted.length === 0 ? all : wanted.map((id) => findBug(all, id));
  bugs.forEach(checkMatches);
  return bugs;
}

function checkScenarioNames(bugs: readonly BugFile[], ids: readonly string[]): void {
  for (const bug of bugs) {
    const unknown = bug.scenarios.find((scenario) => !ids.includes(scenario));
    if (unknown === undefined) continue;
    throw refusal(`bug "${bug.id}"`, unknown, `scenarios that exist: ${ids.join(', ')}`);
  }
}

/** A table: one line per bug, then the false alarms. */
export function knownBugsText(result: KnownBugsResult, paint: Paint): string {
  const width = Math.max(12, ...result.bugs.map(({ id }) => id.length));
  const found = result.bugs.filter(({ detected }) => detected).length;
  const lines = [
    '',
    `  ${'bug'.padEnd(width)}  per run  (95 % interval)   runs to it (p95)  shrunk to`,
    ...result.bugs.map((bug) => bugLine(bug, width, paint)),
    '',
    `${found} of ${result.bugs.length} planted bugs detected.`,
    `Unmodified engine: ${plural(result.falseAlarms, 'false alarm')}, ${plural(result.cleanUnknown, 'run')} undecided; ` +
      `${statementOf(result.cleanRuns - result.cleanUnknown, result.falseAlarms)}.`,
    ...missedLines(result.bugs),
    ...(result.interrupted ? ['Interrupted: this is a part.'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Why the exit code is 2. */
function missedLines(bugs: readonly BugResult[]): string[] {
  const missed = bugs.filter(({ detected }) => !detected);
  return missed.map(({ id, reached, runs }) => {
    const why = reached ? 'shows in none of' : 'has its line reached in none of';
    return `Unknown: ${id} ${why} ${plural(runs, 'run')}; try more --runs.`;
  });
}

function bugLine(bug: BugResult, width: number, paint: Paint): string {
  const mark = bug.detected ? paint('good', '✓') : paint('bad', '✗');
  const percent = (p: number): string => `${(p * 100).toFixed(1)} %`;
  const range = `(${percent(bug.interval.low)} to ${percent(bug.interval.high)})`;
  const wait =
    bug.runsToDetection === null
      ? '-'
      : `${bug.runsToDetection.median} (${bug.runsToDetection.p95})`;
  const size =
    bug.shrunk === null
      ? '-'
      : `${plural(bug.shrunk.events, 'record')}, ${plural(bug.shrunk.faults, 'fault')}`;
  const reached = bug.reached ? '' : paint('bad', '  never reached');
  const crashed = bug.crashed === 0 ? '' : paint('doubt', `  ${plural(bug.crashed, 'run')} threw`);
  return (
    `${mark} ${bug.id.padEnd(width)}  ${percent(bug.detectionProbability).padStart(7)}  ` +
    `${range.padEnd(18)}  ${wait.padStart(15)}  ${size.padEnd(22)} ` +
    `${paint('dim', bug.anomalies.join(', '))}${reached}${crashed}`
  );
}
