/**
 * The configurations a search has seen: (next return, state, mask of linearized pending operations,
 * indefinite operations used). Meeting one again cannot lead anywhere new (Lowe 2017); with R6 a
 * configuration that used up more than one seen before cannot either.
 * Deterministic: insertion order alone decides the layout.
 */
import { mix32 } from '../../base/hash.ts';
import type { Usage } from './usage.ts';

export interface PendingMasks {
  readonly mask: Int32Array;
  readonly watching: Int32Array;
}

export interface SeenConfigurations {
  /**
   * Whether the configuration, or one that dominates it, was seen; remembers it otherwise.
   * `mask`: pending operations linearized; `watching`: which pending ones are observers.
   */
  seen(r: number, state: number, pending: PendingMasks): boolean;
  /** Calls `visit` for every configuration remembered at return `r`: state and mask. */
  at(r: number, visit: (state: number, mask: Int32Array) => void): void;
  /** Forgets everything. */
  clear(): void;
  readonly size: number;
  readonly bytes: number;
}

export interface StoreOptions {
  readonly words: number;
  /** Returns of the partition: about how many configurations there will be at least. */
  readonly returns: number;
  readonly usage: Usage;
  /** R6. */
  readonly dominance: boolean;
  /** R13. */
  readonly observerDominance: boolean;
}

/**
 * R1: entries `hash, r, state, mask…, n, (class, count) × n` in one arena behind open addressing.
 */
const entryHead = 3;
/** Places of the table at first, however long the history. */
const tableStartMax = 1 << 14;

export class FlatConfigurations implements SeenConfigurations {
  private readonly options: StoreOptions;
  private arena: Int32Array;
  private end = 1;
  private table: Int32Array;
  size = 0;

  constructor(options: StoreOptions) {
    this.options = options;
    let length = 128;
    while (length < 4 * options.returns && length < tableStartMax) length *= 2;
    this.table = new Int32Array(length);
    this.arena = new Int32Array(4 * length);
  }

  get bytes(): number {
    return (this.arena.length + this.table.length) * 4;
  }

  clear(): void {
    this.end = 1;
    this.table.fill(0);
    this.size = 0;
  }

  seen(r: number, state: number, pending: PendingMasks): boolean {
    if (this.size * 2 >= this.table.length) this.rehash();
    const last = this.table.length - 1;
    const hash = this.hash(r, state, pending);
    let at = hash & last;
    for (;;) {
      const entry = this.table[at] as number;
      if (entry === 0) break;
      const { arena } = this;
      const isAlike = arena[entry] === hash && arena[entry + 1] === r && arena[entry + 2] === state;
      if (isAlike && this.sameMask(entry, pending) && this.covers(entry)) return true;
      at = (at + 1) & last;
    }
    this.table[at] = this.write([hash, r, state], pending.mask);
    this.size++;
    return false;
  }

  at(r: number, visit: (state: number, mask: Int32Array) => void): void {
    const { words } = this.options;
    for (let entry = 1; entry < this.end;) {
      const base = entry + entryHead;
      if (this.arena[entry + 1] === r) {
        visit(this.arena[entry + 2] as number, this.arena.slice(base, base + words));
      }
      entry = base + words + 1 + 2 * (this.arena[base + words] as number);
    }
  }

  /** R13: what observers saw is no part of the key. */
  private hash(r: number, state: number, { mask, watching }: PendingMasks): number {
    const { observerDominance, words } = this.options;
    let h = Math.imul(r, 0x9e3779b1) ^ Math.imul(state, 0x85ebca6b);
    for (let w = 0; w < words; w++) {
      const part = (mask[w] as number) & (observerDominance ? ~(watching[w] as number) : -1);
      h = Math.imul(h ^ (h >>> 15) ^ part, 0x2c1b3c6d);
    }
    return mix32(h) | 0;
  }

  /** R13: or one in which more observers are done, and otherwise the same. */
  private sameMask(entry: number, { mask, watching }: PendingMasks): boolean {
    const { arena } = this;
    const { observerDominance, words } = this.options;
    for (let w = 0; w < words; w++) {
      const now = mask[w] as number;
      const then = arena[entry + entryHead + w] as number;
      if (then === now) continue;
      if (!observerDominance) return false;
      if (((then ^ now) & ~(watching[w] as number)) !== 0 || (now & ~then) !== 0) return false;
    }
    return true;
  }

  /** Whether the entry used up no more than (R6), or exactly, what is used now. */
  private covers(entry: number): boolean {
    const { arena } = this;
    const { counts, size } = this.options.usage;
    let at = entry + entryHead + this.options.words;
    const n = arena[at++] as number;
    if (!this.options.dominance && n !== size) return false;
    for (let i = 0; i < n; i++, at += 2) {
      const now = counts[arena[at] as number] as number;
      const then = arena[at + 1] as number;
      if (this.options.dominance ? then > now : then !== now) return false;
    }
    return true;
  }

  private write(key: readonly [number, number, number], mask: Int32Array): number {
    const { words, usage } = this.options;
    const n = usage.size;
    const needed = this.end + entryHead + 1 + words + 2 * n;
    if (needed > this.arena.length) this.growArena(needed);
    const entry = this.end;
    const { arena } = this;
    arena[entry] = key[0];
    arena[entry + 1] = key[1];
    arena[entry + 2] = key[2];
    for (let w = 0; w < words; w++) arena[entry + entryHead + w] = mask[w] as number;
    let at = entry + entryHead + words;
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
      let at = (arena[entry] as number) & last;
      while (this.table[at] !== 0) at = (at + 1) & last;
      this.table[at] = entry;
    }
  }
}

/** What one remembered configuration had done beyond its key. */
interface Done {
  readonly mask: readonly number[];
  readonly usage: ReadonlyMap<number, number>;
}

/** The same without R1: a Map from texts. Slow and plain; what the flat one is compared with. */
export class MappedConfigurations implements SeenConfigurations {
  private readonly options: StoreOptions;
  private readonly entries = new Map<string, readonly Done[]>();
  size = 0;

  constructor(options: StoreOptions) {
    this.options = options;
  }

  get bytes(): number {
    return this.size * 200;
  }

  clear(): void {
    this.entries.clear();
    this.size = 0;
  }

  seen(r: number, state: number, { mask, watching }: PendingMasks): boolean {
    const { observerDominance } = this.options;
    const own = observerDominance ? mask.map((bits, w) => bits & ~(watching[w] as number)) : mask;
    const key = `${r}/${state}/${own.join(',')}`;
    const now = { mask: [...mask], usage: this.usage() };
    const known = this.entries.get(key) ?? [];
    if (known.some((then) => this.covers(then, now))) return true;
    this.entries.set(key, [...known, now]);
    this.size++;
    return false;
  }

  at(r: number, visit: (state: number, mask: Int32Array) => void): void {
    for (const [key, all] of this.entries) {
      const [at, state] = key.split('/') as [string, string];
      if (Number(at) !== r) continue;
      for (const { mask } of all) visit(Number(state), Int32Array.from(mask));
    }
  }

  private usage(): Map<number, number> {
    const { usage } = this.options;
    const now = new Map<number, number>();
    for (let i = 0; i < usage.size; i++) {
      const c = usage.classes[i] as number;
      now.set(c, usage.counts[c] as number);
    }
    return now;
  }

  /** The keys are equal: masks differ at most in observers. */
  private covers(then: Done, now: Done): boolean {
    if (now.mask.some((bits, w) => (bits & ~(then.mask[w] as number)) !== 0)) return false;
    const { dominance } = this.options;
    if (!dominance && then.usage.size !== now.usage.size) return false;
    for (const [c, count] of then.usage) {
      const used = now.usage.get(c) ?? 0;
      if (dominance ? count > used : count !== used) return false;
    }
    return true;
  }
}
