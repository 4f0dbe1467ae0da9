/**
 * Keyed state: one value per key, stored by key group so that a restore can take just its own
 * groups (Flink `StateTable`). Values are immutable; who wants to change one puts a new one.
 */
import { keyGroupOf } from '../plan/key-groups.ts';
import type { Key, Value } from '../../model/value.ts';

/** `[key group, [key, value] …]`, ascending by key group. */
export type StoredTable = readonly (readonly [number, readonly (readonly [Key, Value])[]])[];

export class KeyedTable<T extends Value> {
  private readonly values = new Map<Key, T>();
  private readonly maxParallelism: number;

  constructor(maxParallelism: number) {
    this.maxParallelism = maxParallelism;
  }

  get(key: Key): T | undefined {
    return this.values.get(key);
  }

  put(key: Key, value: T): void {
    this.values.set(key, value);
  }

  remove(key: Key): void {
    this.values.delete(key);
  }

  snapshot(): StoredTable {
    const groups = new Map<number, [Key, Value][]>();
    for (const [key, value] of this.values) {
      const group = keyGroupOf(key, this.maxParallelism);
      const entries = groups.get(group);
      if (entries === undefined) groups.set(group, [[key, value]]);
      else entries.push([key, value]);
    }
    return [...groups].sort(([a], [b]) => a - b);
  }

  restore(stored: StoredTable): void {
    for (const [, entries] of stored) {
      for (const [key, value] of entries) this.values.set(key, value as T);
    }
  }
}
