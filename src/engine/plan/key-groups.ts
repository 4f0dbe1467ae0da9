/**
 * Key groups: the unit in which keyed state is assigned and stored (Flink
 * `KeyGroupRangeAssignment`).
 */
import { hashString } from '../../base/hash.ts';
import type { Key } from '../../model/value.ts';

/** The key group of a key: [0, maxParallelism). */
export function keyGroupOf(key: Key, maxParallelism: number): number {
  return hashString(key) % maxParallelism;
}

/** The subtask that owns a key group (Flink `computeOperatorIndexForKeyGroup`). */
export function subtaskOfKeyGroup(
  keyGroup: number,
  parallelism: number,
  maxParallelism: number,
): number {
  return Math.floor((keyGroup * parallelism) / maxParallelism);
}
