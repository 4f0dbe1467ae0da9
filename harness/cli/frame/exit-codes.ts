/**
 * Exit codes of the command line: an interface that scripts rely on.
 */
import type { Status } from '../../../src/model/verdict/verdict.ts';

export const exitCodes = {
  valid: 0,
  violation: 1,
  unknown: 2,
  notReproducible: 3,
  usage: 64,
  internal: 70,
  interrupted: 130,
} as const;

/** The exit code of a verdict. */
export function exitCodeOf(verdict: Status): number {
  const codes = { valid: 0, invalid: 1, unknown: 2 } as const;
  return codes[verdict];
}
