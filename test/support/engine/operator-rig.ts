/** Runs one operator by itself: rows and watermarks in, rows and late rows out. */
import { createOperator, type InnerSpec } from '../../../src/engine/operators/create.ts';
import type { Operator } from '../../../src/engine/operators/operator.ts';
import type { OperatorState } from '../../../src/engine/state/operator-state.ts';
import { builtinFunctions, type FunctionCatalog } from '../../../src/model/functions.ts';
import type { Row, Value } from '../../../src/model/value.ts';
import { FakeWorld } from './fake-world.ts';

/** A spec without what the test does not care about. */
export type Spec = InnerSpec extends infer S
  ? S extends InnerSpec
    ? Omit<S, 'id' | 'input' | 'parallelism'>
    : never
  : never;

export class OperatorRig {
  readonly out: Row[] = [];
  readonly lateRows: Row[] = [];
  readonly world: FakeWorld;
  readonly operator: Operator;

  constructor(spec: Spec, settings: { world?: FakeWorld; catalog?: FunctionCatalog } = {}) {
    this.world = settings.world ?? new FakeWorld();
    const { world } = this;
    const full = { id: 'op', input: 'in', parallelism: 1, ...spec } as unknown as InnerSpec;
    const context = {
      output: {
        emit: (row: Row) => void this.out.push(row),
        late: (row: Row) => void this.lateRows.push(row),
      },
      catalog: settings.catalog ?? builtinFunctions,
      now: () => world.now(),
      timer: (delayMs: number, action: () => void) => world.timer(delayMs, action),
    };
    this.operator = createOperator(full, context, 16);
  }

  /** A row of key `k`. Its value is `{ id }`. */
  row(ts: number, id: number = ts, key: string = 'k'): this {
    return this.put({ key, ts, value: { id } });
  }

  put(row: Row, input: 0 | 1 = 0): this {
    this.operator.row(row, input);
    return this;
  }

  watermark(ts: number): this {
    this.operator.advance(ts);
    return this;
  }

  /** State as it comes back from a file. */
  snapshot(): OperatorState {
    return JSON.parse(JSON.stringify(this.operator.snapshot())) as OperatorState;
  }

  restore(state: OperatorState): this {
    this.operator.restore(state);
    return this;
  }

  /** Rows emitted since the last call. */
  take(): Row[] {
    return this.out.splice(0);
  }

  takeValues(): Value[] {
    return this.take().map((row) => row.value);
  }

  takeLate(): Row[] {
    return this.lateRows.splice(0);
  }
}
