/**
 * Snapshot consistency of cut-traceable values (T1): the visible value of key k with version vector
 * q allows, in split p, exactly the cuts between its q_p-th record and the next one. The visible
 * state is that of a cut iff in every split the largest lower bound is at most the smallest upper
 * bound. Two keys refute it (Helly in one dimension). Lower bounds only rise, so a running maximum
 * suffices; upper bounds are kept in a tournament tree: O(P log K) per update.
 */
import { idFingerprint } from '../../model/functions.ts';

/** Records of each (key, split) in order: offsets, and fingerprints summed up to each. */
export interface BoxInput {
  readonly splitCount: number;
  readonly keyCount: number;
  /** Length of each split: the upper bound of a key that has nothing more to come. */
  readonly splitLength: Int32Array;
  /** Start of each (key * splitCount + split) list in `offsets`, and one past the last. */
  readonly startOf: Int32Array;
  readonly offsets: Int32Array;
  /** Fingerprints of the list summed up to and including each record, modulo 2^32. */
  readonly prefix: Uint32Array;
}

export interface BoxWitness {
  readonly split: number;
  /** Includes a record at offset `low - 1`. */
  readonly includes: number;
  readonly low: number;
  /** Excludes the record at offset `high`. */
  readonly excludes: number;
  readonly high: number;
}

export type BoxAnswer = 'consistent' | 'inconsistent' | 'not-a-prefix' | 'regressed';

/** Lists of each (key, split) from records in order. */
export function boxInput(
  splits: readonly { readonly keys: Int32Array; readonly ids: Int32Array }[],
  keyCount: number,
): BoxInput {
  const splitCount = splits.length;
  const startOf = new Int32Array(keyCount * splitCount + 1);
  splits.forEach(({ keys }, p) => {
    for (const k of keys) {
      startOf[k * splitCount + p + 1] = (startOf[k * splitCount + p + 1] ?? 0) + 1;
    }
  });
  for (let i = 1; i < startOf.length; i++) {
    startOf[i] = (startOf[i] as number) + (startOf[i - 1] as number);
  }
  const total = startOf.at(-1) as number;
  const offsets = new Int32Array(total);
  const prefix = new Uint32Array(total);
  const next = startOf.slice();
  splits.forEach(({ keys, ids }, p) => {
    keys.forEach((k, offset) => {
      const cell = k * splitCount + p;
      const at = next[cell] as number;
      next[cell] = at + 1;
      const before = at > (startOf[cell] as number) ? (prefix[at - 1] as number) : 0;
      offsets[at] = offset;
      prefix[at] = before + idFingerprint(ids[offset] as number);
    });
  });
  const splitLength = Int32Array.from(splits, ({ keys }) => keys.length);
  return { splitCount, keyCount, splitLength, startOf, offsets, prefix };
}

/** Follows updates of keys and answers after each whether some cut explains the visible state. */
export class BoxIntersection {
  private readonly input: BoxInput;
  private readonly leaves: number;
  /** Per split a tree of upper bounds; leaf of key k at `leaves + k`. */
  private readonly trees: Int32Array[];
  private readonly lower: Int32Array;
  private readonly lowerKey: Int32Array;
  private readonly counts: Int32Array;

  constructor(input: BoxInput) {
    this.input = input;
    let leaves = 1;
    while (leaves < input.keyCount) leaves *= 2;
    this.leaves = leaves;
    this.lower = new Int32Array(input.splitCount);
    this.lowerKey = new Int32Array(input.splitCount).fill(-1);
    this.counts = new Int32Array(input.keyCount * input.splitCount);
    this.trees = Array.from({ length: input.splitCount }, (_, p) => this.makeTree(p));
  }

  /**
   * Key `key` now shows version vector `vector` (records per split) with `fingerprint`.
   * `regressed`: less of some split than before; `not-a-prefix`: no such records.
   */
  update(key: number, vector: ArrayLike<number>, fingerprint: number): BoxAnswer {
    const { splitCount, startOf, prefix } = this.input;
    let sum = 0;
    for (let p = 0; p < splitCount; p++) {
      const cell = key * splitCount + p;
      const n = vector[p] as number;
      const start = startOf[cell] as number;
      if (n < 0 || start + n > (startOf[cell + 1] as number)) return 'not-a-prefix';
      if (n < (this.counts[cell] as number)) return 'regressed';
      if (n > 0) sum = (sum + (prefix[start + n - 1] as number)) >>> 0;
    }
    if (sum !== fingerprint) return 'not-a-prefix';
    for (let p = 0; p < splitCount; p++) this.move(key, p, vector[p] as number);
    return this.witnessSplit() < 0 ? 'consistent' : 'inconsistent';
  }

  /** The two keys and the split that refute every cut; null when one explains the state. */
  witness(): BoxWitness | null {
    const split = this.witnessSplit();
    if (split < 0) return null;
    const tree = this.trees[split] as Int32Array;
    let node = 1;
    while (node < this.leaves) node = tree[node * 2] === tree[node] ? node * 2 : node * 2 + 1;
    return {
      split,
      includes: this.lowerKey[split] as number,
      low: this.lower[split] as number,
      excludes: node - this.leaves,
      high: tree[1] as number,
    };
  }

  private makeTree(p: number): Int32Array {
    const { keyCount, splitCount, startOf, offsets, splitLength } = this.input;
    const tree = new Int32Array(this.leaves * 2).fill(splitLength[p] as number);
    for (let k = 0; k < keyCount; k++) {
      const cell = k * splitCount + p;
      const start = startOf[cell] as number;
      if (start < (startOf[cell + 1] as number)) tree[this.leaves + k] = offsets[start] as number;
    }
    for (let node = this.leaves - 1; node > 0; node--) {
      tree[node] = Math.min(tree[node * 2] as number, tree[node * 2 + 1] as number);
    }
    return tree;
  }

  private move(key: number, p: number, n: number): void {
    const { splitCount, startOf, offsets, splitLength } = this.input;
    const cell = key * splitCount + p;
    if (n === this.counts[cell]) return;
    this.counts[cell] = n;
    const start = startOf[cell] as number;
    const end = startOf[cell + 1] as number;
    const low = (offsets[start + n - 1] as number) + 1;
    if (low > (this.lower[p] as number)) {
      this.lower[p] = low;
      this.lowerKey[p] = key;
    }
    const high = start + n < end ? (offsets[start + n] as number) : (splitLength[p] as number);
    const tree = this.trees[p] as Int32Array;
    let node = this.leaves + key;
    tree[node] = high;
    for (node >>= 1; node > 0; node >>= 1) {
      const least = Math.min(tree[node * 2] as number, tree[node * 2 + 1] as number);
      if (tree[node] === least) break;
      tree[node] = least;
    }
  }

  private witnessSplit(): number {
    for (let p = 0; p < this.trees.length; p++) {
      if ((this.lower[p] as number) > ((this.trees[p] as Int32Array)[1] as number)) return p;
    }
    return -1;
  }
}
