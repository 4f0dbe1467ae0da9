/**
 * Which operators call a function of the built-in catalogue. What others do is the user's own
 * affair: they are called, and nothing more is known of them than what they declare.
 */
import { builtinFunctions } from '../../model/functions.ts';
import { functionOf } from '../../model/operator-kinds.ts';
import type { OperatorSpec } from '../../model/pipeline.ts';

/** Whether the function that the operator calls, if any, is one of the built-in ones. */
export function isBuiltIn(spec: OperatorSpec): boolean {
  const called = functionOf(spec);
  return called === null || Object.hasOwn(builtinFunctions[called.kind], called.name);
}
