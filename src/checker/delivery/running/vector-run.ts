/**
 * How far the values of one key have come, by version vector and fingerprint: the difference
 * between two values names the records between them. Origins give their records in order; records
 * without order may come at any time.
 */
import type { Aggregate } from '../../../model/functions.ts';
import { numberField } from '../../../model/functions.ts';
import type { Value } from '../../../model/value.ts';
import type { Item } from '../../plan/items.ts';

/** What a value says of itself. */
export interface Traced {
  readonly n: number;
  readonly q: number;
  readonly f: number;
}

/** A value as the fold of records. */
export interface Position {
  readonly accumulator: Value;
  /** Per origin: number of its records that are counted, or were read before the attempt began. */
  readonly next: readonly number[];
  /** Records without order that are counted. */
  readonly used: ReadonlySet<Item>;
  /** Any record may come next, also one that is counted: from where it replays is not known. */
  readonly isFree: boolean;
  /** What it continues, and the records on top of that. */
  readonly before: Position | null;
  readonly added: readonly Item[];
}

/** What lies between a position and a value; `open`: the budget did not reach. */
export type Between =
  | { readonly kind: 'items'; readonly choices: readonly (readonly Item[])[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'open' };

/** Steps of the state that nobody saw, between a value and the checkpoint, that are tried. */
const unshownMax = 2;

const none: Between = { kind: 'none' };

export function tracedOf(value: Value): Traced {
  return { n: numberField(value, 'n'), q: numberField(value, 'q'), f: numberField(value, 'f') };
}

/** Every record can be told from the others. */
export function isTraceable(items: readonly Item[]): boolean {
  return items.every(({ value }) => numberField(value, 'q') > 0 && numberField(value, 'f') > 0);
}

export class VectorRun {
  /** Every record has its place in an origin. */
  readonly isOrdered: boolean;
  private readonly items: readonly Item[];
  private readonly aggregate: Aggregate;
  private readonly origins: readonly (readonly Item[])[];
  private readonly originOf = new Map<Item, number>();
  private readonly loose: readonly Item[];
  private readonly byPrint = new Map<number, Item[]>();
  /** Each origin has a digit of its own, so that a vector says how far each has come. */
  private readonly digits: ReadonlyMap<number, number> | null;
  private stepsLeft: number;

  constructor(items: readonly Item[], aggregate: Aggregate, stepsMax: number) {
    this.items = items;
    this.aggregate = aggregate;
    this.stepsLeft = stepsMax;
    this.origins = originsOf(items.filter((item) => item.word >= 0));
    this.origins.forEach((origin, i) => {
      for (const item of origin) this.originOf.set(item, i);
    });
    this.loose = items.filter((item) => item.word < 0);
    this.isOrdered = this.loose.length === 0;
    for (const item of items) push(this.byPrint, tracedOf(item.value).f, item);
    this.digits = this.isOrdered ? digitsOf(this.origins) : null;
  }

  empty(): Position {
    return {
      accumulator: this.aggregate.create(),
      next: this.origins.map(() => 0),
      used: new Set(),
      isFree: false,
      before: null,
      added: [],
    };
  }

  /** The fold of exactly these. */
  foldOf(items: readonly Item[]): Position {
    return this.after(this.empty(), items);
  }

  /** The same value, after which come the records that were not read; null: which is not known. */
  rewound(position: Position, wasRead: ((item: Item) => boolean) | null): Position {
    if (wasRead === null) return { ...position, isFree: true };
    const next = this.origins.map((origin) => {
      const first = origin.findIndex((item) => !wasRead(item));
      return first < 0 ? origin.length : first;
    });
    return { ...position, next, used: new Set(this.loose.filter(wasRead)) };
  }

  /** What the state may have become after `position` before anything else was shown. */
  *onward(position: Position, wasRead: ((item: Item) => boolean) | null): Iterable<Position> {
    yield this.rewound(position, wasRead);
    if (position.isFree) return;
    let edge = [position];
    for (let unshown = 1; unshown <= unshownMax; unshown++) {
      edge = edge.flatMap((at) => this.comingAfter(at).map((item) => this.after(at, [item])));
      for (const further of edge) yield this.rewound(further, wasRead);
    }
  }

  private comingAfter({ next, used }: Position): readonly Item[] {
    const heads = this.origins.flatMap((origin, i) => origin[next[i] as number] ?? []);
    return [...heads, ...this.loose.filter((item) => !used.has(item))];
  }

  after(position: Position, items: readonly Item[]): Position {
    const next = [...position.next];
    let { accumulator, used } = position;
    const { isFree } = position;
    let own: Set<Item> | null = null;
    for (const item of items) {
      accumulator = this.aggregate.add(accumulator, item.value);
      const origin = this.originOf.get(item);
      if (origin === undefined) {
        own ??= new Set(used);
        own.add(item);
      } else next[origin] = (next[origin] ?? 0) + 1;
    }
    used = own ?? used;
    return { accumulator, next, used, isFree, before: position, added: items };
  }

  /** Sets of records, each the next ones of their origins, that lead from a position to a value. */
  between(position: Position, value: Traced): Between {
    const at = tracedOf(position.accumulator);
    const need = { n: value.n - at.n, q: value.q - at.q, f: (value.f - at.f) >>> 0 };
    if (need.n < 1 || need.q < 1) return none;
    if (need.n === 1) return choicesOf(this.heads(position, need).map((item) => [item]));
    if (this.digits !== null && !position.isFree) return this.byDigits(position, need);
    return this.isConceivable(need) ? this.search(position, need) : none;
  }

  /** Records of which one may have come last. */
  lastOf(added: readonly Item[]): readonly Item[] {
    const last = new Map<number, Item>();
    const others: Item[] = [];
    for (const item of added) {
      const origin = this.originOf.get(item);
      if (origin === undefined) others.push(item);
      else last.set(origin, item);
    }
    return [...last.values(), ...others];
  }

  /** Candidates for the one record that is missing. */
  private heads({ next, used, isFree }: Position, need: Traced): readonly Item[] {
    return (this.byPrint.get(need.f) ?? []).filter((item) => {
      if (numberField(item.value, 'q') !== need.q) return false;
      const origin = this.originOf.get(item);
      if (isFree) return true;
      if (origin === undefined) return !used.has(item);
      return this.origins[origin]?.[next[origin] as number] === item;
    });
  }

  /** Every record has one digit, so those of a vector add up to the number of records. */
  private isConceivable({ n, q }: Traced): boolean {
    let [count, rest] = [0, q];
    const digits = new Set(this.items.map(({ value }) => numberField(value, 'q')));
    for (const digit of [...digits].sort((a, b) => b - a)) {
      count += Math.floor(rest / digit);
      rest %= digit;
    }
    return count === n && rest === 0;
  }

  private byDigits(position: Position, need: Traced): Between {
    const taken = this.nextOf(position, need);
    const fits =
      taken.length === need.n &&
      taken.reduce((sum, { value }) => sum + numberField(value, 'q'), 0) === need.q &&
      printOf(taken) === need.f;
    return fits ? choicesOf([taken]) : none;
  }

  /** The next records of each origin, as many as its digit says. */
  nextOf({ next }: Position, need: Traced): readonly Item[] {
    let rest = need.q;
    const taken: Item[] = [];
    for (const [digit, i] of this.digits ?? []) {
      const count = Math.floor(rest / digit);
      rest -= count * digit;
      const from = next[i] as number;
      const own = (this.origins[i] as readonly Item[]).slice(from, from + count);
      for (const item of own) taken.push(item);
    }
    return taken;
  }

  /** What a vector names, where every origin has a digit of its own. */
  firstOf(value: Traced): readonly Item[] {
    return this.nextOf(this.empty(), value);
  }

  /** Tries sets of records that are free to come, within the budget. */
  private search(position: Position, need: Traced): Between {
    const at = { position, need, from: 0 };
    const found = this.extend(at, []);
    if (found === 'open') return { kind: 'open' };
    return found === null ? none : choicesOf([found]);
  }

  private extend(
    { position, need, from }: { position: Position; need: Traced; from: number },
    taken: readonly Item[],
  ): readonly Item[] | 'open' | null {
    if (need.n === 1) {
      const [last] = this.heads(position, need);
      return last === undefined ? null : [...taken, last];
    }
    const sources = position.isFree ? this.items.length : this.origins.length + this.loose.length;
    for (let i = from; i < sources; i++) {
      if (--this.stepsLeft < 0) return 'open';
      const item = this.sourceAt(position, i);
      if (item === undefined) continue;
      const own = tracedOf(item.value);
      const rest = { n: need.n - 1, q: need.q - own.q, f: (need.f - own.f) >>> 0 };
      if (rest.q < rest.n) continue;
      const further = { position: this.after(position, [item]), need: rest, from: i };
      const found = this.extend(further, [...taken, item]);
      if (found !== null) return found;
    }
    return null;
  }

  private sourceAt({ next, used, isFree }: Position, i: number): Item | undefined {
    if (isFree) return this.items[i];
    if (i < this.origins.length) return this.origins[i]?.[next[i] as number];
    const item = this.loose[i - this.origins.length];
    return item === undefined || used.has(item) ? undefined : item;
  }
}

/**
 * One list per word and split (its digit): what a sort lets go at one time comes from several
 * splits in any order, from each in its own.
 */
function originsOf(items: readonly Item[]): readonly (readonly Item[])[] {
  const origins = new Map<string, Item[]>();
  for (const item of items) {
    const name = `${item.word} ${numberField(item.value, 'q')}`;
    const origin = origins.get(name);
    if (origin === undefined) origins.set(name, [item]);
    else origin.push(item);
  }
  return [...origins.values()].map((origin) => origin.sort((a, b) => a.rank - b.rank));
}

/** All records in a position, as often as they are counted. */
export function contentsOf(position: Position): readonly Item[] {
  const parts: (readonly Item[])[] = [];
  for (let at: Position | null = position; at !== null; at = at.before) parts.push(at.added);
  return parts.reverse().flat();
}

export function printOf(items: readonly Item[]): number {
  return items.reduce((sum, item) => (sum + numberField(item.value, 'f')) >>> 0, 0);
}

function choicesOf(choices: readonly (readonly Item[])[]): Between {
  return choices.length === 0 ? none : { kind: 'items', choices };
}

/** Digit to origin, the largest first; null when two origins share one, or one has several. */
function digitsOf(origins: readonly (readonly Item[])[]): ReadonlyMap<number, number> | null {
  const digits = new Map<number, number>();
  for (const [i, origin] of origins.entries()) {
    for (const { value } of origin) {
      const { q } = tracedOf(value);
      if ((digits.get(q) ?? i) !== i) return null;
      digits.set(q, i);
    }
  }
  if (digits.size !== origins.length) return null;
  return new Map([...digits].sort(([a], [b]) => b - a));
}

function push(map: Map<number, Item[]>, key: number, item: Item): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
