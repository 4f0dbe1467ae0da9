/**
 * Telling the failure of a simulated call from what it returned.
 */
import type { Failure } from '../engine/world/world.ts';

export function isFailure(value: unknown): value is Failure {
  return value !== null && typeof value === 'object' && 'kind' in value && 'message' in value;
}
