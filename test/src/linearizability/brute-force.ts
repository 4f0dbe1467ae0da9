/**
 * The definition of linearizability, tried out: every choice of indefinite operations, every
 * permutation that real time allows, one step after another. No memory, no pruning but legality.
 */
import {
  neverReturned,
  operationAt,
  type OperationHistory,
} from '../../../src/linearizability/history/history.ts';
import type { SequentialModel } from '../../../src/linearizability/history/model.ts';
import type { Value } from '../../../src/model/value.ts';

/**
 * Whether the operations `rows` of one object are linearizable. Exponential: keep it below nine.
 */
export function isLinearizable(
  history: OperationHistory,
  rows: readonly number[],
  model: SequentialModel,
): boolean {
  return place(rows, model.initial);

  function place(left: readonly number[], state: Value): boolean {
    if (left.every((row) => history.returns[row] === neverReturned)) return true;
    return left.some((row) => {
      const call = history.call[row] as number;
      if (left.some((other) => (history.returns[other] as number) < call)) return false;
      const next = model.step(state, operationAt(history, row));
      if (next === undefined) return false;
      return place(
        left.filter((other) => other !== row),
        next,
      );
    });
  }
}
