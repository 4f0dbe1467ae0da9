/**
 * Keys whose newest value does not add up: either that value alone is wrong, which the next one
 * shows, or the state is. What it left out is decoded where possible; then what follows is held
 * against that.
 */
import type { Decoder, LeftOut } from './decoder.ts';
import type { Direction, KeyStates, Value } from './key-states.ts';
import type { Showing } from './ledger.ts';
import type { SplitWindow } from './split-window.ts';
import type { StreamHeader } from './stream-history.ts';
import type { ValueReports } from './value-reports.ts';

/** A key whose newest value does not add up. */
export interface Broken {
  /** The first value that did not. */
  readonly showing: Showing;
  /** The vector of the last one that did. */
  readonly sound: Int32Array;
  /** What it lacks; null: not known. */
  leftOut: LeftOut | null;
  readonly isReported: boolean;
  /** Values since the last one that added up. */
  count: number;
  /** How much the fingerprint of the newest is above that of its prefixes, and for how many values. */
  excess: number;
  steady: number;
}

export class BrokenKeys {
  private readonly broken = new Map<number, Broken>();
  private readonly states: KeyStates;
  private readonly reports: ValueReports;
  private readonly decoder: Decoder;
  /** Without transactions each value stands alone. */
  private readonly isDirect: boolean;

  constructor(
    { states, reports }: { readonly states: KeyStates; readonly reports: ValueReports },
    { sink }: StreamHeader,
    decoder: Decoder,
  ) {
    this.states = states;
    this.reports = reports;
    this.decoder = decoder;
    this.isDirect = sink.connector === 'append';
  }

  get size(): number {
    return this.broken.size;
  }

  get(key: number): Broken | undefined {
    return this.broken.get(key);
  }

  /** A record came late, and the newest value of the key adds up after all. */
  forgive(key: number): boolean {
    return this.broken.delete(key);
  }

  /** A value was measured and does not add up, though the newest one of its key does. */
  breaks(value: Value, isKnown: boolean): void {
    const { key, fingerprint, showing } = value;
    const direction = this.states.directionOf(value);
    const excess = (fingerprint - this.states.chains.sum) >>> 0;
    const leftOut = isKnown ? this.decoder.leftOut(key, value, excess) : null;
    const sound = this.states.vectorOf(key);
    const goesOn = direction === 'forward' || hasMore(value, sound, leftOut);
    if (!goesOn && (leftOut === null || this.isDirect)) {
      this.reports.diverged(key, showing, false);
      this.states.noteWrong(key);
      return;
    }
    const isReported = this.reportBreak(value, leftOut, goesOn);
    this.broken.set(key, { showing, sound, leftOut, isReported, count: 1, excess, steady: 1 });
    this.states.follow(value, false, false);
  }

  /** A value of a key whose newest one does not add up. */
  judge(value: Value, broken: Broken): void {
    const { key, fingerprint, showing } = value;
    const { chains } = this.states;
    const isKnown = chains.measure(key, value) === 'known';
    const excess = (fingerprint - chains.sum) >>> 0;
    const isSound = isKnown && excess === 0;
    const direction = isSound
      ? this.states.direction(value, broken.sound, 0)
      : this.states.directionOf(value);
    if (direction !== 'forward') this.turnsBack(value, direction);
    else if (isSound) {
      if (!broken.isReported) this.reports.diverged(key, broken.showing, true);
      this.broken.delete(key);
      this.states.heal(value, broken.sound, broken.count);
    } else {
      broken.count++;
      broken.steady = excess === broken.excess ? broken.steady + 1 : 1;
      broken.excess = excess;
      if (broken.leftOut !== null && !this.continues(value, broken.leftOut)) broken.leftOut = null;
      if (this.isDirect) this.reports.diverged(key, showing, false);
      chains.measure(key, value);
      this.states.follow(value, false, false);
    }
  }

  /** A state that lacks what an older value has, and perhaps has what that one lacks. */
  private reportBreak(value: Value, leftOut: LeftOut | null, goesOn: boolean): boolean {
    const { key, showing } = value;
    if (this.isDirect) this.reports.diverged(key, showing, false);
    if (this.isDirect || leftOut === null) return this.isDirect;
    const { chains } = this.states;
    const shown = leftOut.records.filter(({ split, offset }) => {
      const last = chains.lastTaken(key, split);
      return last >= 0 && offset <= (chains.windows[split] as SplitWindow).offsetOf(last);
    });
    if (shown.length === 0) return false;
    if (!goesOn) this.reports.diverged(key, showing, false);
    else this.reports.wentBack(key, { first: this.states.firstOf(key), showing, records: shown });
    return true;
  }

  private turnsBack(value: Value, direction: Direction): void {
    const { key, showing } = value;
    const first = this.states.firstOf(key);
    if (direction === 'back' || this.isDirect) this.reports.repeat(value, first, 'forgotten');
    else this.reports.forked(key, first, showing);
  }

  /** Whether it goes on from a value that left records out, and lacks no more than that one. */
  private continues({ key, vector, at, fingerprint }: Value, { gap, sum }: LeftOut): boolean {
    const whole = gap.map((records, p) => records + (vector[at + p] as number));
    const { chains } = this.states;
    const measured = chains.measure(key, { vector: whole, at: 0 });
    return measured === 'known' && (chains.sum - sum) >>> 0 === fingerprint;
  }
}

/** Whether it contains records that a sound vector does not. */
function hasMore({ vector, at }: Value, sound: Int32Array, leftOut: LeftOut | null): boolean {
  const gap = leftOut?.gap ?? [];
  return gap.some((left, p) => (vector[at + p] as number) + left > (sound[p] as number));
}
