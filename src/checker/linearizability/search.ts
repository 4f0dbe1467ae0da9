/**
 * The search: is there an order of the operations of one partition, within real time, that the model
 * allows? Depth first over configurations (next return, mask of linearized pending operations, state,
 * indefinite operations used), after Wing and Gong 1993 and Lowe 2017 and with the reductions of
 * reductions.ts. It can stop after any number of steps and go on later.
 * Deterministic: candidates are tried in a fixed order. Recursion-free; memory is typed arrays.
 */
import { illegal, type Compiled } from './compiled.ts';
import {
  FlatConfigurations,
  MappedConfigurations,
  type SeenConfigurations,
  type Usage,
} from './configurations.ts';
import { assignCrashed } from './assign-crashed.ts';
import type { Layout } from './layout.ts';
import type { Reductions } from './reductions.ts';
import { Timeline } from './timeline.ts';

export type SearchStatus = 'running' | 'found' | 'refuted' | 'given-up';

/** Frame: return, state, cursor, length of the order, class used to get here (or -1), mask words. */
const frameHead = 5;
/** Rounds in which pending operations are tried. */
const rounds = 3;
const lateRound = (isUnobserved: boolean): number => (isUnobserved ? 2 : 1);
/** Cursor of a frame whose returning operation has not been tried. */
const cursorStart = -1;

export interface SearchOptions {
  readonly reductions: Reductions;
  /** R7: indefinite operations never run out. */
  readonly relaxed: boolean;
  /** Bytes of remembered configurations above which the search gives up. */
  readonly bytesMax: number;
}

export class Search {
  status: SearchStatus = 'running';
  steps = 0;
  /** The furthest return that some configuration reached. */
  deepest = 0;
  /** R7: the order found uses an indefinite operation more often than it was called. */
  overused = false;
  readonly relaxed: boolean;
  readonly seen: SeenConfigurations;

  private readonly compiled: Compiled;
  private readonly layout: Layout;
  private readonly options: SearchOptions;
  private readonly usage: Usage;
  private readonly returns: number;

  private readonly timeline: Timeline;
  private dullState = illegal;

  // The configuration being entered.
  private r = 0;
  private state: number;
  private readonly mask: Int32Array;

  private order: Int32Array;
  private orderLength = 0;
  private frames: Int32Array;
  private depth = 0;
  private readonly stride: number;
  /** R7: where states grow without end, operations that never run out lead nowhere. */
  private readonly orderMax: number;

  constructor(compiled: Compiled, layout: Layout, options: SearchOptions) {
    this.compiled = compiled;
    this.layout = layout;
    this.options = options;
    this.relaxed = options.relaxed;
    const { words, classCount } = layout;
    this.usage = {
      counts: new Int32Array(classCount),
      classes: new Int32Array(classCount),
      size: 0,
    };
    const { flatMemory, dominance } = options.reductions;
    const store = { words, usage: this.usage, dominance, relaxed: options.relaxed };
    this.seen = flatMemory ? new FlatConfigurations(store) : new MappedConfigurations(store);
    this.returns = layout.returnOp.length;
    this.orderMax = 16 + 2 * (this.returns + layout.crashOp.length);
    this.timeline = new Timeline(compiled, layout);
    this.mask = new Int32Array(words);
    this.state = compiled.initial;
    this.order = new Int32Array(Math.max(16, this.returns));
    this.stride = frameHead + words;
    this.frames = new Int32Array(this.stride * 16);
    if (this.returns === 0) this.status = 'found';
    else this.enter(-1);
  }

  /** Goes on for about `stepsMax` more steps. */
  run(stepsMax: number): SearchStatus {
    const end = this.steps + stepsMax;
    while (this.status === 'running' && this.steps < end) {
      if (this.depth === 0) this.status = 'refuted';
      else this.advance();
    }
    return this.status;
  }

  /** The linearization found, as local operation numbers; indefinite ones left out never happened. */
  linearization(): Int32Array {
    return this.order.slice(0, this.orderLength);
  }

  get bytes(): number {
    return this.seen.bytes + (this.frames.length + this.order.length) * 4;
  }

  // ---- One step -------------------------------------------------------------------------------

  /** Tries the next candidate of the top frame, or drops the frame when there is none left. */
  private advance(): void {
    const base = (this.depth - 1) * this.stride;
    const { frames } = this;
    const r = frames[base] as number;
    const cursor = frames[base + 2] as number;
    this.timeline.moveTo(r);
    this.orderLength = frames[base + 3] as number;
    this.load(base);
    if (cursor === cursorStart) {
      frames[base + 2] = 0;
      this.tryReturning(base);
      return;
    }
    const slots = this.layout.words * 32;
    if (cursor < rounds * slots) {
      this.tryPending(base, cursor);
      return;
    }
    const c = cursor - rounds * slots;
    if (c >= (this.layout.classEnd[r] as number)) this.pop(base);
    else {
      frames[base + 2] = cursor + 1;
      this.tryCrashed(c);
    }
  }

  private load(base: number): void {
    const { frames, mask } = this;
    this.r = frames[base] as number;
    this.state = frames[base + 1] as number;
    for (let w = 0; w < mask.length; w++) mask[w] = frames[base + frameHead + w] as number;
  }

  /** The operation whose return comes next: linearize it, and pass its return. */
  private tryReturning(base: number): void {
    this.steps++;
    const op = this.layout.returnOp[this.r] as number;
    const bit = this.layout.slot[op] as number;
    if (this.isSet(bit)) {
      this.pass(bit);
    } else {
      const next = this.compiled.step(this.state, op);
      if (next === illegal) return;
      // Legal: nothing has to help it, so the first round is over.
      this.frames[base + 2] = this.layout.words * 32;
      this.state = next;
      this.push(op);
      this.mask[bit >> 5] = (this.mask[bit >> 5] as number) | (1 << (bit & 31));
      this.pass(bit);
    }
    this.enter(-1);
  }

  /**
   * The first pending operation from `cursor` on that may go before the returning one. Three rounds: those
   * that make the returning one legal at once, others, those that lead where nothing is observed.
   * Only the order of trying; every candidate belongs to one round.
   */
  private tryPending(base: number, cursor: number): void {
    const { frames, compiled, layout } = this;
    const { slotOp } = this.timeline;
    const returning = layout.returnOp[this.r] as number;
    const slots = layout.words * 32;
    const round = Math.floor(cursor / slots);
    const isLegal = compiled.step(this.state, returning) !== illegal;
    const { greedyObservers } = this.options.reductions;
    let bit = this.nextCandidate(cursor - round * slots);
    for (; bit < slots; bit = this.nextCandidate(bit + 1)) {
      const op = slotOp[bit] as number;
      if (op === returning || (greedyObservers && compiled.observer[op] === 1)) continue;
      this.steps++;
      const next = compiled.step(this.state, op);
      if (next === illegal) continue;
      const helps = !isLegal && compiled.step(next, returning) !== illegal;
      const own = helps ? 0 : lateRound(next === compiled.unobserved);
      if (own !== round || this.hasTwin(op, bit)) continue;
      frames[base + 2] = bit + 1 + round * slots;
      this.linearize(op, bit, next);
      return;
    }
    frames[base + 2] = (round + 1) * slots;
  }

  private linearize(op: number, bit: number, next: number): void {
    this.mask[bit >> 5] = (this.mask[bit >> 5] as number) | (1 << (bit & 31));
    this.state = next;
    this.push(op);
    this.enter(-1);
  }

  /** The next pending operation that is not linearized yet, from slot `from` on. */
  private nextCandidate(from: number): number {
    const { mask } = this;
    const { occupied } = this.timeline;
    for (let w = from >> 5; w < mask.length; w++) {
      let open = (occupied[w] as number) & ~(mask[w] as number);
      if (w === from >> 5) open &= -1 << (from & 31);
      if (open !== 0) return w * 32 + 31 - Math.clz32(open & -open);
    }
    return mask.length * 32;
  }

  /** R9: a pending operation of the same effect whose deadline is earlier (any, for a crashed one). */
  private hasTwin(op: number, ownBit: number): boolean {
    if (!this.options.reductions.sameEffect) return false;
    const { effect } = this.compiled;
    const { deadline } = this.layout;
    const wanted = effect[op];
    const end = this.mask.length * 32;
    for (let bit = this.nextCandidate(0); bit < end; bit = this.nextCandidate(bit + 1)) {
      if (bit === ownBit) continue;
      const other = this.timeline.slotOp[bit] as number;
      if (effect[other] === wanted && (deadline[other] as number) < (deadline[op] as number)) {
        return true;
      }
    }
    return false;
  }

  /** An indefinite operation of class `c` takes effect now. */
  private tryCrashed(c: number): void {
    const { counts } = this.usage;
    const used = counts[c] as number;
    const { relaxed, reductions } = this.options;
    if (!relaxed && used >= (this.timeline.called[c] as number)) return;
    this.steps++;
    const { classStart, members } = this.layout;
    const first = classStart[c] as number;
    const op = members[first + (relaxed ? 0 : used)] as number;
    const next = this.compiled.step(this.state, op);
    if (next === illegal || ((reductions.dominance || relaxed) && next === this.state)) return;
    if (this.hasTwin(op, -1) || !this.isNoticed(next)) return;
    this.state = next;
    this.push(op);
    if (!relaxed) this.use(c);
    this.enter(relaxed ? -1 : c);
  }

  /**
   * R3 with R6: something that must still be linearized before the next return would notice the
   * indefinite operation that leads to `next`. Otherwise whatever comes first leads to the same state
   * without it, and using it up gained nothing.
   */
  private isNoticed(next: number): boolean {
    const { compiled, layout, state } = this;
    const { justInTime, dominance } = this.options.reductions;
    if (!justInTime || !dominance) return true;
    const end = this.mask.length * 32;
    for (let bit = this.nextCandidate(0); bit < end; bit = this.nextCandidate(bit + 1)) {
      const op = this.timeline.slotOp[bit] as number;
      const after = compiled.step(next, op);
      if (after !== illegal && after !== compiled.step(state, op)) return true;
    }
    const classes = layout.classEnd[this.r] as number;
    for (let c = 0; c < classes; c++) {
      const op = layout.members[layout.classStart[c] as number] as number;
      const after = compiled.step(next, op);
      if (after !== illegal && after !== compiled.step(state, op)) return true;
    }
    return false;
  }

  private use(c: number): void {
    const { usage } = this;
    if (usage.counts[c] === 0) usage.classes[usage.size++] = c;
    usage.counts[c] = (usage.counts[c] as number) + 1;
  }

  private unuse(c: number): void {
    const { usage } = this;
    usage.counts[c] = (usage.counts[c] as number) - 1;
    if (usage.counts[c] === 0) usage.size--;
  }

  // ---- Entering and leaving configurations ----------------------------------------------------

  /** Takes what is certain (R3, R4), then opens a frame unless the configuration was seen. */
  private enter(viaClass: number): void {
    if (!this.settle()) {
      if (this.seen.seen(this.r, this.state, this.mask)) {
        if (viaClass >= 0) this.unuse(viaClass);
        return;
      }
      if (this.r > this.deepest) this.deepest = this.r;
      const isTooLong = this.relaxed && this.orderLength > this.orderMax;
      if (isTooLong || this.seen.bytes > this.options.bytesMax) this.status = 'given-up';
      this.pushFrame(viaClass);
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
        if (this.options.relaxed) {
          this.overused = !assignCrashed(this.layout, this.order.subarray(0, this.orderLength));
        }
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

  private pushFrame(viaClass: number): void {
    const base = this.depth * this.stride;
    if (base + this.stride > this.frames.length) {
      const next = new Int32Array(this.frames.length * 2 + this.stride);
      next.set(this.frames);
      this.frames = next;
    }
    const { frames, mask } = this;
    frames[base] = this.r;
    frames[base + 1] = this.state;
    frames[base + 2] = cursorStart;
    frames[base + 3] = this.orderLength;
    frames[base + 4] = viaClass;
    for (let w = 0; w < mask.length; w++) frames[base + frameHead + w] = mask[w] as number;
    this.depth++;
  }

  private pop(base: number): void {
    const viaClass = this.frames[base + 4] as number;
    if (viaClass >= 0) this.unuse(viaClass);
    this.depth--;
  }
}
