/**
 * The run's random streams by label (law A2): created on first use, one per decision maker.
 */
import { RandomStream } from '../base/random.ts';

export class Streams {
  private readonly seed: number;
  private readonly streams = new Map<string, RandomStream>();

  constructor(seed: number) {
    this.seed = seed;
  }

  of(label: string): RandomStream {
    const known = this.streams.get(label);
    if (known !== undefined) return known;
    const stream = new RandomStream(this.seed, label);
    this.streams.set(label, stream);
    return stream;
  }
}
