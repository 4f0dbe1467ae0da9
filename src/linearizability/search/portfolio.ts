/**
 * Two searches for one partition, turn by turn: the exact one, and a relaxed one (R7) that learns
 * which indefinite operations have to be counted (R11). Whichever decides first decides. The
 * relaxed one has a head start, since it is polynomial in the indefinite operations; in long
 * histories the exact one, since every refinement walks all of it. Taking turns afterwards costs at
 * most twice what the better one needs. Deterministic: steps, not clocks.
 */
import { assignCrashed } from './assign-crashed.ts';
import type { Compiled } from '../compile/compiled.ts';
import type { Layout } from './layout.ts';
import { type Spans, spansOf } from '../history/real-time.ts';
import type { Partition } from '../history/partitions.ts';
import type { Reductions } from '../history/reductions.ts';
import { Search, type SearchStatus } from './search.ts';

/** Operations above which a history is a long one. */
const longFrom = 10_000;
const longHeadStart = 64;
/** Steps of a turn, and of the head start of the relaxed search. */
const turnOf = (operations: number): number => 4096 + 4 * operations;
export interface PortfolioOptions {
  readonly reductions: Reductions;
  /** Bytes of remembered configurations above which one search gives up. */
  readonly bytesMax: number;
}

export class Portfolio {
  status: SearchStatus = 'running';
  steps = 0;
  peakBytes = 0;
  /** When found: the linearization, as local operation numbers. */
  order: Int32Array = new Int32Array(0);
  /** When refuted: the search that did it. */
  refuting: Search | null = null;
  private readonly partition: Partition;
  private readonly compiled: Compiled;
  private readonly layout: Layout;
  private readonly options: PortfolioOptions;
  private readonly turn: number;
  /** Steps by which the relaxed search may be ahead. */
  private readonly headStart: number;
  private spans: Spans | null = null;
  private refinements = 0;
  /** By class of indefinite operations how many orders found used it too often. */
  private readonly overuses: Int32Array;
  /** The relaxed search; null when it can decide nothing more. */
  private relaxed: Search | null = null;
  private relaxedSteps = 0;
  /** The exact search; null before its first turn, and when it gave up. */
  private exact: Search | null = null;
  private exactGaveUp = false;

  constructor(
    problem: {
      readonly partition: Partition;
      readonly compiled: Compiled;
      readonly layout: Layout;
    },
    options: PortfolioOptions,
  ) {
    this.partition = problem.partition;
    this.compiled = problem.compiled;
    this.layout = problem.layout;
    this.options = options;
    const { length } = this.partition.ops;
    this.turn = turnOf(length);
    this.headStart = length > longFrom ? -longHeadStart * length : this.turn;
    this.overuses = new Int32Array(this.layout.classCount);
    if (options.reductions.crashRelaxation && this.layout.classCount > 0) {
      this.relaxed = this.search(true);
    }
  }

  /** Goes on for about `stepsMax` more steps. */
  run(stepsMax: number): SearchStatus {
    const end = this.steps + stepsMax;
    while (this.status === 'running' && this.steps < end) {
      const search = this.next();
      const from = search.steps;
      search.run(Math.min(end - this.steps, this.turn));
      const taken = Math.max(1, search.steps - from);
      this.steps += taken;
      if (search === this.relaxed) this.relaxedSteps += taken;
      this.conclude(search);
    }
    return this.status;
  }

  private next(): Search {
    const { relaxed, exact } = this;
    const exactSteps = exact === null ? 0 : exact.steps;
    const isRelaxedNext = this.exactGaveUp || this.relaxedSteps < this.headStart + exactSteps;
    if (relaxed !== null && isRelaxedNext) return relaxed;
    this.exact ??= this.search(false);
    return this.exact;
  }

  private search(relaxed: boolean): Search {
    const { reductions, bytesMax } = this.options;
    return new Search(this.compiled, this.layout, { reductions, bytesMax, relaxed });
  }

  private conclude(search: Search): void {
    this.peakBytes = Math.max(this.peakBytes, search.bytes);
    if (search.status === 'refuted') {
      this.refuting = search;
      this.settle('refuted');
    } else if (search.status === 'found') {
      this.accept(search);
    } else if (search.status === 'given-up') {
      if (search === this.relaxed) this.relaxed = null;
      else this.exactGaveUp = true;
      if (this.relaxed === null && this.exactGaveUp) this.settle('given-up');
    }
  }

  private accept(search: Search): void {
    const order = search.linearization();
    if (search.isRelaxed) {
      this.spans ??= spansOf(this.partition);
      const overused = assignCrashed(this.layout, this.spans, order);
      if (overused.length > 0) {
        this.refine(search, overused);
        return;
      }
    }
    this.order = order;
    this.settle('found');
  }

  /**
   * R11: counts some of what was used too often, and searches again; first what most orders so far
   * used too often: one class, then twice as many each time.
   */
  private refine(search: Search, overused: readonly number[]): void {
    for (const c of overused) this.overuses[c] = (this.overuses[c] as number) + 1;
    const byOveruses = overused.toSorted(
      (a, b) => (this.overuses[b] as number) - (this.overuses[a] as number),
    );
    search.recount(byOveruses.slice(0, 2 ** this.refinements++));
    const isWorthIt = this.options.reductions.crashRefinement && search.isRelaxed;
    if (isWorthIt) return;
    this.relaxed = null;
    if (this.exactGaveUp) this.settle('given-up');
  }

  private settle(status: SearchStatus): void {
    this.status = status;
    this.relaxed = null;
    this.exact = null;
  }
}
