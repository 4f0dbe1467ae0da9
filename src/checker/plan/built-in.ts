/**
 * Which operators call a function of the built-in catalogue. What others do is the user's own affair:
 * they are called, and nothing more is known of them than what they declare.
 */
import { builtinFunctions } from '../../model/functions.ts';
import type { OperatorSpec } from '../../model/pipeline.ts';

/** Whether the function that the operator calls is one of the built-in ones. */
export function isBuiltIn(spec: OperatorSpec): boolean {
  switch (spec.kind) {
    case 'map':
    case 'filter':
    case 'process':
      return Object.hasOwn(builtinFunctions[spec.kind], spec.fn.fn);
    case 'flat-map':
      return Object.hasOwn(builtinFunctions.flatMap, spec.fn.fn);
    case 'key-by':
      return Object.hasOwn(builtinFunctions.key, spec.key.fn);
    case 'reduce':
    case 'window':
      return Object.hasOwn(builtinFunctions.aggregate, spec.aggregate.fn);
    default:
      return true;
  }
}
