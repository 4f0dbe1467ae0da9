/** Columns of numbers in bytes: views where alignment allows, copies elsewhere. Little-endian. */

export function int32View(bytes: Uint8Array, from: number, count: number): Int32Array {
  const start = bytes.byteOffset + from;
  if (start % 4 === 0) return new Int32Array(bytes.buffer, start, count);
  return new Int32Array(bytes.slice(from, from + count * 4).buffer);
}
