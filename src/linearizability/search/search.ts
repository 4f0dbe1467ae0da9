/**
 * The search: is there an order of the operations of one partition, within real time, that the
 * model allows? Depth first over configurations (next return, mask of linearized pending
 * operations, state, indefinite operations used), after Wing and Gong 1993 and Lowe 2017 and with
 * the reductions of reductions.ts. It can stop after any number of steps and go on later.
 * Deterministic: candidates are tried in a fixed order. Recursion-free; memory is typed arrays.
 */
import { illegal, type Compiled } from '../compile/compiled.ts';
import {
  FlatConfigurations,
  MappedConfigurations,
  type PendingMasks,
  type SeenConfigurations,
} from './configurations.ts';
import { CrashMoves, moveSize } from './crash-moves.ts';
import {
  frameBefore,
  frameClass,
  frameCursor,
  frameMask,
  frameOrder,
  frameReturn,
  Frames,
  frameState,
  noClass,
  noState,
} from './frames.ts';
import type { Layout } from './layout.ts';
import type { Reductions } from '../history/reductions.ts';
import { Timeline } from './timeline.ts';
import { Usage } from './usage.ts';

export type SearchStatus = 'running' | 'found' | 'refuted' | 'given-up';

/** Cursors of a frame whose returning, and whose pending operations have not been tried. */
const cursorReturning = -2;
const cursorPending = -1;
/** Rounds of trying: 0 for what helps the returning operation at once. */
const lateRound = (isUnobserved: boolean): number => (isUnobserved ? 2 : 1);

export interface SearchOptions {
  readonly reductions: Reductions;
  /** R7: indefinite operations never run out, until {@link Search.recount}. */
  readonly relaxed: boolean;
  /** Bytes of remembered configurations above which the search gives up. */
  readonly bytesMax: number;
}

export class Search {
  status: SearchStatus = 'running';
  steps = 0;
  /** The furthest return that some configuration reached. */
  deepest = 0;
  readonly seen: SeenConfigurations;

  private readonly compiled: Compiled;
  private readonly layout: Layout;
  private readonly options: SearchOptions;
  private readonly usage: Usage;
  private readonly returns: number;

  private readonly timeline: Timeline;
  private readonly crashMoves: CrashMoves;
  /** By class of indefinite operations: 0 when they never run out. */
  readonly counted: Uint8Array;
  private dullState = illegal;

  // The configuration being entered.
  private r = 0;
  private state: number;
  private readonly mask: Int32Array;
  private readonly pending: PendingMasks;

  private order: Int32Array;
  private orderLength = 0;
  private readonly frames: Frames;
  /** R7: where states grow without end, operations that never run out lead nowhere. */
  private readonly orderMax: number;

  constructor(compiled: Compiled, layout: Layout, options: SearchOptions) {
    this.compiled = compiled;
    this.layout = layout;
    this.options = options;
    const { words, classCount } = layout;
    this.counted = new Uint8Array(classCount).fill(options.relaxed ? 0 : 1);
    this.usage = new Usage(classCount);
    const { flatMemory, dominance, observerDominance } = options.reductions;
    const { length: returns } = layout.returnOp;
    const store = { words, returns, usage: this.usage, dominance, observerDominance };
    this.seen = flatMemory ? new FlatConfigurations(store) : new MappedConfigurations(store);
    this.returns = returns;
    this.orderMax = 16 + 2 * (this.returns + layout.crashOp.length);
    this.timeline = new Timeline(compiled, layout);
    this.crashMoves = new CrashMoves(compiled, layout);
    this.mask = new Int32Array(words);
    this.pending = { mask: this.mask, watching: this.timeline.watching };
    this.state = compiled.initial;
    this.order = new Int32Array(Math.max(16, this.returns));
    this.frames = new Frames(words, Math.min(64, this.returns + 1));
    this.begin();
  }

  /** R11: counts these classes from now on and starts anew; `steps` go on. */
  recount(classes: readonly number[]): void {
    for (const c of classes) this.counted[c] = 1;
    this.usage.clear();
    this.seen.clear();
    this.timeline.moveTo(0);
    this.mask.fill(0);
    this.r = 0;
    this.state = this.compiled.initial;
    this.orderLength = 0;
    this.frames.depth = 0;
    this.deepest = 0;
    this.status = 'running';
    this.begin();
  }

  private begin(): void {
    if (this.returns === 0) this.status = 'found';
    else this.enter(noClass, noState);
  }

  /** Some class of indefinite operations is not counted: an order found may not be a real one. */
  get isRelaxed(): boolean {
    return this.counted.includes(0);
  }

  /** Goes on for about `stepsMax` more steps. */
  run(stepsMax: number): SearchStatus {
    const end = this.steps + stepsMax;
    while (this.status === 'running' && this.steps < end) {
      if (this.frames.depth === 0) this.status = 'refuted';
      else this.advance();
    }
    return this.status;
  }

  /** The linearization found, in local operation numbers; indefinite ones may be left out. */
  linearization(): Int32Array {
    return this.order.slice(0, this.orderLength);
  }

  get bytes(): number {
    return this.seen.bytes + this.frames.bytes + this.order.length * 4;
  }

  // ---- One step -------------------------------------------------------------------------------

  /** Tries the next candidate of the top frame, or drops the frame when there is none left. */
  private advance(): void {
    const { frames } = this;
    const base = frames.top;
    this.load(base);
    const cursor = frames.data[base + frameCursor] as number;
    if (cursor === cursorReturning) {
      frames.data[base + frameCursor] = cursorPending;
      this.tryReturning(base);
      return;
    }
    if (cursor === cursorPending) {
      frames.data[base + frameCursor] = 0;
      this.sortPending(base);
    }
    const bit = frames.takePending();
    if (bit >= 0) {
      const op = this.timeline.slotOp[bit] as number;
      this.linearize(op, bit, this.compiled.step(this.state, op));
    } else {
      this.tryCrashed(base);
    }
  }

  private load(base: number): void {
    const { mask } = this;
    const { data } = this.frames;
    this.r = data[base + frameReturn] as number;
    this.timeline.moveTo(this.r);
    this.state = data[base + frameState] as number;
    this.orderLength = data[base + frameOrder] as number;
    for (let w = 0; w < mask.length; w++) mask[w] = data[base + frameMask + w] as number;
  }

  /** The operation whose return comes next: linearize it, and pass its return. */
  private tryReturning(base: number): void {
    this.steps++;
    const op = this.layout.returnOp[this.r] as number;
    const bit = this.layout.slot[op] as number;
    if (this.isSet(bit)) {
      this.pass(bit);
      this.enter(noClass, noState);
      return;
    }
    const next = this.compiled.step(this.state, op);
    if (next === illegal || this.isUnnoticed(base, op, next)) return;
    this.state = next;
    this.push(op);
    this.mask[bit >> 5] = (this.mask[bit >> 5] as number) | (1 << (bit & 31));
    this.pass(bit);
    this.enter(noClass, noState);
  }

  /**
   * Finds the pending operations that may go before the returning one, in three rounds: those that
   * make the returning one legal at once, others, those that lead where nothing is observed. Only
   * the order of trying; every candidate belongs to one round.
   */
  private sortPending(base: number): void {
    const { frames, compiled, layout, timeline, mask } = this;
    frames.clearPending();
    const returning = layout.returnOp[this.r] as number;
    const isLegal = compiled.step(this.state, returning) !== illegal;
    const { greedyObservers } = this.options.reductions;
    const end = mask.length * 32;
    for (let bit = timeline.nextOpen(mask, 0); bit < end; bit = timeline.nextOpen(mask, bit + 1)) {
      const op = timeline.slotOp[bit] as number;
      if (op === returning || (greedyObservers && compiled.observer[op] === 1)) continue;
      this.steps++;
      const next = compiled.step(this.state, op);
      if (next === illegal || this.isUnnoticed(base, op, next) || this.hasTwin(op)) continue;
      const helps = !isLegal && compiled.step(next, returning) !== illegal;
      frames.addPending(helps ? 0 : lateRound(next === compiled.unobserved), bit);
    }
  }

  private linearize(op: number, bit: number, next: number): void {
    this.mask[bit >> 5] = (this.mask[bit >> 5] as number) | (1 << (bit & 31));
    this.state = next;
    this.push(op);
    this.enter(noClass, noState);
  }

  /** R9. */
  private hasTwin(op: number): boolean {
    return this.options.reductions.sameEffect && this.timeline.hasTwin(this.mask, op);
  }

  /** The next class of indefinite operations one of which can take effect now; no frame without. */
  private tryCrashed(base: number): void {
    const { data } = this.frames;
    const moves = this.crashMoves.from(this.state);
    const end = this.layout.classEnd[this.r] as number;
    for (let i = data[base + frameCursor] as number; i < moves.length; i += moveSize) {
      const c = moves[i] as number;
      if (c >= end) break;
      const next = moves[i + 1] as number;
      this.steps++;
      if (!this.mayCrash(base, c, next) || !this.isNoticed(moves, i, end)) continue;
      data[base + frameCursor] = i + moveSize;
      const before = this.state;
      this.push(this.memberOf(c));
      this.state = next;
      const isCounted = this.counted[c] === 1;
      if (isCounted) this.usage.use(c);
      this.enter(isCounted ? c : noClass, this.options.reductions.noticedCrash ? before : noState);
      return;
    }
    this.pop(base);
  }

  /** R7, R11: members of a class that is not counted never run out. */
  private memberOf(c: number): number {
    const { classStart, members } = this.layout;
    const used = this.counted[c] === 1 ? (this.usage.counts[c] as number) : 0;
    return members[(classStart[c] as number) + used] as number;
  }

  private mayCrash(base: number, c: number, next: number): boolean {
    const isCounted = this.counted[c] === 1;
    if (isCounted && (this.usage.counts[c] as number) >= (this.timeline.called[c] as number)) {
      return false;
    }
    if (next === this.state && (this.options.reductions.dominance || !isCounted)) return false;
    const op = this.memberOf(c);
    return !this.isUnnoticed(base, op, next) && !this.hasTwin(op);
  }

  /**
   * R3 with R6: something that must still be linearized before the next return would notice the
   * indefinite operation of the move at `at`. Otherwise whatever comes first leads to the same
   * state without it, and using it up gained nothing.
   */
  private isNoticed(moves: Int32Array, at: number, end: number): boolean {
    const { justInTime, dominance } = this.options.reductions;
    if (!justInTime || !dominance) return true;
    return (
      this.crashMoves.noticedBy(this.state, moves, at) < end ||
      this.timeline.differ(this.mask, this.state, moves[at + 1] as number)
    );
  }

  /** R12: nothing has noticed the indefinite operation before, nor does `op`, leading to `next`. */
  private isUnnoticed(base: number, op: number, next: number): boolean {
    const before = this.frames.data[base + frameBefore] as number;
    return before !== noState && this.compiled.step(before, op) === next;
  }

  // ---- Entering and leaving configurations ----------------------------------------------------

  /** Takes what is certain (R3, R4), then opens a frame unless the configuration was seen. */
  private enter(viaClass: number, before: number): void {
    const { orderLength } = this;
    if (!this.settle()) {
      if (this.seen.seen(this.r, this.state, this.pending)) {
        if (viaClass !== noClass) this.usage.unuse(viaClass);
        return;
      }
      if (this.r > this.deepest) this.deepest = this.r;
      const isTooLong = this.options.relaxed && this.orderLength > this.orderMax;
      if (isTooLong || this.seen.bytes > this.options.bytesMax) this.status = 'given-up';
      // An observer that became legal has noticed what led here.
      this.pushFrame(viaClass, orderLength === this.orderLength ? before : noState);
    }
  }

  /** Returns true when every return was passed. */
  private settle(): boolean {
    const { justInTime, greedyObservers } = this.options.reductions;
    const { returnOp, slot } = this.layout;
    for (;;) {
      if (this.r === this.returns) {
        this.deepest = this.returns;
        this.status = 'found';
        return true;
      }
      this.timeline.moveTo(this.r);
      if (greedyObservers) this.observe();
      if (!justInTime) return false;
      const bit = slot[returnOp[this.r] as number] as number;
      if (!this.isSet(bit)) return false;
      this.pass(bit);
    }
  }

  /** R4: every pending observer that is legal now. */
  private observe(): void {
    const { mask, compiled } = this;
    const { watching, dull, slotOp } = this.timeline;
    if (this.dullState !== this.state) {
      this.dullState = this.state;
      dull.fill(0);
    }
    for (let w = 0; w < mask.length; w++) {
      let open = (watching[w] as number) & ~((mask[w] as number) | (dull[w] as number));
      while (open !== 0) {
        const low = open & -open;
        open ^= low;
        const op = slotOp[w * 32 + 31 - Math.clz32(low)] as number;
        this.steps++;
        if (compiled.step(this.state, op) === illegal) {
          dull[w] = (dull[w] as number) | low;
        } else {
          mask[w] = (mask[w] as number) | low;
          this.push(op);
        }
      }
    }
  }

  /** Passes the next return. R2: the bit is free again, unless every operation has its own. */
  private pass(bit: number): void {
    if (this.options.reductions.slotMasks) {
      this.mask[bit >> 5] = (this.mask[bit >> 5] as number) & ~(1 << (bit & 31));
    }
    this.r++;
  }

  private isSet(bit: number): boolean {
    return ((this.mask[bit >> 5] as number) & (1 << (bit & 31))) !== 0;
  }

  private push(op: number): void {
    if (this.orderLength === this.order.length) {
      const next = new Int32Array(this.order.length * 2);
      next.set(this.order);
      this.order = next;
    }
    this.order[this.orderLength++] = op;
  }

  private pushFrame(viaClass: number, before: number): void {
    const { frames, mask } = this;
    const base = frames.push();
    const { data } = frames;
    data[base + frameReturn] = this.r;
    data[base + frameState] = this.state;
    data[base + frameCursor] = cursorReturning;
    data[base + frameOrder] = this.orderLength;
    data[base + frameClass] = viaClass;
    data[base + frameBefore] = before;
    for (let w = 0; w < mask.length; w++) data[base + frameMask + w] = mask[w] as number;
  }

  private pop(base: number): void {
    const viaClass = this.frames.data[base + frameClass] as number;
    if (viaClass !== noClass) this.usage.unuse(viaClass);
    this.frames.depth--;
  }
}
