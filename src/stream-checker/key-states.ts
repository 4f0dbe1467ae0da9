/**
 * How far the values of each key have come: the newest one, who showed it, what it leaves no cut
 * for, and values that it passed over. Values that do not go on from it are judged elsewhere
 * (values.ts, broken-keys.ts).
 */
import { Bounds } from './bounds.ts';
import type { Beyond, WrongValue } from './content-reports.ts';
import type { Range } from './cuts.ts';
import type { Place } from './decoder.ts';
import { KeyChains, type VectorAt } from './key-chains.ts';
import type { Ledger, Repeated, Showing } from './ledger.ts';
import type { Reporter } from './reporter.ts';
import { SkippedSteps } from './skipped-steps.ts';
import type { SplitWindow } from './split-window.ts';
import { keyCountOf, type LogEvent, type VisibleValues } from '../model/stream-history.ts';
import type { Before, ValueReports } from './value-reports.ts';

/** The event that shows values. */
interface About extends Pick<Repeated, 'showing'> {
  /** Offsets that its transaction may show. */
  readonly range: Range | null;
}

/** A value, and the event that shows it. */
export interface Value extends VectorAt, Repeated, About {
  readonly fingerprint: number;
}

/** Whether a vector goes on from another one, contains nothing more, or neither. */
export type Direction = 'forward' | 'back' | 'forked';

/** Records that are kept of a value that adds several. */
const namedMax = 8;

export class KeyStates {
  readonly chains: KeyChains;
  readonly bounds: Bounds;
  readonly skips: SkippedSteps;
  readonly keys: number;
  readonly splits: number;
  /** Per key: the fingerprint of its vector, the event that showed its newest value, and whose. */
  readonly shown: Uint32Array;
  private readonly shownBy: Int32Array;
  private readonly attempts: Int32Array;
  /** Per key: values since its newest one that are wrong and do not go on from it. */
  private readonly wrong = new Map<number, number>();
  private readonly everyStep: boolean;
  private readonly reports: ValueReports;
  private readonly ledger: Ledger;

  constructor(reporter: Reporter, reports: ValueReports, ledger: Ledger) {
    this.everyStep = reporter.header.everyStep === true;
    this.reports = reports;
    this.ledger = ledger;
    this.keys = keyCountOf(reporter.header);
    this.splits = reporter.header.splits.length;
    this.chains = new KeyChains(this.keys, this.splits);
    this.bounds = new Bounds(this.keys, this.splits);
    this.skips = new SkippedSteps(reporter);
    this.shown = new Uint32Array(this.keys);
    this.shownBy = new Int32Array(this.keys);
    this.attempts = new Int32Array(this.keys).fill(-1);
  }

  append(log: LogEvent, onLate: (key: number) => void): void {
    const { split } = log;
    this.chains.append(log, (key, place) => this.bounds.limit(split, key, place), onLate);
  }

  /** The event that showed the newest value of a key; null: none, or forgotten. */
  firstOf(key: number): Showing | null {
    return this.ledger.showing(this.shownBy[key] as number);
  }

  /** The attempt whose value is the newest of the key; -1: there is none. */
  attemptOf(key: number): number {
    return this.attempts[key] as number;
  }

  /** The vector of the newest value of a key. */
  vectorOf(key: number): Int32Array {
    return this.chains.counts.slice(key * this.splits, (key + 1) * this.splits);
  }

  /** What had shown of a key: of each split the most, and the newest event that did. */
  shownOf(key: number): Before {
    return { shown: this.vectorOf(key), first: this.firstOf(key) };
  }

  /** A value that was measured and does not add up. */
  wrongValue({ key, vector, at, fingerprint, showing }: Value, isKnown: boolean): WrongValue {
    const counts = vector.slice(at, at + this.splits);
    const sum = isKnown ? this.chains.sum : null;
    const beyond = this.beyondOf(key, counts);
    return { key, counts, showing, print: fingerprint, sum, beyond };
  }

  /** The newest value of a key, which does not add up. */
  wrongNewest(key: number): WrongValue {
    const counts = this.vectorOf(key);
    const [print, sum] = [this.shown[key] as number, this.chains.sums[key] as number];
    const beyond = this.beyondOf(key, counts);
    const showing = this.firstOf(key);
    return { key, counts, showing, print, sum: beyond === null ? sum : null, beyond };
  }

  /** How a value lies to the newest one of its key. */
  directionOf(value: Value): Direction {
    return this.direction(value, this.chains.counts, value.key * this.splits);
  }

  direction({ vector, at }: VectorAt, counts: Int32Array, from: number): Direction {
    let [more, less] = [false, false];
    for (let p = 0; p < this.splits; p++) {
      const n = vector[at + p] as number;
      const count = counts[from + p] as number;
      more ||= n > count;
      less ||= n < count;
    }
    if (!more) return 'back';
    return less ? 'forked' : 'forward';
  }

  /**
   * The value that was measured adds up and goes on from the newest one of its key. `before`: the
   * vector of the one before it, when that is not the newest.
   */
  advance(value: Value, before: Int32Array | null): void {
    const from = value.key * this.splits;
    const added = this.added(value, this.chains.counts, from);
    if (added > 1 && this.everyStep) {
      const missing = added - 1 - this.wrongOf(value.key);
      this.noteSkip(value, before ?? this.vectorOf(value.key), missing);
    }
    this.follow(value, true, added === 1);
  }

  /**
   * Whether a value has one record more than the newest one of its key and adds up: then it is
   * that.
   */
  step(event: VisibleValues, i: number, about: About): boolean {
    const { chains } = this;
    const split = chains.step(event, i);
    if (split < 0) return false;
    const key = event.key[i] as number;
    const { showing, range } = about;
    const { taken } = chains;
    this.bounds.limit(split, key, chains.headOf(key, split));
    this.bounds.raise(split, key, taken + 1);
    this.shown[key] = event.fingerprint[i] as number;
    this.owns(key, showing);
    if (range === null) return true;
    const offset = (chains.windows[split] as SplitWindow).offsetOf(taken);
    const isWithin =
      offset >= (range.low[split] as number) && offset < (range.high[split] as number);
    if (!isWithin) this.checkRange({ key, ...about }, { split, offset }, true);
    return true;
  }

  /**
   * A value shows late, after one with the vector `before`: its record has to fit its checkpoint.
   */
  checkLate(value: Value, before: Int32Array): void {
    const { key, vector, at } = value;
    if (this.added(value, before, 0) !== 1) return;
    for (let split = 0; split < this.splits; split++) {
      const from = before[split] as number;
      if (vector[at + split] === from) continue;
      const [record] = this.chains.recordsFrom(key, split, { from, most: 1 });
      if (record !== undefined) this.checkRange(value, record, true);
    }
  }

  /** The value that was measured adds up, after others that went on from `sound` did not. */
  heal(value: Value, sound: Int32Array, wrong: number): void {
    const added = this.added(value, sound, 0);
    if (this.everyStep) this.noteSkip(value, sound, added - 1 - wrong - this.wrongOf(value.key));
    this.follow(value, true, false);
    for (let p = 0; p < this.splits; p++) this.raise(value, p, false);
  }

  /** A value is wrong that does not go on from the newest one of its key. */
  noteWrong(key: number): void {
    this.wrong.set(key, this.wrongOf(key) + 1);
  }

  /** Wrong values since the newest one of the key. */
  wrongOf(key: number): number {
    return this.wrong.size === 0 ? 0 : (this.wrong.get(key) ?? 0);
  }

  /** Records that a value has more than a vector. */
  added({ vector, at }: VectorAt, counts: Int32Array, from: number): number {
    let added = 0;
    for (let p = 0; p < this.splits; p++) {
      added += (vector[at + p] as number) - (counts[from + p] as number);
    }
    return added;
  }

  /** The value that was measured is the newest of its key now. */
  follow(value: Value, isSound: boolean, isStep: boolean): void {
    this.moveTo(value, isSound, isStep);
    this.owns(value.key, value.showing);
  }

  /**
   * The measured vector stands for everything that has shown of its key; `isStep`: one record more.
   */
  moveTo(value: Value, isSound: boolean, isStep: boolean): void {
    const { key, vector, at, fingerprint } = value;
    let size = 0;
    for (let p = 0; p < this.splits; p++) size += vector[at + p] as number;
    for (let p = 0; p < this.splits; p++) {
      const n = vector[at + p] as number;
      const cell = key * this.splits + p;
      if (n === this.chains.counts[cell]) continue;
      this.chains.takeSplit(key, p, { n, size });
      this.bounds.limit(p, key, this.chains.heads[cell] as number);
      if (isSound) this.raise(value, p, isStep);
    }
    this.chains.takeSum(key);
    this.shown[key] = fingerprint;
  }

  /** A split of which a vector counts more records than there are. */
  private beyondOf(key: number, vector: Int32Array): Beyond | null {
    for (const [split, counts] of vector.entries()) {
      const of = this.chains.logged[key * this.splits + split] as number;
      if (counts > of) return { split, counts, of };
    }
    return null;
  }

  /** It includes its records of one split, which have to be those of its checkpoint. */
  private raise(value: Value, split: number, isStep: boolean): void {
    const { key } = value;
    const last = this.chains.lastTaken(key, split);
    if (last < 0) return;
    this.bounds.raise(split, key, last + 1);
    const offset = (this.chains.windows[split] as SplitWindow).offsetOf(last);
    this.checkRange(value, { split, offset }, isStep);
  }

  /** The newest value of the key is of this event. */
  private owns(key: number, { number, attempt }: Showing): void {
    if (this.wrong.size > 0) this.wrong.delete(key);
    this.shownBy[key] = number;
    this.attempts[key] = attempt;
  }

  /** `isOwn`: it is the record that gave the value, which had not shown before. */
  private checkRange(
    { key, showing, range }: About & { readonly key: number },
    { split, offset }: Place,
    isOwn: boolean,
  ): void {
    if (range === null) return;
    const isBeyond = offset >= (range.high[split] as number);
    const isBehind = isOwn && this.everyStep && offset < (range.low[split] as number);
    if (isBeyond || isBehind) this.reports.skew({ key, split, offset }, { showing, isBeyond });
  }

  /** Values between `from` and a measured one never showed. */
  private noteSkip({ key, vector, at, showing }: Value, from: Int32Array, missing: number): void {
    if (missing < 1) return;
    const to = vector.slice(at, at + this.splits);
    let passed: { split: number; place: number } | null = null;
    const records = this.chains.windows.flatMap((window, split) => {
      const more = (to[split] as number) - (from[split] as number);
      const most = Math.min(namedMax, more);
      const added = this.chains.recordsFrom(key, split, { from: from[split] as number, most });
      // The last one of a split may have given the value; those before it did not.
      const [first] = added;
      if (more > 1 && first !== undefined && passed === null) {
        passed = { split, place: window.placeOf(first.offset) };
      }
      return added;
    });
    this.skips.add({ key, from, to, missing, records, passed, showing });
  }
}
