/**
 * The records of one split that are in flight: logged, and not yet below everything that has to be
 * compared with them. A ring over offsets `[floor, head)` that grows with what is in flight and
 * forgets the rest (retirement, after Cobra's fences). Records that stay unshown while the window
 * runs far past them move to a small table, so that one loss does not keep everything.
 */

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

export class SplitWindow {
  base = 0;
  /** First offset the ring still holds. */
  floor = 0;
  /** Attempt that showed the newest retired record. */
  attempt = -1;
  head = 0;
  /** Highest offset shown. */
  top = -1;
  key: Int32Array = new Int32Array(firstCapacity);
  fingerprint: Uint32Array = new Uint32Array(0);
  /** What the owner notes of each record; 0: nothing. */
  note: Int32Array = new Int32Array(firstCapacity);
  mask: number = firstCapacity - 1;
  readonly holes: Map<number, Hole> = new Map();
  private readonly stretches: { readonly from: number; readonly attempt: number }[] = [];
  private readonly hasFingerprints: boolean;

  constructor(hasFingerprints: boolean) {
    this.hasFingerprints = hasFingerprints;
    if (hasFingerprints) this.fingerprint = new Uint32Array(firstCapacity);
  }

  append(keys: Int32Array, fingerprints: Uint32Array): void {
    const { length } = keys;
    this.floor = Math.max(this.floor, this.base - keptMax);
    while (this.head + length - this.floor > this.key.length) this.grow();
    const start = this.head & this.mask;
    const first = Math.min(length, this.key.length - start);
    this.key.set(keys.subarray(0, first), start);
    this.key.set(keys.subarray(first), 0);
    this.note.fill(0, start, start + first);
    this.note.fill(0, 0, length - first);
    if (this.hasFingerprints) {
      this.fingerprint.set(fingerprints.subarray(0, first), start);
      this.fingerprint.set(fingerprints.subarray(first), 0);
    }
    this.head += length;
  }

  /** From `offset` on, `attempt` showed what retires. */
  changeAttempt(offset: number, attempt: number): void {
    this.attempt = attempt;
    this.stretches.push({ from: offset, attempt });
    if (this.stretches.length > stretchesMax) this.stretches.splice(0, stretchesMax / 2);
  }

  /** Which attempt showed the retired record; null: forgotten. */
  attemptOf(offset: number): number | null {
    return this.stretches.findLast(({ from }) => from <= offset)?.attempt ?? null;
  }

  private grow(): void {
    const size = this.key.length * 2;
    const [key, note] = [new Int32Array(size), new Int32Array(size)];
    const fingerprint = new Uint32Array(this.hasFingerprints ? size : 0);
    for (let offset = this.floor; offset < this.head; offset++) {
      const [from, to] = [offset & this.mask, offset & (size - 1)];
      key[to] = this.key[from] as number;
      note[to] = this.note[from] as number;
      if (this.hasFingerprints) fingerprint[to] = this.fingerprint[from] as number;
    }
    Object.assign(this, { key, note, fingerprint, mask: size - 1 });
  }
}
