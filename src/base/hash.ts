/**
 * Integer hashing: deterministic, allocation-free, identical on every platform.
 * Not cryptographic: it spreads keys and fingerprints records, it does not protect anything.
 */

/** Murmur3's 32-bit finaliser: a bijection on uint32 (Appleby, MurmurHash3 `fmix32`). */
export function mix32(value: number): number {
  let h = value | 0;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 0;
}

/** Folds `value` into a running 32-bit hash. Order matters. */
export function combine32(hash: number, value: number): number {
  return mix32((Math.imul(hash, 0x9e3779b1) + (value | 0)) | 0);
}

/** FNV-1a over the UTF-16 code units of `text`, finalised. Result: uint32. */
export function hashString(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  }
  return mix32(h);
}

/**
 * A 64-bit digest of `text` as 16 hex digits: two independently seeded 32-bit lanes.
 * Used for checksums of stored state and for history fingerprints in tests.
 */
export function digest64(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x85ebca6b);
    b ^= b >>> 15;
  }
  return hex32(mix32(a ^ text.length)) + hex32(mix32(b));
}

function hex32(value: number): string {
  return value.toString(16).padStart(8, '0');
}
