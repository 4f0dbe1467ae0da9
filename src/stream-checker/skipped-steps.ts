/**
 * Values that were left out, where every record gives a value of its own: between two values of a
 * key of which the second adds more than one record. One that shows after all is late, and no
 * repeat; those that never do are missing.
 */
import type { Bounds, EmptyCut } from './bounds.ts';
import type { Due } from './due.ts';
import type { VectorAt } from './key-chains.ts';
import type { Showing } from './ledger.ts';
import type { Reporter } from './reporter.ts';

export interface Skip {
  readonly key: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** How many values are left out. */
  readonly missing: number;
  /** What the second value adds: the first ones of each split. */
  readonly records: readonly { readonly split: number; readonly offset: number }[];
  /** A record whose own value is missing for sure; null: it may be one or another. */
  readonly passed: { readonly split: number; readonly place: number } | null;
  /** The second value. */
  readonly showing: Showing;
}

/** Who tells of values that never show. */
interface SkipReports {
  skipped(skip: Skip, missing: number): void;
}

/** Values between two of a key that have not shown. */
export interface Gap {
  readonly from: Int32Array;
  readonly to: Int32Array;
  left: number;
  readonly filled: Int32Array[];
}

interface Open extends Skip, Gap {}

/** Named limit: pairs of values with something missing between them. */
const skipsMax = 100_000;

export class SkippedSteps {
  private readonly skips = new Map<number, Open[]>();
  /** Those since the last state that was looked at. */
  private readonly unchecked: Open[] = [];
  private readonly reporter: Reporter;
  private count = 0;

  constructor(reporter: Reporter) {
    this.reporter = reporter;
  }

  add(skip: Skip): void {
    if (this.count++ >= skipsMax) {
      const reason = `more than ${skipsMax} values add several records (skipsMax)`;
      const guarantees = ['at-most-once', 'at-least-once', 'exactly-once', 'ordered'] as const;
      this.reporter.findings.runOut(reason, ...guarantees);
      return;
    }
    const open = { ...skip, left: skip.missing, filled: [] };
    this.unchecked.push(open);
    const known = this.skips.get(skip.key);
    if (known === undefined) this.skips.set(skip.key, [open]);
    else known.push(open);
  }

  /** Whether a value is one of those that were left out, and what showed right before it. */
  fill(key: number, value: VectorAt): { skip: Skip; before: Int32Array } | null {
    const skip = this.skips.get(key)?.find((open) => isBetween(open, value));
    if (skip === undefined) return null;
    const vector = vectorOf(value, skip.to.length);
    const below = skip.filled.filter((other) => isAbove(vector, other));
    const before = below.reduce((a, b) => (isAbove(b, a) ? b : a), skip.from);
    skip.left--;
    skip.filled.push(vector);
    return { skip, before };
  }

  /** Whether a value is one of those that were left out and showed later. */
  hasFilled(key: number, { vector, at }: VectorAt): boolean {
    const skips = this.skips.get(key) ?? [];
    return skips.some(({ filled }) =>
      filled.some((own) => own.every((n, p) => n === vector[at + p])),
    );
  }

  /** An attempt that replays shows what records gave, which may be what is missing. */
  fillStep(key: number, before: Int32Array | null, value: VectorAt): void {
    for (const skip of this.skips.get(key) ?? []) {
      if (skip.left === 0) continue;
      const isOf = skip.to.some((to, p) => {
        const n = value.vector[value.at + p] as number;
        return n > (before?.[p] ?? n - 1) && n > (skip.from[p] as number) && n <= to;
      });
      if (isOf) skip.left--;
    }
  }

  /**
   * A value that is missing though a later record of its split has its own; null: none is known.
   */
  emptyCut(bounds: Bounds): EmptyCut | null {
    for (const { key, left, filled, passed } of this.unchecked.splice(0)) {
      if (left === 0 || filled.length > 0 || passed === null) continue;
      const cut = bounds.emptyCutAt(passed.split, key, passed.place);
      if (cut !== null) return cut;
    }
    return null;
  }

  /** At the end: a key of which some value never showed; null: there is none. */
  get open(): number | null {
    for (const [key, skips] of this.skips) if (skips.some(({ left }) => left > 0)) return key;
    return null;
  }

  /** At the end: what never showed. */
  report(due: Due, reports: SkipReports): void {
    for (const skip of [...this.skips.values()].flat()) {
      const lost = skip.left - excused(skip, due);
      for (let i = 0; i < lost; i++) reports.skipped(skip, lost);
    }
  }
}

/** How many of the records between two values need not show; of those that are not named, all. */
function excused({ from, to, records }: Skip, due: Due): number {
  if (due.isAll || due.isPassedOver) return 0;
  const all = to.reduce((sum, n, p) => sum + n - (from[p] as number), 0);
  return all - records.filter(({ split, offset }) => due.isDue(split, offset)).length;
}

/** Whether a value is one of those that are missing. Then it is no longer. */
export function fillGap(gap: Gap, value: VectorAt): boolean {
  if (!isBetween(gap, value)) return false;
  gap.left--;
  gap.filled.push(vectorOf(value, gap.to.length));
  return true;
}

/** Whether it lies on a way from one to the other, with what showed in between. */
function isBetween({ from, to, left, filled }: Gap, value: VectorAt): boolean {
  if (left === 0) return false;
  const vector = vectorOf(value, to.length);
  const others = [from, ...filled, to];
  return others.every((other) => {
    const [above, below] = [isAbove(vector, other), isAbove(other, vector)];
    if (other === from) return above && !below;
    return other === to ? below && !above : above !== below;
  });
}

function vectorOf({ vector, at }: VectorAt, splits: number): Int32Array {
  return vector.slice(at, at + splits);
}

/** At least as much of every split. */
function isAbove(a: Int32Array, b: Int32Array): boolean {
  return a.every((n, p) => n >= (b[p] as number));
}
