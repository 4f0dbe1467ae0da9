/**
 * Interned values: equal JSON values get one small integer, so that columns hold integers and the
 * search compares integers. Not a store of states: those are interned per partition (compile.ts).
 * Deterministic: ids are given in order of first appearance.
 */
import { canonicalJson } from '../../base/json.ts';
import type { Value } from '../../model/value.ts';

const smallMax = 1 << 16;

export class ValueTable {
  readonly values: Value[];
  /** How many of `values` the lookups below know; the rest is indexed on demand. */
  private indexed = 0;
  private small = new Int32Array(0);
  private readonly primitives = new Map<Value, number>();
  private readonly structures = new Map<string, number>();

  /** A table of `values`, which must be distinct; they keep their places as ids. */
  constructor(values: Value[] = []) {
    this.values = values;
  }

  /** The id of `value`; equal values (members in any order) have equal ids. */
  intern(value: Value): number {
    if (this.indexed < this.values.length) this.index();
    if (typeof value === 'number') return this.internNumber(value);
    const known = this.lookup(value);
    if (known >= 0) return known;
    const id = this.values.push(value) - 1;
    this.index();
    return id;
  }

  /** As {@link intern}; small non-negative integers need no hashing. */
  internNumber(value: number): number {
    if (this.indexed < this.values.length) this.index();
    const known = this.lookupNumber(value);
    if (known >= 0) return known;
    const id = this.values.push(value === 0 ? 0 : value) - 1;
    this.index();
    return id;
  }

  private lookupNumber(value: number): number {
    if (!isSmall(value)) return this.primitives.get(value) ?? -1;
    return value < this.small.length ? (this.small[value] as number) : -1;
  }

  private lookup(value: Value): number {
    if (value === null || typeof value !== 'object') return this.primitives.get(value) ?? -1;
    return this.structures.get(canonicalJson(value)) ?? -1;
  }

  private index(): void {
    for (let id = this.indexed; id < this.values.length; id++) {
      const value = this.values[id] as Value;
      if (typeof value === 'number' && isSmall(value)) this.indexSmall(value, id);
      else if (value === null || typeof value !== 'object') this.primitives.set(value, id);
      else this.structures.set(canonicalJson(value), id);
    }
    this.indexed = this.values.length;
  }

  private indexSmall(value: number, id: number): void {
    if (value >= this.small.length) {
      let length = Math.max(64, this.small.length);
      while (length <= value) length *= 2;
      const grown = new Int32Array(length).fill(-1);
      grown.set(this.small);
      this.small = grown;
    }
    this.small[value] = id;
  }
}

function isSmall(value: number): boolean {
  return value >= 0 && value < smallMax && Number.isInteger(value);
}
