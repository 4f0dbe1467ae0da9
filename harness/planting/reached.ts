/**
 * How often the line of a planted bug was reached: in this process, or in nodes that told it so.
 * The counter is global because the planted source text calls it: see harness/planting/plant.ts.
 */

interface ReachCounter {
  tidemarkReachedCount?: number;
  tidemarkReached?: () => true;
  tidemarkFirstReached?: () => void;
}

/** Starts counting; called before the engine is loaded. */
export function startReachCounter(): void {
  const counter = globalThis as ReachCounter;
  counter.tidemarkReachedCount = 0;
  counter.tidemarkReached = () => {
    countReached();
    if (reachedCount() === 1) counter.tidemarkFirstReached?.();
    return true;
  };
}

/**
 * In a process with a planted bug: calls `listener` when its line is reached for the first time.
 */
export function onFirstReached(listener: () => void): void {
  (globalThis as ReachCounter).tidemarkFirstReached = listener;
}

/** Here, or in a node of a run that is made from here. */
export function countReached(): void {
  (globalThis as ReachCounter).tidemarkReachedCount = reachedCount() + 1;
}

/** 0 without a planted bug. */
export function reachedCount(): number {
  return (globalThis as ReachCounter).tidemarkReachedCount ?? 0;
}
