/**
 * One numbered run of a campaign: its case run and judged. Whatever throws makes it unknown (law
 * A4) and never ends the campaign.
 */
import type { Case } from '../../src/model/case.ts';
import { isReal, type RealSubject, type Subject } from '../subjects/port/subject.ts';
import { execute, failedOutcome, summarize } from './execute.ts';
import type { RunOutcome } from './outcome.ts';
import { runAimed } from './real-run.ts';

/** The outcome of run number `run`; an exception becomes an unknown with its text. */
export async function outcomeOf(subject: Subject, run: number, kase: Case): Promise<RunOutcome> {
  try {
    if (isReal(subject)) return await realOutcome(subject, run, kase);
    return summarize(run, kase, await execute(subject, kase));
  } catch (error) {
    return failedOutcome(run, errorText(error));
  }
}

async function realOutcome(subject: RealSubject, run: number, kase: Case): Promise<RunOutcome> {
  const { aiming, ...evidence } = await runAimed(subject, kase);
  const outcome = summarize(run, evidence.case, evidence.execution);
  return { ...outcome, coverage: { ...outcome.coverage, ...aiming }, evidence };
}

function errorText(error: unknown): string {
  if (error instanceof Error) return error.stack ?? `${error.name}: ${error.message}`;
  return String(error);
}
