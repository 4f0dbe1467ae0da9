/**
 * Runs of cases in the world while one of them is made smaller: they are counted, they end with a
 * budget of wall time, and what a case showed once is kept, because it may not show again.
 */
import type { Case } from '../../src/model/case.ts';
import type { FunctionCatalog } from '../../src/model/functions.ts';
import type { AnomalyName } from '../../src/model/guarantee.ts';
import { catalogWith } from '../../src/model/validate/own-functions.ts';
import type { Rate } from '../../reports/result.ts';
import { execute } from '../execution/execute.ts';
import type { Execution } from '../execution/outcome.ts';
import type { RealSubject } from '../subjects/port/subject.ts';
import { showsAny } from './shrink.ts';

/** How often a case is run to say how often it shows the anomaly. */
export const confirmRuns = 5;

/** Monotonic time in ms. */
export type Clock = () => number;

export interface RealRunSettings {
  readonly family: readonly AnomalyName[];
  readonly budgetMs: number;
  readonly now: Clock;
}

/** A case that was run some times. */
export interface Measured {
  readonly case: Case;
  readonly rate: Rate;
  /** A run that showed the anomaly; null when none did. */
  readonly execution: Execution | null;
}

export class RealRuns {
  made = 0;
  readonly budgetMs: number;
  private readonly subject: RealSubject;
  private readonly family: readonly AnomalyName[];
  private readonly now: Clock;
  private readonly begunAt: number;
  private batches = 0;
  private batchesMs = 0;

  constructor(subject: RealSubject, { family, budgetMs, now }: RealRunSettings) {
    this.subject = subject;
    this.family = family;
    this.budgetMs = budgetMs;
    this.now = now;
    this.begunAt = now();
  }

  /** What the names of functions in a case stand for. */
  get functions(): FunctionCatalog {
    return catalogWith(this.subject.given?.functions);
  }

  get spentMs(): number {
    return this.now() - this.begunAt;
  }

  /**
   * Runs the case as often as `wanted` says of what was seen of it: the number of further runs, of
   * which those that fit go side by side; 0: enough. A run that ends in an error decides nothing.
   */
  async measure(kase: Case, wanted: (soFar: Measured) => number): Promise<Measured> {
    let soFar: Measured = { case: kase, rate: { shown: 0, of: 0, failed: 0 }, execution: null };
    for (;;) {
      const times = Math.min(wanted(soFar), this.subject.runsAtOnce ?? 1);
      if (times <= 0) return soFar;
      for (const run of await this.runAtOnce(kase, times)) soFar = this.add(soFar, run);
    }
  }

  /** The usual number of runs: enough to say how often, and few enough to wait for. */
  confirm(kase: Case): Promise<Measured> {
    return this.measure(kase, (soFar) => confirmRuns - timesRun(soFar));
  }

  /** How long the confirmation will take, by the runs so far, in ms. */
  get confirmMs(): number {
    const batches = Math.ceil(confirmRuns / (this.subject.runsAtOnce ?? 1));
    return this.batches === 0 ? 0 : (batches * this.batchesMs) / this.batches;
  }

  private async runAtOnce(kase: Case, times: number): Promise<(Execution | null)[]> {
    const before = this.now();
    this.made += times;
    const runs = Array.from({ length: times }, () => execute(this.subject, kase).catch(() => null));
    const executions = await Promise.all(runs);
    this.batches++;
    this.batchesMs += this.now() - before;
    return executions;
  }

  private add({ case: kase, rate, execution }: Measured, run: Execution | null): Measured {
    if (run === null) return { case: kase, rate: { ...rate, failed: rate.failed + 1 }, execution };
    const shows = showsAny(run, this.family);
    return {
      case: kase,
      rate: { ...rate, shown: rate.shown + (shows ? 1 : 0), of: rate.of + 1 },
      execution: execution ?? (shows ? run : null),
    };
  }
}

/** Runs made of a case, whatever came of them. */
export function timesRun({ rate }: Measured): number {
  return rate.of + rate.failed;
}
