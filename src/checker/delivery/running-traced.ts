/**
 * Running aggregates that carry a version vector and a fingerprint (T1). The difference between two
 * consecutive values names the record that was added; one that names none is an error.
 */
import { field, numberField } from '../../model/functions.ts';
import type { Value } from '../../model/value.ts';
import { type Context, isDue, isItemDue } from '../context.ts';
import type { Seen } from '../observation/observe.ts';
import { arriving, type Item } from '../plan/items.ts';
import { sameValue } from '../values.ts';
import { reportDuplicate } from './duplicates.ts';
import { reportUnexplained } from './loss.ts';
import { repeatedName } from './pane-reports.ts';
import { checkOpaque } from './running-opaque.ts';
import {
  aggregateOf,
  type KeyRun,
  reportDisorder,
  reportForked,
  reportStepsReversed,
  noteStep,
  type RunningSink,
  type StepShown,
} from './running-reports.ts';
import {
  type Between,
  type MadeOf,
  reportBadStep,
  reportCount,
  reportLost,
  reportSkipped,
} from './traced-reports.ts';

interface Traced {
  readonly seen: Seen;
  readonly n: number;
  readonly q: number;
  readonly f: number;
}

export function checkTraced(context: Context, sink: RunningSink, run: KeyRun): void {
  const values = run.rows.map(({ row }) => row.value);
  if (!values.every((v) => typeof field(v, 'n') === 'number' && field(v, 'f') !== null)) {
    checkOpaque(context, sink, run);
    return;
  }
  const traced = run.rows.map((seen): Traced => {
    const { value } = seen.row;
    const [n, q, f] = [numberField(value, 'n'), numberField(value, 'q'), numberField(value, 'f')];
    return { seen, n, q, f };
  });
  const doubles = context.plan.kase.options.mode === 'at-least-once';
  if (doubles && context.seen.attempts.length > 1) checkCounts(context, sink, { run, traced });
  else if (sink.committed) new Chain(context, sink, run).check(traced);
  else checkEachVector(context, sink, { run, traced });
}

/** Follows the values of a key from empty to full, one record at a time. */
class Chain {
  private readonly context: Context;
  private readonly sink: RunningSink;
  private readonly run: KeyRun;
  private readonly unused = new Map<number, Item[]>();
  private readonly used = new Map<number, Item[]>();
  private readonly lastOfWord = new Map<number, StepShown>();
  /** In order, with the value that counted each first. */
  private readonly taken: StepShown[] = [];
  private left: number;

  constructor(context: Context, sink: RunningSink, run: KeyRun) {
    this.context = context;
    this.sink = sink;
    this.run = run;
    this.left = run.items.length;
    for (const item of run.items) push(this.unused, numberField(item.value, 'f'), item);
  }

  check(values: readonly Traced[]): void {
    const steps = [...values].sort((a, b) => a.n - b.n || a.seen.event - b.seen.event);
    const aggregate = aggregateOf(this.sink);
    let accumulator = aggregate.create();
    let before: Traced | null = null;
    let last: Item | null = null;
    let shown: { readonly seen: Seen; readonly item: Item } | null = null;
    for (const step of steps) {
      if (before !== null && step.n === before.n) {
        this.again(before, step, last);
        continue;
      }
      const items = this.itemsBetween(before, step);
      if (items === null) {
        this.reportStep(before, { step, last: steps.at(-1) ?? step });
        return;
      }
      for (const item of items) {
        this.take(item, step.seen);
        accumulator = aggregate.add(accumulator, item.value);
      }
      last = this.triggerOf(items, step, aggregate.result(accumulator));
      const between = { before: before?.seen ?? null, step: step.seen, by: items.length };
      this.missingOutputs(
        items.filter((item) => item !== last),
        between,
      );
      this.checkOrder(shown, { seen: step.seen, item: last });
      shown = { seen: step.seen, item: last };
      const { seen } = step;
      const whole = (): readonly number[] => this.madeOf(seen)?.whole ?? [];
      noteStep(this.context, this.sink, { item: last, seen, whole });
      before = step;
    }
    if (this.left === 0) return;
    const rest = [...this.unused.values()].flat();
    const largest = this.madeOf(before?.seen ?? null);
    reportLost(this.context, this.sink, { rest, largest });
  }

  /** A value with all it counts; null: there is none. */
  private madeOf(seen: Seen | null): MadeOf | null {
    if (seen === null) return null;
    const upTo = this.taken.findLastIndex((step) => step.seen === seen) + 1;
    return { seen, whole: this.taken.slice(0, upTo).flatMap(({ item }) => item.from) };
  }

  /** Each step of a key becomes visible after the one it continues. */
  private checkOrder(
    first: { readonly seen: Seen; readonly item: Item } | null,
    second: { readonly seen: Seen; readonly item: Item },
  ): void {
    if (first === null || !this.sink.branch.fifo) return;
    if (second.seen.position > first.seen.position) return;
    reportStepsReversed(this.context, this.sink, { earlier: first, later: second });
  }

  /** The record whose arrival gave this output; several are possible when others do not show. */
  private triggerOf(items: readonly Item[], step: Traced, value: Value): Item {
    const { row } = step.seen;
    const gives = ({ key, ts, from }: Item): boolean =>
      arriving(this.sink.branch, { key, ts, value, from }).some(
        (r) => r.key === row.key && r.ts === row.ts && sameValue(r.value, row.value),
      );
    const trigger = items.findLast(gives);
    if (trigger !== undefined) return trigger;
    const { sink } = this.sink;
    const whole = this.taken.flatMap(({ item }) => item.from);
    reportUnexplained(this.context, { sink, seen: step.seen, name: 'state-divergence', whole });
    return items.at(-1) as Item;
  }

  /** One added record by its fingerprint; several by their number per split. */
  private itemsBetween(before: Traced | null, step: Traced): readonly Item[] | null {
    const f = (step.f - (before?.f ?? 0)) >>> 0;
    const q = step.q - (before?.q ?? 0);
    const count = step.n - (before?.n ?? 0);
    if (count === 1) {
      const item = this.unused.get(f)?.find((c) => numberField(c.value, 'q') === q);
      return item === undefined ? null : [item];
    }
    return this.severalBetween({ f, q, count });
  }

  /** The next unused records of each origin, if their digits and fingerprints add up. */
  private severalBetween(sum: { f: number; q: number; count: number }): readonly Item[] | null {
    const unused = this.run.items.filter((item) => this.isUnused(item));
    const taken = prefixOf(unused, sum);
    const f = fingerprintOf(taken);
    return taken.length === sum.count && f === sum.f ? taken : null;
  }

  private isUnused(item: Item): boolean {
    return this.unused.get(numberField(item.value, 'f'))?.includes(item) ?? false;
  }

  private take(item: Item, seen: Seen): void {
    const f = numberField(item.value, 'f');
    const list = this.unused.get(f) as Item[];
    list.splice(list.indexOf(item), 1);
    push(this.used, f, item);
    this.left--;
    const after = { seen, item };
    this.taken.push(after);
    if (item.word < 0) return;
    const before = this.lastOfWord.get(item.word);
    if (before !== undefined && item.rank < before.item.rank) {
      const whole = (): readonly number[] => this.madeOf(before.seen)?.whole ?? [];
      reportDisorder(this.context, this.sink.sink, { before, after, whole });
    }
    this.lastOfWord.set(item.word, after);
  }

  private missingOutputs(items: readonly Item[], between: Between): void {
    for (const item of items) {
      if (isItemDue(this.context, item)) {
        reportSkipped(this.context, this.sink, { records: item.from, ...between });
      }
    }
  }

  private again(before: Traced, step: Traced, item: Item | null): void {
    const { sink } = this.sink;
    if (before.f === step.f && before.q === step.q) {
      const [first, again] = [before.seen, step.seen];
      reportDuplicate(this.context, { sink, first, again, records: item?.from ?? [] });
      if (item !== null) noteStep(this.context, this.sink, { item, seen: again, again: true });
    } else reportForked(this.context, sink, { a: before.seen, b: step.seen });
  }

  /** A step that adds no known record: a doubled one, or one lost and one doubled. */
  private reportStep(
    before: Traced | null,
    { step, last }: { readonly step: Traced; readonly last: Traced },
  ): void {
    const f = (step.f - (before?.f ?? 0)) >>> 0;
    const doubled = this.used.get(f)?.[0];
    const { context, sink } = this;
    const full = this.run.items.length;
    const records = doubled?.from ?? [];
    let name: 'duplicate' | 'masked' | 'state-divergence' = 'state-divergence';
    if (doubled !== undefined) name = 'duplicate';
    else if (last.n === full && last.f !== fingerprintOf(this.run.items)) name = 'masked';
    if (name !== 'masked' && last.n < full) reportFewer(context, sink, { run: this.run, last });
    const unused = this.run.items.filter((item) => this.isUnused(item));
    const next = prefixOf(unused, { q: step.q - (before?.q ?? 0) }).flatMap(({ from }) => from);
    const by = step.n - (before?.n ?? 0);
    const from = this.madeOf(before?.seen ?? null);
    reportBadStep(context, sink, { name, run: this.run, from, step: step.seen, by, records, next });
  }
}

function push(map: Map<number, Item[]>, key: number, item: Item): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

function fingerprintOf(items: readonly Item[]): number {
  return items.reduce((sum, item) => (sum + numberField(item.value, 'f')) >>> 0, 0);
}

/** Fewer records counted than there are: at least one is lost, whichever it is. */
function reportFewer(
  context: Context,
  sink: RunningSink,
  { run, last }: { readonly run: KeyRun; readonly last: Traced },
): void {
  if (!isDue(context) || run.items.some((item) => item.waits)) return;
  reportCount(context, sink, { name: 'loss', run, seen: last.seen });
}

/** State that may count a record twice still has to count each: judged by the number per origin. */
function checkCounts(
  context: Context,
  sink: RunningSink,
  { run, traced }: { readonly run: KeyRun; readonly traced: readonly Traced[] },
): void {
  const [first] = traced;
  if (first === undefined) {
    reportLost(context, sink, { rest: run.items, largest: null });
    return;
  }
  const last = traced.reduce((most, value) => (value.n > most.n ? value : most), first);
  if (last.n < run.items.length) reportFewer(context, sink, { run, last });
  if (last.n <= run.items.length) return;
  reportCount(context, sink, { name: repeatedName(context, last.seen), run, seen: last.seen });
}

/** Without transactions every value stands alone: a prefix of each origin, with its fingerprint. */
function checkEachVector(
  context: Context,
  sink: RunningSink,
  { run, traced }: { run: KeyRun; traced: readonly Traced[] },
): void {
  const ordered = run.items.every((item) => item.word >= 0);
  const triggers = new Map<string, Seen>();
  let most: Traced | null = null;
  for (const step of traced) {
    if (ordered && !isPrefixSum(run.items, step)) {
      const whole = prefixOf(run.items, step).flatMap(({ from }) => from);
      const { seen } = step;
      reportUnexplained(context, { sink: sink.sink, seen, name: 'state-divergence', whole });
      continue;
    }
    if (most === null || step.n > most.n) most = step;
    const id = `${step.q} ${step.f}`;
    const first = triggers.get(id);
    if (first === undefined) triggers.set(id, step.seen);
    else if (!sink.upsert) {
      reportDuplicate(context, { sink: sink.sink, first, again: step.seen, records: [] });
    }
  }
  const reached = most === null ? [] : prefixOf(run.items, most);
  const used = new Set(reached);
  const rest = run.items.filter((item) => !used.has(item));
  const whole = reached.flatMap(({ from }) => from);
  const largest = most === null ? null : { seen: most.seen, whole };
  reportLost(context, sink, { rest, largest });
}

/** The first records of each origin whose digits are in the vector. */
function prefixOf(items: readonly Item[], { q }: { readonly q: number }): readonly Item[] {
  const digits = [...new Set(items.map((item) => numberField(item.value, 'q')))];
  digits.sort((a, b) => b - a);
  let rest = q;
  const taken: Item[] = [];
  for (const digit of digits) {
    if (digit === 0) continue;
    const count = Math.floor(rest / digit);
    rest -= count * digit;
    taken.push(...items.filter((item) => numberField(item.value, 'q') === digit).slice(0, count));
  }
  return taken;
}

function isPrefixSum(items: readonly Item[], step: Traced): boolean {
  const taken = prefixOf(items, step);
  const f = taken.reduce((sum, item) => (sum + numberField(item.value, 'f')) >>> 0, 0);
  return taken.length === step.n && f === step.f;
}
