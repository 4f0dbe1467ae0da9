/**
 * Cut-traceable payloads: a value carries a one-hot digit of its split and a hash of its id, so
 * that any engine's plain SUM returns a version vector and a fingerprint (design: traceability by
 * construction, after Elle's criterion of recoverable versions).
 */
import { idFingerprint } from './functions.ts';
import type { ValueObject } from './value.ts';

/**
 * Digits per split in the packed vector; at most 53 / splits bits each, so that sums stay exact.
 */
export function digitBase(splitCount: number): number {
  return 2 ** Math.floor(53 / Math.max(1, splitCount));
}

/** `{ id, q, f }` for record `id` of split number `splitIndex` of `splitCount`. */
export function traceFields(id: number, splitIndex: number, splitCount: number): ValueObject {
  return { id, q: digitBase(splitCount) ** splitIndex, f: idFingerprint(id) };
}

/** The digits of a packed vector: how many records of each split a sum contains. */
export function unpackVector(q: number, splitCount: number): number[] {
  const base = digitBase(splitCount);
  const counts: number[] = [];
  let rest = q;
  for (let i = 0; i < splitCount; i++) {
    const digit = rest % base;
    counts.push(digit);
    rest = (rest - digit) / base;
  }
  return counts;
}
