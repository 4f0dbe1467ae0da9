/**
 * Assertions. They state what must hold and are always on; a failed one is a programming mistake,
 * never an operating error (those are typed errors built where they happen).
 */

/** Thrown when an invariant of Tidemark itself is broken. Exit code 70 at the command line. */
export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure';
}

/** Throws {@link AssertionFailure} unless `condition` holds; `message` names the values. */
export function assert(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new AssertionFailure(typeof message === 'string' ? message : message());
}

/** Marks a switch as exhaustive: reaching it is a type error first and a failure second. */
export function unreachable(value: never, what: string): never {
  throw new AssertionFailure(`unexpected ${what}: ${JSON.stringify(value)}`);
}

/** The value, or a failure that names what was missing. */
export function present<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new AssertionFailure(`missing ${what}`);
  return value;
}
