/**
 * Every outcome of a key: all that its operators can meet in each attempt, one after another,
 * through the specification. Outcomes that show the same are one. A key that would take too long is
 * left out.
 */
import { arriving } from '../plan/items.ts';
import {
  barrierSign,
  type Channels,
  channelsOf,
  cutsIn,
  endSign,
  type State,
  startOf,
  stateText,
  stepsFrom,
  timerSign,
  watermarkAt,
} from './channels.ts';
import type { Job, Stretch } from './job.ts';
import { type Arrival, type Met, type Shown, shownBy } from './play.ts';
import { orderText } from './texts.ts';

/** Steps in which the attempts of a key are searched, and combinations of them, at most. */
const stepsMax = 30_000;
const runsMax = 4_000;

export interface Listing {
  /** Null: there are too many. */
  readonly outcomes: readonly (readonly Shown[])[] | null;
  /** Steps that it took. */
  readonly cost: number;
}

export interface KeyInput {
  readonly key: string;
  readonly arrivals: readonly Arrival[];
  /** Numbers of the arrivals that each record becomes. */
  readonly byRecord: ReadonlyMap<number, readonly number[]>;
}

export function inputsOf({ plan, branches }: Job): readonly KeyInput[] {
  const keys = new Map<string, { arrivals: Arrival[]; byRecord: Map<number, number[]> }>();
  for (const branch of branches) {
    if (branch.root.kind !== 'source') continue;
    for (const name of branch.root.spec.splits) {
      const split = plan.table.splits[plan.table.splitIndex.get(name) ?? -1];
      split?.records.forEach(({ key, ts, value }, offset) => {
        const record = split.first + offset;
        for (const row of arriving(branch, { key, ts, value, from: [record] })) {
          const own = keys.get(row.key) ?? {
            arrivals: [] as Arrival[],
            byRecord: new Map<number, number[]>(),
          };
          keys.set(row.key, own);
          const number = own.arrivals.push({ row, input: branch.input }) - 1;
          own.byRecord.set(record, [...(own.byRecord.get(record) ?? []), number]);
        }
      });
    }
  }
  return [...keys].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, own]) => ({ key, ...own }));
}

export function outcomesOf(job: Job, input: KeyInput, most: number): Listing {
  const start = Math.min(stepsMax, most);
  const choices: (readonly (readonly Met[])[])[] = [];
  let [count, length, left] = [1, 0, start];
  for (const stretch of job.stretches) {
    const search = searchOf(job, stretch, { input, left });
    left = search.left;
    count *= search.found.length;
    length += Math.max(0, ...search.found.map((signs) => signs.length));
    if (left < 0 || count > runsMax || count * length > most) {
      return { outcomes: null, cost: start - left };
    }
    choices.push(runsOf(search));
  }
  return { outcomes: shownAfter(job, input, choices), cost: start - left + count * length };
}

function shownAfter(
  job: Job,
  input: KeyInput,
  choices: readonly (readonly (readonly Met[])[])[],
): readonly (readonly Shown[])[] {
  const found = new Map<string, readonly Shown[]>();
  const choose = (chosen: readonly (readonly Met[])[]): void => {
    const next = choices[chosen.length];
    if (next === undefined) {
      const shown = shownBy(job, input.arrivals, chosen);
      found.set(shown.map((row) => orderText(job, row)).join('\n'), shown);
    } else for (const run of next) choose([...chosen, run]);
  };
  choose([]);
  return [...found.values()];
}

type States = Map<string, State>;

interface Search {
  readonly channels: Channels;
  readonly cuts: number;
  readonly timers: boolean;
  readonly found: number[][];
  left: number;
}

function searchOf(
  job: Job,
  stretch: Stretch,
  { input, left }: { readonly input: KeyInput; readonly left: number },
): Search {
  const channels = channelsOf(job, stretch, (record) => input.byRecord.get(record) ?? []);
  const { timers } = job;
  const search: Search = { channels, cuts: stretch.cuts.length, timers, found: [], left };
  const start = startOf(channels);
  walk(search, [], new Map([[stateText(start), start]]));
  return search;
}

function runsOf({ channels, found }: Search): readonly (readonly Met[])[] {
  return found.map((signs) =>
    signs.map((sign) => ({ sign, watermark: watermarkAt(channels, sign) })),
  );
}

/** Ways through the channels that look alike to the operator are walked together. */
function walk(search: Search, met: readonly number[], states: States): void {
  const bySign = reachedFrom(search, states);
  if (search.timers && met.length > 0 && met.at(-1) !== timerSign) bySign.set(timerSign, states);
  for (const [sign, reached] of bySign) {
    if (search.left < 0) return;
    const [state] = reached.values();
    const isCut = sign === barrierSign || sign === endSign;
    if (isCut && state !== undefined && cutsIn(search.channels, state) === search.cuts) {
      search.found.push([...met, sign]);
    } else walk(search, [...met, sign], reached);
  }
}

/** By sign; adds to `states` what is reached without one. */
function reachedFrom(search: Search, states: States): Map<number, States> {
  const bySign = new Map<number, States>();
  for (const state of states.values()) {
    for (const { sign, next } of stepsFrom(search.channels, state)) {
      if (search.left-- < 0) return bySign;
      const text = stateText(next);
      if (sign === null) {
        if (!states.has(text)) states.set(text, next);
        continue;
      }
      const reached = bySign.get(sign) ?? new Map<string, State>();
      bySign.set(sign, reached.set(text, next));
    }
  }
  return bySign;
}
