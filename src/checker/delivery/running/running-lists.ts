/**
 * Running aggregates that list their records, at sinks that show each attempt's work: append and
 * upsert sinks, and transactions whose state may count a record twice. Each list of an attempt goes
 * on from the one before, without leaving out or turning round what an origin has in order.
 */
import { isSameRow } from '../../claims/naming.ts';
import { type Context, isItemDue } from '../../context/context.ts';
import type { Seen } from '../../evidence/observe.ts';
import { drops } from '../../plan/branches.ts';
import { arriving, type Item } from '../../plan/items.ts';
import { countsOnce, type Start, startOf, wasRead } from '../anomalies/attempts.ts';
import { reportDuplicate } from '../anomalies/duplicates.ts';
import { showsWhole } from './hidden.ts';
import {
  isPrefix,
  type KeyLists,
  type Listed,
  ListParser,
  reportBadList,
  turned,
} from './lists.ts';
import { reportUnexplained } from '../anomalies/loss.ts';
import { reportRepeated } from '../windows/pane-reports.ts';
import {
  aggregateOf,
  leaveGap,
  leaveOpen,
  leavesMore,
  reportDisorder,
  reportForked,
  reportUnlisted,
  reportUnreadEnd,
  type RunningSink,
} from './running-reports.ts';

/** What an attempt has listed so far. */
interface Line {
  readonly ids: readonly number[];
  readonly items: readonly Item[];
  /** Of them those of this attempt. */
  readonly own: ReadonlySet<Item>;
  readonly seen: Seen | null;
}

const empty: Line = { ids: [], items: [], own: new Set(), seen: null };

export function checkLists(context: Context, sink: RunningSink, lists: KeyLists): void {
  new ListCheck(context, sink, lists).check();
}

class ListCheck {
  private readonly context: Context;
  private readonly sink: RunningSink;
  private readonly lists: KeyLists;
  private readonly parser: ListParser;
  private readonly once: boolean;
  private readonly covered = new Set<Item>();
  private readonly known: Line[] = [];
  private readonly firstOf = new Map<Item, Seen>();

  constructor(context: Context, sink: RunningSink, lists: KeyLists) {
    this.context = context;
    this.sink = sink;
    this.lists = lists;
    this.parser = new ListParser(lists.run.items);
    this.once = countsOnce(context);
  }

  check(): void {
    const byAttempt = new Map<number, Listed[]>();
    for (const listed of this.lists.lists) {
      const own = byAttempt.get(listed.seen.attempt) ?? [];
      own.push(listed);
      byAttempt.set(listed.seen.attempt, own);
    }
    for (const [attempt, lists] of [...byAttempt].sort(([a], [b]) => a - b)) {
      lists.sort((a, b) => a.ids.length - b.ids.length || a.seen.position - b.seen.position);
      this.checkAttempt(startOf(this.context, attempt), lists);
    }
    const rest = this.lists.run.items.filter((item) => !this.covered.has(item));
    if (rest.length > 0 && this.isShown()) reportUnlisted(this.context, this.sink, rest);
  }

  /** Whether a list of all records must show. */
  private isShown(): boolean {
    const { items } = this.lists.run;
    if (!drops(this.sink.branch)) return true;
    const isAllDue = items.every((item) => isItemDue(this.context, item));
    return isAllDue && this.once && showsWhole(this.context, this.sink, items);
  }

  private checkAttempt(start: Start, lists: readonly Listed[]): void {
    const shown: Line[] = [];
    let line: Line | null = null;
    for (const listed of lists) {
      const { seen, ids } = listed;
      if (line !== null && !isPrefix(line.ids, ids)) {
        this.cover(ids);
        reportForked(this.context, this.sink.sink, { a: line.seen as Seen, b: seen });
        continue;
      }
      const next: Line | null =
        line === null ? this.begin(start, listed) : this.extend(line, listed);
      if (next === null) continue;
      this.checkFold(seen, next.items);
      this.note(seen, next.items);
      if (line === null || ids.length > line.ids.length) line = next;
      shown.push(next);
    }
    if (line === null) return;
    this.checkOrder(line);
    this.checkRepeats(line);
    for (const item of line.items) this.covered.add(item);
    this.known.push(...shown);
  }

  /** The first list of an attempt begins with what its checkpoint held. */
  private begin(start: Start, listed: Listed): Line | null {
    if (this.once || start.isFresh) return this.extend(empty, listed);
    const bases = [...this.known, empty]
      .filter(({ ids }) => ids.length < listed.ids.length && isPrefix(ids, listed.ids))
      .sort((a, b) => b.ids.length - a.ids.length);
    for (const base of bases) {
      const line = this.beginFrom(base, start, listed);
      if (line !== null) return line;
    }
    this.cover(listed.ids);
    this.reportBeginning(start, listed);
    return null;
  }

  /** What ends in a record that the attempt did not read was no output of it. */
  private reportBeginning(start: Start, { seen, ids }: Listed): void {
    if (leavesMore(this.context, this.sink.sink)) return;
    const parsed = this.parser.parse(ids);
    const ending = parsed.kind === 'items' ? parsed : this.parser.parse(ids.slice(-1));
    const last = ending.kind === 'items' ? ending.items.at(-1) : undefined;
    if (last !== undefined && wasRead(this.context, start, last) === true) {
      reportUnreadEnd(this.context, this.sink.sink, { seen, restored: start.restored, last });
    } else if (parsed.kind === 'repeated' && this.mayCountAgain(seen, ids)) {
      leaveOpen(this.context, this.sink, 'what an earlier attempt counted twice may not show');
    } else reportBadList(this.context, this.sink, { seen, parsed });
  }

  /** Each attempt may count a record once. */
  private mayCountAgain({ attempt }: Seen, ids: readonly number[]): boolean {
    const { attempts } = this.context.seen;
    const begun = attempts.filter((event) => event.attempt <= attempt).length;
    return ids.every((id) => ids.filter((other) => other === id).length <= begun);
  }

  /** The checkpoint may hold records after those that were shown last. */
  private beginFrom(shown: Line, start: Start, listed: Listed): Line | null {
    for (let held = shown.ids.length; held < listed.ids.length; held++) {
      const before = this.parser.parse(listed.ids.slice(shown.ids.length, held), shown.own);
      const after = this.parser.parse(listed.ids.slice(held));
      if (before.kind !== 'items' || after.kind !== 'items') continue;
      if (!this.continues(start, after.items)) continue;
      const items = [...shown.items, ...before.items];
      const ids = listed.ids.slice(0, held);
      return this.extend({ ids, items, own: new Set(), seen: null }, listed);
    }
    return null;
  }

  private extend(line: Line, { seen, ids }: Listed): Line | null {
    const parsed = this.parser.parse(ids.slice(line.ids.length), line.own);
    if (parsed.kind !== 'items') {
      this.cover(ids);
      reportBadList(this.context, this.sink, { seen, parsed });
      return null;
    }
    const { items } = parsed;
    if (line.seen !== null && items.length > 1) {
      leaveGap(this.context, this.sink, this.lists.run);
    }
    return { ids, items: [...line.items, ...items], own: new Set([...line.own, ...items]), seen };
  }

  /** What a list that is wrong otherwise names is not lost. */
  private cover(ids: readonly number[]): void {
    for (const item of this.parser.itemsOf(ids)) this.covered.add(item);
  }

  /** Whether these can have come after what the attempt began from. */
  private continues(start: Start, items: readonly Item[]): boolean {
    if (turned(items) !== null) return false;
    return items.every((item) => wasRead(this.context, start, item) !== true);
  }

  private checkOrder({ items, own, seen }: Line): void {
    const found = turned(this.once ? items : [...own]);
    if (found === null || seen === null) return;
    const [before, after] = [found.before, found.after].map((item) => ({ seen, item }));
    if (before === undefined || after === undefined) return;
    reportDisorder(this.context, this.sink.sink, { before, after });
  }

  private checkFold(seen: Seen, items: readonly Item[]): void {
    const last = items.at(-1);
    if (last === undefined) {
      reportUnexplained(this.context, { sink: this.sink.sink, seen, name: 'state-divergence' });
      return;
    }
    const aggregate = aggregateOf(this.sink);
    let accumulator = aggregate.create();
    for (const item of items) accumulator = aggregate.add(accumulator, item.value);
    const { key, ts, from } = last;
    const row = { key, ts, value: aggregate.result(accumulator), from };
    if (arriving(this.sink.branch, row).some((expected) => isSameRow(seen.row, expected))) return;
    reportUnexplained(this.context, { sink: this.sink.sink, seen });
  }

  private note(seen: Seen, items: readonly Item[]): void {
    const trigger = items.at(-1);
    if (trigger === undefined || this.sink.upsert) return;
    const first = this.firstOf.get(trigger);
    if (first === undefined) {
      this.firstOf.set(trigger, seen);
      return;
    }
    const { sink } = this.sink;
    reportDuplicate(this.context, { sink, first, again: seen, records: trigger.from });
  }

  /** State that counts a record twice lists it twice. */
  private checkRepeats({ items, seen }: Line): void {
    if (this.once || seen === null) return;
    const listed = new Set<Item>();
    const twice = items.filter((item) => listed.size === listed.add(item).size);
    if (twice.length > 0) reportRepeated(this.context, this.sink.sink, { seen, items: twice });
  }
}
