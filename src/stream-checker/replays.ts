/**
 * Values that a later attempt shows again: each attempt goes on from the state it restored, and its
 * records may meet in another order than before. So its values are held against each other until
 * they pass what had shown; the vector of a key then stands for everything that showed. Without
 * transactions this is how a replay looks. In transactions nothing goes back.
 */
import type { Direction, KeyStates, Value } from './key-states.ts';
import type { Lies } from './key-chains.ts';
import type { Showing } from './ledger.ts';
import { fillGap, type Gap } from './skipped-steps.ts';
import type { StreamHeader } from '../model/stream-history.ts';
import type { ValueReports } from './value-reports.ts';

/** It had not shown, whatever else is known of it. */
function isOther(place: Lies): boolean {
  return place === 'beside' || place === 'between';
}

interface Chain {
  readonly attempt: number;
  /** Of its last value. */
  readonly vector: Int32Array;
  /** Where it went on by several records at once, and those values. */
  readonly gaps: readonly (Gap & { readonly showing: Showing })[];
}

/** A value that does not go on from the newest one. */
interface Back {
  readonly place: Lies;
  readonly before: Int32Array | null;
  /** It contains no more than what had shown, or than the one before it in its attempt. */
  readonly isBack: boolean;
}

/** Gaps of a chain that are remembered. */
const gapsMax = 16;

export class Replays {
  private readonly chains = new Map<number, Chain>();
  /** Keys whose attempts went different ways, without transactions. */
  private readonly forked = new Set<number>();
  private readonly states: KeyStates;
  private readonly reports: ValueReports;
  private readonly isDirect: boolean;
  private readonly isFifo: boolean;

  constructor(states: KeyStates, reports: ValueReports, { sink, fifo }: StreamHeader) {
    this.isFifo = fifo;
    this.states = states;
    this.reports = reports;
    this.isDirect = sink.connector === 'append';
  }

  /** The key has gone on from everything that had shown. */
  isOver(key: number): void {
    if (this.chains.size > 0) this.chains.delete(key);
  }

  /** The vector of the last value of an attempt that replays; null: it does not. */
  vectorOf(value: Value): Int32Array | null {
    return this.chainOf(value)?.vector ?? null;
  }

  /** A sound value that does not go on from the newest one of its key. */
  take(value: Value, direction: Direction): void {
    const { key, showing } = value;
    const { attempt } = showing;
    const before = this.vectorOf(value);
    const isOwn = before === null && this.states.attemptOf(key) === attempt;
    // Of the state that an attempt restored nothing is known: its first value goes on from it.
    const unknown = isOwn ? direction : 'forward';
    const own = before === null ? unknown : this.states.direction(value, before, 0);
    const place = this.placeOf(value, direction);
    const late =
      own === 'back' ? this.chainOf(value)?.gaps.find((gap) => fillGap(gap, value)) : null;
    if (late) this.tellLate(value, late);
    else if (own === 'forked' && before !== null) this.tellFork(value, before);
    else if (own === 'forked' || (place === 'beside' && !this.isDirect)) this.tellFork(value, null);
    else this.tellBack(value, { place, before, isBack: direction === 'back' || own === 'back' });
    if (!isOwn && own !== 'back') {
      this.states.skips.fillStep(key, before, value);
      this.goOn(value);
    }
    if (direction === 'forked') this.join(value);
  }

  /** How a value lies to those of its key that had shown. */
  private placeOf(value: Value, direction: Direction): Lies {
    if (direction === 'forked' && this.isDirect) this.forked.add(value.key);
    // What showed before is of no single run either.
    const { chains, skips } = this.states;
    chains.beside = null;
    if (direction === 'forked' || this.forked.has(value.key)) return 'beside';
    const place = chains.placeOf(value.key, value);
    return isOther(place) && skips.hasFilled(value.key, value) ? 'shown' : place;
  }

  private chainOf({ key, showing }: Value): Chain | null {
    if (this.chains.size === 0) return null;
    const chain = this.chains.get(key);
    return chain?.attempt === showing.attempt ? chain : null;
  }

  private goOn(value: Value): void {
    const { key, vector, at, showing } = value;
    const known = this.chainOf(value);
    const own = vector.slice(at, at + this.states.splits);
    const gaps = [...(known?.gaps ?? [])];
    const left = known === null ? 0 : this.states.added(value, known.vector, 0) - 1;
    if (known !== null && left > 0) {
      gaps.push({ from: known.vector, to: own, left, filled: [], showing });
    }
    const { attempt } = showing;
    this.chains.set(key, { attempt, vector: own, gaps: gaps.slice(-gapsMax) });
  }

  private tellLate(value: Value, { to: counts, showing }: Chain['gaps'][number]): void {
    if (this.isFifo) this.reports.late(value, { key: value.key, counts, showing });
  }

  /** `own`: the value before it in its attempt, from which it does not go on. */
  private tellFork(value: Value, own: Int32Array | null): void {
    const { beside } = this.states.chains;
    this.reports.forked(value, this.states.shownOf(value.key), { own, beside });
  }

  /** It goes on from something older, by what had shown or by something new. */
  private tellBack(value: Value, { place, before, isBack }: Back): void {
    const shown = this.states.shownOf(value.key);
    const adds = isBack ? null : this.addsShown(value, before);
    if (isBack || adds !== null) {
      const lies = this.isDirect ? place : 'shown';
      const beside = lies === 'beside' ? this.states.chains.beside : null;
      this.reports.repeat(value, shown, { place: lies, adds, beside });
    } else {
      this.reports.wentBackTo(value, shown);
      this.reports.leaveFork(value.key);
    }
  }

  /** A split of which it adds what had shown to the value before it in its attempt; null: none. */
  private addsShown({ key, vector, at }: Value, before: Int32Array | null): number | null {
    if (before === null) return null;
    const split = this.states.vectorOf(key).findIndex((shown, p) => {
      const n = vector[at + p] as number;
      return (before[p] as number) < n && n <= shown;
    });
    return split < 0 ? null : split;
  }

  /** What has shown are the records of both. */
  private join(value: Value): void {
    const { key, vector, at } = value;
    const { chains } = this.states;
    const both = this.states.vectorOf(key).map((n, p) => Math.max(n, vector[at + p] as number));
    chains.measure(key, { vector: both, at: 0 });
    const joined = { ...value, vector: both, at: 0, fingerprint: chains.sum, range: null };
    this.states.moveTo(joined, true, false);
  }
}
