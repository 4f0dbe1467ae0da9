/**
 * The reductions of the search. Each is a switch, so that tests can compare verdicts with and
 * without it, and each states the condition under which it is sound: it may drop a linearization
 * only when another one, which it keeps, exists whenever the dropped one does.
 * Below, "now" is the moment before the next return that has not been passed yet.
 */
export interface Reductions {
  /**
   * R1 Flat memory: configurations in one Int32Array arena behind open addressing, not a Map of
   * texts. Sound because keys are compared in full: a hash collision costs time, never a verdict.
   */
  readonly flatMemory: boolean;
  /**
   * R2 Slot masks: an operation has a bit only while it is pending. Sound because what has returned
   * is linearized in every configuration that reaches its return, so the next return, the mask
   * of pending ones and the state determine all that can follow.
   */
  readonly slotMasks: boolean;
  /**
   * R3 Just in time: linearize only what a return forces. Sound because a point may move right up
   * to just before the next return: real time forbids nothing there, and the order stays the same.
   */
  readonly justInTime: boolean;
  /**
   * R4 Greedy observers: an operation that changes nothing where it is legal, and is legal now, is
   * linearized now without an alternative. Sound because it has been called, and what follows sees
   * the same states without it. Not for operations of unknown outcome: those may change the state.
   */
  readonly greedyObservers: boolean;
  /**
   * R5 Crash symmetry: of indefinite operations with the same effect the earliest called goes
   * first. Sound because none of them has a deadline: swapping two leaves every constraint
   * satisfied.
   */
  readonly crashSymmetry: boolean;
  /**
   * R6 Dominance: a configuration that has used up a superset of the indefinite operations of one
   * seen before (same return, mask and state) is not searched, and an indefinite operation is
   * not tried where it changes nothing. Sound because whatever completes the larger use completes
   * the smaller one too.
   */
  readonly dominance: boolean;
  /**
   * R7 Crash relaxation: first search with indefinite operations that never run out. Sound as a
   * refutation because every real linearization is one of the relaxed problem; a relaxed one that
   * used nothing twice is a real one. Polynomial in the number of indefinite operations.
   */
  readonly crashRelaxation: boolean;
  /**
   * R8 Observability quotient: states that no operation of the partition can tell apart are one.
   * The model states which; sound when steps and legality respect the merging.
   */
  readonly quotient: boolean;
  /**
   * R9 Same-effect exchange: of pending operations with the same effect the one with the earlier
   * deadline goes first. Sound because both have been called: exchanging their points keeps every
   * state and meets the earlier deadline.
   */
  readonly sameEffect: boolean;
  /**
   * R10 Pre-checks: values nobody wrote, reads before any write, zones of unique values (Gibbons
   * and Korach 1997), traceable lists, logs and sets. Exact where their preconditions hold, and not
   * consulted where they do not.
   */
  readonly preChecks: boolean;
  /**
   * R11 Refinement by need: when the order that R7 finds uses some classes of indefinite operations
   * more often than they were called, only those are counted in the next search. Sound as a
   * refutation for the reason of R7, since every class left uncounted only adds orders; an order is
   * accepted only when every use has an operation of its own that was called in time.
   */
  readonly crashRefinement: boolean;
  /**
   * R12 Noticed at once: after an indefinite operation only such operations are tried next as end
   * in another state than they would have without it, or were illegal without it. Sound with R3 and
   * R6: leaving the indefinite operation out of an order that breaks this gives an order with the
   * same states and less used up, and its first part is searched as well.
   */
  readonly noticedCrash: boolean;
  /**
   * R13 Dominance of observers: a configuration in which fewer observers (R4) have been linearized
   * than in one seen before, and that is otherwise the same, is not searched. Sound because an
   * observer changes nothing: what completes it completes the other one, without those observers.
   */
  readonly observerDominance: boolean;
}

export const allReductions: Reductions = {
  flatMemory: true,
  slotMasks: true,
  justInTime: true,
  greedyObservers: true,
  crashSymmetry: true,
  dominance: true,
  crashRelaxation: true,
  quotient: true,
  sameEffect: true,
  preChecks: true,
  crashRefinement: true,
  noticedCrash: true,
  observerDominance: true,
};

export const reductionNames = Object.keys(allReductions) as readonly (keyof Reductions)[];
