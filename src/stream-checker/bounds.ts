/**
 * Which cuts explain the values of all keys: in every split the largest lower bound must not exceed
 * the smallest upper bound (1-D Helly: two keys refute it). Lower bounds only rise, so a running
 * maximum suffices; upper bounds sit in a tournament tree: O(log K) per update.
 */

/** Nothing more of the key is known to come. */
export const noBound = 2_147_483_647;

/** Two keys that leave no cut of a split. */
export interface EmptyCut {
  readonly split: number;
  /** Includes a record at offset `low - 1`. */
  readonly includes: number;
  readonly low: number;
  /** Excludes the record at offset `high`. */
  readonly excludes: number;
  readonly high: number;
}

export class Bounds {
  private readonly leaves: number;
  /** Per split a tree of upper bounds; leaf of key k at `leaves + k`. */
  private readonly trees: Int32Array[];
  private readonly lower: Int32Array;
  private readonly lowerKey: Int32Array;

  constructor(keys: number, splits: number) {
    this.leaves = 2 ** Math.ceil(Math.log2(Math.max(1, keys)));
    this.lower = new Int32Array(splits);
    this.lowerKey = new Int32Array(splits).fill(-1);
    this.trees = Array.from({ length: splits }, () =>
      new Int32Array(this.leaves * 2).fill(noBound),
    );
  }

  /** Key `key` includes everything of its own below `low`. */
  raise(split: number, key: number, low: number): void {
    if (low <= (this.lower[split] as number)) return;
    this.lower[split] = low;
    this.lowerKey[split] = key;
  }

  /** Key `key` excludes its record at `high`. */
  limit(split: number, key: number, high: number): void {
    const tree = this.trees[split] as Int32Array;
    let node = this.leaves + key;
    tree[node] = high;
    for (node >>= 1; node > 0; node >>= 1) {
      const least = Math.min(tree[node * 2] as number, tree[node * 2 + 1] as number);
      if (tree[node] === least) return;
      tree[node] = least;
    }
  }

  /** Below it every key includes everything of the split. */
  least(split: number): number {
    return this.trees[split]?.[1] ?? noBound;
  }

  /** The largest lower bound of a split and the key it is of; -1: of none. */
  reached(split: number): { readonly low: number; readonly key: number } {
    return { low: this.lower[split] as number, key: this.lowerKey[split] as number };
  }

  /** Whether every split has a cut within all bounds. */
  allowCut(): boolean {
    return this.emptySplit() < 0;
  }

  /** The two keys that leave no cut; null when there is one. */
  emptyCut(): EmptyCut | null {
    const split = this.emptySplit();
    if (split < 0) return null;
    const high = this.least(split);
    const tree = this.trees[split] as Int32Array;
    let node = 1;
    while (node < this.leaves) node = tree[node * 2] === high ? node * 2 : node * 2 + 1;
    const includes = this.lowerKey[split] as number;
    const low = this.lower[split] as number;
    return { split, includes, low, excludes: node - this.leaves, high };
  }

  /** As if key `key` excluded its record at `high`; null when some cut is left in the split. */
  emptyCutAt(split: number, key: number, high: number): EmptyCut | null {
    const low = this.lower[split] as number;
    if (low <= high) return null;
    return { split, includes: this.lowerKey[split] as number, low, excludes: key, high };
  }

  /** The first split without a cut; -1 when there is none. */
  private emptySplit(): number {
    for (let split = 0; split < this.trees.length; split++) {
      if ((this.lower[split] as number) > this.least(split)) return split;
    }
    return -1;
  }
}
