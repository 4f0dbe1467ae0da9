/**
 * The state of a shrinking: the smallest case so far. Passes propose candidates; what a candidate
 * must show, where it is run, and when there is no more time is said by a trial.
 */
import { canonicalJson } from '../../src/base/json.ts';
import type { Case } from '../../src/model/case.ts';
import type { FunctionCatalog } from '../../src/model/functions.ts';
import { InputError } from '../../src/model/input-error.ts';
import { validateCase } from '../../src/model/validate/validate-case.ts';

/** Runs candidates, on a budget. */
export interface Trial {
  /** No candidate may be tried any more. */
  readonly exhausted: boolean;
  /** What the names of functions in a candidate stand for. */
  readonly functions: FunctionCatalog;
  /** Whether the candidate still shows the anomaly. */
  shows(candidate: Case): boolean | Promise<boolean>;
}

/** One way to make a case smaller, tried in all places. */
export type Pass = (search: Search) => Promise<void>;

export class Search {
  current: Case;
  private readonly trial: Trial;
  /** Candidates that were refused or failed: never tried twice. */
  private readonly rejected = new Set<string>();

  constructor(start: Case, trial: Trial) {
    this.current = start;
    this.trial = trial;
  }

  /** Makes `candidate` the current case if it still shows the anomaly. */
  async accept(candidate: Case): Promise<boolean> {
    if (this.trial.exhausted || !wellFormed(candidate, this.trial.functions)) return false;
    const text = canonicalJson(candidate);
    if (this.rejected.has(text) || text === canonicalJson(this.current)) return false;
    if (!(await this.trial.shows(candidate))) {
      this.rejected.add(text);
      return false;
    }
    this.current = candidate;
    return true;
  }

  async untilNothingChanges(passes: readonly Pass[]): Promise<void> {
    for (;;) {
      const before = this.current;
      for (const pass of passes) await pass(this);
      if (this.current === before || this.trial.exhausted) return;
    }
  }
}

function wellFormed(candidate: Case, functions: FunctionCatalog): boolean {
  try {
    validateCase(candidate, functions);
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}
