/**
 * Time for toxics: a monotonic clock and cancellable timers behind one port, so that every toxic
 * can be tested on a clock driven by hand. Not the engine's World: proxies live outside the engine.
 */

/** Ends a timer; harmless after it fired. */
export type Cancel = () => void;

export interface Clock {
  /** Monotonic ms with fractions, from an arbitrary start. */
  now(): number;
  /**
   * Runs `action` once, not before `delayMs` (0 or more, below 2^31) have passed. `fine` asks for
   * sub-millisecond resolution, which costs processor time while the last millisecond runs.
   */
  timer(delayMs: number, fine: boolean, action: () => void): Cancel;
}

/** The real clock. Coarse timers round up to the next ms; fine ones poll the event loop. */
export const systemClock: Clock = {
  now: () => performance.now(),
  timer(delayMs, fine, action) {
    if (fine && delayMs < 1) {
      const immediate = setImmediate(action);
      return () => clearImmediate(immediate);
    }
    const timeout = setTimeout(action, fine ? Math.floor(delayMs) : Math.ceil(delayMs));
    return () => clearTimeout(timeout);
  },
};
