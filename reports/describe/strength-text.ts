/**
 * The strongest delivery guarantee that held, as sentences. Pure.
 */

/** `What held: at-most-once. What did not: exactly-once.` of `at-most-once, not exactly-once`. */
export function strengthText(strongest: string): string {
  if (strongest === 'unknown') return 'Nothing can be said about delivery.';
  const [held = '', ...failed] = strongest.split(', not ');
  const holding = held === 'none' ? 'No delivery guarantee held.' : `What held: ${held}.`;
  return failed.length === 0 ? holding : `${holding} What did not: ${failed.join(', ')}.`;
}
