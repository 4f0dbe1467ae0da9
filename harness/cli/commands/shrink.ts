/**
 * `tidemark shrink`: makes a failing case small and saves it in the form of a regression.
 */
import { unknownLine } from '../../../reports/describe/unknown-text.ts';
import { limitText } from '../../../reports/describe/limit-text.ts';
import { realLines } from '../../../reports/describe/real-text.ts';
import { plural } from '../../../reports/describe/plural.ts';
import { readCaseFile } from '../../config/case-file.ts';
import { poolFor } from '../../known-bugs/bug-pool.ts';
import { jobWallMsMax, type WorkerPool } from '../../workers/pool.ts';
import { shrunkFailure } from '../../campaign/findings.ts';
import { shrinkBudgetMs } from '../../shrink/shrink-real.ts';
import { shrinkRunsMax, unshrunk, type ShrinkResult } from '../../shrink/shrink.ts';
import { evidenceStore } from '../../store/evidence-store.ts';
import { writeCase, writeExecution } from '../../store/case-folder.ts';
import { regressionFolder } from '../../store/regressions.ts';
import { refuseFunctions, subjectOfCase } from '../../subjects/choose-subject.ts';
import { RunFolder } from '../../store/run-folder.ts';
import { failureText, type SavedFailure } from '../../store/saved-failure.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodeOf, exitCodes } from '../frame/exit-codes.ts';

export async function shrinkCommand({ args, options, io }: CommandContext): Promise<number> {
  const { failure, modules } = await readCaseFile(args[0] ?? '', options.config);
  const subject = await subjectOfCase(failure.subject, options.subject);
  if (modules.length > 0) refuseFunctions(subject, failure.case.scenario);
  const pool = poolFor({ bug: failure.bug, dir: options.dir, workers: 1, subject, modules });
  try {
    const result = await shrinkViolation(pool, failure, {
      runsMax: options.runs ?? shrinkRunsMax,
      budgetMs: options.shrinkBudget ?? shrinkBudgetMs,
    });
    const file =
      result.anomaly === null
        ? null
        : save(result, { original: failure, subject }, options.outputDir);
    const document = documentOf(result, file, subject);
    if (options.json) io.out(`${JSON.stringify(document, null, 2)}\n`);
    else {
      io.out(file === null ? unshrunkText(result, failure) : shrinkText(result, file));
      if (failure.subject !== subject) {
        io.out(`It was run on ${subject}, as asked; the case was found on ${failure.subject}.\n`);
      }
    }
    return codeOf(result, failure);
  } finally {
    await pool.end();
  }
}

/** An anomaly that breaks no promise is left alone, unless the case was saved for it. */
async function shrinkViolation(
  pool: WorkerPool,
  failure: SavedFailure,
  budget: { readonly runsMax: number; readonly budgetMs: number },
): Promise<ShrinkResult> {
  const { case: kase, anomalies, bug } = failure;
  const job = {
    kind: 'shrink',
    case: kase,
    anomalies,
    ...budget,
    mustReach: bug !== null,
  } as const;
  const timeoutMs = jobWallMsMax + budget.budgetMs;
  if (anomalies.length > 0) return pool.request(job, timeoutMs);
  const found = await pool.request({ kind: 'execute', case: kase });
  if (found.verdict.status !== 'invalid') return unshrunk(kase, found);
  return pool.request({ ...job, found }, timeoutMs);
}

function codeOf(result: ShrinkResult, { anomalies }: SavedFailure): number {
  if (result.anomaly !== null && result.confirmed) return exitCodes.violation;
  if (result.anomaly !== null || anomalies.length > 0) return exitCodes.notReproducible;
  return exitCodeOf(result.execution.verdict.status);
}

/** Beside the evidence of the run; without a planted bug also where campaigns replay it. */
function save(
  result: ShrinkResult,
  { original, subject }: { readonly original: SavedFailure; readonly subject: string },
  outputDir: string,
): string {
  const folder = RunFolder.create(outputDir, 'shrink');
  const store = evidenceStore(folder, regressionFolder(outputDir));
  const smallest = shrunkFailure(result, { bug: original.bug, subject });
  const failure = { ...smallest, shrunkFrom: original.shrunkFrom ?? result.from };
  const inRun = writeCase(store, '', failure);
  writeExecution(store, '', result.execution);
  if (original.bug !== null || !result.confirmed) return inRun;
  const digest = result.execution.digest.slice(0, 8);
  return store.saveRegression(
    `${result.case.scenario}-${result.anomaly}-${digest}.json`,
    failureText(failure),
  );
}

function unshrunkText({ execution }: ShrinkResult, { anomalies }: SavedFailure): string {
  if (anomalies.length > 0) {
    return `NOT REPRODUCIBLE: this case was saved for ${anomalies.join(', ')} and shows no anomaly.\n`;
  }
  const { status, unknowns } = execution.verdict;
  const why = unknowns.length === 0 ? '' : ` (${unknowns.map(unknownLine).join('; ')})`;
  return `Nothing to shrink: this case is ${status}${why}.\n`;
}

function shrinkText(result: ShrinkResult, file: string): string {
  const { from, to } = result;
  const lines = [
    `${result.anomaly}: from ${plural(from.events, 'record')} and ${plural(from.faults, 'fault')} ` +
      `to ${to.events} and ${to.faults} in ${plural(result.runs, 'run')}.`,
    ...confirmedLines(result, file),
    ...(result.limit === null ? [] : [limitText(result.limit)]),
    `case:   ${file}`,
    `replay: npx tidemark replay ${file}`,
  ];
  return `${lines.join('\n')}\n`;
}

function confirmedLines({ confirmed, real }: ShrinkResult, file: string): string[] {
  if (real !== null) return realLines(real, `npx tidemark replay ${file}`);
  return [confirmed ? 'Confirmed by two replays.' : 'NOT REPRODUCIBLE: the replays differ.'];
}

function documentOf(result: ShrinkResult, file: string | null, subject: string): unknown {
  return {
    schemaVersion: 1,
    subject,
    anomaly: result.anomaly,
    file,
    shrunk: result.to,
    shrunkFrom: result.from,
    runs: result.runs,
    limitHit: result.limit !== null,
    limit: result.limit,
    confirmed: result.confirmed,
    real: result.real,
    replay: file === null ? null : `npx tidemark replay ${file}`,
  };
}
