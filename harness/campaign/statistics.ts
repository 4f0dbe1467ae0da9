/**
 * What a number of runs says about the failure rate.
 */
import { plural } from '../../reports/describe/plural.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

const z95 = 1.959963984540054;

/** Wilson score interval at 95 % for `hits` of `trials` (Wilson 1927). No trials: [0, 1]. */
export function wilson(hits: number, trials: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const p = hits / trials;
  const z2 = z95 * z95;
  const centre = p + z2 / (2 * trials);
  const spread = z95 * Math.sqrt((p * (1 - p)) / trials + z2 / (4 * trials * trials));
  const scale = 1 + z2 / trials;
  // At the ends the bound is exact; rounding must not move it inside.
  return {
    low: hits === 0 ? 0 : Math.max(0, (centre - spread) / scale),
    high: hits === trials ? 1 : Math.min(1, (centre + spread) / scale),
  };
}

/** Fewer clean runs bound the failure rate by more than a tenth, which is no news to anyone. */
const boundingRunsMin = 30;

/**
 * What `runs` clean or `failures` failing runs mean, in words (rule of three for zero failures).
 */
export function statementOf(runs: number, failures: number): string {
  if (runs === 0) return 'no run counts: nothing is known';
  if (failures === 0) {
    const clean = `${plural(runs, 'run')}, none unexplained`;
    if (runs < boundingRunsMin) return `${clean} (too few to bound the failure rate)`;
    return `${clean}: failure rate < ${significant(300 / runs)} % at 95 % confidence`;
  }
  if (runs === 1) return '1 run, unexplained';
  const { low, high } = wilson(failures, runs);
  const range = `${significant(low * 100)} % to ${significant(high * 100)} %`;
  return `${failures} of ${plural(runs, 'run')} unexplained: failure rate ${range} at 95 % confidence`;
}

function significant(value: number): string {
  return Number(value.toPrecision(2)).toString();
}

/** The element at quantile `q` of `sorted` (nearest rank); null when there is none. */
export function quantile(sorted: readonly number[], q: number): number | null {
  const index = Math.max(0, Math.ceil(q * sorted.length) - 1);
  return sorted[index] ?? null;
}

/**
 * Runs until the first hit, from every start in a recorded series (read as a ring): the empirical
 * distribution of the waiting time. Empty when nothing was hit. Times count from 1.
 */
export function waitingTimes(hits: readonly boolean[]): number[] {
  const first = hits.indexOf(true);
  if (first < 0) return [];
  const times: number[] = Array.from({ length: hits.length }, () => 0);
  let next = first + hits.length;
  for (let start = hits.length - 1; start >= 0; start--) {
    if (hits[start] === true) next = start;
    times[start] = next - start + 1;
  }
  return times.sort((a, b) => a - b);
}
