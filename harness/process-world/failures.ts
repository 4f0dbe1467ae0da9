/**
 * From errors of the operating system to the engine's kinds of failure.
 */
import type { Failure, FailureKind } from '../../src/engine/world/world.ts';

const kinds: Readonly<Record<string, FailureKind>> = {
  ENOENT: 'not-found',
  ENOSPC: 'no-space',
  EDQUOT: 'no-space',
};

/** What does not tell more is an input/output error. */
export function failureOf(error: unknown): Failure {
  const code = (error as { readonly code?: unknown }).code;
  const message = error instanceof Error ? error.message : String(error);
  return { kind: (typeof code === 'string' ? kinds[code] : undefined) ?? 'io-error', message };
}
