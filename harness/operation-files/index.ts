/**
 * `tidemark check FILE…` for operation histories: reads files, decides them, builds the report and
 * its text. Exit codes: 0 valid, 1 violation, 2 unknown, 64 bad flags or bad input.
 */
import type { SequentialModel } from '../../src/linearizability/history/model.ts';
import { mergeStatus, type Status } from '../../src/model/verdict/verdict.ts';
import { checkFile } from './check-file.ts';
import { defaultOperationFlags, type OperationFlags, UsageError } from './flags.ts';
import { InputFileError } from './input-file.ts';
import { loadModel } from './model-choice.ts';
import { readBytes } from './read-history.ts';
import type { FailedFile, FileReport, OperationReport } from './report.ts';

export type { OperationFlags } from './flags.ts';
export { convertHistory } from './convert.ts';
export { renderOperationReport } from './report-text.ts';

export interface OperationCheckResult {
  readonly report: OperationReport;
  readonly exitCode: number;
}

const exitCodes: Readonly<Record<Status, number>> = { valid: 0, invalid: 1, unknown: 2 };
const exitUsage = 64;

/**
 * Checks every file; a file that cannot be read is an error of its own and keeps the others from
 * nothing. Without any file, or with bad flags, the result is an error with exit code 64.
 */
export async function checkOperationFiles(
  files: readonly string[],
  flags: Partial<OperationFlags> = {},
): Promise<OperationCheckResult> {
  const full = { ...defaultOperationFlags, ...flags };
  const reports: FileReport[] = [];
  const errors: FailedFile[] = [];
  if (files.length === 0) errors.push({ file: '', error: 'no file was named' });
  let model: SequentialModel | null = null;
  try {
    requireFlags(full);
    model = await loadModel(full.model);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return finish([], [{ file: '', error: error.message }]);
  }
  for (const file of files) {
    try {
      reports.push(checkFile({ file, bytes: await readBytes(file) }, full, model));
    } catch (error) {
      const isExpected = error instanceof InputFileError || error instanceof UsageError;
      if (!isExpected) throw error;
      errors.push({ file, error: error.message });
    }
  }
  return finish(reports, errors);
}

function requireFlags(flags: OperationFlags): void {
  if (!Number.isSafeInteger(flags.budget) || flags.budget < 1) {
    throw new UsageError(`--budget has to be a number of steps, at least 1, not ${flags.budget}`);
  }
}

/** A violation stays a violation; otherwise a file that was refused decides the exit code. */
function finish(files: readonly FileReport[], errors: readonly FailedFile[]): OperationCheckResult {
  const verdict = files.reduce<Status>(
    (merged, file) => mergeStatus(merged, file.verdict),
    errors.length > 0 ? 'unknown' : 'valid',
  );
  const isRefused = errors.length > 0 && verdict !== 'invalid';
  return {
    report: { schemaVersion: 1, verdict, files, errors },
    exitCode: isRefused ? exitUsage : exitCodes[verdict],
  };
}
