/**
 * Visible rows that name their record (traceable outputs), against the records in flight: phantom,
 * misroute, value, duplicate, order per key and split, and the cuts. O(1) per row; memory for what
 * is in flight plus one offset per (key, split). What is below everything in flight retires.
 */
import type { Cuts, Range } from './cuts.ts';
import { type Ledger, type Showing, showingsMax } from './ledger.ts';
import type { Commit } from './transactions.ts';
import { Prefixes } from './prefixes.ts';
import type { Reporter } from './reporter.ts';
import { type First, type Row, RowReports } from './row-reports.ts';
import { type Hole, SplitWindow } from './split-window.ts';
import { keyCountOf, type LogEvent, type VisibleRows } from './stream-history.ts';

/** Named limits: rows that stand before their record; overdue records of a split. */
const aheadMax = 1_000_000;
const holesMax = 1_000_000;
const attemptMask = showingsMax - 1;
/** How far a split may be shown beyond a record that is not, before that is called overdue. */
const defaultWindowMax = 1 << 20;

export interface RowsSettings {
  readonly windowMax?: number;
}

/** A record's note is the number of the event that showed it, from 1. */
export class Rows {
  readonly windows: readonly SplitWindow[];
  /** Highest offset shown per key and split, -1 before the first. */
  private readonly last: Int32Array;
  private readonly keys: number;
  private readonly prefixes: Prefixes | null;
  private readonly ahead: Row[] = [];
  private readonly reporter: Reporter;
  private readonly reports: RowReports;
  private readonly ledger: Ledger;
  private readonly cuts: Cuts;
  private readonly windowMax: number;
  /** Records whose lot is no longer known, so that nothing can be said about repeats of them. */
  private overflowed = 0;
  outputs = 0;
  inFlightMax = 0;

  constructor(
    { reporter, ledger, cuts }: { reporter: Reporter; ledger: Ledger; cuts: Cuts },
    { windowMax = defaultWindowMax }: RowsSettings,
  ) {
    const { header } = reporter;
    this.reporter = reporter;
    this.reports = new RowReports(reporter, ledger);
    this.ledger = ledger;
    this.cuts = cuts;
    this.windowMax = windowMax;
    this.keys = keyCountOf(header);
    this.windows = header.splits.map(() => new SplitWindow(header.fingerprints));
    this.last = new Int32Array(this.keys * header.splits.length).fill(-1);
    const wanted = header.promises.some((g) => g === 'snapshot-consistent' || g === 'monotone');
    this.prefixes = wanted ? new Prefixes(reporter, ledger) : null;
  }

  append({ split, key, fingerprint }: LogEvent): void {
    (this.windows[split] as SplitWindow).append(key, fingerprint);
    const inFlight = this.windows.reduce((sum, { base, head }) => sum + head - base, 0);
    this.inFlightMax = Math.max(this.inFlightMax, inFlight);
  }

  /** Looks at the rows of one event; returns how many its transaction had not shown before. */
  show(event: VisibleRows, showing: Showing, commit: Commit | null): number {
    const range = this.rangeFor(showing);
    const { windows, last } = this;
    const { split, offset, key, fingerprint } = event;
    const splits = windows.length;
    const { number } = showing;
    const hasFingerprints = fingerprint.length > 0;
    const count = offset.length;
    let again = 0;
    for (let i = 0; i < count; i++) {
      const p = split[i] as number;
      const o = offset[i] as number;
      const k = key[i] as number;
      const window = windows[p];
      if (window === undefined || o < 0 || o >= window.head) {
        this.notLogged({ split: p, offset: o, key: k, showing });
        continue;
      }
      if (o < window.base) {
        const row = { split: p, offset: o, key: k, showing };
        const isAgain = !this.showRetired(row, fingerprint[i] ?? 0, commit);
        if (isAgain && commit?.again === true) again++;
        continue;
      }
      const slot = o & window.mask;
      const before = window.note[slot] as number;
      if (before !== 0) {
        const first = this.ledger.showing(before);
        if (before !== number && first?.transaction === showing.transaction) again++;
        this.repeat({ split: p, offset: o, key: k, showing }, first);
        continue;
      }
      window.note[slot] = number;
      if (o > window.top) window.top = o;
      const own = window.key[slot] as number;
      if (k !== own) this.reports.misroute({ split: p, offset: o, key: k, showing }, own);
      if (hasFingerprints && fingerprint[i] !== window.fingerprint[slot]) {
        this.reports.divergence({ split: p, offset: o, key: k, showing });
      }
      const cell = own * splits + p;
      if (o < (last[cell] as number)) {
        this.reorder({ split: p, offset: o, key: own, showing }, last[cell] as number);
      } else last[cell] = o;
      if (range !== null && (o >= (range.high[p] as number) || o < (range.low[p] as number))) {
        this.reports.skew(
          { split: p, offset: o, key: own, showing },
          o >= (range.high[p] as number),
        );
      }
    }
    this.outputs += count;
    for (let p = 0; p < splits; p++) this.retire(p);
    return count - again;
  }

  /** At the end: rows of records that never came, and records that never showed. */
  finish(isDue: boolean): void {
    for (const row of this.ahead) this.judgeAhead(row);
    for (let p = 0; p < this.windows.length; p++) this.passRest(p);
    if (!isDue) return;
    for (let p = 0; p < this.windows.length; p++) this.reportLost(p);
    if (this.overflowed > 0) {
      this.reporter.findings.repeat('loss', 'out', this.overflowed);
    }
  }

  private rangeFor({ checkpoint }: Showing): Range | null {
    const { aligned } = this.reporter.header;
    if (checkpoint === null || !aligned || this.cuts.newest < checkpoint) return null;
    return this.cuts.rangeOf(checkpoint);
  }

  /** Forgets records below which everything was shown; and keeps overdue ones apart. */
  private retire(split: number): void {
    const window = this.windows[split] as SplitWindow;
    const { note, mask, head, holes } = window;
    const attempts = this.ledger.attempt;
    let { base } = window;
    while (base < head) {
      const number = note[base & mask] as number;
      if (number === 0) {
        if (window.top - base <= this.windowMax) break;
        if (holes.size >= holesMax) this.overflow();
        else this.keepApart(window, split, base);
      } else {
        const attempt = attempts[number & attemptMask] as number;
        if (attempt !== window.attempt) window.changeAttempt(base, attempt);
        if (this.prefixes !== null) this.prefixes.pass({ split, offset: base, number });
      }
      base++;
    }
    window.base = base;
  }

  /** What showed behind a record that never did. */
  private passRest(split: number): void {
    const { base, head, note, mask } = this.windows[split] as SplitWindow;
    if (this.prefixes === null) return;
    for (let offset = base; offset < head; offset++) {
      const number = note[offset & mask] as number;
      if (number !== 0) this.prefixes.pass({ split, offset, number });
    }
  }

  private keepApart(window: SplitWindow, split: number, offset: number): void {
    const slot = offset & window.mask;
    const hole = {
      offset,
      key: window.key[slot] as number,
      fingerprint: window.fingerprint[slot] ?? 0,
      nextStep: -1,
      nextOffset: -1,
    };
    window.holes.set(offset, hole);
    this.prefixes?.leaveOut(split, hole);
  }

  private overflow(): void {
    this.overflowed++;
    const reason = `more than ${holesMax} records of one split are overdue (holesMax)`;
    this.reporter.findings.leaveOpen(reason, 'at-most-once', 'exactly-once', 'validity', 'ordered');
  }

  /** A row of a record that is no longer in flight. Returns whether it shows for the first time. */
  private showRetired(row: Row, fingerprint: number, commit: Commit | null): boolean {
    const window = this.windows[row.split] as SplitWindow;
    const hole = window.holes.get(row.offset);
    if (hole !== undefined) {
      this.fill(row, hole, fingerprint);
      return true;
    }
    if (this.overflowed > 0) return false;
    this.repeat(row, this.firstOf(window, row, commit));
    return false;
  }

  /** An overdue record shows after all. */
  private fill(row: Row, hole: Hole, fingerprint: number): void {
    const { split, offset, key, showing } = row;
    const window = this.windows[split] as SplitWindow;
    window.holes.delete(offset);
    if (offset >= window.floor) window.note[offset & window.mask] = showing.number;
    if (key !== hole.key) this.reports.misroute(row, hole.key);
    if (fingerprint !== hole.fingerprint) this.reports.divergence(row);
    const cell = hole.key * this.windows.length + split;
    const last = this.last[cell] as number;
    if (offset < last) this.reorder(row, last);
    else this.last[cell] = offset;
    this.prefixes?.fill(row, hole);
  }

  /** Exactly while the ring still holds the record; else from the attempt that showed it. */
  private firstOf(window: SplitWindow, row: Row, commit: Commit | null): First | null {
    if (row.offset >= window.floor) {
      return this.ledger.showing(window.note[row.offset & window.mask] as number);
    }
    const attempt = window.attemptOf(row.offset);
    if (attempt === null) return null;
    const transaction = commit?.again === true ? row.showing.transaction : null;
    return { number: 0, attempt, transaction };
  }

  private repeat(row: Row, first: First | null): void {
    this.reports.repeat(row, first, this.prefixes !== null);
  }

  private reorder(row: Row, later: number): void {
    if (!this.reporter.header.fifo) return;
    const window = this.windows[row.split] as SplitWindow;
    const isKnown = later >= window.floor;
    const number = isKnown ? (window.note[later & window.mask] as number) : 0;
    this.reports.reorder(row, { offset: later, number });
  }

  /** Held until the end: whether the record exists is known only then. */
  private notLogged(row: Row): void {
    if (this.ahead.length < aheadMax) this.ahead.push(row);
    else {
      const reason = `more than ${aheadMax} rows stand before their records (aheadMax)`;
      this.reporter.findings.leaveOpen(reason, 'validity', 'exactly-once');
    }
  }

  private judgeAhead(row: Row): void {
    const { split, offset } = row;
    const window = this.windows[split];
    if (window !== undefined && offset >= 0 && offset < window.head) {
      // It did show, so it is not lost; more cannot be said.
      if (offset >= window.base) window.note[offset & window.mask] = row.showing.number;
      window.holes.delete(offset);
      const reason = `${this.reporter.record(split, offset)} stands in the log after a row that shows it`;
      this.reporter.findings.leaveOpen(
        reason,
        'validity',
        'at-most-once',
        'at-least-once',
        'exactly-once',
        'ordered',
      );
      return;
    }
    this.reports.phantom(row, window === undefined ? null : window.head);
  }

  private reportLost(split: number): void {
    const window = this.windows[split] as SplitWindow;
    for (const [offset, { key }] of window.holes) this.reports.loss(split, offset, key);
    for (let offset = window.base; offset < window.head; offset++) {
      const slot = offset & window.mask;
      if (window.note[slot] !== 0) continue;
      this.reports.loss(split, offset, window.key[slot] as number);
    }
  }
}
