/**
 * Lists of ids, as running aggregates show them: read as sequences of the key's items.
 */
import { recordNames, rowNamed } from '../../claims/naming.ts';
import { type Context, witness } from '../../context/context.ts';
import type { Seen } from '../../evidence/observe.ts';
import type { Item } from '../../plan/items.ts';
import { idsIn, sameValue } from '../../evidence/values.ts';
import { reportUnexplained } from '../anomalies/loss.ts';
import { reportRepeated } from '../windows/pane-reports.ts';
import { type KeyRun, leavesMore, type RunningSink } from './running-reports.ts';

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
  | Partial
  | { readonly kind: 'unknown' };

/** What is left of the list begins with part of an item that has several ids. */
interface Partial {
  readonly kind: 'partial';
  /** Those it may be part of. */
  readonly items: readonly [Item, ...Item[]];
  /** Ids from there on. */
  readonly left: number;
}

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
  if (parsed.kind === 'partial') reportPartial(context, sink, { seen, parsed });
  else if (parsed.kind === 'repeated') {
    reportRepeated(context, sink, { seen, items: parsed.items, isPossible: false });
  } else reportUnexplained(context, { sink, seen, name: 'phantom' });
}

/** What entered the aggregate was a pane that had lost some of its records, or it was torn. */
function reportPartial(
  context: Context,
  sink: string,
  { seen, parsed }: { readonly seen: Seen; readonly parsed: Partial },
): void {
  if (leavesMore(context, sink)) return;
  const { key } = seen.row;
  const [item] = parsed.items;
  context.findings.report({
    name: 'window-content',
    operator: sink,
    key,
    records: item.from,
    witnesses: [witness(context, 'listed in part', { record: item.from[0], seen })],
    explain: () => {
      const from = (idsIn(seen.row.value)?.length ?? 0) - parsed.left;
      const choices = parsed.items.map((own) => recordNames(context, own.from));
      return {
        sentence: { kind: 'lists-part', key, sink, row: 'R' },
        let: [rowNamed(sink, seen, 'R')],
        thus: [{ kind: 'rule', rule: 'listed-whole' }],
        however: [{ kind: 'fits-none', row: 'R', from, choices }],
      };
    },
    observed: [rowNamed(sink, seen)],
  });
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

  /** All items that have one of the ids. */
  itemsOf(ids: readonly number[]): readonly Item[] {
    return ids.flatMap((id) => this.byId.get(id) ?? []);
  }

  /** Ids of an item that has more: some come too often, or some are left out. */
  private misfit(ids: readonly number[], at: number, free: readonly [Item, ...Item[]]): Parsed {
    if (ids.some((id) => !this.byId.has(id))) return { kind: 'unknown' };
    const often = ids.filter((id) => {
      return ids.filter((other) => other === id).length > (this.byId.get(id)?.length ?? 0);
    });
    const items = this.itemsOf([...new Set(often)]);
    return items.length > 0
      ? { kind: 'repeated', items }
      : { kind: 'partial', items: free, left: ids.length - at };
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
      if (item === undefined && free[0] !== undefined) {
        return this.misfit(ids, at, [free[0], ...free.slice(1)]);
      }
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
