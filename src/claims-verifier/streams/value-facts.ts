/**
 * What values of running aggregates count, read off their vectors.
 */
import type { RecordName } from '../../model/verdict/places.ts';
import type { Found, ShownValue, StreamFacts } from './stream-facts.ts';
import { foundAll, type StreamScope } from './stream-scope.ts';

export function countOf({ vector }: Pick<ShownValue, 'vector'>, split: number): number {
  return vector[split] ?? -1;
}

export function sizeOf(vector: ArrayLike<number>): number {
  return Array.from(vector).reduce((sum, n) => sum + n, 0);
}

/** The vector of a value that counts these records as well, so many more of each split. */
export function longerBy({ vector }: ShownValue, records: readonly Found[]): Int32Array {
  const longer = vector.slice();
  for (const { split } of records) longer[split] = (longer[split] ?? 0) + 1;
  return longer;
}

/** Whether the first ones of each split, without these, add up to the value. */
export function isSumWithout(
  scope: StreamScope,
  key: number,
  { value, records }: { readonly value: ShownValue; readonly records: readonly RecordName[] },
): boolean {
  const found = foundAll(scope, records);
  if (found === null || found.length === 0) return false;
  const longer = longerBy(value, found);
  const sum = scope.facts.sumOf(key, longer);
  const areOwn = found.every(
    (own) => own.key === key && scope.facts.rankOf(own) < (longer[own.split] as number),
  );
  if (sum === null || !areOwn) return false;
  return found.reduce((rest, { print }) => (rest - print) >>> 0, sum) === value.print;
}

/** What a value counts adds up to, as far as there is so much. */
export function cappedSum(facts: StreamFacts, key: number, { vector }: ShownValue): number {
  const capped = vector.map((n, split) => Math.min(n, facts.placesOf(key, split).length));
  return facts.sumOf(key, capped) ?? 0;
}

/** Records of a key in a split that stood in the log before an event. */
export function loggedBefore(
  facts: StreamFacts,
  key: number,
  { split, value }: { readonly split: number; readonly value: ShownValue },
): number {
  const lines = facts.logs[split]?.lines ?? [];
  return facts.placesOf(key, split).filter((p) => (lines[p] as number) < value.shown.line).length;
}

/** Whether a vector has at least as much of every split as another one. */
export function isAbove(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return Array.from(b).every((n, split) => n <= (a[split] as number));
}
