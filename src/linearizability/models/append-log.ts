/**
 * A log: `append` returns the offset of the new entry (null when the client was not told), `read`
 * with an offset as input returns the entry there, or null beyond the end, `tail` the length.
 */
import type { Value } from '../../model/value.ts';
import type { Operation } from '../history/history.ts';
import type { SequentialModel } from '../history/model.ts';
import { sameValue } from './same-value.ts';

function step(state: Value, operation: Operation): Value | undefined {
  const log = state as readonly Value[];
  const { f, input, output, outcome } = operation;
  if (f === 'append') {
    const fits = outcome !== 'ok' || output === null || output === log.length;
    return fits ? [...log, input] : undefined;
  }
  if (outcome !== 'ok') return state;
  if (f === 'tail') return output === log.length ? state : undefined;
  return typeof input === 'number' && sameValue(log[input] ?? null, output) ? state : undefined;
}

export function appendLogModel(): SequentialModel {
  return {
    name: 'append-log',
    functions: ['append', 'read', 'tail'],
    initial: [],
    step,
    observer: (operation) => operation.f !== 'append',
    effect: (operation) => {
      const seen = operation.outcome === 'ok' ? operation.output : null;
      return [operation.f, operation.input, seen];
    },
    complaint: ({ f, input }) =>
      f === 'read' && typeof input !== 'number' ? 'read needs an offset, a number' : null,
    traceable: 'log',
  };
}
