/**
 * Snapshot consistency of cut-traceable values (T1): the visible value of key k with version vector
 * q allows, in split p, exactly the cuts between its q_p-th record and the next one. The visible
 * state is that of a cut iff in every split some cut is within the bounds of all keys (bounds.ts):
 * O(P log K) per update.
 */
import { idFingerprint } from '../../model/functions.ts';
import { Bounds, type EmptyCut } from './bounds.ts';

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
  private readonly bounds: Bounds;
  private readonly counts: Int32Array;

  constructor(input: BoxInput) {
    this.input = input;
    const { keyCount, splitCount, startOf, offsets } = input;
    this.counts = new Int32Array(keyCount * splitCount);
    this.bounds = new Bounds(keyCount, splitCount);
    for (let cell = 0; cell < keyCount * splitCount; cell++) {
      const start = startOf[cell] as number;
      if (start === startOf[cell + 1]) continue;
      const key = Math.floor(cell / splitCount);
      this.bounds.limit(cell % splitCount, key, offsets[start] as number);
    }
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
    return this.bounds.allowCut() ? 'consistent' : 'inconsistent';
  }

  /** The two keys and the split that refute every cut; null when one explains the state. */
  witness(): EmptyCut | null {
    return this.bounds.emptyCut();
  }

  private move(key: number, p: number, n: number): void {
    const { splitCount, startOf, offsets, splitLength } = this.input;
    const cell = key * splitCount + p;
    if (n === this.counts[cell]) return;
    this.counts[cell] = n;
    const start = startOf[cell] as number;
    const end = startOf[cell + 1] as number;
    this.bounds.raise(p, key, (offsets[start + n - 1] as number) + 1);
    const high = start + n < end ? (offsets[start + n] as number) : (splitLength[p] as number);
    this.bounds.limit(p, key, high);
  }
}
