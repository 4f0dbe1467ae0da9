/**
 * A register: `read` returns the last value written (null before the first), `write` replaces it;
 * `cas` with input [from, to] replaces `from` by `to` and fails when something else is there.
 */
import type { Value } from '../../model/value.ts';
import type { Operation } from '../history/history.ts';
import type { SequentialModel } from '../history/model.ts';
import { sameValue } from './same-value.ts';

/** The two arguments of a compare-and-set, or null when the input is no pair. */
export function casArguments(input: Value): readonly [Value, Value] | null {
  return Array.isArray(input) && input.length === 2 ? (input as unknown as [Value, Value]) : null;
}

function step(state: Value, operation: Operation): Value | undefined {
  if (operation.f === 'write') return operation.input;
  if (operation.f === 'read') {
    return operation.outcome !== 'ok' || sameValue(state, operation.output) ? state : undefined;
  }
  const pair = casArguments(operation.input);
  if (pair === null) return undefined;
  const holds = sameValue(state, pair[0]);
  if (operation.outcome === 'failed') return holds ? undefined : state;
  return holds ? pair[1] : undefined;
}

/** `read`, `write`. */
export function registerModel(initial: Value = null): SequentialModel {
  return { name: 'register', functions: ['read', 'write'], initial, step, traceable: 'register' };
}

/** `read`, `write`, `cas`. */
export function casRegisterModel(initial: Value = null): SequentialModel {
  return {
    name: 'cas-register',
    functions: ['read', 'write', 'cas'],
    initial,
    step,
    failureObserves: ['cas'],
    complaint: ({ f, input }) =>
      f === 'cas' && casArguments(input) === null ? 'cas needs a value [from, to]' : null,
    traceable: 'register',
  };
}
