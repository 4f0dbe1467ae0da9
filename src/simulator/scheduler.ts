/**
 * Virtual time: everything that will happen, in order of time, then of planning. Integer
 * microseconds, so that no rounding depends on how a time was reached.
 */
import { Heap } from '../base/heap.ts';

interface Planned {
  readonly at: number;
  readonly sequence: number;
  readonly run: () => void;
}

export class Scheduler {
  private readonly heap = new Heap<Planned>(
    (a, b) => a.at < b.at || (a.at === b.at && a.sequence < b.sequence),
  );
  private sequence = 0;
  /** µs since the start of the run. */
  now = 0;

  /** Runs `run` at `at` µs, or now if that is past. */
  at(at: number, run: () => void): void {
    this.heap.push({ at: Math.max(at, this.now), sequence: this.sequence++, run });
  }

  after(delayUs: number, run: () => void): void {
    this.at(this.now + delayUs, run);
  }

  /** Runs the next planned step; false when nothing is left before `untilUs`. */
  step(untilUs: number): boolean {
    const next = this.heap.peek();
    if (next === undefined || next.at > untilUs) return false;
    this.heap.pop();
    this.now = next.at;
    next.run();
    return true;
  }
}
