/**
 * Running aggregates that carry a version vector and a fingerprint (T1). The difference between two
 * consecutive values names the record that was added; one that names none is an error.
 */
import { numberField } from '../../../model/functions.ts';
import type { Value } from '../../../model/value.ts';
import { type Context, isDue, isItemDue, type SinkContext } from '../../context/context.ts';
import type { Seen } from '../../evidence/observe.ts';
import { isSameRow } from '../../claims/naming.ts';
import { arriving, type Item } from '../../plan/items.ts';
import { countsOnce } from '../anomalies/attempts.ts';
import { reportDuplicate } from '../anomalies/duplicates.ts';
import { reportUnexplained } from '../anomalies/loss.ts';
import { checkVectors } from './running-vectors.ts';
import {
  aggregateOf,
  type KeyRun,
  reportDisorder,
  reportForked,
  reportStepsReversed,
  noteStep,
  type RunningSink,
  showsEarlier,
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

export function checkTraced(context: SinkContext, sink: RunningSink, run: KeyRun): void {
  if (!sink.committed || !countsOnce(context)) {
    checkVectors(context, sink, run);
    return;
  }
  const traced = run.rows.map((seen): Traced => {
    const { value } = seen.row;
    const [n, q, f] = [numberField(value, 'n'), numberField(value, 'q'), numberField(value, 'f')];
    return { seen, n, q, f };
  });
  new Chain(context, sink, run).check(traced);
}

/** Follows the values of a key from empty to full, one record at a time. */
class Chain {
  private readonly context: SinkContext;
  private readonly sink: RunningSink;
  private readonly run: KeyRun;
  private readonly unused = new Map<number, Item[]>();
  private readonly used = new Map<number, Item[]>();
  private readonly lastOfWord = new Map<number, StepShown>();
  /** In order, with the value that counted each first. */
  private readonly taken: StepShown[] = [];
  private left: number;

  constructor(context: SinkContext, sink: RunningSink, run: KeyRun) {
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
        this.again(before, step, { item: last, value: aggregate.result(accumulator) });
        continue;
      }
      const items = this.itemsBetween(before, step);
      if (step.n <= (before?.n ?? 0)) {
        this.reportValue(step.seen);
        continue;
      }
      if (items === null) {
        this.reportStep(before, { step, last: steps.at(-1) ?? step });
        return;
      }
      // Several in one step are told apart by split, not by the order in which they came.
      for (const item of items.toSorted((a, b) => a.rank - b.rank)) {
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
    reportLost(this.context, this.sink, { rest, largest, run: this.run });
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
    const trigger = items.findLast((item) => this.gives(item, value, step.seen));
    if (trigger !== undefined) return trigger;
    this.reportValue(step.seen);
    return items.at(-1) as Item;
  }

  private gives({ key, ts, from }: Item, value: Value, { row }: Seen): boolean {
    const rows = arriving(this.sink.branch, { key, ts, value, from });
    return rows.some((own) => isSameRow(own, row));
  }

  /** The value counts what was taken, and is not what that gives. */
  private reportValue(seen: Seen): void {
    const { sink } = this.sink;
    const whole = this.taken.flatMap(({ item }) => item.from);
    reportUnexplained(this.context, { sink, seen, name: 'state-divergence', whole });
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
      const among = this.run.items.flatMap(({ from }) => from);
      reportDisorder(this.context, this.sink.sink, { before, after, whole, among });
    }
    this.lastOfWord.set(item.word, after);
  }

  private missingOutputs(items: readonly Item[], between: Between): void {
    for (const item of items) {
      if (showsEarlier(this.sink) || isItemDue(this.context, item)) {
        reportSkipped(this.context, this.sink, { records: item.from, ...between });
      }
    }
  }

  private again(
    before: Traced,
    step: Traced,
    { item, value }: { readonly item: Item | null; readonly value: Value },
  ): void {
    const { sink } = this.sink;
    if (before.f === step.f && before.q === step.q) {
      const [first, again] = [before.seen, step.seen];
      if (!isSameRow(first.row, again.row)) {
        if (item === null || !this.gives(item, value, again)) this.reportValue(again);
        return;
      }
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
    const q = step.q - (before?.q ?? 0);
    const doubled = this.used.get(f)?.find(({ value }) => numberField(value, 'q') === q);
    const { context, sink } = this;
    const full = this.run.items.length;
    const records = doubled?.from ?? [];
    let name: 'duplicate' | 'masked' | 'state-divergence' = 'state-divergence';
    // As many as there are, and not these: where all are due, one is lost behind the doubled one.
    const isMasked = last.n === full && last.f !== fingerprintOf(this.run.items);
    if (isMasked && (doubled === undefined || owesAll(context, this.run))) name = 'masked';
    else if (doubled !== undefined) name = 'duplicate';
    if (name !== 'masked' && last.n < full) reportFewer(context, sink, { run: this.run, last });
    const unused = this.run.items.filter((item) => this.isUnused(item));
    const next = prefixOf(unused, { q }).flatMap(({ from }) => from);
    const by = step.n - (before?.n ?? 0);
    const from = this.madeOf(before?.seen ?? null);
    const isStranger = !this.run.items.some(({ value }) => numberField(value, 'f') === f);
    const bad = { run: this.run, from, step: step.seen, by, records, next, isStranger };
    reportBadStep(context, sink, { name, ...bad });
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

/** Whether all records of the key must be counted in the end. */
function owesAll(context: Context, { items }: KeyRun): boolean {
  return isDue(context) && !items.some((item) => item.waits);
}

/** Fewer records counted than there are: at least one is lost, whichever it is. */
function reportFewer(
  context: Context,
  sink: RunningSink,
  { run, last }: { readonly run: KeyRun; readonly last: Traced },
): void {
  if (!owesAll(context, run)) return;
  reportCount(context, sink, { name: 'loss', run, seen: last.seen });
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
