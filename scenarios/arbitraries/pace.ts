/**
 * Where a stream pauses while the job goes on: silences, event time that stands still, and long
 * quiet tails. What was due before has to show meanwhile, and the end does not come to its help.
 */
import * as fc from 'fast-check';

interface Pause {
  readonly fromMs: number;
  readonly forMs: number;
}

/** Times in ms after the job's start. */
export interface Pace {
  /** Nothing arrives in this time; what would have, comes at its end. */
  readonly silence: Pause | null;
  /** Event time stands still in this time, and goes on from there. */
  readonly flat: Pause | null;
  /** In the first `splits` splits the last record comes this much later than it would. */
  readonly tail: { readonly splits: number; readonly forMs: number } | null;
}

export const steadyPace: Pace = { silence: null, flat: null, tail: null };

/** Most streams have no pause; tails cost checkpoints, so they are rare. */
export const pace: fc.Arbitrary<Pace> = fc.record({
  silence: rarely(8, pause(300, 2_500)),
  flat: rarely(8, pause(200, 2_000)),
  tail: rarely(
    16,
    fc.record({
      splits: fc.integer({ min: 1, max: 3 }),
      forMs: fc.integer({ min: 2_000, max: 9_000 }),
    }),
  ),
});

function pause(shortestMs: number, longestMs: number): fc.Arbitrary<Pause> {
  return fc.record({
    fromMs: fc.integer({ min: 0, max: 2_500 }),
    forMs: fc.integer({ min: shortestMs, max: longestMs }),
  });
}

/** Of `oneOf` cases one has it. */
function rarely<T>(oneOf: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: oneOf - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}

/** When a record arrives that would at `at`; the order of arrival stays. */
export function afterSilence({ silence }: Pace, at: number): number {
  if (silence === null) return at;
  const until = silence.fromMs + silence.forMs;
  return at >= silence.fromMs && at < until ? until : at;
}

/** Event time, counted from the start, of a record that would have `progress`. It never jumps. */
export function flattened({ flat }: Pace, progress: number): number {
  if (flat === null) return progress;
  return progress - Math.min(Math.max(0, progress - flat.fromMs), flat.forMs);
}

/** How much later the last record of a split comes. */
export function tailMs({ tail }: Pace, split: number): number {
  return tail === null || split >= tail.splits ? 0 : tail.forMs;
}
