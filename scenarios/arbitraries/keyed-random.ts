/**
 * fast-check's source of randomness, derived from (seed, label): run i of a campaign draws the same
 * numbers whatever was generated before it, and in any worker (laws A1, A2).
 */
import * as fc from 'fast-check';

import { combine32, hashString, mix32 } from '../../src/base/hash.ts';

/** A stream of random numbers for `Arbitrary.generate`, the same for the same seed and label. */
export function keyedRandom(seed: number, label: string): fc.Random {
  return new fc.Random(new KeyedGenerator(combine32(mix32(seed), hashString(label)), 0));
}

/** The generator fast-check wants: a counter hashed under a key. */
class KeyedGenerator {
  private readonly key: number;
  private counter: number;

  constructor(key: number, counter: number) {
    this.key = key;
    this.counter = counter;
  }

  clone(): KeyedGenerator {
    return new KeyedGenerator(this.key, this.counter);
  }

  /** The next number: a signed 32-bit integer. */
  next(): number {
    const c = this.counter++;
    return mix32(combine32(this.key, c) ^ Math.imul(c + 0x632be5ab, 0x85157af5)) | 0;
  }

  getState(): readonly number[] {
    return [this.key, this.counter];
  }
}
