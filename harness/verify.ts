/**
 * `verify`: a campaign inside a test of your own. In this process, without files; for campaigns
 * over many cores there is the command line.
 */
import type { Scenario } from '../scenarios/scenario.ts';
import type { Report, RunResult } from '../reports/result.ts';
import { noPaint } from '../reports/terminal/paint.ts';
import { terminalSummary } from '../reports/terminal/summary.ts';
import { verdictText } from '../reports/terminal/verdict-text.ts';
import { inlineChannel } from './workers/inline-channel.ts';
import { WorkerPool } from './workers/pool.ts';
import { verifyScenarios } from './campaign/verify-scenarios.ts';
import { shrinkRunsMax } from './shrink/shrink.ts';
import type { Subject } from './subjects/port/subject.ts';

export interface VerifyOptions {
  /** Start of all randomness; default 1. */
  readonly seed?: number;
  /** Runs of the scenario; default 100. */
  readonly runs?: number;
  /** Wall time in ms after which no new run starts; default: none. */
  readonly timeBudgetMs?: number;
  /** What is verified; default: the reference engine in the simulator. */
  readonly subject?: Subject;
}

/** The scenario is not valid: a promise is broken, or too little happened. The text says which. */
export class VerificationError extends Error {
  override readonly name = 'VerificationError';
  readonly report: Report;

  constructor(report: Report) {
    super(errorText(report));
    this.report = report;
  }
}

/**
 * Runs the scenario and resolves to the result when it is valid. Rejects with a
 * {@link VerificationError} that holds the smallest failing case when it is invalid or unknown, and
 * with an InputError when the scenario makes what is no case.
 */
export async function verify(scenario: Scenario, options: VerifyOptions = {}): Promise<RunResult> {
  const subject = options.subject ?? (await import('./subjects/simulator.ts')).subject;
  const pool = new WorkerPool(1, () => inlineChannel({ subject, scenarios: [scenario] }));
  try {
    const report = await verifyScenarios(
      pool,
      {
        scenarios: [scenario],
        seed: options.seed ?? 1,
        runs: options.runs ?? 100,
        timeBudgetMs: options.timeBudgetMs ?? null,
        shard: null,
        bail: true,
        regressions: { found: [], skipped: [] },
        store: null,
        shrinkRunsMax,
        runId: 'verify',
        tool: 'tidemark',
        subject: subject.id,
        bug: null,
      },
      { onProgress: () => undefined, interrupted: () => false },
    );
    if (report.result.verdict !== 'valid') throw new VerificationError(report);
    return report.result;
  } finally {
    await pool.end();
  }
}

function errorText({ result, evidence }: Report): string {
  const [first] = evidence;
  const parts = [terminalSummary(result, noPaint)];
  if (first !== undefined) {
    parts.push(
      verdictText(first.verdict, noPaint),
      `\nsmallest case:\n${JSON.stringify(first.case)}`,
    );
  }
  return parts.join('');
}
