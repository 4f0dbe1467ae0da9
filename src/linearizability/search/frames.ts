/**
 * The stack of the search in one Int32Array: what a configuration was when it was entered, and
 * which of its candidates are left to try. It knows nothing of what they mean.
 */

/** Entries of a frame: next return, state, cursor, length of the order, */
export const frameReturn = 0;
export const frameState = 1;
export const frameCursor = 2;
export const frameOrder = 3;
/** the class of the indefinite operation that led here, or {@link noClass}, */
export const frameClass = 4;
/** the state before it while nothing has noticed it (R12), or {@link noState}, */
export const frameBefore = 5;
/** the mask of what is linearized, and behind it one of candidates for every round of trying. */
export const frameMask = 6;
export const noClass = -1;
export const noState = -1;
const rounds = 3;

export class Frames {
  data: Int32Array;
  depth = 0;
  private readonly words: number;
  private readonly stride: number;

  constructor(words: number, capacity: number) {
    this.words = words;
    this.stride = frameMask + (1 + rounds) * words;
    this.data = new Int32Array(this.stride * capacity);
  }

  get bytes(): number {
    return this.data.length * 4;
  }

  /** Where the top frame begins. */
  get top(): number {
    return (this.depth - 1) * this.stride;
  }

  /** Adds a frame, with what was there before in it, and returns where it begins. */
  push(): number {
    const base = this.depth++ * this.stride;
    if (base + this.stride > this.data.length) {
      const next = new Int32Array(this.data.length * 2 + this.stride);
      next.set(this.data);
      this.data = next;
    }
    return base;
  }

  /** No candidates in the top frame. */
  clearPending(): void {
    const first = this.top + frameMask + this.words;
    for (let i = 0; i < rounds * this.words; i++) this.data[first + i] = 0;
  }

  addPending(round: number, bit: number): void {
    const at = this.top + frameMask + (1 + round) * this.words + (bit >> 5);
    this.data[at] = (this.data[at] as number) | (1 << (bit & 31));
  }

  /** Takes the next candidate of the top frame, round by round; -1 when there is none left. */
  takePending(): number {
    const first = this.top + frameMask + this.words;
    for (let i = 0; i < rounds * this.words; i++) {
      const open = this.data[first + i] as number;
      if (open === 0) continue;
      this.data[first + i] = open & (open - 1);
      return (i % this.words) * 32 + 31 - Math.clz32(open & -open);
    }
    return -1;
  }
}
