/**
 * Times in a history are ms whose fractions are microseconds.
 */
export function microseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
