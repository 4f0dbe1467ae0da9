/**
 * Small searches of the verifier, naive on purpose: all subsets, all prefixes, all orders. What is
 * too large for that is said not to have been looked up.
 */
import type { RecordName, Records } from '../model/verdict/places.ts';
import type { Pipeline } from '../model/pipeline.ts';
import type { Facts, VisibleRow } from './facts.ts';
import { keepsOrder } from './paths.ts';
import type { Scope } from './scope.ts';
import { isSameRow } from './values.ts';

const undecidedMax = 12;
const prefixesMax = 4000;
const stepsMax = 20_000;
const ordersMax = 2_000;

/** Whether the checkpoints with which the rows show had not come to the record. */
function isBeyond(
  facts: Facts,
  rows: readonly VisibleRow[],
  { split, offset }: RecordName,
): boolean {
  if (facts.given.kase.options.mode === 'at-least-once') return false;
  const newest = Math.max(...rows.map(({ checkpoint }) => checkpoint ?? Infinity));
  // What an earlier one had read, a later one had read as well.
  const later = facts.completions.filter(({ checkpoint }) => checkpoint >= newest);
  return later.some(({ checkpoint }) => offset >= (facts.offsetIn(checkpoint, split) ?? Infinity));
}

export function subsets(records: Records): readonly Records[] | null {
  if (records.length > undecidedMax) return null;
  return Array.from({ length: 2 ** records.length }, (_, mask) =>
    records.filter((_record, i) => (mask & (1 << i)) !== 0),
  );
}

/** Every choice of the first records of each split, with each of their last ones coming last. */
export function prefixes(records: Records): readonly Records[] | null {
  const words = wordsOf(records, true);
  let choices: readonly (readonly number[])[] = [[]];
  for (const word of words) {
    choices = choices.flatMap((choice) =>
      Array.from({ length: word.length + 1 }, (_, count) => [...choice, count]),
    );
    if (choices.length > prefixesMax) return null;
  }
  return choices.flatMap((choice) => {
    const parts = choice.map((count, i) => (words[i] ?? []).slice(0, count));
    return parts.flatMap((part, last) =>
      part.length === 0 ? [] : [[...parts.filter((_, i) => i !== last).flat(), ...part]],
    );
  });
}

/** All of the records, in an order for each that can come last. */
export function endings(pipeline: Pipeline, records: Records, sink: string): readonly Records[] {
  const words = wordsOf(records, keepsOrder(pipeline, sink));
  return words.map((word) => [...words.filter((other) => other !== word).flat(), ...word]);
}

/** All orders in which an operator may meet the records. Null: too many. */
export function interleavings(
  pipeline: Pipeline,
  records: Records,
  sink: string,
): readonly Records[] | null {
  const words = wordsOf(records, keepsOrder(pipeline, sink));
  let orders: { readonly taken: readonly number[]; readonly order: Records }[] = [
    { taken: words.map(() => 0), order: [] },
  ];
  for (let step = 0; step < records.length; step++) {
    orders = orders.flatMap(({ taken, order }) =>
      words.flatMap((word, i) => {
        const next = word[taken[i] ?? 0];
        if (next === undefined) return [];
        return [{ taken: taken.map((n, j) => (j === i ? n + 1 : n)), order: [...order, next] }];
      }),
    );
    if (orders.length > ordersMax) return null;
  }
  return orders.map(({ order }) => order);
}

function wordsOf(records: Records, isOrdered: boolean): readonly Records[] {
  if (!isOrdered) return records.map((record) => [record]);
  const bySplit = Map.groupBy(records, ({ split }) => split);
  return [...bySplit.values()].map((word) => word.toSorted((a, b) => a.offset - b.offset));
}

/**
 * Whether some order of the records gives what shows of the row's key before the row, in order, and
 * whether one goes on with the row. Null: too many orders.
 */
export function canFollow(
  scope: Scope,
  target: VisibleRow,
  records: Records,
): { readonly before: boolean; readonly after: boolean } | null {
  const { facts } = scope;
  const isOrdered = keepsOrder(facts.given.kase.pipeline, target.sink);
  const words = wordsOf(records, isOrdered);
  const { key } = target.row;
  const givesOne = (record: RecordName): boolean =>
    facts.givenBy([record], target.sink).filter((row) => row.key === key).length === 1;
  // Of a record with copies others may come in between.
  if (!records.every(givesOne)) return null;
  const places = records.map(({ split, offset }) => `${split}@${offset}`);
  const isListed = ({ split, offset }: RecordName): boolean =>
    places.includes(`${split}@${offset}`);
  const shown = facts
    .rowsAt(target.sink)
    .filter(({ row, position }) => row.key === key && position <= target.position);
  const isComplete = facts
    .allRecords()
    .every((record) => isListed(record) || !givesOne(record) || isBeyond(facts, shown, record));
  if (!isComplete) return { before: false, after: true };
  let steps = 0;
  let states: ReadonlyMap<string, readonly RecordName[]> = new Map([['', []]]);
  for (const { row, position } of shown) {
    const next = new Map<string, readonly RecordName[]>();
    for (const order of states.values()) {
      for (const word of words) {
        const record = word.find((one) => !order.includes(one));
        if (record === undefined) continue;
        if (++steps > stepsMax) return null;
        const longer = [...order, record];
        const last = facts.givenBy(longer, target.sink).at(-1);
        if (last === undefined || !isSameRow(last, row)) continue;
        // Sums, counts and maxima do not depend on the order of what is in them.
        next.set(
          longer
            .map(({ split, offset }) => `${split}@${offset}`)
            .sort()
            .join(),
          longer,
        );
      }
    }
    if (next.size === 0) return { before: position === target.position, after: false };
    states = next;
  }
  return { before: true, after: true };
}
