/**
 * R10: decision procedures that need no search, tried in order of cost. Each answers only where its
 * preconditions make it exact, and returns null otherwise.
 */
import type { PreCheck, PreCheckInput } from './pre-check.ts';
import { checkRegister } from './register-checks.ts';
import { checkTraceable } from './traceable.ts';

export function preCheck(input: PreCheckInput): PreCheck | null {
  const { traceable } = input.model;
  if (traceable === undefined) return null;
  return traceable === 'register' ? checkRegister(input) : checkTraceable(input, traceable);
}
