/**
 * Something outside the engine kept a run from being made or watched. It decides nothing: the run
 * is unknown. The text says what failed and what to do next.
 */
export class SubjectFailure extends Error {
  override readonly name = 'SubjectFailure';
}

/** A sentence, the last lines a process printed, and the next step. */
export function subjectFailure(
  sentence: string,
  details: { readonly lastLines?: string; readonly next: string; readonly cause?: unknown },
): SubjectFailure {
  const { lastLines = '', next, cause } = details;
  const log = lastLines === '' ? '' : `\nits last lines:\n${lastLines}`;
  return new SubjectFailure(`${sentence}; ${next}${log}`, { cause });
}
