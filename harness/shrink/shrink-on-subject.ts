/**
 * Delta debugging in the world, for what no model shows. A run takes seconds and need not show what
 * the case can show, so big cuts come first, a candidate that shows nothing at once has a few runs
 * more, and the result is a case that showed the anomaly again, k of n times.
 */
import { present } from '../../src/base/assert.ts';
import type { Case } from '../../src/model/case.ts';
import type { FunctionCatalog } from '../../src/model/functions.ts';
import type { Rate } from '../../reports/result.ts';
import { dropOperators, lowerParallelism, resetOptions } from './pipeline-passes.ts';
import { confirmRuns, timesRun, type Measured, type RealRuns } from './real-runs.ts';
import { dropFaults, simplifyFaults } from './schedule-passes.ts';
import { Search, type Pass, type Trial } from './search.ts';
import {
  dropKeys,
  dropManyRecords,
  dropRecords,
  dropSplits,
  hasten,
  mergeKeys,
  roundRecordTimes,
} from './workload-passes.ts';

/**
 * A case that does not show the anomaly again is given up after so many runs or a quarter of the
 * budget.
 */
const unseenRunsMax = 20;
/** Runs of a candidate that must show the anomaly: one alone may be luck. */
const showsNeeded = 2;
const missesLimit = 5;

const coarsePasses: readonly Pass[] = [
  hasten,
  dropFaults,
  dropSplits,
  dropKeys,
  dropManyRecords,
  dropOperators,
  lowerParallelism,
];
const finePasses: readonly Pass[] = [
  dropRecords,
  ...coarsePasses,
  resetOptions,
  mergeKeys,
  simplifyFaults,
  roundRecordTimes,
];

export interface ShrunkOnSubject {
  /** The smallest case that was confirmed; the original when none was. */
  readonly smallest: Measured;
  readonly rateAsFound: Rate;
  /** Runs a candidate had at most. */
  readonly triesMax: number;
  readonly budgetHit: boolean;
}

/** `runs` says what must show, and how long it may take; confirming the result is part of that. */
export async function shrinkOnSubject(runs: RealRuns, kase: Case): Promise<ShrunkOnSubject> {
  const original = await measureOriginal(runs, kase);
  const { rate: rateAsFound } = original;
  const missesMax = missesFor(rateAsFound);
  const triesMax = showsNeeded - 1 + missesMax;
  if (rateAsFound.shown === 0) {
    return { smallest: original, rateAsFound, triesMax, budgetHit: false };
  }
  const trial = new RealTrial(runs, missesMax);
  const search = new Search(kase, trial);
  for (const pass of coarsePasses) await pass(search);
  await search.untilNothingChanges(finePasses);
  const budgetHit = trial.exhausted;
  const smallest = (await confirm(runs, trial.accepted, rateAsFound)) ?? original;
  return { smallest, rateAsFound, triesMax, budgetHit };
}

/** A few runs; more of them while the anomaly does not show. */
function measureOriginal(runs: RealRuns, kase: Case): Promise<Measured> {
  return runs.measure(kase, (soFar) => {
    const times = timesRun(soFar);
    if (times >= 2 && runs.spentMs >= runs.budgetMs / 4) return 0;
    return (soFar.rate.shown === 0 ? unseenRunsMax : confirmRuns) - times;
  });
}

/**
 * Runs of a candidate that may show nothing. A candidate that shows the anomaly as often as the
 * original shows it twice before that in seven cases of ten. The rate is taken from few runs, so it
 * counts as if one more had shown it and one more had not.
 */
export function missesFor({ shown, of }: Rate): number {
  const shows = (shown + 1) / (of + 2);
  const isEnough = (misses: number): boolean =>
    (1 - shows) ** misses * (1 - shows + (misses + 1) * shows) <= 0.3;
  let misses = 1;
  while (misses < missesLimit && !isEnough(misses)) misses++;
  return misses;
}

class RealTrial implements Trial {
  /** Every case that was accepted, in order. */
  readonly accepted: Measured[] = [];
  readonly functions: FunctionCatalog;
  private readonly runs: RealRuns;
  private readonly missesMax: number;

  constructor(runs: RealRuns, missesMax: number) {
    this.runs = runs;
    this.missesMax = missesMax;
    this.functions = runs.functions;
  }

  /** What confirming the result takes is kept back as soon as there is one. */
  get exhausted(): boolean {
    const { spentMs, confirmMs, budgetMs } = this.runs;
    return spentMs + (this.accepted.length === 0 ? 0 : confirmMs) >= budgetMs;
  }

  async shows(candidate: Case): Promise<boolean> {
    const measured = await this.runs.measure(candidate, (soFar) => {
      const { shown } = soFar.rate;
      const misses = timesRun(soFar) - shown;
      if (shown >= showsNeeded || misses >= this.missesMax) return 0;
      if (timesRun(soFar) > 0 && this.exhausted) return 0;
      return showsNeeded - shown;
    });
    if (measured.rate.shown < showsNeeded) return false;
    this.accepted.push(measured);
    return true;
  }
}

/**
 * The smallest of the accepted cases that shows the anomaly at least half as often as the original.
 * A candidate can be accepted by luck, and all smaller ones with it, so the way back is in growing
 * steps. What there is no time to confirm counts with the runs in which it was accepted.
 */
async function confirm(
  runs: RealRuns,
  accepted: readonly Measured[],
  original: Rate,
): Promise<Measured | null> {
  const shownMin = Math.ceil((confirmRuns * original.shown) / original.of / 2);
  for (const candidate of wayBack(accepted)) {
    const isLast = candidate === accepted.at(-1);
    if (!isLast && runs.spentMs + runs.confirmMs > runs.budgetMs) return candidate;
    const measured = await runs.confirm(candidate.case);
    if (measured.rate.shown >= shownMin) return measured;
  }
  return null;
}

/** From the last to the first, in growing steps. */
function* wayBack<T>(items: readonly T[]): Generator<T> {
  let index = items.length - 1;
  for (let step = 1; index >= 0; step *= 2) {
    yield present(items[index], 'an item');
    index = index === 0 ? -1 : Math.max(0, index - step);
  }
}
