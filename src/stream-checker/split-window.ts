/**
 * The records of one split that are in flight: logged, and not yet below everything that has to be
 * compared with them. A ring over places `[floor, head)` that grows with what is in flight and
 * forgets the rest (retirement, after Cobra's fences). Records that stay unshown while the window
 * runs far past them move to a small table, so that one loss does not keep everything.
 *
 * Places count the records of the split from 0. Offsets are places plus a shift, until the log has
 * a gap: from then on the offsets of what is in flight are kept, and a place is searched for.
 */
import type { LogEvent } from '../model/stream-history.ts';

export interface Hole {
  readonly offset: number;
  readonly key: number;
  readonly fingerprint: number;
  /** Step and offset of the first record behind it that retired; -1: none yet. */
  nextStep: number;
  nextOffset: number;
}

const firstCapacity = 1024;
/** Records below `base` that the ring still holds, so that a repeat finds who showed it first. */
const keptMax = 65_536;
/** Named limit: stretches of one attempt that are known below that. */
const stretchesMax = 4096;

/** No record has this offset. */
export const absent = -1;
/** A record may have had this offset, below what is known of a log with gaps. */
export const forgotten = -2;

export class SplitWindow {
  /** Place of the first record that is in flight. */
  base = 0;
  /** First place the ring still holds. */
  floor = 0;
  /** Attempt that showed the newest retired record. */
  attempt = -1;
  /** Place of the next record. */
  head = 0;
  /** Highest place shown. */
  top = -1;
  key: Int32Array = new Int32Array(firstCapacity);
  fingerprint: Uint32Array = new Uint32Array(0);
  /** What the owner notes of each record; 0: nothing. */
  note: Int32Array = new Int32Array(firstCapacity);
  /** One past the place of the record's predecessor, if the owner links them; 0: it has none. */
  link: Int32Array = new Int32Array(0);
  /** Records in the first value of its key that contained the record, if the owner links them. */
  rank: Int32Array = new Int32Array(0);
  mask: number = firstCapacity - 1;
  readonly holes: Map<number, Hole> = new Map();
  /** Offset of place 0, while there is no gap. */
  private shift = 0;
  /** Offset of each place, once there is a gap. */
  private offset: Int32Array | null = null;
  private readonly stretches: { readonly from: number; readonly attempt: number }[] = [];
  private readonly hasFingerprints: boolean;
  private readonly hasLinks: boolean;

  constructor(has: { readonly fingerprints: boolean; readonly links: boolean }) {
    this.hasFingerprints = has.fingerprints;
    this.hasLinks = has.links;
    if (has.fingerprints) this.fingerprint = new Uint32Array(firstCapacity);
    if (has.links) {
      this.link = new Int32Array(firstCapacity);
      this.rank = new Int32Array(firstCapacity);
    }
  }

  append({ from, offset, key, fingerprint }: LogEvent): void {
    const { length } = key;
    if (length === 0) return;
    this.floor = Math.max(this.floor, this.base - keptMax);
    while (this.head + length - this.floor > this.key.length) this.grow();
    if (this.head === 0) this.shift = from;
    if (offset !== undefined || from !== this.shift + this.head) this.startOffsets();
    fill(this.key, this.head & this.mask, key);
    if (this.hasFingerprints) fill(this.fingerprint, this.head & this.mask, fingerprint);
    const first = Math.min(length, this.key.length - (this.head & this.mask));
    this.note.fill(0, this.head & this.mask, (this.head & this.mask) + first);
    this.note.fill(0, 0, length - first);
    if (this.offset !== null) {
      const named = offset ?? Int32Array.from(key, (_, i) => from + i);
      fill(this.offset, this.head & this.mask, named);
    }
    this.head += length;
  }

  /** The place of an offset, {@link absent} or {@link forgotten}. */
  placeOf(offset: number): number {
    if (this.offset !== null) return this.search(this.offset, offset);
    const place = offset - this.shift;
    return place >= 0 && place < this.head ? place : absent;
  }

  /** One past the newest offset; 0 while there is none. */
  get end(): number {
    return this.head === 0 ? 0 : this.offsetOf(this.head - 1) + 1;
  }

  /** The offset of a place that the ring still holds. */
  offsetOf(place: number): number {
    return this.offset === null ? place + this.shift : (this.offset[place & this.mask] as number);
  }

  /** From `place` on, `attempt` showed what retires. */
  changeAttempt(place: number, attempt: number): void {
    this.attempt = attempt;
    this.stretches.push({ from: place, attempt });
    if (this.stretches.length > stretchesMax) this.stretches.splice(0, stretchesMax / 2);
  }

  /** Which attempt showed the retired record; null: forgotten. */
  attemptOf(place: number): number | null {
    return this.stretches.findLast(({ from }) => from <= place)?.attempt ?? null;
  }

  /** The first known place whose offset is not below. */
  placeFrom(offset: number): number {
    if (this.offset === null) return Math.max(this.floor, offset - this.shift);
    let [low, high] = [this.floor, this.head];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.offset[middle & this.mask] as number) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private search(offsets: Int32Array, offset: number): number {
    const place = this.placeFrom(offset);
    if (place < this.head && offsets[place & this.mask] === offset) return place;
    return place === this.floor && this.floor > 0 && offset >= this.shift ? forgotten : absent;
  }

  private startOffsets(): void {
    if (this.offset !== null) return;
    const offset = new Int32Array(this.key.length);
    for (let at = this.floor; at < this.head; at++) offset[at & this.mask] = at + this.shift;
    this.offset = offset;
  }

  private grow(): void {
    const [from, size] = [this.mask, this.key.length * 2];
    const [key, note] = [new Int32Array(size), new Int32Array(size)];
    const fingerprint = new Uint32Array(this.hasFingerprints ? size : 0);
    const link = new Int32Array(this.hasLinks ? size : 0);
    const rank = new Int32Array(this.hasLinks ? size : 0);
    const offset = this.offset === null ? null : new Int32Array(size);
    for (let place = this.floor; place < this.head; place++) {
      const [old, now] = [place & from, place & (size - 1)];
      key[now] = this.key[old] as number;
      note[now] = this.note[old] as number;
      if (this.hasFingerprints) fingerprint[now] = this.fingerprint[old] as number;
      if (this.hasLinks) {
        link[now] = this.link[old] as number;
        rank[now] = this.rank[old] as number;
      }
      if (offset !== null) offset[now] = this.offset?.[old] ?? 0;
    }
    Object.assign(this, { key, note, link, rank, fingerprint, offset, mask: size - 1 });
  }
}

/** Writes into a ring, from `start` on. */
function fill(
  ring: Int32Array | Uint32Array,
  start: number,
  values: Int32Array | Uint32Array,
): void {
  const first = Math.min(values.length, ring.length - start);
  ring.set(values.subarray(0, first), start);
  ring.set(values.subarray(first), 0);
}
