/**
 * Visible values of running aggregates that carry a version vector and a sum of fingerprints
 * (cut-traceable outputs): each vector names a prefix of its key's records in every split, whose
 * fingerprints must add up. Memory for what is in flight plus a few numbers per (key, split); a
 * record retires once every key of its split is past it.
 */
import { Bounds, noBound } from '../kernel/bounds.ts';
import type { Cuts, Range } from './cuts.ts';
import type { Ledger, Showing } from './ledger.ts';
import type { Reporter } from './reporter.ts';
import { SplitWindow } from './split-window.ts';
import { keyCountOf, type LogEvent, type VisibleValues } from './stream-history.ts';
import { ValueReports } from './value-reports.ts';

/** A key whose newest value does not add up. */
interface Broken {
  readonly key: number;
  readonly showing: Showing;
}

/** A record's note is the offset of the next one of its key; they follow each other. */
export class Values {
  readonly windows: readonly SplitWindow[];
  outputs = 0;
  inFlightMax = 0;
  private readonly keys: number;
  private readonly splits: number;
  private readonly bounds: Bounds;
  /** Per (key, split): records in the newest value, in the log, the first after, the last. */
  private readonly counts: Int32Array;
  private readonly logged: Int32Array;
  private readonly heads: Int32Array;
  private readonly tails: Int32Array;
  /** Per key: fingerprints of what the vector names, that of the value, the event that showed it. */
  private readonly sums: Uint32Array;
  private readonly shown: Uint32Array;
  private readonly shownBy: Int32Array;
  private readonly broken = new Map<number, Broken>();
  private readonly reporter: Reporter;
  private readonly reports: ValueReports;
  private readonly ledger: Ledger;
  private readonly cuts: Cuts;
  private readonly wantsStates: boolean;

  constructor({ reporter, ledger, cuts }: { reporter: Reporter; ledger: Ledger; cuts: Cuts }) {
    const { header } = reporter;
    this.reporter = reporter;
    this.reports = new ValueReports(reporter, ledger);
    this.ledger = ledger;
    this.cuts = cuts;
    this.keys = keyCountOf(header);
    this.splits = header.splits.length;
    const cells = this.keys * this.splits;
    this.windows = header.splits.map(() => new SplitWindow(true));
    this.bounds = new Bounds(this.keys, this.splits);
    this.counts = new Int32Array(cells);
    this.logged = new Int32Array(cells);
    this.heads = new Int32Array(cells).fill(noBound);
    this.tails = new Int32Array(cells);
    this.sums = new Uint32Array(this.keys);
    this.shown = new Uint32Array(this.keys);
    this.shownBy = new Int32Array(this.keys);
    this.wantsStates = header.promises.some((g) => g === 'snapshot-consistent' || g === 'monotone');
  }

  append({ split, from, key, fingerprint }: LogEvent): void {
    const window = this.windows[split] as SplitWindow;
    window.append(key, fingerprint);
    for (let i = 0; i < key.length; i++) {
      const k = key[i] as number;
      const cell = k * this.splits + split;
      const offset = from + i;
      const n = (this.logged[cell] as number) + 1;
      this.logged[cell] = n;
      if (n <= (this.counts[cell] as number)) this.comesLate(k, fingerprint[i] as number);
      else if (this.heads[cell] === noBound) {
        this.heads[cell] = offset;
        this.bounds.limit(split, k, offset);
      } else window.note[(this.tails[cell] as number) & window.mask] = offset;
      this.tails[cell] = offset;
    }
    const inFlight = this.windows.reduce((sum, { base, head }) => sum + head - base, 0);
    this.inFlightMax = Math.max(this.inFlightMax, inFlight);
  }

  show({ key, vector, fingerprint }: VisibleValues, showing: Showing): void {
    const range = this.rangeFor(showing);
    for (let i = 0; i < key.length; i++) {
      const k = key[i] as number;
      if (k < 0 || k >= this.keys) {
        this.reports.phantom(k, showing);
        continue;
      }
      const direction = this.compare(k, vector, i * this.splits);
      if (direction === 'forward') {
        this.advance(k, { vector, at: i * this.splits }, { showing, range });
        this.judge(k, fingerprint[i] as number, showing);
        this.shownBy[k] = showing.number;
      } else if (direction === 'forked') this.reports.forked(k, this.firstOf(k), showing);
      else this.reports.repeat(k, this.firstOf(k), showing);
    }
    this.outputs += key.length;
    for (let p = 0; p < this.splits; p++) {
      const window = this.windows[p] as SplitWindow;
      window.base = Math.min(window.head, this.bounds.least(p));
    }
  }

  /** Everything that is visible now is a state a reader may see. */
  checkState(showing: Showing): void {
    if (!this.wantsStates || this.broken.size > 0) return;
    const empty = this.bounds.emptyCut();
    if (empty !== null) this.reports.inconsistent(empty, showing);
  }

  /** At the end: what the newest values lack or count too often. */
  finish(isDue: boolean): void {
    for (let k = 0; k < this.keys; k++) {
      let [missing, extra] = [-1, -1];
      for (let p = 0; p < this.splits; p++) {
        const cell = k * this.splits + p;
        const [count, logged] = [this.counts[cell] as number, this.logged[cell] as number];
        if (count < logged) missing = p;
        if (count > logged) extra = p;
      }
      const broken = this.broken.get(k);
      if (extra >= 0 && missing < 0) this.reports.countedTwice(k, extra, this.firstOf(k));
      else if (missing >= 0 && extra < 0 && (isDue || broken !== undefined)) {
        const cell = k * this.splits + missing;
        const offset = broken === undefined ? (this.heads[cell] as number) : null;
        this.reports.lost(k, { split: missing, offset }, broken?.showing ?? null);
      } else if (broken !== undefined || extra >= 0) {
        this.reports.masked(k, broken?.showing ?? this.firstOf(k));
      }
    }
  }

  private firstOf(key: number): Showing | null {
    return this.ledger.showing(this.shownBy[key] as number);
  }

  private rangeFor({ checkpoint }: Showing): Range | null {
    const { aligned } = this.reporter.header;
    if (checkpoint === null || !aligned || this.cuts.newest < checkpoint) return null;
    return this.cuts.rangeOf(checkpoint);
  }

  /** The value already counted a record that is logged only now, or another one twice. */
  private comesLate(key: number, fingerprint: number): void {
    const sum = ((this.sums[key] as number) + fingerprint) >>> 0;
    this.sums[key] = sum;
    if (sum !== this.shown[key] || !this.broken.delete(key)) return;
    this.reporter.findings.leaveOpen(
      'records stand in the log after a value that counts them',
      'validity',
      'at-most-once',
      'at-least-once',
      'exactly-once',
      'effectively-once',
    );
  }

  /** Whether a value goes on from the newest one, repeats an older one, or neither. */
  private compare(key: number, vector: Int32Array, at: number): 'forward' | 'back' | 'forked' {
    let [more, less] = [false, false];
    for (let p = 0; p < this.splits; p++) {
      const n = vector[at + p] as number;
      const count = this.counts[key * this.splits + p] as number;
      more ||= n > count;
      less ||= n < count;
    }
    if (!more) return 'back';
    return less ? 'forked' : 'forward';
  }

  /** Walks each split's records of the key up to what the vector names. */
  private advance(
    key: number,
    { vector, at }: { readonly vector: Int32Array; readonly at: number },
    { showing, range }: { readonly showing: Showing; readonly range: Range | null },
  ): void {
    for (let p = 0; p < this.splits; p++) {
      const cell = key * this.splits + p;
      const before = this.counts[cell] as number;
      const n = vector[at + p] as number;
      if (n === before) continue;
      const window = this.windows[p] as SplitWindow;
      let head = this.heads[cell] as number;
      let last = -1;
      let sum = this.sums[key] as number;
      for (let i = before; i < n && head !== noBound; i++) {
        last = head;
        const slot = head & window.mask;
        sum = (sum + (window.fingerprint[slot] as number)) >>> 0;
        head = (window.note[slot] as number) === 0 ? noBound : (window.note[slot] as number);
      }
      this.sums[key] = sum;
      this.counts[cell] = n;
      if (last < 0) continue;
      this.heads[cell] = head;
      this.bounds.raise(p, key, last + 1);
      this.bounds.limit(p, key, head);
      if (range !== null && last >= (range.high[p] as number)) {
        this.reports.skew({ key, split: p, offset: last }, showing);
      }
    }
  }

  /** A value that adds up again shows that only the one before was wrong. */
  private judge(key: number, fingerprint: number, showing: Showing): void {
    this.shown[key] = fingerprint;
    const broken = this.broken.get(key);
    if (fingerprint !== this.sums[key]) {
      if (broken === undefined) this.broken.set(key, { key, showing });
      return;
    }
    if (broken === undefined) return;
    this.broken.delete(key);
    this.reports.diverged(key, broken.showing);
  }
}
