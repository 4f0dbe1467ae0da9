/**
 * The state of a shrinking: the smallest case so far and the budget. A candidate counts only when
 * the simulator and the checker still show the same family of anomaly.
 */
import { canonicalJson } from '../../src/base/json.ts';
import type { Case } from '../../src/model/case.ts';
import type { AnomalyName } from '../../src/model/guarantee.ts';
import { InputError } from '../../src/model/input-error.ts';
import { validateCase } from '../../src/model/validate-case.ts';
import { reachedCount } from '../run/reached.ts';
import type { ImmediateSubject } from '../subjects/subject.ts';

export class Search {
  current: Case;
  runs = 0;
  readonly runsMax: number;
  private readonly subject: ImmediateSubject;
  private readonly goal: SearchGoal;
  /** Candidates that were refused or failed: never tried twice. */
  private readonly rejected = new Set<string>();

  constructor(subject: ImmediateSubject, start: Case, goal: SearchGoal) {
    this.subject = subject;
    this.current = start;
    this.goal = goal;
    this.runsMax = goal.runsMax;
  }

  get exhausted(): boolean {
    return this.runs >= this.runsMax;
  }

  /** Makes `candidate` the current case if it still shows the anomaly. */
  accept(candidate: Case): boolean {
    if (this.exhausted || !wellFormed(candidate)) return false;
    const text = canonicalJson(candidate);
    if (this.rejected.has(text) || text === canonicalJson(this.current)) return false;
    this.runs++;
    if (!this.shows(candidate)) {
      this.rejected.add(text);
      return false;
    }
    this.current = candidate;
    return true;
  }

  /** A candidate that makes engine or checker throw shows something else, so it does not count. */
  private shows(candidate: Case): boolean {
    const reachedBefore = reachedCount();
    try {
      const { history } = this.subject.run(candidate);
      if (this.goal.mustReach && reachedCount() === reachedBefore) return false;
      const verdict = this.subject.check(candidate, history);
      return verdict.anomalies.some((anomaly) => this.goal.family.includes(anomaly.name));
    } catch {
      return false;
    }
  }
}

export interface SearchGoal {
  readonly family: readonly AnomalyName[];
  /** Runs of the subject at most. */
  readonly runsMax: number;
  readonly mustReach: boolean;
}

function wellFormed(candidate: Case): boolean {
  try {
    validateCase(candidate);
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}
