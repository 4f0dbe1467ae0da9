/**
 * Whether a row is the output of a legal run over some of the input: the parts of its key's records are
 * tried one after the other, each in a run without failures, alone and with the other keys' records.
 */
import type { Case } from '../../../src/model/case.ts';
import type { SourceRecord } from '../../../src/model/workload.ts';
import { outcomesOf } from './outcomes.ts';
import { mainSink } from './layout.ts';
import { contentText, idsOf } from './rows.ts';
import type { SinkRow } from './legal-set.ts';
import { recordsOf, type SmallRun, unitsOf } from './small-run.ts';

/** A part that would take more is left out, and what was not found is then open. */
const limits = { wordsMax: 2_000, movesMax: 10_000 };

interface Parts {
  readonly contents: Set<string>;
  complete: boolean;
}

/** By run, key and the records that may be in the part. */
const known = new WeakMap<SmallRun, Map<string, Parts>>();

/** Null: not every part could be tried. */
export function isPossible(run: SmallRun, { sink, row }: SinkRow): boolean | null {
  let byPart = known.get(run);
  if (byPart === undefined) {
    byPart = new Map();
    known.set(run, byPart);
  }
  // What a row of a stage names is what it was made of; what made a row late it does not name.
  const named = sink === mainSink ? [...new Set(idsOf(row.value))].toSorted((a, b) => a - b) : [];
  const id = `${row.key} ${named.join()}`;
  let parts = byPart.get(id);
  if (parts === undefined) {
    parts = partsOf(run, row.key, named);
    byPart.set(id, parts);
  }
  if (parts.contents.has(`${sink} ${contentText(run, row)}`)) return true;
  return parts.complete ? false : null;
}

/** Over exactly the records named, or over every part when none is. */
function partsOf(run: SmallRun, key: string, named: readonly number[]): Parts {
  const parts: Parts = { contents: new Set(), complete: true };
  const all = run.kase.workload.splits.flatMap(({ records }) => records);
  const own = all.filter((record) => record.key === key);
  for (let mask = 1; mask < 2 ** own.length; mask++) {
    const part = new Set(own.filter((_, i) => (mask & (1 << i)) !== 0));
    if (named.length > 0 && !isExactly(part, named)) continue;
    for (const others of [false, true]) {
      const kept = (record: SourceRecord): boolean =>
        record.key === key ? part.has(record) : others;
      addRowsOver(withoutFailures(run, kept), key, parts);
    }
  }
  return parts;
}

function isExactly(part: ReadonlySet<SourceRecord>, named: readonly number[]): boolean {
  return part.size === named.length && [...part].every(({ id }) => named.includes(id));
}

function addRowsOver(part: SmallRun, key: string, parts: Parts): void {
  const unit = unitsOf(part).find((candidate) => candidate.key === key);
  const outcomes = unit === undefined ? [] : outcomesOf(part, unit, limits);
  if (outcomes === null) parts.complete = false;
  for (const { rows } of outcomes ?? []) {
    for (const { sink, row } of rows) parts.contents.add(`${sink} ${contentText(part, row)}`);
  }
}

/** One attempt that reads everything there is. */
function withoutFailures(run: SmallRun, kept: (record: SourceRecord) => boolean): SmallRun {
  const { kase, layout } = run;
  const splits = kase.workload.splits.map(({ split, records }) => ({
    split,
    records: records.filter(kept),
  }));
  const part: Case = { ...kase, workload: { splits } };
  const names = layout.sources.flatMap((source) => source.splits);
  const cut = names.map((split) => recordsOf(part, split).length);
  const checkpoints = [{ id: 1, cut, completed: true, kind: 'final' } as const];
  const attempts = [{ attempt: 1, restored: null, from: cut.map(() => 0), checkpoints }];
  return { ...run, kase: part, skeleton: { attempts, outcome: 'finished', stop: null } };
}
