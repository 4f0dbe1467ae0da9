/**
 * Everything that is legal at the sinks of a job, by key; listed once per case and line of cuts.
 */
import type { Plan } from '../plan/plan.ts';
import type { Job } from './job.ts';
import { inputsOf, type KeyInput, outcomesOf } from './listing.ts';
import type { Shown } from './play.ts';
import { contentText, orderText } from './texts.ts';

export type Counts = ReadonlyMap<string, number>;

export interface Outcome {
  readonly rows: readonly Shown[];
  readonly counts: Counts;
}

export interface KeyRuns {
  readonly input: KeyInput;
  readonly outcomes: readonly Outcome[];
  /** Outcomes as multisets, as sets, and in order per sink. */
  readonly multisets: ReadonlySet<string>;
  readonly sets: ReadonlySet<string>;
  readonly orders: ReadonlySet<string>;
}

export interface Legal {
  readonly job: Job;
  readonly keys: ReadonlyMap<string, KeyRuns>;
}

/**
 * Steps that are left. What is known already is paid for once more: a verdict does not depend on
 * what was judged before.
 */
export interface Budget {
  left: number;
  /** Steps that one list may take. */
  readonly most: number;
}

interface Known {
  readonly text: string;
  readonly legal: Legal | null;
  readonly cost: number;
}

/** The line of cuts that was asked for last: the same case is judged many times in a row. */
const known = new WeakMap<Plan, Known>();

/** Null: there are too many runs, or rows change their keys between the operators. */
export function legalOf(job: Job, budget: Budget): Legal | null {
  let found = known.get(job.plan);
  const text = `${budget.most} ${job.text}`;
  if (found?.text !== text) {
    const own = { ...budget, left: budget.most };
    const legal = listed(job, own);
    found = { text, legal, cost: budget.most - own.left };
    known.set(job.plan, found);
  }
  budget.left -= found.cost;
  return budget.left < 0 ? null : found.legal;
}

/** Keys of which all runs are listed, at most. */
const keysMax = 8;

function listed(job: Job, budget: Budget): Legal | null {
  const keys = new Map<string, KeyRuns>();
  const inputs = inputsOf(job);
  if (inputs.length > keysMax) return null;
  for (const input of inputs) {
    const { outcomes: all, cost } = outcomesOf(job, input, budget.left);
    budget.left -= cost;
    if (all === null || budget.left < 0) return null;
    const outcomes = all.map((rows) => ({ rows, counts: countsOf(job, rows) }));
    if (all.some((rows) => rows.some(({ row }) => row.key !== input.key))) return null;
    keys.set(input.key, {
      input,
      outcomes,
      multisets: new Set(outcomes.map(({ counts }) => multisetText(counts))),
      sets: new Set(outcomes.map(({ counts }) => setText(counts))),
      orders: new Set(all.map((rows) => sequenceText(job, rows))),
    });
  }
  return { job, keys };
}

export function countsOf(job: Job, rows: readonly Shown[]): Counts {
  return tally(rows.map((row) => contentText(job, row)));
}

export function tally(texts: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

export function multisetText(counts: Counts): string {
  return [...counts]
    .map(([text, count]) => `${count} ${text}`)
    .sort()
    .join('\n');
}

export function setText(counts: Counts): string {
  return [...counts.keys()].sort().join('\n');
}

/** Two sinks have no common order. */
export function sequenceText(job: Job, rows: readonly Shown[]): string {
  return job.sinks
    .flatMap(({ spec: { id } }) => rows.filter(({ sink }) => sink === id))
    .map((row) => orderText(job, row))
    .join('\n');
}

export function isWithin(few: Counts, many: Counts): boolean {
  for (const [text, count] of few) if (count > (many.get(text) ?? 0)) return false;
  return true;
}
