/**
 * Running numbers that name no record: tries every way in which the splits can meet. Small inputs
 * only; nothing clever.
 */
import { builtinFunctions, resolveFunction, type Aggregate } from '../../../src/model/functions.ts';
import type { Row, Value } from '../../../src/model/value.ts';
import type { SourceRecord } from '../../../src/model/workload.ts';
import type { Facts } from './facts.ts';

interface State {
  readonly taken: readonly number[];
  readonly value: Value;
}

export class Shuffles {
  private readonly splits: readonly (readonly SourceRecord[])[];
  private readonly aggregate: Aggregate;

  constructor({ kase }: Facts, key: string) {
    const reduce = kase.pipeline.operators.find(({ kind }) => kind === 'reduce');
    if (reduce?.kind !== 'reduce') throw new TypeError('no running aggregate');
    this.aggregate = resolveFunction(builtinFunctions, 'aggregate', reduce.aggregate);
    this.splits = kase.workload.splits.map(({ records }) => records.filter((r) => r.key === key));
  }

  /** Whether these rows are the outputs for all records, in this order. */
  yields(rows: readonly Row[]): boolean {
    let states: readonly State[] = [this.start()];
    for (const row of rows) states = this.distinct(this.stepsOf(states).filter(fits(row)));
    const total = this.splits.reduce((sum, records) => sum + records.length, 0);
    return states.length > 0 && rows.length === total;
  }

  /** Whether these rows are outputs of one run in this order, whatever it gives out in between. */
  passes(rows: readonly Row[]): boolean {
    let states: readonly State[] = this.everywhere();
    for (const row of rows) {
      const next = this.stepsOf(this.everythingAfter(states)).filter(fits(row));
      states = this.distinct(next);
    }
    return states.length > 0;
  }

  /** Whether the row is an output after every record. */
  isLast(row: Row): boolean {
    return this.stepsOf(this.everywhere()).some(
      (step) => fits(row)(step) && step.taken.every((n, i) => n === this.splits[i]?.length),
    );
  }

  private start(): State {
    return { taken: this.splits.map(() => 0), value: this.aggregate.create() };
  }

  private everywhere(): readonly State[] {
    return this.everythingAfter([this.start()]);
  }

  private everythingAfter(states: readonly State[]): readonly State[] {
    const all = new Map<string, State>();
    let edge = states;
    while (edge.length > 0) {
      edge = edge.filter(({ taken }) => !all.has(taken.join()));
      for (const state of edge) all.set(state.taken.join(), state);
      edge = this.distinct(this.stepsOf(edge));
    }
    return [...all.values()];
  }

  private stepsOf(states: readonly State[]): readonly Step[] {
    return states.flatMap(({ taken, value }) =>
      this.splits.flatMap((records, split) => {
        const record = records[taken[split] as number];
        if (record === undefined) return [];
        const moved = taken.map((n, i) => (i === split ? n + 1 : n));
        return [{ taken: moved, value: this.aggregate.add(value, record.value), ts: record.ts }];
      }),
    );
  }

  /** The order in which records came does not show in these aggregates. */
  private distinct(states: readonly State[]): readonly State[] {
    return [...new Map(states.map((state) => [state.taken.join(), state])).values()];
  }
}

interface Step extends State {
  readonly ts: number;
}

const fits =
  (row: Row) =>
  ({ value, ts }: Step): boolean =>
    value === row.value && ts === row.ts;
