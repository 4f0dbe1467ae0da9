/**
 * The records of each key in each split as lists over the records in flight, and how far the newest
 * value of a key has come in them. A version vector names a prefix of each list; its fingerprints
 * are summed on the way there, forward or back. Judges nothing.
 */
import { noBound } from './bounds.ts';
import { SplitWindow } from './split-window.ts';
import type { LogEvent, VisibleValues } from '../model/stream-history.ts';

/** `beyond`: it names more records than are logged. `forgotten`: less than is still known of. */
export type Measured = 'known' | 'beyond' | 'forgotten';

/**
 * `shown`: it is one of the values of its key. `between`: it lies between two of them. `beside`: no
 * run gives it and them.
 */
export type Lies = 'shown' | 'between' | 'beside' | 'forgotten';

/** Splits of which a value has more than another one, and fewer. */
export interface Beside {
  readonly more: number;
  readonly fewer: number;
}

/** A vector in a column of vectors. */
export interface VectorAt {
  readonly vector: Int32Array;
  readonly at: number;
}

/** A record of a key, and its number among those of its split. */
export interface Listed {
  readonly place: number;
  readonly offset: number;
  readonly fingerprint: number;
}

/** A record's note is the place of the next one of its key. */
export class KeyChains {
  readonly windows: readonly SplitWindow[];
  /** Per (key, split): records in the newest value, in the log. */
  readonly counts: Int32Array;
  readonly logged: Int32Array;
  /** Per (key, split): place of the first record after the newest value, and of the last one. */
  readonly heads: Int32Array;
  private readonly tails: Int32Array;
  /** Per key: fingerprints of what its counts name, as far as it is logged. */
  readonly sums: Uint32Array;
  /** What `measure` found: the sum of fingerprints, and the place after it per split. */
  sum = 0;
  /** Place of the record that `step` took. */
  taken = -1;
  private readonly ends: Int32Array;
  private isForgotten = false;
  /**
   * Where `placeOf` found it beside a value: it has more of one split than that, and less of
   * another.
   */
  beside: Beside | null = null;
  private readonly splits: number;

  constructor(keys: number, splits: number) {
    this.splits = splits;
    const has = { fingerprints: true, links: true };
    this.windows = Array.from({ length: splits }, () => new SplitWindow(has));
    this.counts = new Int32Array(keys * splits);
    this.logged = new Int32Array(keys * splits);
    this.heads = new Int32Array(keys * splits).fill(noBound);
    this.tails = new Int32Array(keys * splits);
    this.sums = new Uint32Array(keys);
    this.ends = new Int32Array(splits);
  }

  /** `onHead`: a key has something to come again; `onLate`: a value counted the record before. */
  append(
    log: LogEvent,
    onHead: (key: number, place: number) => void,
    onLate: (key: number) => void,
  ): void {
    const { split, key, fingerprint } = log;
    const window = this.windows[split] as SplitWindow;
    const start = window.head;
    window.append(log);
    for (let i = 0; i < key.length; i++) {
      const k = key[i] as number;
      const cell = k * this.splits + split;
      const place = start + i;
      const before = this.logged[cell] as number;
      this.logged[cell] = before + 1;
      window.link[place & window.mask] = before === 0 ? 0 : (this.tails[cell] as number) + 1;
      if (before < (this.counts[cell] as number)) {
        this.sums[k] = (this.sums[k] as number) + (fingerprint[i] as number);
        onLate(k);
      } else if (this.heads[cell] === noBound) {
        this.heads[cell] = place;
        onHead(k, place);
      } else window.note[(this.tails[cell] as number) & window.mask] = place;
      this.tails[cell] = place;
    }
  }

  /**
   * Takes the next record of one split, if the value names that one besides those of the newest
   * value and adds up. Returns the split; -1: it is not so simple. One pass, for what is usual.
   */
  step({ key, vector, fingerprint }: VisibleValues, i: number): number {
    const { splits, counts } = this;
    const k = key[i] as number;
    const [cells, at] = [k * splits, i * splits];
    let [split, size] = [-1, 0];
    for (let p = 0; p < splits; p++) {
      const n = vector[at + p] as number;
      const more = n - (counts[cells + p] as number);
      size += n;
      if (more === 0) continue;
      if (more !== 1 || split >= 0) return -1;
      split = p;
    }
    const place = split < 0 ? noBound : (this.heads[cells + split] as number);
    if (place === noBound) return -1;
    const window = this.windows[split] as SplitWindow;
    const slot = place & window.mask;
    const sum = ((this.sums[k] as number) + (window.fingerprint[slot] as number)) >>> 0;
    if (sum !== fingerprint[i]) return -1;
    const next = window.note[slot] as number;
    window.rank[slot] = size;
    this.sums[k] = sum;
    counts[cells + split] = (counts[cells + split] as number) + 1;
    this.heads[cells + split] = next === 0 ? noBound : next;
    this.taken = place;
    return split;
  }

  /** Sums what the vector names of the key; see `sum`. */
  measure(key: number, { vector, at }: VectorAt): Measured {
    this.sum = this.sums[key] as number;
    this.isForgotten = false;
    let measured: Measured = 'known';
    for (let p = 0; p < this.splits; p++) {
      const cell = key * this.splits + p;
      const n = vector[at + p] as number;
      const count = this.counts[cell] as number;
      if (n === count || n < 0) {
        this.ends[p] = this.heads[cell] as number;
        if (n < 0 || n > (this.logged[cell] as number)) measured = 'beyond';
      } else if (n > count) {
        if (!this.walkForward(p, cell, n)) measured = 'beyond';
      } else if (!this.walkBack(p, cell, n)) {
        this.isForgotten = true;
        return 'forgotten';
      }
    }
    return measured;
  }

  /** The newest value of the key, with `size` records, has `n` of one split, as was measured. */
  takeSplit(key: number, split: number, { n, size }: { n: number; size: number }): void {
    const cell = key * this.splits + split;
    const window = this.windows[split] as SplitWindow;
    const end = this.ends[split] as number;
    let place = this.heads[cell] as number;
    for (let i = this.counts[cell] as number; i < n && place !== noBound && place !== end; i++) {
      window.rank[place & window.mask] = size;
      const next = window.note[place & window.mask] as number;
      place = next === 0 ? noBound : next;
    }
    this.counts[cell] = n;
    this.heads[cell] = end;
  }

  /** … and of all splits. */
  takeSum(key: number): void {
    this.sums[key] = this.sum;
  }

  /**
   * How the vector that was just measured, which names no more than the newest one, lies to the
   * values of the key. Each record is known by the size of the first value that contained it: what
   * it names was in them by then, and what comes next was not.
   */
  placeOf(key: number, { vector, at }: VectorAt): Lies {
    this.beside = null;
    if (this.isForgotten) return 'forgotten';
    let size = 0;
    for (let p = 0; p < this.splits; p++) size += vector[at + p] as number;
    let [named, next, more, fewer] = [0, noBound, -1, -1];
    let isKnown = true;
    for (let p = 0; p < this.splits; p++) {
      const { floor, mask, link, rank } = this.windows[p] as SplitWindow;
      const cell = key * this.splits + p;
      const end = this.ends[p] as number;
      const isTaken = (vector[at + p] as number) < (this.counts[cell] as number);
      const after = isTaken && end !== noBound ? (rank[end & mask] as number) : noBound;
      if (after < next) [next, fewer] = [after, p];
      if ((vector[at + p] as number) <= 0) continue;
      const last =
        end === noBound ? (this.tails[cell] as number) : (link[end & mask] as number) - 1;
      if (last < floor) isKnown = false;
      else if ((rank[last & mask] as number) > named) {
        [named, more] = [rank[last & mask] as number, p];
      }
    }
    if (next < named) {
      this.beside = { more, fewer };
      return 'beside';
    }
    if (size >= next) return 'between';
    if (!isKnown) return 'forgotten';
    return named <= size ? 'shown' : 'between';
  }

  /** Place of the first record of a key and split that is not in its newest value. */
  headOf(key: number, split: number): number {
    return this.heads[key * this.splits + split] as number;
  }

  /** Place of the last record of the split in the newest value of the key; -1: none, or unknown. */
  lastTaken(key: number, split: number): number {
    const cell = key * this.splits + split;
    const head = this.heads[cell] as number;
    if (head === noBound) {
      return (this.logged[cell] as number) === 0 ? -1 : (this.tails[cell] as number);
    }
    const window = this.windows[split] as SplitWindow;
    return (window.link[head & window.mask] as number) - 1;
  }

  /** At most `most` records of a key in a split, from number `from` on: those that are known. */
  recordsFrom(
    key: number,
    split: number,
    { from, most }: { readonly from: number; readonly most: number },
  ): { split: number; offset: number }[] {
    const window = this.windows[split] as SplitWindow;
    const cell = key * this.splits + split;
    let i = Math.min(this.counts[cell] as number, this.logged[cell] as number);
    let place = this.heads[cell] as number;
    if (i > from && place === noBound) {
      place = this.tails[cell] as number;
      i--;
    }
    for (; i > from && place >= window.floor; i--) {
      place = (window.link[place & window.mask] as number) - 1;
    }
    const records = [];
    for (; records.length < most && place >= window.floor && place !== noBound; i++) {
      if (i >= from) records.push({ split, offset: window.offsetOf(place) });
      const next = window.note[place & window.mask] as number;
      place = next === 0 ? noBound : next;
    }
    return records;
  }

  /** At most `most` of the last records of a key in a split, in order: those that are known. */
  list(key: number, split: number, most: number): Listed[] {
    const window = this.windows[split] as SplitWindow;
    const cell = key * this.splits + split;
    const listed: Listed[] = [];
    let place = (this.logged[cell] as number) === 0 ? -1 : (this.tails[cell] as number);
    while (place >= window.floor && listed.length < most) {
      const slot = place & window.mask;
      const fingerprint = window.fingerprint[slot] as number;
      listed.push({ place, offset: window.offsetOf(place), fingerprint });
      place = (window.link[slot] as number) - 1;
    }
    return listed.reverse();
  }

  private walkForward(split: number, cell: number, n: number): boolean {
    const { note, fingerprint, mask } = this.windows[split] as SplitWindow;
    let head = this.heads[cell] as number;
    let i = this.counts[cell] as number;
    for (; i < n && head !== noBound; i++) {
      const slot = head & mask;
      this.sum = (this.sum + (fingerprint[slot] as number)) >>> 0;
      head = (note[slot] as number) === 0 ? noBound : (note[slot] as number);
    }
    this.ends[split] = head;
    return i === n;
  }

  private walkBack(split: number, cell: number, n: number): boolean {
    const { link, fingerprint, mask, floor } = this.windows[split] as SplitWindow;
    const head = this.heads[cell] as number;
    let i = Math.min(this.counts[cell] as number, this.logged[cell] as number);
    let end = head;
    let place = head === noBound ? (this.tails[cell] as number) : (link[head & mask] as number) - 1;
    for (; i > n; i--) {
      if (place < floor) return false;
      const slot = place & mask;
      this.sum = (this.sum - (fingerprint[slot] as number)) >>> 0;
      end = place;
      place = (link[slot] as number) - 1;
    }
    this.ends[split] = end;
    return true;
  }
}
