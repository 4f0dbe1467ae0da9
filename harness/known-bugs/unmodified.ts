/**
 * The engine as it is, beside the planted one: tells a detection from a false alarm.
 */
import type { Case } from '../../src/model/case.ts';
import type { WorkerPool } from '../workers/pool.ts';

export interface CleanRuns {
  readonly seed: number;
  /** Runs 0 to this (excluded) of every scenario were judged already. */
  readonly covered: number;
  /** `scenario/run` of those that were violations. */
  readonly alarms: ReadonlySet<string>;
}

export class Unmodified {
  private readonly pool: WorkerPool;
  private readonly clean: CleanRuns;

  constructor(pool: WorkerPool, clean: CleanRuns) {
    this.pool = pool;
    this.clean = clean;
  }

  /** Whether the run is a violation without any bug. */
  async isFalseAlarm(scenario: string, run: number): Promise<boolean> {
    const { seed, covered, alarms } = this.clean;
    if (run < covered) return alarms.has(`${scenario}/${run}`);
    const job = { kind: 'runs', scenario, seed, from: run, to: run + 1, step: 1 } as const;
    const outcomes = await this.pool.request(job);
    return outcomes.some(({ status }) => status === 'invalid');
  }

  /** Whether the case breaks nothing without the bug. */
  async explains(kase: Case): Promise<boolean> {
    const { verdict } = await this.pool.request({ kind: 'execute', case: kase });
    return verdict.anomalies.length === 0;
  }
}
