/**
 * Keys whose newest value does not add up: either that value alone is wrong, which the next one
 * shows, or the state is. What it left out is decoded where possible; then what follows is held
 * against that.
 */
import type { WrongValue } from './content-reports.ts';
import type { Decoder, LeftOut } from './decoder.ts';
import type { Direction, KeyStates, Value } from './key-states.ts';
import type { SplitWindow } from './split-window.ts';
import type { StreamHeader } from '../model/stream-history.ts';
import type { ValueReports } from './value-reports.ts';

/** A key whose newest value does not add up. */
export interface Broken {
  /** The first value that did not. */
  readonly wrong: WrongValue;
  /** The vector of the last one that did. */
  readonly sound: Int32Array;
  /** What it lacks; null: not known. */
  leftOut: LeftOut | null;
  readonly isReported: boolean;
  /** Values since the last one that added up. */
  count: number;
  /**
   * How much the fingerprint of the newest is above that of its prefixes, and for how many values.
   */
  excess: number;
  steady: number;
}

/** How a value does not add up. */
interface Break {
  readonly wrong: WrongValue;
  readonly leftOut: LeftOut | null;
  readonly goesOn: boolean;
}

/** Behind a wrong value nobody knows what had shown. */
const unknownPlace = { place: 'forgotten', adds: null, beside: null } as const;

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
    const { key, fingerprint } = value;
    const direction = this.states.directionOf(value);
    const wrong = this.states.wrongValue(value, isKnown);
    const excess = (fingerprint - this.states.chains.sum) >>> 0;
    const leftOut = isKnown ? this.decoder.leftOut(key, value, excess) : null;
    const sound = this.states.vectorOf(key);
    const goesOn = direction === 'forward' || hasMore(value, sound, leftOut);
    if (!goesOn && (leftOut === null || this.isDirect)) {
      this.reports.content.diverged(wrong);
      this.states.noteWrong(key);
      return;
    }
    const isReported = this.reportBreak(value, { wrong, leftOut, goesOn });
    this.broken.set(key, { wrong, sound, leftOut, isReported, count: 1, excess, steady: 1 });
    this.states.follow(value, false, false);
  }

  /** A value of a key whose newest one does not add up. */
  judge(value: Value, broken: Broken): void {
    const { key, fingerprint } = value;
    const { chains } = this.states;
    const isKnown = chains.measure(key, value) === 'known';
    const excess = (fingerprint - chains.sum) >>> 0;
    const isSound = isKnown && excess === 0;
    const wrong = this.states.wrongValue(value, isKnown);
    const direction = isSound
      ? this.states.direction(value, broken.sound, 0)
      : this.states.directionOf(value);
    if (direction !== 'forward') this.turnsBack(value, direction);
    else if (isSound) {
      if (!broken.isReported) this.reports.content.diverged(broken.wrong, true);
      this.broken.delete(key);
      this.states.heal(value, broken.sound, broken.count);
    } else {
      broken.count++;
      broken.steady = excess === broken.excess ? broken.steady + 1 : 1;
      broken.excess = excess;
      if (broken.leftOut !== null && !this.continues(value, broken.leftOut)) broken.leftOut = null;
      if (this.isDirect) this.reports.content.diverged(wrong);
      chains.measure(key, value);
      this.states.follow(value, false, false);
    }
  }

  /** A state that lacks what an older value has, and perhaps has what that one lacks. */
  private reportBreak(value: Value, { wrong, leftOut, goesOn }: Break): boolean {
    const { key } = value;
    if (this.isDirect) this.reports.content.diverged(wrong);
    if (this.isDirect || leftOut === null) return this.isDirect;
    const { chains } = this.states;
    const shown = leftOut.records.filter(({ split, offset }) => {
      const last = chains.lastTaken(key, split);
      return last >= 0 && offset <= (chains.windows[split] as SplitWindow).offsetOf(last);
    });
    if (shown.length === 0) return false;
    if (!goesOn) this.reports.content.diverged(wrong);
    else this.reports.content.wentBack(value, { first: this.states.firstOf(key), leftOut, shown });
    return true;
  }

  private turnsBack(value: Value, direction: Direction): void {
    const before = this.states.shownOf(value.key);
    if (direction === 'back') this.reports.repeat(value, before, unknownPlace);
    else if (this.isDirect) this.reports.wentBackTo(value, before);
    else this.reports.forked(value, before, { own: null, beside: null });
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
