/**
 * Certificates: what a verdict rests on, in a form that `verify.ts` can check without the search.
 * All operations are rows of the history.
 */
import type { Value } from '../../model/value.ts';

/** A rule that some operations of a partition break; `verify.ts` states and re-checks each. */
export type ContradictionRule =
  /** [reader]: it observed a value that no operation could have produced. */
  | 'never-written'
  /**
   * [reader, writer…]: everything that could have produced the value was called after it returned.
   */
  | 'read-before-write'
  /** [reader, other]: all that produces the value had returned before `other` left another one, and
   * that had returned before the reader was called. */
  | 'stale-read'
  /** [u1, u2, v1, v2]: the operations on two unique values would each have to precede the other. */
  | 'interleaved-values'
  /** [read]: a list, log or set that holds an element twice. */
  | 'repeated-element'
  /** [read, read]: neither list is a prefix of the other (neither set contains the other). */
  | 'incompatible-reads'
  /**
   * [earlier, later] or [earlier, later, evidence]: the later one returned before the earlier call.
   */
  | 'order-contradiction';

export interface LinearizationCertificate {
  readonly kind: 'linearization';
  /** Every definite operation of the partition once, and the indefinite ones that took effect. */
  readonly order: Int32Array;
}

export interface ContradictionCertificate {
  readonly kind: 'contradiction';
  readonly rule: ContradictionRule;
  readonly operations: readonly number[];
}

/**
 * A configuration that was alive just before the death: pending operations that had taken effect.
 */
export interface AliveConfiguration {
  readonly state: Value;
  readonly linearized: readonly number[];
}

/** No order explains the history up to the return of `death`. */
export interface DeadFrontierCertificate {
  readonly kind: 'dead-frontier';
  readonly death: number;
  /**
   * True: not even if indefinite operations, but for `counted`, could take effect any number of
   * times.
   */
  readonly relaxed: boolean;
  /**
   * Indefinite operations that take effect at most once, as they all do where `relaxed` is false.
   */
  readonly counted: readonly number[];
  /** How many configurations were alive; `alive` are the first of them. */
  readonly count: number;
  readonly alive: readonly AliveConfiguration[];
}

export type Refutation = ContradictionCertificate | DeadFrontierCertificate;
export type Certificate = LinearizationCertificate | Refutation;
