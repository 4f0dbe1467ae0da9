/**
 * What an aggregate has left out or counted twice, when its fingerprint is not that of the prefixes
 * its vector names. Sums of 32 bits decide: what fits in one way only is as good as certain. What
 * else may have happened is not decoded.
 */
import type { Cuts } from './cuts.ts';
import type { KeyChains, Listed, VectorAt } from './key-chains.ts';

export interface Place {
  readonly split: number;
  readonly offset: number;
}

/** One record counts in place of another. */
export interface Swap {
  readonly twice: Place;
  readonly never: Place;
}

export interface LeftOut {
  /** Per split: records of the key that are missing before the last one of the value. */
  readonly gap: Int32Array;
  /** Their fingerprints. */
  readonly sum: number;
  readonly records: readonly Place[];
  /** The checkpoints whose state (0: none) and whose offsets they lie between. */
  readonly between: { readonly state: number; readonly offsets: number } | null;
}

/** Named limits: records of a key in a split, missing ones in a row, checkpoints, and values. */
const listedMax = 256;
const gapMax = 64;
const statesMax = 64;
const positionsMax = 4;
const decodedMax = 1000;

/** The last records of a key in one split. */
interface List {
  readonly records: readonly Listed[];
  /** Number of the first of them. */
  readonly first: number;
  /** Fingerprints before each of them. */
  readonly sums: Uint32Array;
}

export class Decoder {
  private readonly chains: KeyChains;
  private readonly cuts: Cuts;
  private decoded = 0;

  constructor(chains: KeyChains, cuts: Cuts) {
    this.chains = chains;
    this.cuts = cuts;
  }

  /**
   * What was left out: the state of one checkpoint went on from the offsets of a later one, or
   * records of one split in a row are missing. `excess`: how much the fingerprint of the value is
   * above that of its prefixes.
   */
  leftOut(key: number, value: VectorAt, excess: number): LeftOut | null {
    if (this.decoded++ >= decodedMax) return null;
    const lists = this.listsOf(key);
    return this.betweenCuts(lists, value, excess) ?? inOneSplit(lists, value, excess);
  }

  /**
   * A record whose fingerprint is the excess: it counts twice. `null`: it is none that is known.
   */
  doubled(key: number, excess: number): Place | null | 'unknown' {
    const lists = this.listsOf(key);
    for (const [split, { records }] of lists.entries()) {
      const found = records.find(({ fingerprint }) => fingerprint === excess);
      if (found !== undefined) return { split, offset: found.offset };
    }
    return lists.every(({ first }) => first === 0) ? null : 'unknown';
  }

  /**
   * Two records of one split of which one counts twice instead of the other; null: there are none.
   */
  compensated(key: number, excess: number): Swap | 'several' | null {
    let only: Swap | null = null;
    for (const [split, { records }] of this.listsOf(key).entries()) {
      const byFingerprint = new Map(
        records.map(({ fingerprint, offset }) => [fingerprint, offset]),
      );
      for (const { fingerprint, offset } of records) {
        const other = byFingerprint.get((fingerprint + excess) >>> 0);
        if (other === undefined || other === offset) continue;
        if (only !== null) return 'several';
        only = { twice: { split, offset: other }, never: { split, offset } };
      }
    }
    return only;
  }

  private listsOf(key: number): List[] {
    return this.chains.windows.map((_, split) => this.listOf(key, split));
  }

  private listOf(key: number, split: number): List {
    const records = this.chains.list(key, split, listedMax);
    const logged = this.chains.logged[key * this.chains.windows.length + split] as number;
    const sums = new Uint32Array(records.length + 1);
    records.forEach(({ fingerprint }, i) => (sums[i + 1] = (sums[i] as number) + fingerprint));
    return { records, first: logged - records.length, sums };
  }

  private betweenCuts(lists: readonly List[], value: VectorAt, excess: number): LeftOut | null {
    const line = this.cuts.newestOf(statesMax);
    const positions = line.slice(-positionsMax).filter(({ offsets }) => offsets.length > 0);
    const nothing = { checkpoint: 0, offsets: new Int32Array(lists.length) };
    for (const position of positions.reverse()) {
      for (const state of [...line, nothing]) {
        if (state.checkpoint >= position.checkpoint) continue;
        const counts = lists.map((list, p) => [
          countBelow(list, state.offsets[p]),
          countBelow(list, position.offsets[p]),
        ]);
        const found = leftOut(lists, value, { counts, excess });
        if (found === null) continue;
        return { ...found, between: { state: state.checkpoint, offsets: position.checkpoint } };
      }
    }
    return null;
  }
}

/** Null as well when there are several ways. */
function inOneSplit(lists: readonly List[], value: VectorAt, excess: number): LeftOut | null {
  let only: LeftOut | null = null;
  for (let p = 0; p < lists.length; p++) {
    const list = lists[p] as List;
    const n = value.vector[value.at + p] as number;
    const most = Math.min(gapMax, list.first + list.records.length - n);
    for (let gap = 1; gap <= most; gap++) {
      const more = between(list, n, n + gap);
      if (more === null) break;
      for (let from = n - 1; from >= list.first; from--) {
        const left = between(list, from, from + gap) ?? 0;
        if ((more - left) >>> 0 !== excess) continue;
        if (only !== null) return null;
        const counts = lists.map((_, q) => (q === p ? [from, from + gap] : [0, 0]));
        only = leftOut(lists, value, { counts, excess });
      }
    }
  }
  return only;
}

/** Number of the first record that is not below the offset; null: not known. */
function countBelow({ records, first }: List, offset: number | undefined): number | null {
  if (offset === undefined) return null;
  const at = records.findIndex((record) => record.offset >= offset);
  const count = at < 0 ? records.length : at;
  return count === 0 && first > 0 ? null : first + count;
}

/**
 * Whether the value is that of the prefixes, each longer by what is missing between its two counts,
 * without what is between them.
 */
function leftOut(
  lists: readonly List[],
  { vector, at }: VectorAt,
  {
    counts,
    excess,
  }: { readonly counts: readonly (readonly (number | null)[])[]; readonly excess: number },
): LeftOut | null {
  const gap = new Int32Array(lists.length);
  let [difference, missing] = [0, 0];
  for (let p = 0; p < lists.length; p++) {
    const [from, to] = counts[p] as [number | null, number | null];
    if (from === null || to === null || to < from) return null;
    if (to === from) continue;
    const n = vector[at + p] as number;
    const list = lists[p] as List;
    const more = between(list, n, n + to - from);
    const left = between(list, from, to);
    if (from > n || more === null || left === null) return null;
    gap[p] = to - from;
    difference = (difference + more - left) >>> 0;
    missing = (missing + left) >>> 0;
  }
  if (difference !== excess || gap.every((records) => records === 0)) return null;
  const records = lists.flatMap((list, split) => {
    const from = ((counts[split] as number[])[0] as number) - list.first;
    const left = list.records.slice(from, from + (gap[split] as number));
    return left.map(({ offset }) => ({ split, offset }));
  });
  return { gap, sum: missing, records, between: null };
}

/** Fingerprints of records number `from` to `to`; null: not all are known. */
function between({ first, sums }: List, from: number, to: number): number | null {
  if (from < first || to - first >= sums.length) return null;
  return ((sums[to - first] as number) - (sums[from - first] as number)) >>> 0;
}
