/**
 * The guarantees that are about what the sinks made visible.
 */
import type { Guarantee } from '../model/guarantee.ts';

/** The guarantees that the rows of a sink decide. */
export const everyDelivery: readonly Guarantee[] = [
  'validity',
  'at-least-once',
  'at-most-once',
  'exactly-once',
  'effectively-once',
  'ordered',
];
