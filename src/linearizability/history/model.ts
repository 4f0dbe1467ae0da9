/**
 * Sequential models: what an object promises when its operations happen one after another, as a
 * pure `step` over plain values. This is all the verifier reads; the optional facts only make the
 * search faster, each under the condition it states. Not here: how a model is compiled
 * (compile.ts).
 */
import type { Value } from '../../model/value.ts';
import type { Operation } from './history.ts';

export interface SequentialModel {
  readonly name: string;
  /** The functions it knows; an operation with another one is refused as bad input. */
  readonly functions: readonly string[];
  readonly initial: Value;
  /**
   * The state after `operation`, or undefined when it could not have had this outcome in `state`.
   * An indefinite operation has no output: the result is its effect, if it took effect. Pure: equal
   * arguments, equal results; neither is modified.
   */
  step(state: Value, operation: Operation): Value | undefined;
  /** Fact: the operation changes nothing in any state in which it is legal. */
  observer?(operation: Operation): boolean;
  /** Fact: operations of equal effect have the same `step`, legality included. */
  effect?(operation: Operation): Value;
  /**
   * Fact: maps states that no operation of this history can tell apart, now or later, to one
   * representative. `operations` are the distinct ones of the partition.
   */
  quotient?(operations: readonly Operation[]): (state: Value) => Value;
  /** A state of `quotient` that no operation can observe; the search tries it last. */
  readonly unobserved?: Value;
  /** Functions whose failure states that a condition did not hold (compare-and-set). */
  readonly failureObserves?: readonly string[];
  /** What is wrong with an operation as input, e.g. an amount that is no number; null: nothing. */
  complaint?(operation: Operation): string | null;
  /** A shape with a near-linear decision procedure; the search is not needed then. */
  readonly traceable?: 'register' | 'list' | 'log' | 'set';
}
