/**
 * Running aggregates with version vectors at sinks that show each attempt's work: append and upsert
 * sinks, and transactions whose state may count a record twice. The values of one attempt continue
 * each other, one record at a time, from what the restored checkpoint held; each visible row is the
 * output of the record that came last.
 */
import type { AnomalyName } from '../../../model/guarantee.ts';
import { type Context } from '../../context/context.ts';
import type { Seen } from '../../evidence/observe.ts';
import { arriving, type Item } from '../../plan/items.ts';
import { sameValue } from '../../evidence/values.ts';
import { countsOnce, rowsByAttempt, type Start, startOf, wasRead } from '../anomalies/attempts.ts';
import { reportDuplicate } from '../anomalies/duplicates.ts';
import { reportUnexplained } from '../anomalies/loss.ts';
import { reportNoRun } from './opaque-reports.ts';
import { repeatedName } from '../windows/pane-reports.ts';
import {
  aggregateOf,
  type KeyRun,
  leaveFork,
  leaveGap,
  leaveOpen,
  leavesMore,
  reportForked,
  reportStepsReversed,
  runOut,
  type RunningSink,
} from './running-reports.ts';
import { type MadeOf, reportBadStep, reportCount, reportLost } from './traced-reports.ts';
import {
  contentsOf,
  type Position,
  printOf,
  type Traced,
  tracedOf,
  VectorRun,
} from './vector-run.ts';

interface ShownValue extends Traced {
  readonly seen: Seen;
}

/** A value and the records it stands for. */
interface Explained {
  readonly value: ShownValue;
  readonly position: Position;
}

type Explanation = readonly Position[] | 'open' | null;

export function checkVectors(context: Context, sink: RunningSink, run: KeyRun): void {
  new VectorCheck(context, sink, run).check();
}

class VectorCheck {
  private readonly context: Context;
  private readonly sink: RunningSink;
  private readonly run: KeyRun;
  private readonly vectors: VectorRun;
  private readonly once: boolean;
  private readonly covered = new Set<Item>();
  /** Every position that was shown, by what the value says. */
  private readonly known: Position[] = [];
  private readonly first = new Map<string, Seen>();
  private largest: Explained | null = null;
  /** Some value is the fold of no records, so that what it counts is not known. */
  private hasStrangers = false;

  constructor(context: Context, sink: RunningSink, run: KeyRun) {
    this.context = context;
    this.sink = sink;
    this.run = run;
    this.vectors = new VectorRun(run.items, aggregateOf(sink), context.stepsMax);
    this.once = countsOnce(context);
  }

  check(): void {
    for (const [attempt, rows] of rowsByAttempt(this.run.rows)) {
      const values = rows.map((seen) => ({ seen, ...tracedOf(seen.row.value) }));
      values.sort((a, b) => a.n - b.n || a.seen.position - b.seen.position);
      this.checkAttempt(startOf(this.context, attempt), values);
    }
    this.checkCounts();
    this.checkSizes();
    const rest = this.run.items.filter((item) => !this.covered.has(item));
    if (this.hasStrangers && rest.length > 0) {
      leaveOpen(this.context, this.sink, `a value of key ${this.run.key} hides what it counts`);
      return;
    }
    const largest = this.largest === null ? null : madeOf(this.largest);
    reportLost(this.context, this.sink, { rest, largest, run: this.run });
  }

  private checkAttempt(start: Start, values: readonly ShownValue[]): void {
    const shown: Position[] = [];
    let last: Explained | null = null;
    for (const value of values) {
      if (last !== null && isSame(last.value, value)) {
        this.checkRepeat(last, value);
        continue;
      }
      const found: Explanation =
        last === null ? this.firstOf(start, value) : this.next([last.position], value);
      if (found === 'open') {
        const reason = `which records a value of key ${this.run.key} holds takes too long to find`;
        runOut(this.context, this.sink, reason);
        this.hasStrangers = true;
        return;
      }
      if (found === null) {
        this.unexplained(last, value);
        continue;
      }
      const position = this.fitting(found, value);
      this.checkOrder(last, { value, position });
      last = { value, position };
      shown.push(position);
    }
    if (last === null) return;
    for (const item of contentsOf(last.position)) this.covered.add(item);
    this.known.push(...shown);
    if (this.largest === null || last.value.n > this.largest.value.n) this.largest = last;
  }

  /** The first value of an attempt continues what its checkpoint held. */
  private firstOf(start: Start, value: ShownValue): Explanation {
    const { vectors, once } = this;
    if (start.isFresh) return this.next([vectors.empty()], value);
    if (!once) return this.firstReplayed(start, value);
    const found = this.next(this.basesOf(start), value);
    if (found !== null || !vectors.isOrdered) return found;
    // Older state than the offsets say is no matter of this row: it may be the fold of less.
    return this.next([vectors.empty()], value);
  }

  /** Where state counts records once it is the fold of what was read. */
  private basesOf(start: Start): readonly Position[] {
    const { items } = this.run;
    const read = items.map((item) => wasRead(this.context, start, item));
    if (read.includes(null)) return nearest([this.vectors.empty(), ...this.known]);
    return [this.vectors.foldOf(items.filter((_, i) => read[i] === true))];
  }

  /** State that ran ahead of the offsets: a value that was shown, or a little more. */
  private firstReplayed(start: Start, value: ShownValue): Explanation {
    const { items } = this.run;
    const read = items.map((item) => wasRead(this.context, start, item));
    const isRead = new Set(items.filter((_, i) => read[i] === true));
    const known = isRead.size > 0 ? this.known : [this.vectors.empty(), ...this.known];
    const wasIn = read.includes(null) ? null : (item: Item): boolean => isRead.has(item);
    let open = false;
    for (const shown of nearest(known)) {
      if (tracedOf(shown.accumulator).n >= value.n) continue;
      for (const base of this.vectors.onward(shown, wasIn)) {
        const found = this.next([base], value);
        if (found === 'open') open = true;
        else if (found !== null) return found;
      }
    }
    return open ? 'open' : null;
  }

  /** What the first of the positions becomes that leads to the value. */
  private next(from: readonly Position[], value: ShownValue): Explanation {
    let open = false;
    for (const position of from) {
      const found = this.vectors.between(position, value);
      if (found.kind === 'open') open = true;
      if (found.kind === 'items') {
        return found.choices.map((items) => this.vectors.after(position, items));
      }
    }
    return open ? 'open' : null;
  }

  /** Of several ways to the value the one that gives the row; reports when none does. */
  private fitting(found: readonly Position[], value: ShownValue): Position {
    const fits = found.find((position) => this.gives(position, value.seen));
    if (fits !== undefined) {
      this.note(value);
      return fits;
    }
    const [closest] = found as [Position];
    this.reportValue(value, closest);
    return closest;
  }

  /** Whether the row is the output of a record that may have come last. */
  private gives(position: Position, { row }: Seen): boolean {
    const value = aggregateOf(this.sink).result(position.accumulator);
    return this.vectors
      .lastOf(position.added)
      .some(({ key, ts, from }) =>
        arriving(this.sink.branch, { key, ts, value, from }).some(
          (r) => r.key === row.key && r.ts === row.ts && sameValue(r.value, row.value),
        ),
      );
  }

  private note({ n, q, f, seen }: ShownValue): void {
    const id = `${n} ${q} ${f}`;
    const first = this.first.get(id);
    if (first === undefined) this.first.set(id, seen);
    else if (!this.sink.upsert) {
      reportDuplicate(this.context, { sink: this.sink.sink, first, again: seen, records: [] });
    }
  }

  /** The same value again within an attempt is a write that was repeated: the same row. */
  private checkRepeat(last: Explained, value: ShownValue): void {
    if (this.gives(last.position, value.seen)) this.note(value);
    else this.reportValue(value, last.position);
  }

  private checkOrder(before: Explained | null, after: Explained): void {
    const { branch, upsert } = this.sink;
    if (before === null || upsert || !branch.fifo) return;
    if (after.value.seen.position > before.value.seen.position) return;
    const place = ({ value, position }: Explained): { seen: Seen; item: Item } => ({
      seen: value.seen,
      item: position.added.at(-1) as Item,
    });
    reportStepsReversed(this.context, this.sink, { earlier: place(before), later: place(after) });
  }

  private unexplained(last: Explained | null, value: ShownValue): void {
    this.hasStrangers = true;
    if (leavesMore(this.context, this.sink.sink)) return;
    if (last === null) this.reportBeginning(value);
    else if (value.n > last.value.n) this.reportStep(last, value);
    else reportForked(this.context, this.sink.sink, { a: last.value.seen, b: value.seen });
  }

  /** As many records as there are, but not these; and these show nowhere else. */
  private isMasked({ n, f }: ShownValue): boolean {
    const { items, rows } = this.run;
    const all = printOf(items);
    if (!this.once || n !== items.length || f === all) return false;
    return rows.every(({ row }) => tracedOf(row.value).f !== all);
  }

  /** The value counts these records, and is not what they give. */
  private reportValue({ seen }: ShownValue, position: Position): void {
    const whole = contentsOf(position).flatMap(({ from }) => from);
    this.reportAs('state-divergence', seen, whole);
  }

  /** No state that an attempt can have begun from leads to the value. */
  private reportBeginning(value: ShownValue): void {
    const { run } = this;
    const alone = this.next([this.vectors.empty()], value);
    if (alone !== 'open' && alone?.some((position) => this.gives(position, value.seen)) === true) {
      const of = { name: 'state-divergence', run, seen: value.seen } as const;
      reportNoRun(this.context, this.sink, of);
      return;
    }
    const named = this.vectors.firstOf(value).flatMap(({ from }) => from);
    if (this.isMasked(value)) this.reportAs('masked', value.seen, named);
    this.reportAs('state-divergence', value.seen, named);
  }

  private reportAs(name: AnomalyName, seen: Seen, whole: readonly number[]): void {
    const isPlain = whole.length > 0 && new Set(whole).size === whole.length;
    const among = this.run.items.flatMap(({ from }) => from);
    const { sink } = this.sink;
    reportUnexplained(this.context, { sink, seen, name, among, ...(isPlain ? { whole } : {}) });
  }

  private reportStep(last: Explained, value: ShownValue): void {
    const from = madeOf(last);
    const by = value.n - last.value.n;
    const print = (value.f - last.value.f) >>> 0;
    const q = value.q - last.value.q;
    const added = { n: by, q, f: print };
    const doubled = contentsOf(last.position).find((item) => isSame(tracedOf(item.value), added));
    const next = this.vectors.nextOf(last.position, { n: by, q, f: 0 });
    reportBadStep(this.context, this.sink, {
      name: this.isMasked(value) ? 'masked' : 'state-divergence',
      run: this.run,
      from,
      step: value.seen,
      by,
      records: doubled?.from ?? [],
      next: next.flatMap((item) => item.from),
      isStranger: !this.run.items.some((item) => tracedOf(item.value).f === print),
    });
  }

  /** A run shows one value of each size, so that a reader who takes out repeats finds one. */
  private checkSizes(): void {
    const { context, sink, run } = this;
    if (sink.upsert) return;
    const values = run.rows.map(({ row }) => tracedOf(row.value)).sort((a, b) => a.n - b.n);
    const isGap = values.some(({ n }, i) => n > (values[i - 1]?.n ?? 0) + 1);
    if (isGap) leaveGap(context, sink, run);
    const isFork = values.some((value, i) => {
      const before = values[i - 1];
      return before !== undefined && before.n === value.n && !isSame(before, value);
    });
    if (isFork && this.once) leaveFork(context, sink, run);
  }

  /** State that counts a record twice shows in the number of records. */
  private checkCounts(): void {
    if (this.once || this.largest === null) return;
    const { seen, n } = this.largest.value;
    if (n <= this.run.items.length) return;
    const name = repeatedName(this.context, seen);
    reportCount(this.context, this.sink, { name, run: this.run, seen });
  }
}

function madeOf({ value, position }: Explained): MadeOf {
  return { seen: value.seen, whole: contentsOf(position).flatMap(({ from }) => from) };
}

/** The largest first: fewer records lie between it and what follows. */
function nearest(positions: readonly Position[]): readonly Position[] {
  const lengthOf = ({ accumulator }: Position): number => tracedOf(accumulator).n;
  return positions.toSorted((a, b) => lengthOf(b) - lengthOf(a));
}

function isSame(a: Traced, b: Traced): boolean {
  return a.n === b.n && a.q === b.q && a.f === b.f;
}
