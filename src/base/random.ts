/**
 * Keyed randomness (law A2): every decision draws from the stream named (seed, label, counter).
 * Two labels never share a stream, so removing one fault or one record shifts no other decision.
 * Determinism: integer arithmetic only, no global state.
 */
import { combine32, hashString, mix32 } from './hash.ts';

/** One named stream of random numbers; cheap enough for one draw per simulated message. */
export class RandomStream {
  private readonly key: number;
  private counter = 0;

  constructor(seed: number, label: string) {
    this.key = combine32(mix32(seed), hashString(label));
  }

  /** The next uint32 of the stream. */
  next(): number {
    const c = this.counter++;
    return mix32(combine32(this.key, c) ^ Math.imul(c + 0x632be5ab, 0x85157af5));
  }

  /** Uniform integer in `[0, bound)`; `bound` in 1..2^32. Bias below bound / 2^32. */
  below(bound: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * bound);
  }

  /** Uniform integer in `[low, high]`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.next() < p * 0x1_0000_0000;
  }

  /** A uniformly chosen element; `items` must not be empty. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}
