/**
 * Counted nouns, the same in every report.
 */

/** `1 fault`, `2 faults`. */
export function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
