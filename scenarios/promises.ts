/**
 * The usual sets of promises, by what the sink can keep.
 */
import type { Guarantee } from '../src/model/guarantee.ts';

const sound: readonly Guarantee[] = [
  'validity',
  'checkpoint-sound',
  'watermark-sound',
  'watermark-live',
  'progress',
];

/** Transactions: everything visible once, whole, and not before its checkpoint completed. */
export const exactlyOnce: readonly Guarantee[] = [
  ...sound,
  'at-most-once',
  'at-least-once',
  'effectively-once',
  'exactly-once',
  'atomic-commit',
];

/** … and each key's rows in an order that a failure-free run could have had. */
export const exactlyOnceInOrder: readonly Guarantee[] = [...exactlyOnce, 'ordered'];

/** Idempotent writes: the last value per key is right in the end. */
export const effectivelyOnce: readonly Guarantee[] = [
  ...sound,
  'at-least-once',
  'effectively-once',
];

/** Plain writes under exactly-once state: nothing is lost or invented, some is repeated. */
export const atLeastOnceVisible: readonly Guarantee[] = [...sound, 'at-least-once'];

/** Checkpoints without alignment: state itself may count a record twice, but nothing else. */
export const atLeastOnceState: readonly Guarantee[] = ['validity', 'at-least-once', 'progress'];
