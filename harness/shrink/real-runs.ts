/**
 * Runs of cases in the world while one of them is made smaller: they are counted, they end with a
 * budget of wall time, and what a case showed once is kept, because it may not show again.
 */
import type { Case } from '../../src/model/case.ts';
import type { AnomalyName } from '../../src/model/guarantee.ts';
import type { Rate } from '../../reports/result.ts';
import { execute } from '../run/execute.ts';
import type { Execution } from '../run/outcome.ts';
import type { RealSubject } from '../subjects/subject.ts';
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
  /** The longest run so far. */
  longestMs = 0;
  readonly budgetMs: number;
  private readonly subject: RealSubject;
  private readonly family: readonly AnomalyName[];
  private readonly now: Clock;
  private readonly begunAt: number;

  constructor(subject: RealSubject, { family, budgetMs, now }: RealRunSettings) {
    this.subject = subject;
    this.family = family;
    this.budgetMs = budgetMs;
    this.now = now;
    this.begunAt = now();
  }

  get spentMs(): number {
    return this.now() - this.begunAt;
  }

  /** One more run of the case. One that ends in an error decides nothing, but is counted. */
  async again({ case: kase, rate, execution }: Measured): Promise<Measured> {
    const before = this.now();
    this.made++;
    const run = await execute(this.subject, kase).catch(() => null);
    this.longestMs = Math.max(this.longestMs, this.now() - before);
    if (run === null) return { case: kase, rate: { ...rate, failed: rate.failed + 1 }, execution };
    const shows = showsAny(run, this.family);
    return {
      case: kase,
      rate: { ...rate, shown: rate.shown + (shows ? 1 : 0), of: rate.of + 1 },
      execution: execution ?? (shows ? run : null),
    };
  }

  /** Runs the case as long as `goOn` says so of what was seen of it. */
  async measure(kase: Case, goOn: (soFar: Measured) => boolean): Promise<Measured> {
    let measured: Measured = {
      case: kase,
      rate: { shown: 0, of: 0, failed: 0 },
      execution: null,
    };
    while (goOn(measured)) measured = await this.again(measured);
    return measured;
  }

  /** The usual number of runs: enough to say how often, and few enough to wait for. */
  confirm(kase: Case): Promise<Measured> {
    return this.measure(kase, (soFar) => timesRun(soFar) < confirmRuns);
  }
}

/** Runs made of a case, whatever came of them. */
export function timesRun({ rate }: Measured): number {
  return rate.of + rate.failed;
}
