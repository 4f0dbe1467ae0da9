/**
 * Visible values of running aggregates that carry a version vector and a sum of fingerprints
 * (cut-traceable outputs): each vector names a prefix of its key's records in every split, whose
 * fingerprints must add up. Memory for what is in flight plus a few numbers per (key, split); a
 * record retires once every key of its split is past it.
 */
import type { EmptyCut } from './bounds.ts';
import { BrokenKeys } from './broken-keys.ts';
import type { Cuts, Range } from './cuts.ts';
import { Decoder } from './decoder.ts';
import type { Due } from './due.ts';
import { FinalValues } from './final-values.ts';
import { type Direction, KeyStates, type Value } from './key-states.ts';
import type { Ledger, Showing } from './ledger.ts';
import type { Reporter } from './reporter.ts';
import { Replays } from './replays.ts';
import type { Row } from './row-reports.ts';
import type { SplitWindow } from './split-window.ts';
import type { LogEvent, StreamHeader, VisibleValues } from '../model/stream-history.ts';
import { ValueReports } from './value-reports.ts';

/** A state without a cut; `isOwn`: what is missing of it is a value that a record gave. */
interface State {
  readonly cut: EmptyCut;
  readonly showing: Showing;
  readonly isOwn: boolean;
}

/** States without a cut that are told with their records. */
const witnessesMax = 3;

export class Values {
  readonly windows: readonly SplitWindow[];
  outputs = 0;
  inFlightMax = 0;
  private readonly header: StreamHeader;
  private readonly states: KeyStates;
  private readonly broken: BrokenKeys;
  private readonly final: FinalValues;
  private readonly replays: Replays;
  private readonly reporter: Reporter;
  private readonly reports: ValueReports;
  private readonly cuts: Cuts;
  private readonly wantsStates: boolean;
  /** The first states without a cut, and how many there were. */
  private readonly inconsistent: State[] = [];
  private inconsistentCount = 0;

  constructor({ reporter, ledger, cuts }: { reporter: Reporter; ledger: Ledger; cuts: Cuts }) {
    const { header } = reporter;
    const reports = new ValueReports(reporter, ledger, cuts);
    const states = new KeyStates(reporter, reports, ledger);
    this.header = header;
    this.reporter = reporter;
    this.reports = reports;
    this.states = states;
    this.windows = states.chains.windows;
    const decoder = new Decoder(states.chains, cuts);
    this.broken = new BrokenKeys({ states, reports }, header, decoder);
    this.final = new FinalValues({ states, reports }, header, decoder);
    this.replays = new Replays(states, reports, header);
    this.cuts = cuts;
    this.wantsStates = header.promises.some((g) => g === 'snapshot-consistent' || g === 'monotone');
  }

  append(log: LogEvent): void {
    this.states.append(log, (key) => this.comesLate(key));
    const inFlight = this.windows.reduce((sum, { base, head }) => sum + head - base, 0);
    this.inFlightMax = Math.max(this.inFlightMax, inFlight);
  }

  /** `isAgain`: the transaction of the event had shown before. */
  show(event: VisibleValues, showing: Showing, isAgain: boolean): void {
    const { key, vector, fingerprint } = event;
    const range = this.rangeFor(showing);
    const about = { showing, range, isAgain };
    const { keys, splits, bounds } = this.states;
    for (let i = 0; i < key.length; i++) {
      const k = key[i] as number;
      if (k < 0 || k >= keys) {
        this.reports.phantom(k, showing);
        continue;
      }
      const broken = this.broken.get(k);
      if (broken === undefined && this.states.step(event, i, about)) {
        this.replays.isOver(k);
        continue;
      }
      const at = i * splits;
      const value = { key: k, vector, at, fingerprint: fingerprint[i] as number, ...about };
      if (broken === undefined) this.judge(value);
      else this.broken.judge(value, broken);
    }
    this.outputs += key.length;
    for (let p = 0; p < splits; p++) {
      const window = this.windows[p] as SplitWindow;
      window.base = Math.max(window.base, Math.min(window.head, bounds.least(p)));
    }
  }

  /** Everything that is visible now is a state a reader may see. */
  checkState(showing: Showing): void {
    if (!this.wantsStates || this.broken.size > 0) return;
    const { bounds, skips } = this.states;
    const plain = bounds.emptyCut();
    const empty = plain ?? skips.emptyCut(bounds);
    if (empty === null) return;
    this.inconsistentCount++;
    if (this.inconsistent.length >= witnessesMax) return;
    const window = this.windows[empty.split] as SplitWindow;
    const [low, high] = [window.offsetOf(empty.low - 1) + 1, window.offsetOf(empty.high)];
    this.inconsistent.push({ cut: { ...empty, low, high }, showing, isOwn: plain === null });
  }

  /** At the end: states without a cut, if it is known when all subtasks had committed. */
  tellStates(): void {
    for (const { cut, showing, isOwn } of this.inconsistent) {
      this.reports.inconsistent(cut, showing, isOwn);
    }
    const more = this.inconsistentCount - this.inconsistent.length;
    if (more > 0) this.reporter.findings.repeat('inconsistent-cut', 'out', more);
  }

  /** At the end: what the newest values lack or count too often, and values that never showed. */
  finish(due: Due): void {
    const { skips } = this.states;
    if (this.header.sink.connector === 'two-phase') skips.report(due, this.reports.content);
    else if (skips.open !== null) this.reports.leaveGap(skips.open);
    for (let k = 0; k < this.states.keys; k++) this.final.judge(k, due, this.broken.get(k));
  }

  /**
   * A record from `offset` on that a transaction up to `checkpoint` has shown; null: none is known.
   */
  shownBeyond(split: number, offset: number, checkpoint: number): Row | null {
    const window = this.windows[split] as SplitWindow;
    const { low, key } = this.states.bounds.reached(split);
    if (low <= window.placeFrom(offset)) return null;
    const showing = this.states.firstOf(key);
    if (showing === null || (showing.checkpoint ?? 0) > checkpoint) return null;
    return { split, offset: window.offsetOf(low - 1), key, showing };
  }

  private rangeFor({ checkpoint }: Showing): Range | null {
    if (checkpoint === null || !this.header.aligned || this.cuts.newest < checkpoint) return null;
    return this.cuts.rangeOf(checkpoint);
  }

  /** The value already counted a record that is logged only now, or another one twice. */
  private comesLate(key: number): void {
    const { chains, shown } = this.states;
    if (chains.sums[key] !== shown[key] || !this.broken.forgive(key)) return;
    this.reporter.findings.leaveOpen(
      'records stand in the log after a value that counts them',
      'validity',
      'at-most-once',
      'at-least-once',
      'exactly-once',
      'effectively-once',
    );
  }

  /** A value of a key whose newest one adds up. */
  private judge(value: Value): void {
    const { key, fingerprint } = value;
    const { chains } = this.states;
    const measured = chains.measure(key, value);
    if (measured === 'forgotten') {
      const reason = 'a value shows long after its turn: what it had to be is no longer known';
      this.reporter.findings.leaveOpen(reason, 'validity');
    } else if (measured === 'beyond' || chains.sum !== fingerprint) {
      this.broken.breaks(value, measured === 'known');
      return;
    }
    const direction = this.states.directionOf(value);
    if (direction !== 'forward') this.turnsBack(value, direction);
    else {
      this.states.advance(value, this.replays.vectorOf(value));
      this.replays.isOver(key);
    }
  }

  /** It does not go on from the newest value of its key. */
  private turnsBack(value: Value, direction: Direction): void {
    const { key, showing } = value;
    const late = this.states.skips.fill(key, value);
    if (late !== null) {
      // Another attempt may show what an earlier one did not come to.
      const showedLater = [this.states.attemptOf(key), late.skip.showing.attempt];
      const isOwn = showedLater.includes(showing.attempt);
      const wasNext = isOwn || this.header.sink.connector === 'two-phase';
      const { to: counts, showing: later } = late.skip;
      if (this.header.fifo && wasNext) this.reports.late(value, { key, counts, showing: later });
      this.states.checkLate(value, late.before);
    } else if (direction === 'forked' || this.isRepeat(value)) this.replays.take(value, direction);
    else {
      const reason =
        'values of a key may show in any order, so that a late one looks like a repeat';
      this.reporter.findings.leaveOpen(reason, 'at-most-once', 'exactly-once');
    }
  }

  /** Whether a value that contains nothing new has shown before. */
  private isRepeat({ key, vector, at }: Value): boolean {
    if (this.header.fifo || this.header.everyStep === true) return true;
    return this.states.vectorOf(key).every((n, p) => n === vector[at + p]);
  }
}
