/**
 * The frontier search over position vectors: level i is the set of (positions, accumulator) that
 * explain the first i outputs; a step tries the head of every origin. Polynomial for a fixed number
 * of origins, NP-complete in it; the budget counts steps, and running out is a third answer.
 * For a commutative aggregate the positions determine the accumulator, so they alone are the key.
 */
import { canonicalJson } from '../../../base/json.ts';
import type { Aggregate } from '../../../model/functions.ts';
import type { Value } from '../../../model/value.ts';
import type { TracedRow } from '../../../oracle/specification.ts';
import type { Item } from '../../plan/items.ts';

export interface ShuffleQuery {
  readonly grid: Grid;
  /** Whether the aggregate's row may be output number `at`. */
  produces(row: TracedRow, at: number): boolean;
  /** Number of outputs to explain. */
  readonly length: number;
  readonly stepsMax: number;
}

export type ShuffleResult =
  | { readonly kind: 'found'; readonly steps: number; readonly unreached: readonly Item[] }
  | {
      readonly kind: 'dead';
      readonly steps: number;
      /** Number of the output that nothing explains. */
      readonly at: number;
      /** Where the run could have been before it. */
      readonly frontier: readonly string[];
    }
  | { readonly kind: 'budget'; readonly steps: number };

/** How many records of each origin were taken, and what became of them. */
export interface State {
  readonly positions: readonly number[];
  readonly accumulator: Value;
}

/** A state, the one before its last record, and the row that this record gave. */
export interface Step extends State {
  readonly before: readonly number[];
  readonly row: TracedRow;
}

export function findShuffle(query: ShuffleQuery): ShuffleResult {
  const { grid } = query;
  let level: readonly State[] = [grid.start()];
  let steps = 0;
  for (let at = 0; at < query.length; at++) {
    steps += level.length * grid.origins.length;
    if (steps > query.stepsMax) return { kind: 'budget', steps };
    const next = grid.distinct(grid.steps(level).filter(({ row }) => query.produces(row, at)));
    if (next.length === 0) return { kind: 'dead', steps, at, frontier: describe(level) };
    level = next;
  }
  const [state] = level;
  const unreached = grid.origins.flatMap((word, i) => word.slice(state?.positions[i] ?? 0));
  return { kind: 'found', steps, unreached };
}

/** One axis per origin. */
export class Grid {
  readonly origins: readonly (readonly Item[])[];
  private readonly aggregate: Aggregate;

  /** `splitOf`: the split of a record, to tell apart what one operator lets go at one time. */
  constructor(
    items: readonly Item[],
    aggregate: Aggregate,
    splitOf: (record: number) => number = () => 0,
  ) {
    this.origins = originsOf(items).flatMap((origin) => withoutTies(origin, splitOf));
    this.aggregate = aggregate;
  }

  start(): State {
    return { positions: this.origins.map(() => 0), accumulator: this.aggregate.create() };
  }

  /** The fold of what `isRead` says; of several origins in any order. */
  foldOf(isRead: (item: Item) => boolean): State {
    let accumulator = this.aggregate.create();
    const positions = this.origins.map((origin) => {
      const read = origin.filter(isRead);
      for (const item of read) accumulator = this.aggregate.add(accumulator, item.value);
      return read.length;
    });
    return { positions, accumulator };
  }

  /** Every next record of every state. */
  steps(level: readonly State[]): Step[] {
    const found: Step[] = [];
    for (const { positions: before, accumulator: sum } of level) {
      this.origins.forEach((origin, i) => {
        const item = origin[before[i] as number];
        if (item === undefined) return;
        const accumulator = this.aggregate.add(sum, item.value);
        const { key, ts, from } = item;
        const row = { key, ts, value: this.aggregate.result(accumulator), from };
        const positions = before.map((p, j) => (j === i ? p + 1 : p));
        found.push({ positions, accumulator, before, row });
      });
    }
    return found;
  }

  /** Every step that can follow, however many lie between; null when there are more than `most`. */
  stepsAfter(level: readonly State[], most: number): Step[] | null {
    const all: Step[] = [];
    const seen = new Set<string>();
    let edge: readonly State[] = level;
    while (edge.length > 0) {
      const next: Step[] = this.steps(edge);
      for (const step of next) all.push(step);
      if (all.length > most) return null;
      edge = next.filter((state) => seen.size !== seen.add(this.fullIdentity(state)).size);
    }
    return all;
  }

  isWhole({ positions }: State): boolean {
    return positions.every((p, i) => p === this.origins[i]?.length);
  }

  /**
   * Of one run: the positions say what the accumulator is, if the order of records does not show.
   */
  distinct<T extends State>(states: readonly T[]): T[] {
    const known = new Map<string, T>();
    for (const state of states) {
      const { commutative } = this.aggregate;
      known.set(commutative ? state.positions.join() : this.fullIdentity(state), state);
    }
    return [...known.values()];
  }

  /** Of several runs. */
  fullIdentity({ positions, accumulator }: State): string {
    return `${positions.join()} ${canonicalJson(accumulator)}`;
  }
}

/** One list per origin; records without order are an origin each. */
function originsOf(items: readonly Item[]): readonly (readonly Item[])[] {
  const words = new Map<number, Item[]>();
  const loose: Item[][] = [];
  for (const item of items) {
    if (item.word < 0) {
      loose.push([item]);
      continue;
    }
    const word = words.get(item.word);
    if (word === undefined) words.set(item.word, [item]);
    else word.push(item);
  }
  for (const word of words.values()) word.sort((a, b) => a.rank - b.rank);
  return [...words.values(), ...loose];
}

/** Rows of equal rank have no order between splits: then each split's rows are an origin. */
function withoutTies(
  origin: readonly Item[],
  splitOf: (record: number) => number,
): readonly (readonly Item[])[] {
  const splitAt = ({ from }: Item): number => (from[0] === undefined ? -1 : splitOf(from[0]));
  const isTied = origin.some((item, i) => {
    const before = origin[i - 1];
    return before !== undefined && before.rank === item.rank && splitAt(before) !== splitAt(item);
  });
  if (!isTied) return [origin];
  const bySplit = new Map<number, Item[]>();
  for (const item of origin) {
    const own = bySplit.get(splitAt(item));
    if (own === undefined) bySplit.set(splitAt(item), [item]);
    else own.push(item);
  }
  return [...bySplit.values()];
}

function describe(level: readonly State[]): readonly string[] {
  const listedMax = 8;
  return level
    .slice(0, listedMax)
    .map(({ positions }) => `after ${positions.join(', ')} records of each origin`);
}
