/**
 * Whether a row is the output of a legal run over some of the input: the parts of what reaches the
 * stage under its key are tried one after the other, each in a run without failures, alone and
 * among the records of other keys.
 */
import { mainSink } from './layout.ts';
import type { SinkRow } from './legal-set.ts';
import { outcomesOf } from './outcomes.ts';
import { contentText, idsOf } from './rows.ts';
import { type SmallRun, type Unit, unitsOf } from './small-run.ts';

/** A part that would take more is left out, and what was not found is then open. */
const limits = { wordsMax: 2_000, movesMax: 10_000 };
const arrivalsMax = 9;

interface Parts {
  readonly contents: Set<string>;
  complete: boolean;
}

/** By run, key and the ids that the part consists of. */
const known = new WeakMap<SmallRun, Map<string, Parts>>();

/** Null: not every part could be tried. */
export function isPossible(run: SmallRun, { sink, row }: SinkRow): boolean | null {
  let byPart = known.get(run);
  if (byPart === undefined) {
    byPart = new Map();
    known.set(run, byPart);
  }
  // What a row of a stage names is what it was made of; what made a row late it does not name.
  const named = sink === mainSink ? inOrder(idsOf(row.value)) : '';
  const id = `${row.key} ${named}`;
  let parts = byPart.get(id);
  if (parts === undefined) {
    parts = partsOf(run, row.key, named);
    byPart.set(id, parts);
  }
  if (parts.contents.has(`${sink} ${contentText(run, row)}`)) return true;
  return parts.complete ? false : null;
}

/** Over exactly the rows with these ids, or over every part when none is named. */
function partsOf(run: SmallRun, key: string, named: string): Parts {
  const parts: Parts = { contents: new Set(), complete: true };
  const unit = unitsOf(run).find((candidate) => candidate.key === key);
  const count = unit?.arrivals.length ?? 0;
  if (unit === undefined) return parts;
  if (count > arrivalsMax) return { ...parts, complete: false };
  const ids = unit.arrivals.map(({ row }) => idsOf(row.value));
  for (let mask = 1; mask < 2 ** count; mask++) {
    const own = ids.flatMap((list, label) => ((mask & (1 << label)) === 0 ? [] : list));
    if (named !== '' && inOrder(own) !== named) continue;
    for (const others of [false, true]) addRowsOver(run, partOf(unit, mask, others), parts);
  }
  return parts;
}

function inOrder(ids: readonly number[]): string {
  return ids.toSorted((a, b) => a - b).join();
}

/** The rows whose bit is set, and the records that nothing came of, if `others`. */
function partOf(unit: Unit, mask: number, others: boolean): Unit {
  const feeds = unit.feeds.map((feed) => ({
    ...feed,
    records: feed.records.flatMap(({ ts, labels }) => {
      const left = labels.filter((label) => (mask & (1 << label)) !== 0);
      return left.length > 0 || (others && labels.length === 0) ? [{ ts, labels: left }] : [];
    }),
  }));
  return { ...unit, feeds };
}

function addRowsOver(run: SmallRun, unit: Unit, parts: Parts): void {
  const outcomes = outcomesOf(withoutFailures(run, unit), unit, limits);
  if (outcomes === null) parts.complete = false;
  for (const { rows } of outcomes ?? []) {
    for (const { sink, row } of rows) parts.contents.add(`${sink} ${contentText(run, row)}`);
  }
}

/** One attempt that reads everything there is. */
function withoutFailures(run: SmallRun, { feeds }: Unit): SmallRun {
  const cut = feeds.map(({ records }) => records.length);
  const checkpoints = [{ id: 1, cut, completed: true, kind: 'final' } as const];
  const attempts = [{ attempt: 1, restored: null, from: cut.map(() => 0), checkpoints }];
  return { ...run, skeleton: { attempts, outcome: 'finished', stop: null } };
}
