/**
 * A partition under a model, as integers: what the search runs on. Operations are local numbers of
 * the partition, states are small integers whose meaning only the compilation knows.
 */
import type { Value } from '../../model/value.ts';

/** `step` result of an operation that is illegal in a state. */
export const illegal = -1;

export interface Compiled {
  readonly initial: number;
  /** The state after operation `op` in `state`, or {@link illegal}. */
  step(state: number, op: number): number;
  /** 1 for operations that change nothing wherever they are legal (R4). */
  readonly observer: Uint8Array;
  /** Operations of equal effect have the same transition function (R5, R9). */
  readonly effect: Int32Array;
  /**
   * R8: the state that stands for all that no operation can tell from others; -1 when there is
   * none.
   */
  readonly unobserved: number;
  /** A value that stands for `state` in explanations. */
  describe(state: number): Value;
}
