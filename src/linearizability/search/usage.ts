/**
 * How many indefinite operations of every class have been used up on the way to a configuration.
 */
export class Usage {
  readonly counts: Int32Array;
  /** The classes used, in order of their first use; `size` of them. */
  readonly classes: Int32Array;
  size = 0;

  constructor(classCount: number) {
    this.counts = new Int32Array(classCount);
    this.classes = new Int32Array(classCount);
  }

  use(c: number): void {
    if (this.counts[c] === 0) this.classes[this.size++] = c;
    this.counts[c] = (this.counts[c] as number) + 1;
  }

  /** Takes back the last use. */
  unuse(c: number): void {
    this.counts[c] = (this.counts[c] as number) - 1;
    if (this.counts[c] === 0) this.size--;
  }

  clear(): void {
    this.counts.fill(0);
    this.size = 0;
  }
}
