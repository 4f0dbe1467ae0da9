/**
 * The frontier search over position vectors: level i is the set of (positions, accumulator) that
 * explain the first i outputs; a step tries the head of every origin. Polynomial for a fixed number
 * of origins, NP-complete in it; the budget counts steps, and running out is a third answer.
 * For a commutative aggregate the positions determine the accumulator, so they alone are the key.
 */
import { canonicalJson } from '../../base/json.ts';
import type { Aggregate } from '../../model/functions.ts';
import type { Value } from '../../model/value.ts';
import type { TracedRow } from '../../oracle/specification.ts';
import type { Item } from '../plan/items.ts';

export interface ShuffleQuery {
  readonly items: readonly Item[];
  readonly aggregate: Aggregate;
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

interface State {
  readonly positions: readonly number[];
  readonly accumulator: Value;
}

export function findShuffle(query: ShuffleQuery): ShuffleResult {
  const words = originsOf(query.items);
  let level: State[] = [{ positions: words.map(() => 0), accumulator: query.aggregate.create() }];
  let steps = 0;
  for (let at = 0; at < query.length; at++) {
    const next = new Map<string, State>();
    for (const state of level) {
      steps += words.length;
      if (steps > query.stepsMax) return { kind: 'budget', steps };
      for (const successor of successors(query, words, { state, at })) {
        next.set(identity(query.aggregate, successor), successor);
      }
    }
    if (next.size === 0) return { kind: 'dead', steps, at, frontier: describe(level) };
    level = [...next.values()];
  }
  const [state] = level;
  const unreached = words.flatMap((word, i) => word.slice(state?.positions[i] ?? 0));
  return { kind: 'found', steps, unreached };
}

/** One list per origin; records without order are an origin each. */
export function originsOf(items: readonly Item[]): readonly (readonly Item[])[] {
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

function successors(
  query: ShuffleQuery,
  words: readonly (readonly Item[])[],
  { state, at }: { readonly state: State; readonly at: number },
): readonly State[] {
  const found: State[] = [];
  words.forEach((word, i) => {
    const item = word[state.positions[i] as number];
    if (item === undefined) return;
    const accumulator = query.aggregate.add(state.accumulator, item.value);
    const { key, ts, from } = item;
    const row = { key, ts, value: query.aggregate.result(accumulator), from };
    if (!query.produces(row, at)) return;
    const positions = state.positions.map((p, j) => (j === i ? p + 1 : p));
    found.push({ positions, accumulator });
  });
  return found;
}

function identity(aggregate: Aggregate, { positions, accumulator }: State): string {
  const place = positions.join(',');
  return aggregate.commutative ? place : `${place} ${canonicalJson(accumulator)}`;
}

function describe(level: readonly State[]): readonly string[] {
  const listedMax = 8;
  return level
    .slice(0, listedMax)
    .map(({ positions }) => `after ${positions.join(', ')} records of each origin`);
}
