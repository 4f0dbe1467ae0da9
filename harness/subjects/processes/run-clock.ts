/**
 * Time of one run: ms since the job's start, on the machine's clock, which its nodes share.
 */
import { machineMs } from '../../process-world/machine-clock.ts';

export class RunClock {
  /** On the machine's clock. */
  readonly startedAtMs: number = machineMs();
  private readonly timers = new Set<NodeJS.Timeout>();
  private stopped = false;

  /** Never negative. */
  nowMs(): number {
    return Math.max(0, machineMs() - this.startedAtMs);
  }

  /** Runs `action` after `delayMs`, unless the run is over by then. */
  after(delayMs: number, action: () => void): void {
    if (this.stopped) return;
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        action();
      },
      Math.max(0, delayMs),
    );
    this.timers.add(timer);
  }

  /** Lets no timer fire any more. */
  stop(): void {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}
