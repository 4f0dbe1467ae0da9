/**
 * A first-in first-out queue: `enqueue` adds its input, `dequeue` returns and removes the oldest
 * entry, null when there is none.
 */
import type { Value } from '../../model/value.ts';
import type { Operation } from '../history/history.ts';
import type { SequentialModel } from '../history/model.ts';
import { sameValue } from './same-value.ts';

function step(state: Value, operation: Operation): Value | undefined {
  const queue = state as readonly Value[];
  if (operation.f === 'enqueue') return [...queue, operation.input];
  if (operation.outcome === 'ok' && !sameValue(queue[0] ?? null, operation.output)) {
    return undefined;
  }
  return queue.length === 0 ? state : queue.slice(1);
}

export function queueModel(): SequentialModel {
  return {
    name: 'queue',
    functions: ['enqueue', 'dequeue'],
    initial: [],
    step,
    observer: (o) => o.f === 'dequeue' && o.outcome === 'ok' && o.output === null,
    effect: (operation) => {
      if (operation.f === 'enqueue') return ['enqueue', operation.input];
      return operation.outcome === 'ok' ? ['dequeue', operation.output] : ['dequeue'];
    },
  };
}
