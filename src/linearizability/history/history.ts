/**
 * Operation histories: what clients called and what they got back, in columns of typed arrays.
 * The order of events is the order in which they were recorded; clocks are not consulted.
 * Not here: reading files (harness/operation-files). Deterministic: plain data.
 */
import { present } from '../../base/assert.ts';
import { shownJson, textOfValue } from '../../model/exact/exact-value.ts';
import type { Value } from '../../model/value.ts';
import { ValueTable } from './values.ts';

/** What is known of an operation: it took effect; nobody knows; it did not take effect. */
export const outcomes = ['ok', 'indefinite', 'failed'] as const;
export type Outcome = (typeof outcomes)[number];
export const outcomeOk = 0;
export const outcomeIndefinite = 1;
export const outcomeFailed = 2;

/**
 * `returns` of an operation that never returned: it may take effect at any later time, or never.
 */
export const neverReturned = 0x7fffffff;

/**
 * `count` operations in the order of their calls; row i of every column is operation i.
 * `call` and `returns` are positions among all events, all distinct; `call[i] < returns[i]`.
 * `key`, `input`, `output` index `values` (key -1: none); `f` indexes `functions`; `line` is where
 * the call stood in its file (from 1), 0 when it came from elsewhere.
 */
export interface OperationHistory {
  readonly count: number;
  readonly process: Int32Array;
  readonly f: Uint8Array;
  readonly key: Int32Array;
  readonly input: Int32Array;
  readonly output: Int32Array;
  readonly outcome: Uint8Array;
  readonly call: Int32Array;
  readonly returns: Int32Array;
  readonly line: Int32Array;
  readonly processes: readonly (number | string)[];
  readonly functions: readonly string[];
  readonly values: readonly Value[];
  readonly table: ValueTable;
}

/** One operation as a model sees it. Models read `output` only when the outcome is `ok`. */
export interface Operation {
  readonly f: string;
  readonly input: Value;
  readonly output: Value;
  readonly outcome: Outcome;
}

/** Row `index` as an {@link Operation}. */
export function operationAt(history: OperationHistory, index: number): Operation {
  return {
    f: present(history.functions[history.f[index] as number], 'function name'),
    input: history.values[history.input[index] as number] as Value,
    output: history.values[history.output[index] as number] as Value,
    outcome: present(outcomes[history.outcome[index] as number], 'outcome'),
  };
}

/** A key column entry as text, or null for none. */
export function keyText(history: OperationHistory, key: number): string | null {
  if (key < 0) return null;
  const value = history.values[key] as Value;
  return textOfValue(value) ?? shownJson(JSON.stringify(value));
}

/** An event that contradicts the ones before it; the reader adds file and line. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
}

/** Ids as {@link HistoryBuilder} gives them; `line` from 1, 0 for none. */
export interface CallEvent {
  readonly process: number;
  readonly f: number;
  readonly key: number;
  readonly value: number;
  readonly line: number;
}

/** `f` -1: not stated. */
export interface Completion {
  readonly f: number;
  readonly value: number;
}

const functionsMax = 250;

/** Pairs calls with completions, event by event. Throws {@link HistoryError}. */
export class HistoryBuilder {
  readonly table: ValueTable = new ValueTable();
  private readonly nullId: number = this.table.intern(null);
  private readonly processIds = new Map<number | string, number>();
  private readonly functionIds = new Map<string, number>();
  /** Per process the open operation, or -1. */
  private open = new Int32Array(64).fill(-1);
  private position = 0;
  private count = 0;
  private readonly columns = new Columns();

  get operations(): number {
    return this.count;
  }

  get events(): number {
    return this.position;
  }

  /** The id under which {@link call} and {@link complete} know a process. */
  processId(process: number | string): number {
    const known = this.processIds.get(process);
    if (known !== undefined) return known;
    const id = this.processIds.size;
    this.processIds.set(process, id);
    if (id >= this.open.length) {
      const wider = new Int32Array(this.open.length * 2).fill(-1);
      wider.set(this.open);
      this.open = wider;
    }
    return id;
  }

  /** The id under which {@link call} and {@link complete} know a function name. */
  functionId(name: string): number {
    const known = this.functionIds.get(name);
    if (known !== undefined) return known;
    if (this.functionIds.size >= functionsMax) {
      throw new HistoryError(
        `more than ${functionsMax} different functions; is "f" what it should be?`,
      );
    }
    const id = this.functionIds.size;
    this.functionIds.set(name, id);
    return id;
  }

  /** A call: `key` and `value` are ids of {@link table} (key -1: none). */
  call(event: CallEvent): void {
    const { process, f } = event;
    const pending = this.open[process] as number;
    if (pending >= 0) {
      throw new HistoryError(
        `process ${this.nameOf(process)} calls ${this.functionName(f)} while its operation from ` +
          `line ${this.columns.line[pending]} is still open; a process does one thing at a time`,
      );
    }
    const at = this.columns.room(this.count);
    const c = this.columns;
    c.process[at] = process;
    c.f[at] = f;
    c.key[at] = event.key;
    c.input[at] = event.value;
    c.output[at] = this.nullId;
    c.outcome[at] = outcomeIndefinite;
    c.call[at] = this.position++;
    c.returns[at] = neverReturned;
    c.line[at] = event.line;
    this.open[process] = at;
    this.count++;
  }

  /** A completion of the process's open operation. */
  complete(process: number, outcome: number, { f, value }: Completion): void {
    const at = this.open[process] as number;
    if (at < 0) {
      throw new HistoryError(
        `process ${this.nameOf(process)} completes an operation it never called`,
      );
    }
    const c = this.columns;
    if (f >= 0 && f !== c.f[at]) {
      throw new HistoryError(
        `process ${this.nameOf(process)} completes ${this.functionName(f)}, but it called ` +
          `${this.functionName(c.f[at] as number)} on line ${c.line[at]}`,
      );
    }
    this.open[process] = -1;
    const position = this.position++;
    c.outcome[at] = outcome;
    c.output[at] = value;
    if (outcome === outcomeIndefinite) return;
    c.returns[at] = position;
  }

  /** The finished history; operations still open stay indefinite. */
  finish(): OperationHistory {
    return {
      count: this.count,
      ...this.columns.cut(this.count),
      processes: [...this.processIds.keys()],
      functions: [...this.functionIds.keys()],
      values: this.table.values,
      table: this.table,
    };
  }

  private nameOf(process: number): string {
    return String([...this.processIds.keys()][process]);
  }

  private functionName(f: number): string {
    return [...this.functionIds.keys()][f] ?? '?';
  }
}

/** Growable columns. */
class Columns {
  process = new Int32Array(256);
  f = new Uint8Array(256);
  key = new Int32Array(256);
  input = new Int32Array(256);
  output = new Int32Array(256);
  outcome = new Uint8Array(256);
  call = new Int32Array(256);
  returns = new Int32Array(256);
  line = new Int32Array(256);

  /** Makes room for row `at` and returns it. */
  room(at: number): number {
    if (at >= this.call.length) this.grow(this.call.length * 2);
    return at;
  }

  cut(count: number): Pick<OperationHistory, ColumnName> {
    return {
      process: this.process.subarray(0, count),
      f: this.f.subarray(0, count),
      key: this.key.subarray(0, count),
      input: this.input.subarray(0, count),
      output: this.output.subarray(0, count),
      outcome: this.outcome.subarray(0, count),
      call: this.call.subarray(0, count),
      returns: this.returns.subarray(0, count),
      line: this.line.subarray(0, count),
    };
  }

  private grow(length: number): void {
    this.process = grown(this.process, length);
    this.key = grown(this.key, length);
    this.input = grown(this.input, length);
    this.output = grown(this.output, length);
    this.call = grown(this.call, length);
    this.returns = grown(this.returns, length);
    this.line = grown(this.line, length);
    this.f = grownBytes(this.f, length);
    this.outcome = grownBytes(this.outcome, length);
  }
}

type ColumnName =
  | 'process'
  | 'f'
  | 'key'
  | 'input'
  | 'output'
  | 'outcome'
  | 'call'
  | 'returns'
  | 'line';

function grown(column: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(length);
  next.set(column);
  return next;
}

function grownBytes(column: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(length);
  next.set(column);
  return next;
}
