/**
 * Lists of ids, as running aggregates show them: read as sequences of the key's items.
 */
import type { Context } from '../context.ts';
import type { Seen } from '../observation/observe.ts';
import type { Item } from '../plan/items.ts';
import { idsIn, sameValue } from '../values.ts';
import { reportUnexplained } from './loss.ts';
import { reportRepeated } from './pane-reports.ts';
import type { KeyRun, RunningSink } from './running-reports.ts';

/** A visible list. */
export interface Listed {
  readonly seen: Seen;
  readonly ids: readonly number[];
}

export interface KeyLists {
  readonly run: KeyRun;
  readonly lists: readonly Listed[];
}

/** What a list says: the items in order, or why it says nothing legal. */
export type Parsed =
  | { readonly kind: 'items'; readonly items: readonly Item[] }
  | { readonly kind: 'repeated'; readonly items: readonly Item[] }
  | { readonly kind: 'unknown' };

export function isPrefix(a: readonly number[], whole: readonly number[]): boolean {
  return a.length <= whole.length && a.every((id, i) => id === whole[i]);
}

/** Two records of one origin in another order than it has them. */
export function turned(
  items: readonly Item[],
): { readonly before: Item; readonly after: Item } | null {
  const last = new Map<number, Item>();
  for (const item of items) {
    if (item.word < 0) continue;
    const before = last.get(item.word);
    if (before !== undefined && item.rank < before.rank) return { before, after: item };
    last.set(item.word, item);
  }
  return null;
}

/** A record that is listed twice in one run of the state is counted twice, which no run does. */
export function reportBadList(
  context: Context,
  { sink }: RunningSink,
  { seen, parsed }: { seen: Seen; parsed: Parsed },
): void {
  if (parsed.kind !== 'repeated') {
    reportUnexplained(context, { sink, seen, name: 'phantom' });
    return;
  }
  reportRepeated(context, sink, { seen, items: parsed.items, isPossible: false });
}

/** Reads lists of ids as sequences of the key's items; an item may bring several ids. */
export class ListParser {
  private readonly byId = new Map<number, Item[]>();

  constructor(items: readonly Item[]) {
    for (const item of items) {
      for (const id of idsIn(item.value) ?? []) {
        const list = this.byId.get(id);
        if (list === undefined) this.byId.set(id, [item]);
        else list.push(item);
      }
    }
  }

  /** `taken`: items that were listed before. */
  parse(ids: readonly number[], taken: ReadonlySet<Item> = new Set()): Parsed {
    const used = new Set<Item>();
    const repeated: Item[] = [];
    for (let at = 0; at < ids.length;) {
      const candidates = this.byId.get(ids[at] as number);
      if (candidates === undefined) return { kind: 'unknown' };
      const free = candidates.filter((c) => !used.has(c) && !taken.has(c));
      const item = free.find((c) => fits(c, ids, at));
      if (item === undefined && free.length > 0) return { kind: 'unknown' };
      if (item === undefined) {
        repeated.push(candidates[0] as Item);
        at++;
        continue;
      }
      used.add(item);
      at += idsIn(item.value)?.length ?? 1;
    }
    return repeated.length > 0
      ? { kind: 'repeated', items: repeated }
      : { kind: 'items', items: [...used] };
  }
}

/** Whether the ids from `at` on are the item's, in any order. */
function fits(item: Item, ids: readonly number[], at: number): boolean {
  const own = idsIn(item.value) ?? [];
  if (own.length === 1) return true;
  const part = ids.slice(at, at + own.length);
  return sameValue({ ids: part }, { ids: own });
}
