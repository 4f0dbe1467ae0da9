/**
 * `tidemark check`: judges a recorded history offline. With `--case` the history is that of a
 * stream processor's run; a stream history needs no case; any other file holds operations of a
 * data structure.
 */
import { digestValue } from '../../../src/base/digest.ts';
import type { Verification } from '../../../src/claims-verifier/verification.ts';
import { looked, verificationText } from '../../../src/checker/explained.ts';
import type { Case } from '../../../src/model/case.ts';
import type { History } from '../../../src/model/history.ts';
import { catalogWith } from '../../../src/model/validate/own-functions.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';
import { judgedText } from '../../../reports/describe/judged-text.ts';
import { ansiPaint, noPaint } from '../../../reports/terminal/paint.ts';
import { verdictText } from '../../../reports/terminal/verdict-text.ts';
import { readCaseFile } from '../../config/case-file.ts';
import { readInput, writeAtomically } from '../../store/atomic-file.ts';
import { headerOf, isHistoryFile, parseHistory } from '../../store/history-file.ts';
import { refusal } from '../../store/refusal.ts';
import { refusingBadFiles } from '../../stream-history/bad-file.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodeOf } from '../frame/exit-codes.ts';
import { tracing } from '../frame/tracing.ts';

export async function check(context: CommandContext): Promise<number> {
  const { args, options } = context;
  const { isStreamFile, standardInput } = await import('../../stream-history/read-stream.ts');
  if (args.some((file) => file === standardInput || isStreamFile(file))) return checkRun(context);
  if (options.case === null) return checkOperations(context);
  if (args.length > 1) {
    throw refusal('command', args.join(' '), 'one history: a case has one history at a time');
  }
  return checkStream(context, options.case);
}

/** A stream history says itself what was promised. */
async function checkRun({ args, options, io }: CommandContext): Promise<number> {
  if (args.length > 1 || options.case !== null) {
    const [what, rule] =
      args.length > 1
        ? [args.join(' '), 'one stream history at a time']
        : [options.case, 'no case: a stream history says what was promised'];
    throw refusal('command', what, rule);
  }
  const { checkStreamFile } = await import('../../stream-history/index.ts');
  const file = args[0] ?? '';
  const checked = await refusingBadFiles(file, () => checkStreamFile(file, options.verify));
  return tell(checked, { options, io });
}

interface Told {
  readonly verdict: Verdict;
  /** Null: nobody asked for it. */
  readonly verification: Verification | null;
}

function tell(
  { verdict, verification }: Told,
  { options, io }: Pick<CommandContext, 'options' | 'io'>,
): number {
  if (options.json) {
    const document = verification === null ? verdict : { ...verdict, verification };
    io.out(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    io.out(verdictText(verdict, io.colors ? ansiPaint : noPaint));
    if (verification !== null) io.out(`\n${verificationText(verification)}\n`);
  }
  return exitCodeOf(verdict.status);
}

async function checkOperations({ args, options, io }: CommandContext): Promise<number> {
  refuseStreamHistories(args);
  const { checkOperationFiles, renderOperationReport } =
    await import('../../operation-files/index.ts');
  const { model, format, partitionBy, budget, verify, failedCas, wwDeps, json } = options;
  const flags = { model, format, partitionBy, budget, verify, failedCas, wwDeps, json };
  const { report, exitCode } = await checkOperationFiles(args, flags);
  if (options.html !== null) {
    const { operationsHtml } = await import('../../../reports/operations/operations-html.ts');
    writeAtomically(options.html, operationsHtml(report));
  }
  io.out(json ? `${JSON.stringify(report, null, 2)}\n` : renderOperationReport(report));
  return exitCode;
}

/** Without its case nobody knows what a stream processor had promised. */
function refuseStreamHistories(files: readonly string[]): void {
  const file = files.find((name) => isHistoryFile(name));
  if (file === undefined) return;
  throw refusal('history', file, {
    expectation: 'a history of operations on an object',
    suggestion: 'this is the history of a stream processor: pass --case <case>',
  });
}

async function checkStream(
  { args, options, io }: CommandContext,
  caseFile: string,
): Promise<number> {
  const { checkHistory } = await import('../../../src/checker/check.ts');
  const { failure, functions } = await readCaseFile(caseFile, options.config);
  const { case: kase } = failure;
  const history = parseHistory(readInput(args[0] ?? '', 'history'));
  refuseForeign(kase, history);
  const { parts, settings } = tracing(functions, options.verbose);
  const verdict = checkHistory(kase, history, settings);
  if (options.verbose) io.err(`${judgedText(parts)}\n`);
  if (!options.verify) return tell({ verdict, verification: null }, { options, io });
  const { verifyExplanations } = await import('../../../src/claims-verifier/verify-case.ts');
  const verification = verifyExplanations({ kase, history }, verdict, catalogWith(functions));
  return tell({ verdict: looked(verdict, verification), verification }, { options, io });
}

/** A history of another case would be judged by the wrong promises. */
export function refuseForeign(kase: Case, history: History): void {
  const { caseDigest, scenario, seed } = headerOf(history);
  const expected = digestValue(kase);
  if (caseDigest === expected) return;
  throw refusal('history', caseDigest, {
    expectation: `the history of this case (digest ${expected})`,
    suggestion: `it was recorded from another case: scenario ${scenario}, seed ${seed}`,
  });
}
