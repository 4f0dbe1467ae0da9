/**
 * How often the line of a planted bug was reached in this process. The counter is global because
 * the planted source text calls it: see harness/known-bugs/plant.ts.
 */

interface ReachCounter {
  tidemarkReachedCount?: number;
  tidemarkReached?: () => true;
}

/** Starts counting; called before the engine is loaded. */
export function startReachCounter(): void {
  const counter = globalThis as ReachCounter;
  counter.tidemarkReachedCount = 0;
  counter.tidemarkReached = () => {
    counter.tidemarkReachedCount = reachedCount() + 1;
    return true;
  };
}

/** 0 in a process without a planted bug. */
export function reachedCount(): number {
  return (globalThis as ReachCounter).tidemarkReachedCount ?? 0;
}
