/**
 * Whether what one attempt shows of a key can be outputs of one run, searched naively: all places a
 * run can be at, from what the attempt began from.
 */
import type { RecordName, Records } from '../model/verdict/places.ts';
import type { VisibleRow } from './facts.ts';
import { keepsOrder } from './paths.ts';
import type { Scope } from './scope.ts';
import type { Answer } from './verify-claims.ts';
import { isSameRow } from './values.ts';

const placesMax = 3_000;

/** How many records of each split, or of those without order which, were taken. */
type Place = readonly number[];

/** True: no run passes through all rows up to the target. Null: that takes too long to look up. */
export function isStuck(scope: Scope, target: VisibleRow, records: Records): Answer {
  const { facts } = scope;
  const { options, pipeline } = facts.given.kase;
  const began = facts.attempts.find(({ attempt }) => attempt === target.attempt);
  if (began === undefined) return null;
  if (options.mode === 'at-least-once' && began.restored !== null) return null;
  if (!keepsOrder(pipeline, target.sink)) return null;
  const words = [...Map.groupBy(records, ({ split }) => split).values()].map((word) =>
    word.toSorted((a, b) => a.offset - b.offset),
  );
  const start = words.map((word) => readBefore(scope, word, began.restored));
  const size = words.reduce((most, word, i) => most * (word.length + 1 - (start[i] ?? 0)), 1);
  if (size > placesMax) return null;
  return !passes(scope, { words, start, rows: rowsUpTo(scope, target), sink: target.sink });
}

function readBefore({ facts }: Scope, word: Records, restored: number | null): number {
  if (restored === null) return 0;
  return word.filter(({ split, offset }) => offset < (facts.offsetIn(restored, split) ?? 0)).length;
}

/** A row that equals an earlier one may be that write again. */
function rowsUpTo({ facts }: Scope, target: VisibleRow): readonly VisibleRow[] {
  const own = facts.rowsAt(target.sink).filter(({ attempt, row, position }) => {
    return attempt === target.attempt && row.key === target.row.key && position <= target.position;
  });
  return own.filter((a, i) => own.findIndex((b) => isSameRow(a.row, b.row)) === i);
}

interface Passage {
  readonly words: readonly Records[];
  readonly start: Place;
  readonly rows: readonly VisibleRow[];
  readonly sink: string;
}

function passes(scope: Scope, { words, start, rows, sink }: Passage): boolean {
  let places: readonly Place[] = [start];
  for (const { row } of rows) {
    const next = new Map<string, Place>();
    for (const from of everywhereAfter(words, places)) {
      words.forEach((word, i) => {
        const last = word[from[i] ?? 0];
        if (last === undefined) return;
        const gives = scope.facts.givenBy([...taken(words, from), last], sink).at(-1);
        if (gives === undefined || !isSameRow(gives, row)) return;
        const to = from.map((n, j) => (j === i ? n + 1 : n));
        next.set(to.join(), to);
      });
    }
    if (next.size === 0) return false;
    places = [...next.values()];
  }
  return true;
}

function taken(words: readonly Records[], place: Place): readonly RecordName[] {
  return words.flatMap((word, i) => word.slice(0, place[i] ?? 0));
}

function everywhereAfter(words: readonly Records[], places: readonly Place[]): readonly Place[] {
  const all = new Map(places.map((place) => [place.join(), place]));
  for (const place of all.values()) {
    words.forEach((word, i) => {
      if ((place[i] ?? 0) >= word.length) return;
      const further = place.map((n, j) => (j === i ? n + 1 : n));
      all.set(further.join(), further);
    });
  }
  return [...all.values()];
}
