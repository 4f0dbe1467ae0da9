/**
 * Values by their bytes: the same text in a file is parsed once, and found again without making a
 * string. Only a cache; equality of values is decided by the value table behind it.
 */
import type { ValueTable } from '../../src/linearizability/history/values.ts';
import type { Value } from '../../src/model/value.ts';
import { SyntaxFault } from './input-file.ts';

export type ParseText = (text: string, offset: number) => Value;

export class Slices {
  private readonly bytes: Uint8Array;
  private readonly table: ValueTable;
  private readonly parse: ParseText;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  /** Triples: start + 1, end, value id. */
  private entries = new Int32Array(3 * 1024);
  private count = 0;

  constructor(bytes: Uint8Array, table: ValueTable, parse: ParseText) {
    this.bytes = bytes;
    this.table = table;
    this.parse = parse;
  }

  /** The id of the value written in `bytes[from..to)`. */
  idOf(from: number, to: number): number {
    const integer = this.plainInteger(from, to);
    return integer >= 0 ? this.table.internNumber(integer) : this.lookup(from, to);
  }

  /** A non-negative integer without leading zeros that a double holds; -1 for anything else. */
  private plainInteger(from: number, to: number): number {
    const { bytes } = this;
    const isLeadingZero = bytes[from] === 48 && to - from > 1;
    if (to - from > 15 || to === from || isLeadingZero) return -1;
    let number = 0;
    for (let i = from; i < to; i++) {
      const digit = (bytes[i] as number) - 48;
      if (digit < 0 || digit > 9) return -1;
      number = number * 10 + digit;
    }
    return number;
  }

  private lookup(from: number, to: number): number {
    const at = this.find(from, to);
    if (this.entries[at] !== 0) return this.entries[at + 2] as number;
    const text = this.textOf(from, to);
    const id = this.table.intern(this.parse(text, from));
    this.entries[at] = from + 1;
    this.entries[at + 1] = to;
    this.entries[at + 2] = id;
    if (++this.count * 6 > this.entries.length) this.grow();
    return id;
  }

  private textOf(from: number, to: number): string {
    try {
      return this.decoder.decode(this.bytes.subarray(from, to));
    } catch {
      throw new SyntaxFault(from, 'bytes that are no UTF-8');
    }
  }

  private find(from: number, to: number): number {
    const { entries } = this;
    const last = entries.length / 3 - 1;
    let slot = this.hash(from, to) & last;
    for (;;) {
      const at = slot * 3;
      const start = (entries[at] as number) - 1;
      const isSameLength = (entries[at + 1] as number) - start === to - from;
      if (start < 0 || (isSameLength && this.equal(start, from, to))) return at;
      slot = (slot + 1) & last;
    }
  }

  private equal(start: number, from: number, to: number): boolean {
    const { bytes } = this;
    for (let i = start, j = from; j < to; i++, j++) if (bytes[i] !== bytes[j]) return false;
    return true;
  }

  private hash(from: number, to: number): number {
    const { bytes } = this;
    let h = to - from;
    for (let i = from; i < to; i++) h = Math.imul(h ^ (bytes[i] as number), 0x01000193);
    return (h ^ (h >>> 15)) >>> 0;
  }

  private grow(): void {
    const old = this.entries;
    this.entries = new Int32Array(old.length * 2);
    for (let i = 0; i < old.length; i += 3) {
      if (old[i] === 0) continue;
      const at = this.find((old[i] as number) - 1, old[i + 1] as number);
      this.entries.set(old.subarray(i, i + 3), at);
    }
  }
}
