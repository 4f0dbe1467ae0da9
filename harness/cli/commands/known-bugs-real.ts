/**
 * `tidemark known-bugs --subject processes` (or `containers`): is each planted bug found on real
 * nodes, and do nodes without it stay clean?
 */
import { plural } from '../../../reports/describe/plural.ts';
import { ansiPaint, noPaint, type Paint } from '../../../reports/terminal/paint.ts';
import { duration } from '../../../reports/describe/amounts.ts';
import type { BugFile } from '../../planting/bug-file.ts';
import type { RealBugResult } from '../../known-bugs/measure-real-bug.ts';
import { lookForBugs, type RealBugsResult } from '../../known-bugs/real-bugs-run.ts';
import { statementOf } from '../../campaign/statistics.ts';
import { shrinkRunsMax } from '../../shrink/shrink.ts';
import { evidenceStore } from '../../store/evidence-store.ts';
import { regressionFolder } from '../../store/regressions.ts';
import { RunFolder } from '../../store/run-folder.ts';
import { pacingOf } from '../../subjects/subjects.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodes } from '../frame/exit-codes.ts';
import { listenForInterrupt } from '../frame/interrupt.ts';
import { ProgressLine } from '../frame/progress.ts';

/** Runs on planted nodes per bug, unless `--runs` says otherwise. */
const runsDefault = 20;
/** Named limit `bug-wall-ms`: no run of a bug starts later than this after its first one. */
const bugWallMs = 150_000;

export interface Looking {
  readonly bugs: readonly BugFile[];
  readonly subject: string;
  /** URLs of modules with scenarios. */
  readonly scenarios: readonly string[];
}

export async function knownBugsReal(
  { options, io }: CommandContext,
  { bugs, subject, scenarios }: Looking,
): Promise<number> {
  const folder = RunFolder.create(options.outputDir, `known-bugs-${subject}-seed${options.seed}`);
  const progress = new ProgressLine(io);
  const interrupt = listenForInterrupt(() => progress.show('stopping: writing what there is'));
  let done = 0;
  try {
    const result = await lookForBugs(bugs, {
      subject,
      seed: options.seed,
      runs: options.runs ?? runsDefault,
      bugWallMs,
      shrinkRunsMax,
      workers: pacingOf(subject, options.workers).workers,
      scenarios,
      store: evidenceStore(folder, regressionFolder(options.outputDir)),
      interrupted: () => interrupt.asked,
      onRun: (bug, run) => {
        if (io.liveErrors) progress.show(`${done}/${bugs.length} bugs  ${bug}: run ${run}`);
      },
      onBug: (bug) => progress.show(`${++done}/${bugs.length} bugs  ${progressText(bug)}`),
    });
    progress.clear();
    const document = `${JSON.stringify(result, null, 2)}\n`;
    folder.write('known-bugs.json', document);
    io.out(options.json ? document : realBugsText(result, io.colors ? ansiPaint : noPaint));
    return codeOfReal(result);
  } finally {
    progress.clear();
    interrupt.release();
  }
}

/** Unknown is a bug that was looked for and not found. */
export function codeOfReal(result: RealBugsResult): number {
  if (result.interrupted) return exitCodes.interrupted;
  if (result.falseAlarms > 0) return exitCodes.violation;
  return result.bugs.some(isMissed) ? exitCodes.unknown : exitCodes.valid;
}

function isMissed({ detected, onlySimulated }: RealBugResult): boolean {
  return !detected && onlySimulated === null;
}

function progressText({ id, detected, runs, onlySimulated }: RealBugResult): string {
  if (onlySimulated !== null) return `${id}: in the simulator only`;
  return `${id}: ${detected ? 'detected by run' : 'not detected in'} ${runs}`;
}

/** A table: one line per bug, then what was missed and why, then the clean runs. */
export function realBugsText(result: RealBugsResult, paint: Paint): string {
  const { bugs, subject, cleanRuns, cleanVacuous, cleanUnknown, falseAlarms } = result;
  const counted = cleanRuns - cleanVacuous - cleanUnknown;
  const width = Math.max(12, ...bugs.map(({ id }) => id.length));
  const lookedFor = bugs.filter(({ onlySimulated }) => onlySimulated === null);
  const found = lookedFor.filter(({ detected }) => detected).length;
  const lines = [
    '',
    `  ${'bug'.padEnd(width)}  runs to it  case                   shown`,
    ...lookedFor.map((bug) => bugLine(bug, width, paint)),
    '',
    `${found} of ${plural(lookedFor.length, 'planted bug')} detected on ${subject}, in ${duration(result.wallMs)}.`,
    `The same cases without the bug: ${plural(falseAlarms, 'false alarm')}, ${plural(cleanVacuous, 'run')} vacuous, ` +
      `${cleanUnknown} undecided; ${statementOf(counted, falseAlarms)}.`,
    ...lookedFor.filter(isMissed).map(missedLine),
    ...bugs.flatMap(({ id, onlySimulated }) =>
      onlySimulated === null ? [] : [`Not looked for: ${id}. ${onlySimulated}`],
    ),
    ...(result.interrupted ? ['Interrupted: this is a part.'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function bugLine(bug: RealBugResult, width: number, paint: Paint): string {
  const mark = bug.detected ? paint('good', '✓') : paint('bad', '✗');
  const size =
    bug.case === null
      ? '-'
      : `${plural(bug.case.events, 'record')}, ${plural(bug.case.faults, 'fault')}`;
  const reached = bug.reached ? '' : paint('bad', '  never reached');
  const open =
    bug.undecided === 0 ? '' : paint('doubt', `  ${plural(bug.undecided, 'run')} undecided`);
  return (
    `${mark} ${bug.id.padEnd(width)}  ${String(bug.runsToDetection ?? '-').padStart(10)}  ` +
    `${size.padEnd(22)} ${paint('dim', bug.anomalies.join(', '))}${reached}${open}`
  );
}

function missedLine({ id, runs, reached, limit, simulated }: RealBugResult): string {
  if (simulated.candidates === 0 && simulated.crashed > 0) {
    return `Unknown: ${id} was not looked for: ${plural(simulated.crashed, 'simulated run')} threw.`;
  }
  if (simulated.candidates === 0) {
    return (
      `Unknown: ${id} shows in ${simulated.violations} of ${plural(simulated.runs, 'simulated run')}, ` +
      'in none of them to a judge who must allow for a real machine: no case to try.'
    );
  }
  const why = reached ? 'shows in none of' : 'has its line reached in none of';
  const end = limit === 'bug-wall-ms' ? 'its time was up' : 'try more --runs';
  return `Unknown: ${id} ${why} ${plural(runs, 'run')}; ${end}.`;
}
