/**
 * Where indefinite operations lead: for a state the classes that can take effect in it, worked out
 * once. Not whether they may: what has been called and used up, the search knows.
 */
import { illegal, type Compiled } from './compiled.ts';
import type { Layout } from './layout.ts';

export class CrashMoves {
  private readonly compiled: Compiled;
  private readonly layout: Layout;
  private readonly known = new Map<number, Int32Array>();

  constructor(compiled: Compiled, layout: Layout) {
    this.compiled = compiled;
    this.layout = layout;
  }

  /** Pairs of a class and the state after it, by increasing class. */
  from(state: number): Int32Array {
    const known = this.known.get(state);
    if (known !== undefined) return known;
    const { classStart, members, classCount } = this.layout;
    const pairs: number[] = [];
    for (let c = 0; c < classCount; c++) {
      const next = this.compiled.step(state, members[classStart[c] as number] as number);
      if (next !== illegal) pairs.push(c, next);
    }
    const moves = Int32Array.from(pairs);
    this.known.set(state, moves);
    return moves;
  }

  /** Whether some class below `end` leads from `next` to another state than from `state`. */
  differ(state: number, next: number, end: number): boolean {
    const { classStart, members } = this.layout;
    const moves = this.from(next);
    for (let i = 0; i < moves.length && (moves[i] as number) < end; i += 2) {
      const after = moves[i + 1] as number;
      if (after === next) continue;
      const first = members[classStart[moves[i] as number] as number] as number;
      if (after !== this.compiled.step(state, first)) return true;
    }
    return false;
  }
}
