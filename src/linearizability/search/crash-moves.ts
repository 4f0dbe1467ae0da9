/**
 * Where indefinite operations lead: for a state the classes that can take effect in it, worked out
 * once. Not whether they may: what has been called and used up, the search knows.
 */
import { illegal, type Compiled } from '../compile/compiled.ts';
import type { Layout } from './layout.ts';

/** Integers per entry of {@link CrashMoves.from}. */
export const moveSize = 3;
const notKnown = -1;

export class CrashMoves {
  private readonly compiled: Compiled;
  private readonly layout: Layout;
  private readonly known = new Map<number, Int32Array>();

  constructor(compiled: Compiled, layout: Layout) {
    this.compiled = compiled;
    this.layout = layout;
  }

  /**
   * Entries of {@link moveSize} integers by increasing class: class, state after it, see
   * `noticedBy`.
   */
  from(state: number): Int32Array {
    const known = this.known.get(state);
    if (known !== undefined) return known;
    const { classCount } = this.layout;
    const entries: number[] = [];
    for (let c = 0; c < classCount; c++) {
      const next = this.compiled.step(state, this.firstOf(c));
      if (next !== illegal) entries.push(c, next, notKnown);
    }
    const moves = Int32Array.from(entries);
    this.known.set(state, moves);
    return moves;
  }

  /**
   * The lowest class that leads to another state after the move at `at` of `state` than before it,
   * or where it was illegal before; the number of classes when there is none.
   */
  noticedBy(state: number, moves: Int32Array, at: number): number {
    const known = moves[at + 2] as number;
    if (known !== notKnown) return known;
    const lowest = this.lowestNoticing(state, moves[at + 1] as number);
    moves[at + 2] = lowest;
    return lowest;
  }

  private lowestNoticing(state: number, next: number): number {
    const moves = this.from(next);
    for (let i = 0; i < moves.length; i += moveSize) {
      const c = moves[i] as number;
      const after = moves[i + 1] as number;
      if (after !== next && after !== this.compiled.step(state, this.firstOf(c))) return c;
    }
    return this.layout.classCount;
  }

  private firstOf(c: number): number {
    const { classStart, members } = this.layout;
    return members[classStart[c] as number] as number;
  }
}
