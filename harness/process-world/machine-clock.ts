/**
 * The clock that all processes of a machine share: events of different processes can be put in
 * order of time without trusting that messages about them arrive in that order.
 */

/** Monotonic ms since an arbitrary moment, the same in every process of this machine. */
export function machineMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
