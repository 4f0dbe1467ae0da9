/**
 * `tidemark replay`: runs a saved case again where it was found, or on the subject that is asked
 * for, with the planted bug it names, and explains it.
 */
import { judgedText } from '../../../reports/describe/judged-text.ts';
import { rateText, simulatorText } from '../../../reports/describe/real-text.ts';
import { ansiPaint, noPaint } from '../../../reports/terminal/paint.ts';
import { verdictText } from '../../../reports/terminal/verdict-text.ts';
import { readCaseFile } from '../../config/case-file.ts';
import { poolFor } from '../../known-bugs/bug-pool.ts';
import { replayCase, type Replay } from '../../replay/replay-case.ts';
import { replayReal, type RealReplay } from '../../replay/replay-real.ts';
import { ranOn } from '../../execution/execute.ts';
import type { Execution } from '../../execution/outcome.ts';
import type { WorkerPool } from '../../workers/pool.ts';
import { confirmRuns } from '../../shrink/real-runs.ts';
import type { SavedFailure } from '../../store/saved-failure.ts';
import { refuseFunctions, subjectOfCase } from '../../subjects/choose-subject.ts';
import { runsInWorld } from '../../subjects/subjects.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodeOf, exitCodes } from '../frame/exit-codes.ts';
import { tracing } from '../frame/tracing.ts';
import type { Case } from '../../../src/model/case.ts';
import type { OwnFunctions } from '../../../src/model/validate/own-functions.ts';

export async function replay(context: CommandContext): Promise<number> {
  const { args, options } = context;
  const file = args[0] ?? '';
  const { failure, functions, modules } = await readCaseFile(file, options.config);
  const subject = await subjectOfCase(failure.subject, options.subject);
  if (modules.length > 0) refuseFunctions(subject, failure.case.scenario);
  const pool = poolFor({ bug: failure.bug, dir: options.dir, workers: 1, subject, modules });
  const replaying: Replaying = { pool, failure, functions, subject, file };
  try {
    return runsInWorld(subject)
      ? await replayInWorld(context, replaying)
      : await replayHere(context, replaying);
  } finally {
    await pool.end();
  }
}

function elsewhereText(failure: SavedFailure, subject: string): string {
  return (
    `This was a replay on ${subject}, as asked; the case was found on ${failure.subject}, ` +
    'where it is replayed without --subject.\n'
  );
}

interface Replaying {
  readonly pool: WorkerPool;
  readonly failure: SavedFailure;
  readonly functions: OwnFunctions | undefined;
  /** Where it is replayed, which need not be where it was found. */
  readonly subject: string;
  readonly file: string;
}

async function replayHere(
  { options, io }: CommandContext,
  { pool, failure, functions, subject }: Replaying,
): Promise<number> {
  const result = await replayCase(pool, failure);
  if (options.verbose) io.err(await judgedAs(failure.case, result.execution, functions));
  if (options.json) {
    io.out(`${JSON.stringify(replayDocument(failure, result, subject), null, 2)}\n`);
  } else {
    io.out(verdictText(result.execution.verdict, io.colors ? ansiPaint : noPaint));
    io.out(`\n${replaySentence(failure, result)}\n`);
    if (failure.subject !== subject) io.out(elsewhereText(failure, subject));
  }
  if (!result.deterministic || !result.reproduced) return exitCodes.notReproducible;
  return exitCodeOf(result.execution.verdict.status);
}

async function replayInWorld(
  { options, io }: CommandContext,
  { pool, failure, functions, subject, file }: Replaying,
): Promise<number> {
  const result = await replayReal(pool, failure, options.runs ?? confirmRuns);
  if (options.verbose && result.execution !== null) {
    io.err(await judgedAs(failure.case, result.execution, functions));
  }
  if (options.json) {
    io.out(`${JSON.stringify(realDocument(failure, result, subject), null, 2)}\n`);
  } else {
    const { execution } = result;
    if (execution !== null) {
      io.out(`${verdictText(execution.verdict, io.colors ? ansiPaint : noPaint)}\n`);
    }
    io.out(`${realSentences(failure, result, { subject, file }).join('\n')}\n`);
    if (failure.subject !== subject) io.out(elsewhereText(failure, subject));
  }
  return realCode(failure, result);
}

/** By which rules the sinks are judged: the checker once more, with its notes. */
async function judgedAs(
  kase: Case,
  { history }: Execution,
  functions: OwnFunctions | undefined,
): Promise<string> {
  const { checkHistory } = await import('../../../src/checker/check.ts');
  const { parts, settings } = tracing(functions, true);
  checkHistory(kase, history, settings);
  return `${judgedText(parts)}\n`;
}

function realCode(failure: SavedFailure, { rate, execution }: RealReplay): number {
  if (execution === null) return exitCodes.unknown;
  if (rate.shown === 0 && failure.anomalies.length > 0) return exitCodes.notReproducible;
  return exitCodeOf(execution.verdict.status);
}

function realSentences(
  failure: SavedFailure,
  { rate, execution, real, failure: reason }: RealReplay,
  { subject, file }: { readonly subject: string; readonly file: string },
): string[] {
  if (execution === null) return [`UNKNOWN: no run on ${subject} could be judged: ${reason}`];
  const bug = bugText(failure);
  const times = `${rateText(rate)} on ${subject} (${ranOn(execution.history) ?? 'unnamed'})`;
  const names = failure.anomalies.length === 0 ? 'a violation' : failure.anomalies.join(', ');
  if (real === null) {
    const word = failure.anomalies.length === 0 ? 'Replayed' : 'NOT REPRODUCED';
    return [`${word}${bug}: ${times} showed ${names}.`];
  }
  const { sentence, command } = simulatorText(real, `npx tidemark replay ${file}`);
  const simulator = command === null ? sentence : `${sentence} ${command}`;
  return [`Reproduced${bug}: ${times} showed ${names}.`, simulator];
}

function realDocument(
  failure: SavedFailure,
  { rate, execution, real }: RealReplay,
  subject: string,
): unknown {
  return {
    schemaVersion: 1,
    verdict: execution?.verdict.status ?? 'unknown',
    subject,
    ranOn: execution === null ? null : ranOn(execution.history),
    foundOn: failure.subject,
    reproduced: rate.shown > 0,
    rate,
    showsInSimulator: real?.showsInSimulator ?? null,
    anomaliesInSimulator: real?.anomaliesInSimulator ?? null,
    savedFor: failure.anomalies,
    bug: failure.bug,
    detail: execution?.verdict ?? null,
  };
}

function bugText({ bug }: SavedFailure): string {
  return bug === null ? '' : ` with the planted bug "${bug}"`;
}

function replaySentence(failure: SavedFailure, result: Replay): string {
  if (!result.deterministic) return 'NOT REPRODUCIBLE: two replays of this case differ.';
  const bug = bugText(failure);
  if (failure.anomalies.length === 0) return `Replayed${bug}: history ${result.execution.digest}.`;
  if (!result.reproduced) {
    return `NOT REPRODUCED${bug}: the case was saved for ${failure.anomalies.join(', ')}.`;
  }
  const bytes = result.sameBytes === true ? ', with the very same history' : '';
  return `Reproduced${bug}${bytes}: history ${result.execution.digest}.`;
}

function replayDocument(failure: SavedFailure, result: Replay, subject: string): unknown {
  return {
    schemaVersion: 1,
    verdict: result.execution.verdict.status,
    subject,
    foundOn: failure.subject,
    reproduced: result.reproduced,
    deterministic: result.deterministic,
    sameBytes: result.sameBytes,
    savedFor: failure.anomalies,
    anomalies: result.anomalies,
    bug: failure.bug,
    historyDigest: result.execution.digest,
    detail: result.execution.verdict,
  };
}
