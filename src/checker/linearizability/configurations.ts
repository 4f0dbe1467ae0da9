/**
 * The configurations a search has seen: (next return, state, mask of linearized pending operations,
 * indefinite operations used). Meeting one again cannot lead anywhere new (Lowe 2017); with R6 a
 * configuration that used up more than one seen before cannot either.
 * Deterministic: insertion order alone decides the layout.
 */
import { mix32 } from '../../base/hash.ts';

/** `used[c]` counts how many indefinite operations of class c have been used; all others are 0. */
export interface Usage {
  readonly counts: Int32Array;
  readonly classes: Int32Array;
  /** How many entries of `classes` are in use. */
  size: number;
}

export interface SeenConfigurations {
  /** Whether this configuration, or one that dominates it, was seen; remembers it otherwise. */
  seen(r: number, state: number, mask: Int32Array): boolean;
  /** Calls `visit` for every configuration remembered at return `r`: state and mask. */
  at(r: number, visit: (state: number, mask: Int32Array) => void): void;
  readonly size: number;
  readonly bytes: number;
}

export interface StoreOptions {
  readonly words: number;
  readonly usage: Usage;
  /** R6. */
  readonly dominance: boolean;
  /** R7: usage does not count. */
  readonly relaxed: boolean;
}

/** R1: entries `r, state, mask…, n, (class, count) × n` in one arena behind open addressing. */
export class FlatConfigurations implements SeenConfigurations {
  private readonly options: StoreOptions;
  private arena = new Int32Array(512);
  private end = 1;
  private table = new Int32Array(128);
  size = 0;

  constructor(options: StoreOptions) {
    this.options = options;
  }

  get bytes(): number {
    return (this.arena.length + this.table.length) * 4;
  }

  seen(r: number, state: number, mask: Int32Array): boolean {
    if (this.size * 2 >= this.table.length) this.rehash();
    const last = this.table.length - 1;
    let at = this.hash(hashHead(r, state), mask, 0) & last;
    for (;;) {
      const entry = this.table[at] as number;
      if (entry === 0) break;
      const { arena } = this;
      const isAlike = arena[entry] === r && arena[entry + 1] === state;
      if (isAlike && this.sameMask(entry, mask) && this.covers(entry)) return true;
      at = (at + 1) & last;
    }
    this.table[at] = this.write(r, state, mask);
    this.size++;
    return false;
  }

  at(r: number, visit: (state: number, mask: Int32Array) => void): void {
    const { words } = this.options;
    for (let entry = 1; entry < this.end;) {
      const base = entry + 2;
      if (this.arena[entry] === r) {
        visit(this.arena[entry + 1] as number, this.arena.slice(base, base + words));
      }
      entry = base + words + 1 + 2 * (this.arena[base + words] as number);
    }
  }

  /** The hash of a key; its mask starts at `from` in `mask`. */
  private hash(head: number, mask: Int32Array, from: number): number {
    let h = head;
    for (let w = 0; w < this.options.words; w++) {
      h = Math.imul(h ^ (h >>> 15) ^ (mask[from + w] as number), 0x2c1b3c6d);
    }
    return mix32(h);
  }

  private sameMask(entry: number, mask: Int32Array): boolean {
    const { arena } = this;
    for (let w = 0; w < this.options.words; w++) {
      if (arena[entry + 2 + w] !== mask[w]) return false;
    }
    return true;
  }

  /** Whether the entry used up no more than (R6), or exactly, what is used now. */
  private covers(entry: number): boolean {
    if (this.options.relaxed) return true;
    const { arena } = this;
    const { counts, size } = this.options.usage;
    let at = entry + 2 + this.options.words;
    const n = arena[at++] as number;
    if (!this.options.dominance && n !== size) return false;
    for (let i = 0; i < n; i++, at += 2) {
      const now = counts[arena[at] as number] as number;
      const then = arena[at + 1] as number;
      if (this.options.dominance ? then > now : then !== now) return false;
    }
    return true;
  }

  private write(r: number, state: number, mask: Int32Array): number {
    const { words, usage, relaxed } = this.options;
    const n = relaxed ? 0 : usage.size;
    const needed = this.end + 3 + words + 2 * n;
    if (needed > this.arena.length) this.growArena(needed);
    const entry = this.end;
    const { arena } = this;
    arena[entry] = r;
    arena[entry + 1] = state;
    for (let w = 0; w < words; w++) arena[entry + 2 + w] = mask[w] as number;
    let at = entry + 2 + words;
    arena[at++] = n;
    for (let i = 0; i < n; i++) {
      const c = usage.classes[i] as number;
      arena[at++] = c;
      arena[at++] = usage.counts[c] as number;
    }
    this.end = at;
    return entry;
  }

  private growArena(needed: number): void {
    let length = this.arena.length * 2;
    while (length < needed) length *= 2;
    const next = new Int32Array(length);
    next.set(this.arena);
    this.arena = next;
  }

  private rehash(): void {
    const old = this.table;
    this.table = new Int32Array(old.length * 2);
    const last = this.table.length - 1;
    const { arena } = this;
    for (const entry of old) {
      if (entry === 0) continue;
      const hash = this.hash(
        hashHead(arena[entry] as number, arena[entry + 1] as number),
        arena,
        entry + 2,
      );
      let at = hash & last;
      while (this.table[at] !== 0) at = (at + 1) & last;
      this.table[at] = entry;
    }
  }
}

function hashHead(r: number, state: number): number {
  return Math.imul(r, 0x9e3779b1) ^ Math.imul(state, 0x85ebca6b);
}

/** The same without R1: a Map from texts. Slow and plain; what the flat one is compared with. */
export class MappedConfigurations implements SeenConfigurations {
  private readonly options: StoreOptions;
  private readonly entries = new Map<string, Map<number, number>[]>();
  size = 0;

  constructor(options: StoreOptions) {
    this.options = options;
  }

  get bytes(): number {
    return this.size * 200;
  }

  seen(r: number, state: number, mask: Int32Array): boolean {
    const key = `${r}/${state}/${mask.join(',')}`;
    const now = this.usage();
    const known = this.entries.get(key) ?? [];
    if (known.some((then) => this.covers(then, now))) return true;
    this.entries.set(key, [...known, now]);
    this.size++;
    return false;
  }

  at(r: number, visit: (state: number, mask: Int32Array) => void): void {
    for (const [key, uses] of this.entries) {
      const [at, state, mask] = key.split('/') as [string, string, string];
      if (Number(at) !== r) continue;
      for (const _ of uses) visit(Number(state), Int32Array.from(mask.split(','), Number));
    }
  }

  private usage(): Map<number, number> {
    const { usage, relaxed } = this.options;
    const now = new Map<number, number>();
    if (relaxed) return now;
    for (let i = 0; i < usage.size; i++) {
      const c = usage.classes[i] as number;
      now.set(c, usage.counts[c] as number);
    }
    return now;
  }

  private covers(then: Map<number, number>, now: Map<number, number>): boolean {
    if (!this.options.dominance && then.size !== now.size) return false;
    for (const [c, count] of then) {
      const used = now.get(c) ?? 0;
      if (this.options.dominance ? count > used : count !== used) return false;
    }
    return true;
  }
}
