/**
 * Visible rows that name their record (traceable outputs), against the records in flight: phantom,
 * misroute, value, duplicate, order per key and split, and the cuts. O(1) per row; memory for what
 * is in flight plus one offset per (key, split). What is below everything in flight retires.
 */
import { AheadRows } from './ahead-rows.ts';
import type { Cuts, Range } from './cuts.ts';
import type { Due } from './due.ts';
import { type Ledger, type Showing, showingsMax } from './ledger.ts';
import { UnshownRows } from './unshown-rows.ts';
import type { Commit } from './transaction.ts';
import { Prefixes } from './prefixes.ts';
import type { Reporter } from './reporter.ts';
import { type First, type Row, RowReports } from './row-reports.ts';
import { absent, forgotten, SplitWindow } from './split-window.ts';
import { keyCountOf, type LogEvent, type VisibleRows } from '../model/stream-history.ts';

/** Named limit: overdue records of a split. */
const holesMax = 1_000_000;
const attemptMask = showingsMax - 1;
/** How far a split may be shown beyond a record that is not, before that is called overdue. */
const defaultWindowMax = 1 << 20;

export interface RowsSettings {
  readonly windowMax?: number;
}

/** The value a row shows, and the place of its record in its split. */
interface Shown {
  readonly place: number;
  readonly fingerprint: number;
}

/** A record's note is the number of the event that showed it, from 1. */
export class Rows {
  readonly windows: readonly SplitWindow[];
  /** Highest offset shown per key and split, -1 before the first. */
  private readonly last: Int32Array;
  private readonly prefixes: Prefixes | null;
  private readonly ahead: AheadRows;
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
    const { fingerprints } = header;
    this.windows = header.splits.map(() => new SplitWindow({ fingerprints, links: false }));
    this.ahead = new AheadRows(reporter, this.reports, this.windows);
    this.last = new Int32Array(keyCountOf(header) * header.splits.length).fill(-1);
    const wanted = header.promises.some((g) => g === 'snapshot-consistent' || g === 'monotone');
    this.prefixes = wanted ? new Prefixes(reporter, ledger) : null;
  }

  append(log: LogEvent): void {
    (this.windows[log.split] as SplitWindow).append(log);
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
      const place = window === undefined ? absent : window.placeOf(o);
      const slot = window === undefined ? 0 : place & window.mask;
      if (window === undefined || place < window.base || window.note[slot] !== 0) {
        const row = { split: p, offset: o, key: k, showing };
        const shown = { place, fingerprint: fingerprint[i] ?? 0 };
        if (this.showUnusual(row, shown, commit)) again++;
        continue;
      }
      if (hasFingerprints && fingerprint[i] !== window.fingerprint[slot]) {
        const prints = { shown: fingerprint[i] as number, own: window.fingerprint[slot] as number };
        this.reports.divergence({ split: p, offset: o, key: k, showing }, prints);
        continue;
      }
      window.note[slot] = number;
      if (place > window.top) window.top = place;
      const own = window.key[slot] as number;
      if (k !== own) this.reports.misroute({ split: p, offset: o, key: k, showing }, own);
      const cell = own * splits + p;
      if (o < (last[cell] as number)) {
        this.reorder({ split: p, offset: o, key: own, showing }, last[cell] as number);
      } else last[cell] = o;
      if (range !== null && (o >= (range.high[p] as number) || o < (range.low[p] as number))) {
        this.skew({ split: p, offset: o, key: own, showing }, o >= (range.high[p] as number));
      }
    }
    this.outputs += count;
    for (let p = 0; p < splits; p++) this.retire(p);
    return count - again;
  }

  /** At the end: rows of records that never came, and records that never showed. */
  finish(due: Due): void {
    this.ahead.judge();
    for (let p = 0; p < this.windows.length; p++) this.passRest(p);
    const { windows, last, reports } = this;
    new UnshownRows(windows, last).report(due, reports);
    if (this.overflowed > 0 && due.isAll) {
      this.reporter.findings.repeat('loss', 'out', this.overflowed);
    }
  }

  /**
   * A record from `offset` on that a transaction up to `checkpoint` has shown; null: none is known.
   */
  shownBeyond(split: number, offset: number, checkpoint: number): Row | null {
    const window = this.windows[split] as SplitWindow;
    for (let place = window.placeFrom(offset); place <= window.top; place++) {
      const slot = place & window.mask;
      const showing = this.ledger.showing(window.note[slot] as number);
      if (showing === null || (showing.checkpoint ?? 0) > checkpoint) continue;
      return { split, offset: window.offsetOf(place), key: window.key[slot] as number, showing };
    }
    return null;
  }

  private skew(row: Row, isBeyond: boolean): void {
    const checkpoint = this.cuts.skewing(row.showing.checkpoint ?? 0, row);
    this.reports.skew(row, { isBeyond, checkpoint });
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
        if (this.prefixes !== null) {
          this.prefixes.pass({ split, offset: window.offsetOf(base), number });
        }
      }
      base++;
    }
    window.base = base;
  }

  /** What showed behind a record that never did. */
  private passRest(split: number): void {
    const window = this.windows[split] as SplitWindow;
    const { base, head, note, mask } = window;
    if (this.prefixes === null) return;
    for (let place = base; place < head; place++) {
      const number = note[place & mask] as number;
      if (number !== 0) this.prefixes.pass({ split, offset: window.offsetOf(place), number });
    }
  }

  private keepApart(window: SplitWindow, split: number, place: number): void {
    const slot = place & window.mask;
    const hole = {
      offset: window.offsetOf(place),
      key: window.key[slot] as number,
      fingerprint: window.fingerprint[slot] ?? 0,
      nextStep: -1,
      nextOffset: -1,
    };
    window.holes.set(hole.offset, hole);
    this.prefixes?.leaveOut(split, hole);
  }

  private overflow(): void {
    this.overflowed++;
    const reason = `more than ${holesMax} records of one split are overdue (holesMax)`;
    this.reporter.findings.runOut(reason, 'at-most-once', 'exactly-once', 'validity', 'ordered');
  }

  /**
   * A row of a record that is not logged, has shown, or is no longer in flight. Returns whether its
   * own transaction had shown it before.
   */
  private showUnusual(row: Row, shown: Shown, commit: Commit | null): boolean {
    const window = this.windows[row.split];
    if (window?.holes.has(row.offset) === true) {
      this.fill(row, window, shown);
      return false;
    }
    if (window === undefined || shown.place === absent) {
      this.ahead.add(row);
      return false;
    }
    if (shown.place === forgotten) {
      this.leaveRepeatOpen(
        `${this.reporter.record(row.split, row.offset)} shows long after its place`,
      );
      return commit?.again === true;
    }
    if (shown.place < window.base && this.overflowed > 0) return commit?.again === true;
    return this.repeat(row, { window, shown }, commit);
  }

  /** An overdue record shows after all. */
  private fill(row: Row, window: SplitWindow, { place, fingerprint }: Shown): void {
    const { split, offset, showing } = row;
    const hole = window.holes.get(offset);
    if (hole === undefined || !this.isOutputOf(row, fingerprint, hole)) return;
    window.holes.delete(offset);
    if (place >= window.floor) window.note[place & window.mask] = showing.number;
    const cell = hole.key * this.windows.length + split;
    const last = this.last[cell] as number;
    if (offset < last) this.reorder(row, last);
    else this.last[cell] = offset;
    this.prefixes?.fill(row, hole);
  }

  /** What repeats is held against its record, too. */
  private repeat(
    row: Row,
    { window, shown }: { readonly window: SplitWindow; readonly shown: Shown },
    commit: Commit | null,
  ): boolean {
    const { place, fingerprint } = shown;
    const slot = place & window.mask;
    if (place < window.floor) {
      this.leaveRepeatOpen(
        `${this.reporter.record(row.split, row.offset)} shows again, long after`,
      );
    } else {
      const own = { key: window.key[slot] as number, fingerprint: window.fingerprint[slot] ?? 0 };
      if (!this.isOutputOf(row, fingerprint, own)) return false;
    }
    const first = this.firstOf(row, { window, shown }, commit);
    this.reports.repeat(row, first, this.prefixes !== null);
    if (place < window.base) return commit?.again === true;
    return first?.number !== row.showing.number && first?.transaction === row.showing.transaction;
  }

  /** Whether a row has the value of its record; under another key it counts all the same. */
  private isOutputOf(
    row: Row,
    fingerprint: number,
    own: { readonly key: number; readonly fingerprint: number },
  ): boolean {
    if (fingerprint !== own.fingerprint) {
      this.reports.divergence(row, { shown: fingerprint, own: own.fingerprint });
      return false;
    }
    if (row.key !== own.key) this.reports.misroute(row, own.key);
    return true;
  }

  private leaveRepeatOpen(what: string): void {
    const reason = `${what}: what it had to show is no longer known`;
    this.reporter.findings.leaveOpen(reason, 'validity', 'at-most-once', 'exactly-once');
  }

  /** Exactly while the ring still holds the record; else from the attempt that showed it. */
  private firstOf(
    row: Row,
    { window, shown }: { readonly window: SplitWindow; readonly shown: Shown },
    commit: Commit | null,
  ): First | null {
    const { place } = shown;
    if (place >= window.floor) {
      return this.ledger.showing(window.note[place & window.mask] as number);
    }
    const attempt = window.attemptOf(place);
    if (attempt === null) return null;
    const transaction = commit?.again === true ? row.showing.transaction : null;
    return { number: 0, attempt, transaction };
  }

  private reorder(row: Row, later: number): void {
    if (!this.reporter.header.fifo) return;
    const window = this.windows[row.split] as SplitWindow;
    const place = window.placeOf(later);
    const number = place >= window.floor ? (window.note[place & window.mask] as number) : 0;
    this.reports.reorder(row, { offset: later, number });
  }
}
