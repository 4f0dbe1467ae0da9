/**
 * Running aggregates that carry a version vector and a fingerprint (T1). The difference between two
 * consecutive values names the record that was added; one that names none is an error.
 */
import { field, numberField } from '../../model/functions.ts';
import { type Context, isDue, recordList, seenText, witness } from '../context.ts';
import type { Seen } from '../observation/observe.ts';
import { arriving, type Item } from '../plan/items.ts';
import { sameValue } from '../values.ts';
import { reportDuplicate } from './duplicates.ts';
import { reportMissing, reportUnexplained } from './loss.ts';
import { reportRepeated } from './pane-reports.ts';
import { checkOpaque } from './running-opaque.ts';
import {
  aggregateOf,
  type KeyRun,
  reportDisorder,
  reportForked,
  noteStep,
  reportLost,
  type RunningSink,
} from './running-reports.ts';

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
  private readonly lastOfWord = new Map<number, Item>();
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
    for (const step of steps) {
      if (before !== null && step.n === before.n) {
        this.again(before, step);
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
      const last = items.at(-1) as Item;
      noteStep(this.context, this.sink, { item: last, seen: step.seen });
      this.missingOutputs(items.slice(0, -1));
      this.compare(step, {
        key: last.key,
        ts: last.ts,
        value: aggregate.result(accumulator),
        last,
      });
      before = step;
    }
    if (this.left > 0) {
      reportLost(this.context, this.sink, [...this.unused.values()].flat());
    }
  }

  private compare(
    step: Traced,
    { key, ts, value, last }: { key: string; ts: number; value: Item['value']; last: Item },
  ): void {
    const rows = arriving(this.sink.branch, { key, ts, value, from: last.from });
    const { row } = step.seen;
    const same = rows.some(
      (r) => r.key === row.key && r.ts === row.ts && sameValue(r.value, row.value),
    );
    if (!same) {
      reportUnexplained(this.context, {
        sink: this.sink.sink,
        seen: step.seen,
        name: 'state-divergence',
      });
    }
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
    const heads = this.run.items.filter((item) => this.isUnused(item));
    const taken: Item[] = [];
    let { q, f } = sum;
    for (const item of heads) {
      if (taken.length === sum.count) break;
      const digit = numberField(item.value, 'q');
      if (digit === 0 || Math.floor(q / digit) < 1 || q < digit) continue;
      taken.push(item);
      q -= digit;
      f = (f - numberField(item.value, 'f')) >>> 0;
    }
    return taken.length === sum.count && q === 0 && f === 0 ? taken : null;
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
    if (item.word < 0) return;
    const before = this.lastOfWord.get(item.word);
    if (before !== undefined && item.rank < before.rank) {
      reportDisorder(this.context, this.sink.sink, { seen, before, after: item });
    }
    this.lastOfWord.set(item.word, item);
  }

  private missingOutputs(items: readonly Item[]): void {
    for (const item of items) {
      if (!isDue(this.context)) continue;
      const however = 'later values of the key contain it, but its own output never shows';
      reportMissing(this.context, { sink: this.sink.sink, records: item.from, row: null, however });
    }
  }

  private again(before: Traced, step: Traced): void {
    const { sink } = this.sink;
    if (before.f === step.f && before.q === step.q) {
      const records = this.run.items.slice(0, 1).flatMap((item) => item.from);
      const last = [...this.lastOfWord.values()].at(-1)?.from ?? records;
      const [first, second] = [before.seen, step.seen];
      reportDuplicate(this.context, { sink, first, again: second, records: last });
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
    context.findings.report({
      name,
      operator: sink.sink,
      key: this.run.key,
      records,
      witnesses: [witness(context, 'not a legal step', { record: records[0], seen: step.seen })],
      sentence: `A value of key ${this.run.key} at ${sink.sink} does not follow from the one before.`,
      let: [
        before === null ? 'A = the empty aggregate' : `A = ${seenText(before.seen)}`,
        `B = ${seenText(step.seen)}`,
      ],
      thus: [`B counts ${step.n - (before?.n ?? 0)} more than A`],
      however: [
        doubled === undefined
          ? 'no set of records not yet counted has the difference of digits and fingerprints'
          : `the difference is ${recordList(context, doubled.from)}, which A contains already`,
      ],
      nearest:
        doubled === undefined
          ? null
          : `a legal run if ${recordList(context, doubled.from)} is applied twice`,
      observed: [seenText(step.seen)],
    });
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
  if (!isDue(context)) return;
  const records = run.items.flatMap((item) => item.from);
  const however = `the largest value of key ${run.key} counts ${last.n} of ${run.items.length}`;
  reportMissing(context, { sink: sink.sink, records, row: null, however });
}

/** State that may count a record twice still has to count each: judged by the number per origin. */
function checkCounts(
  context: Context,
  sink: RunningSink,
  { run, traced }: { readonly run: KeyRun; readonly traced: readonly Traced[] },
): void {
  const [first] = traced;
  if (first === undefined) {
    reportLost(context, sink, run.items);
    return;
  }
  const last = traced.reduce((most, value) => (value.n > most.n ? value : most), first);
  if (last.n < run.items.length) reportFewer(context, sink, { run, last });
  if (last.n <= run.items.length) return;
  reportRepeated(context, sink.sink, { seen: last.seen, items: run.items.slice(0, 1) });
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
      reportUnexplained(context, { sink: sink.sink, seen: step.seen, name: 'state-divergence' });
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
  reportLost(
    context,
    sink,
    run.items.filter((item) => !used.has(item)),
  );
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
