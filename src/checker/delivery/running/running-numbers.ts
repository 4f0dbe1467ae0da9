/**
 * Running aggregates that hide their records, at sinks that show each attempt's work: append and
 * upsert sinks, and transactions whose state may count a record twice. The rows of one attempt are
 * outputs of one run that continues what the restored checkpoint held; others may lie between them.
 */
import { type Context } from '../../context/context.ts';
import type { Seen } from '../../evidence/observe.ts';
import { arriving } from '../../plan/items.ts';
import { countsOnce, rowsByAttempt, type Start, startOf, wasRead } from '../anomalies/attempts.ts';
import type { Grid, State } from './frontier.ts';
import {
  type Budget,
  coverRows,
  followRows,
  type Levels,
  passRows,
  type RunQuery,
} from './row-runs.ts';
import { reportBehind, reportNoRun } from './opaque-reports.ts';
import { gridOf, type KeyRun, leaveOpen, runOut, type RunningSink } from './running-reports.ts';

/** Steps of the state that nobody saw, between a value and the checkpoint, that are tried. */
const unshownMax = 2;

export function checkNumbers(context: Context, sink: RunningSink, run: KeyRun): void {
  new NumberCheck(context, sink, run).check();
}

class NumberCheck {
  private readonly context: Context;
  private readonly sink: RunningSink;
  private readonly run: KeyRun;
  private readonly grid: Grid;
  private readonly once: boolean;
  private readonly known = new Map<string, State>();
  private isWhole = false;
  /** Some row belongs to no run, so that what it counts is not known. */
  private hasStrangers = false;
  private readonly explained: RunQuery[] = [];
  private readonly budget: Budget;

  constructor(context: Context, sink: RunningSink, run: KeyRun) {
    this.context = context;
    this.sink = sink;
    this.run = run;
    this.grid = gridOf(context, sink, run.items);
    this.once = countsOnce(context);
    this.budget = { left: context.stepsMax };
  }

  check(): void {
    for (const [attempt, rows] of rowsByAttempt(this.run.rows)) {
      const start = this.startOf(startOf(this.context, attempt));
      if (start !== null && this.place(start, rows)) continue;
      const reason = `key ${this.run.key} has too many reachable values to try them all`;
      runOut(this.context, this.sink, reason);
      return;
    }
    this.context.findings.cover('opaque-steps', this.context.stepsMax - this.budget.left);
    if (this.hasStrangers) {
      leaveOpen(this.context, this.sink, `a value of key ${this.run.key} hides what it counts`);
    } else if (!this.isWhole && !this.mayBeWhole()) {
      reportBehind(this.context, this.sink, this.run);
    }
    const reason = `${this.sink.sink}: the outputs of a key are opaque and may come again`;
    if (this.sink.upsert) return;
    const open = ['at-most-once', 'exactly-once', 'effectively-once', 'ordered'] as const;
    this.context.findings.leaveOpen(reason, ...open);
  }

  /** Where the run of an attempt can begin; null: there are too many places to try. */
  private startOf(start: Start): readonly State[] | null {
    const { grid } = this;
    if (start.isFresh) return [grid.start()];
    const read = new Map(this.run.items.map((i) => [i, wasRead(this.context, start, i)]));
    const isKnown = ![...read.values()].includes(null);
    const isRead = grid.foldOf((item) => read.get(item) === true);
    if (this.once) return isKnown ? [isRead] : this.everywhere();
    return isKnown ? this.replaying(isRead.positions) : null;
  }

  private everywhere(): readonly State[] | null {
    const start = this.grid.start();
    const after = this.grid.stepsAfter([start], this.budget.left);
    if (after === null) return null;
    this.budget.left -= after.length;
    return this.grid.distinct([start, ...after]);
  }

  /** State that ran ahead of the offsets: a value that was shown, or a little more. */
  private replaying(positions: readonly number[]): readonly State[] {
    const { grid, known } = this;
    const fresh = positions.every((p) => p === 0) ? [grid.start()] : [];
    let edge: readonly State[] = [...fresh, ...known.values()];
    const all = [...edge];
    for (let i = 0; i < unshownMax; i++) {
      edge = grid.distinct(grid.steps(edge));
      this.budget.left -= edge.length;
      if (this.budget.left <= 0) break;
      for (const state of edge) all.push(state);
    }
    const rewound = all.map(({ accumulator }): State => ({ positions, accumulator }));
    return [...new Map(rewound.map((state) => [grid.fullIdentity(state), state])).values()];
  }

  /** False when the budget did not reach. */
  private place(start: readonly State[], seens: readonly Seen[]): boolean {
    let left = seens;
    while (left.length > 0) {
      const query = this.query(start, left);
      const inTurn = followRows(query, this.budget);
      const levels = inTurn === 'none' ? this.cover(query) : inTurn;
      if (levels === null) return false;
      if (levels !== 'none') {
        if (inTurn === 'none') this.judgeOrder(query, left);
        this.take(inTurn === 'none' ? this.everywhereFrom(start) : levels, levels);
        this.explained.push(query);
        return true;
      }
      const wrong = this.firstWrong(start, left);
      if (wrong === null) return false;
      this.reportStranger(left[wrong] as Seen);
      left = left.filter((_, i) => i !== wrong);
    }
    return true;
  }

  private cover(query: RunQuery): Levels {
    const covering = coverRows(query, 'each', this.budget);
    return covering === null || covering === 'none' ? covering : [covering.ends];
  }

  /** The last row of the shortest beginning that is no run, in any order. */
  private firstWrong(start: readonly State[], seens: readonly Seen[]): number | null {
    let [good, bad] = [0, seens.length];
    while (bad - good > 1) {
      const middle = Math.floor((good + bad) / 2);
      const found = this.cover(this.query(start, seens.slice(0, middle)));
      if (found === null) return null;
      if (found === 'none') bad = middle;
      else good = middle;
    }
    return bad - 1;
  }

  private reportStranger(seen: Seen): void {
    this.hasStrangers = true;
    const { run } = this;
    reportNoRun(this.context, this.sink, { name: 'state-divergence', run, seen });
  }

  /** The run that was believed first may leave more for later than another one. */
  private mayBeWhole(): boolean {
    return this.explained.some((query) => {
      const levels = this.cover(query);
      if (levels === null) return true;
      return levels !== 'none' && levels.flat().some((state) => this.grid.isWhole(state));
    });
  }

  private query(start: readonly State[], seens: readonly Seen[]): RunQuery {
    const { grid, sink } = this;
    return {
      grid,
      start,
      rows: seens.map(({ row }) => row),
      arriving: (row) => arriving(sink.branch, row),
    };
  }

  /** Where a run of these rows can have been: its rows do not tell. */
  private everywhereFrom(start: readonly State[]): Exclude<Levels, 'none' | null> {
    return this.once ? [] : [this.grid.stepsAfter(start, this.budget.left) ?? []];
  }

  /** `passed`: where it can have been when a checkpoint was taken; `levels`: after its rows. */
  private take(passed: readonly (readonly State[])[], levels: readonly (readonly State[])[]): void {
    this.isWhole ||= levels.flat().some((state) => this.grid.isWhole(state));
    if (this.once) return;
    for (const state of passed.flat()) this.known.set(this.grid.fullIdentity(state), state);
  }

  /** The rows are one run, but not as they became visible. */
  private judgeOrder(query: RunQuery, seens: readonly Seen[]): void {
    const last = seens.at(-1);
    if (last === undefined || !this.sink.branch.fifo || this.sink.upsert) return;
    if (passRows(query, this.budget) !== false) return;
    const { run } = this;
    reportNoRun(this.context, this.sink, { name: 'reorder', run, seen: last });
  }
}
