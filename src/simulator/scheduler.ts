/**
 * Virtual time: everything that will happen, in order of time, then of planning. Integer
 * microseconds, so that no rounding depends on how a time was reached.
 */
import { Heap } from '../base/heap.ts';

/** Something that happens once. The frequent kinds are classes, to cost one allocation each. */
export abstract class Step {
  /** µs since the start of the run; set by the scheduler, with the order of planning. */
  at = 0;
  sequence = 0;
  abstract run(): void;
}

class Call extends Step {
  private readonly action: () => void;

  constructor(action: () => void) {
    super();
    this.action = action;
  }

  run(): void {
    this.action();
  }
}

export class Scheduler {
  private readonly heap = new Heap<Step>(
    (a, b) => a.at < b.at || (a.at === b.at && a.sequence < b.sequence),
  );
  private sequence = 0;
  /** µs since the start of the run. */
  now = 0;

  /** Plans `step` for `at` µs, or now if that is past. A step is planned once. */
  plan(at: number, step: Step): void {
    step.at = at > this.now ? at : this.now;
    step.sequence = this.sequence++;
    this.heap.push(step);
  }

  /** Runs `action` at `at` µs, or now if that is past. */
  at(at: number, action: () => void): void {
    this.plan(at, new Call(action));
  }

  after(delayUs: number, action: () => void): void {
    this.plan(this.now + delayUs, new Call(action));
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
