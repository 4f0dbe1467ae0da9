/**
 * Delta debugging in the world, for what no model shows. A run takes seconds and need not show what
 * the case can show, so big cuts come first, a candidate that shows nothing at once has a few runs
 * more, and the result is a case that showed the anomaly again, k of n times.
 */
import { present } from '../../src/base/assert.ts';
import type { Case } from '../../src/model/case.ts';
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

/** A case that does not show the anomaly again is given up after so many runs or a quarter of the budget. */
const unseenRunsMax = 20;
/** A candidate that shows the anomaly as often as the original is given up wrongly at most so often. */
const missMax = 0.15;
const triesMax = 5;

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
  const tries = triesFor(rateAsFound);
  if (rateAsFound.shown === 0) {
    return { smallest: original, rateAsFound, triesMax: tries, budgetHit: false };
  }
  const search = { runs, tries, original };
  const { wasLuck, ...quick } = await searchFrom(original, { ...search, needed: 1 });
  if (!wasLuck || quick.budgetHit) return { rateAsFound, ...quick };
  // What time is left goes into a search that luck does not lead.
  const { wasLuck: _, ...careful } = await searchFrom(quick.smallest, { ...search, needed: 2 });
  return { rateAsFound, ...careful };
}

interface SearchSettings {
  readonly runs: RealRuns;
  readonly original: Measured;
  /** Runs of a candidate that may show nothing. */
  readonly tries: number;
  /** Runs of a candidate that must show the anomaly. */
  readonly needed: number;
}

interface Searched extends Omit<ShrunkOnSubject, 'rateAsFound'> {
  /** The smallest case that was accepted was not confirmed. */
  readonly wasLuck: boolean;
}

async function searchFrom(start: Measured, settings: SearchSettings): Promise<Searched> {
  const { runs, original, tries, needed } = settings;
  const trial = new RealTrial(settings);
  const search = new Search(start.case, trial);
  for (const pass of coarsePasses) await pass(search);
  await search.untilNothingChanges(finePasses);
  const budgetHit = trial.exhausted;
  const smallest = (await confirm(runs, trial.accepted, original.rate)) ?? start;
  const wasLuck = smallest.case !== search.current;
  return { smallest, triesMax: tries + needed - 1, budgetHit, wasLuck };
}

/** A few runs; more of them while the anomaly does not show. */
function measureOriginal(runs: RealRuns, kase: Case): Promise<Measured> {
  return runs.measure(kase, (soFar) => {
    const times = timesRun(soFar);
    if (times >= 2 && runs.spentMs >= runs.budgetMs / 4) return 0;
    return (soFar.rate.shown === 0 ? unseenRunsMax : confirmRuns) - times;
  });
}

/** The rate is taken from few runs, so it counts as if one more had shown it and one more had not. */
export function triesFor({ shown, of }: Rate): number {
  const miss = 1 - (shown + 1) / (of + 2);
  return Math.min(triesMax, Math.ceil(Math.log(missMax) / Math.log(miss)));
}

class RealTrial implements Trial {
  /** Every case that was accepted, in order. */
  readonly accepted: Case[] = [];
  private readonly settings: SearchSettings;

  constructor(settings: SearchSettings) {
    this.settings = settings;
  }

  /** What confirming the result takes is kept back. */
  get exhausted(): boolean {
    const { runs } = this.settings;
    return runs.spentMs + runs.confirmMs >= runs.budgetMs;
  }

  async shows(candidate: Case): Promise<boolean> {
    const { runs, tries, needed } = this.settings;
    const { rate } = await runs.measure(candidate, (soFar) => {
      if (soFar.rate.shown >= needed) return 0;
      if (timesRun(soFar) > 0 && this.exhausted) return 0;
      return tries - (timesRun(soFar) - soFar.rate.shown);
    });
    if (rate.shown < needed) return false;
    this.accepted.push(candidate);
    return true;
  }
}

/**
 * The smallest of the accepted cases that shows the anomaly at least half as often as the original.
 * A candidate can be accepted by luck, and all smaller ones with it, so the way back is in growing
 * steps. Null when there is none, or no time for it.
 */
async function confirm(
  runs: RealRuns,
  accepted: readonly Case[],
  original: Rate,
): Promise<Measured | null> {
  const shownMin = Math.ceil((confirmRuns * original.shown) / original.of / 2);
  for (const kase of wayBack(accepted)) {
    const measured = await runs.confirm(kase);
    if (measured.rate.shown >= shownMin) return measured;
    if (runs.spentMs >= runs.budgetMs) return null;
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
