/**
 * Where a search stands on the time line of its partition: what is pending before a return, and
 * what indefinite operations have been called. It moves forth and back; both undo each other
 * exactly.
 */
import { illegal, type Compiled } from '../compile/compiled.ts';
import type { Layout } from './layout.ts';

export class Timeline {
  /** Slots in use, and those of observers, as masks. */
  readonly occupied: Int32Array;
  readonly watching: Int32Array;
  /** R4: pending observers known to be illegal in some state; cleared when a slot changes hands. */
  readonly dull: Int32Array;
  readonly slotOp: Int32Array;
  /** Per class of indefinite operations how many have been called. */
  readonly called: Int32Array;
  private readonly compiled: Compiled;
  private readonly layout: Layout;
  private at = 0;

  constructor(compiled: Compiled, layout: Layout) {
    this.compiled = compiled;
    this.layout = layout;
    this.occupied = new Int32Array(layout.words);
    this.watching = new Int32Array(layout.words);
    this.dull = new Int32Array(layout.words);
    this.slotOp = new Int32Array(layout.words * 32).fill(-1);
    this.called = new Int32Array(layout.classCount);
    if (layout.returnOp.length > 0) this.add(0);
  }

  /** To the moment before return `r`. */
  moveTo(r: number): void {
    while (this.at < r) {
      this.toggle(this.layout.returnOp[this.at] as number, false);
      this.at++;
      this.add(this.at);
    }
    while (this.at > r) {
      this.remove(this.at);
      this.at--;
      this.toggle(this.layout.returnOp[this.at] as number, true);
    }
  }

  /**
   * The next pending operation that is not in `mask`, from slot `from` on; beyond all when none is.
   */
  nextOpen(mask: Int32Array, from: number): number {
    const { occupied } = this;
    for (let w = from >> 5; w < mask.length; w++) {
      let open = (occupied[w] as number) & ~(mask[w] as number);
      if (w === from >> 5) open &= -1 << (from & 31);
      if (open !== 0) return w * 32 + 31 - Math.clz32(open & -open);
    }
    return mask.length * 32;
  }

  /**
   * R9: a pending operation of the same effect whose deadline is earlier (any, for a crashed one).
   */
  hasTwin(mask: Int32Array, op: number): boolean {
    const { effect } = this.compiled;
    const { deadline } = this.layout;
    const wanted = effect[op];
    const end = mask.length * 32;
    for (let bit = this.nextOpen(mask, 0); bit < end; bit = this.nextOpen(mask, bit + 1)) {
      const other = this.slotOp[bit] as number;
      if (effect[other] === wanted && (deadline[other] as number) < (deadline[op] as number)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether some pending operation outside of `mask` leads from `next` to another state than from
   * `state`.
   */
  differ(mask: Int32Array, state: number, next: number): boolean {
    const { compiled } = this;
    const end = mask.length * 32;
    for (let bit = this.nextOpen(mask, 0); bit < end; bit = this.nextOpen(mask, bit + 1)) {
      const op = this.slotOp[bit] as number;
      const after = compiled.step(next, op);
      if (after !== illegal && after !== compiled.step(state, op)) return true;
    }
    return false;
  }

  private toggle(op: number, present: boolean): void {
    const bit = this.layout.slot[op] as number;
    const w = bit >> 5;
    const flag = 1 << (bit & 31);
    const { occupied, watching, dull } = this;
    const watches = this.compiled.observer[op] === 1;
    dull[w] = (dull[w] as number) & ~flag;
    if (present) {
      this.slotOp[bit] = op;
      occupied[w] = (occupied[w] as number) | flag;
      if (watches) watching[w] = (watching[w] as number) | flag;
    } else {
      occupied[w] = (occupied[w] as number) & ~flag;
      if (watches) watching[w] = (watching[w] as number) & ~flag;
    }
  }

  /** What was called between the previous return and `r`. */
  private add(r: number): void {
    const { callOp, callEnd, crashClass, crashEnd } = this.layout;
    const callsTo = callEnd[r] as number;
    for (let i = r === 0 ? 0 : (callEnd[r - 1] as number); i < callsTo; i++) {
      this.toggle(callOp[i] as number, true);
    }
    const crashesTo = crashEnd[r] as number;
    for (let i = r === 0 ? 0 : (crashEnd[r - 1] as number); i < crashesTo; i++) {
      const c = crashClass[i] as number;
      this.called[c] = (this.called[c] as number) + 1;
    }
  }

  private remove(r: number): void {
    const { callOp, callEnd, crashClass, crashEnd } = this.layout;
    for (let i = (callEnd[r] as number) - 1; i >= (callEnd[r - 1] as number); i--) {
      this.toggle(callOp[i] as number, false);
    }
    for (let i = (crashEnd[r] as number) - 1; i >= (crashEnd[r - 1] as number); i--) {
      const c = crashClass[i] as number;
      this.called[c] = (this.called[c] as number) - 1;
    }
  }
}
