/**
 * The pipeline: a graph of operators as data, the same for every engine.
 * An `input` names an operator ("count") or its side output ("count.late").
 * Not here: the functions themselves (functions.ts) and validation (validate-pipeline.ts).
 */
import type { ValueObject } from './value.ts';

/**
 * A named entry of the function catalogue with its parameters, e.g. `{ fn: 'add', field: 'n',
 * amount: 1 }`.
 */
export interface FunctionRef extends ValueObject {
  readonly fn: string;
}

export type OperatorId = string;
/** `"operator"` for the main output, `"operator.late"` for the late side output. */
export type InputRef = string;

/** How a source derives watermarks, per split (Flink `WatermarkStrategy`). Times in ms. */
export interface WatermarkSpec {
  /** `bounded`: max timestamp - outOfOrdernessMs - 1. `ascending` is `bounded` with 0. */
  readonly strategy: 'bounded' | 'ascending';
  readonly outOfOrdernessMs: number;
  readonly emission: 'per-record' | 'periodic';
  /** Only for periodic emission. */
  readonly intervalMs: number;
  /** A split without records for this long is idle and leaves the minimum; null: never. */
  readonly idlenessMs: number | null;
}

interface Parallel {
  readonly id: OperatorId;
  /** Number of subtasks, 1..maxParallelism. */
  readonly parallelism: number;
}

export interface SourceSpec extends Parallel {
  readonly kind: 'source';
  /** Split names; split i is read by subtask i mod parallelism. */
  readonly splits: readonly string[];
  readonly watermark: WatermarkSpec;
}
export interface MapSpec extends Parallel {
  readonly kind: 'map' | 'filter' | 'flat-map';
  readonly input: InputRef;
  readonly fn: FunctionRef;
}
/** Partitions by key: the next operator receives all rows of a key in one subtask. */
export interface KeyBySpec {
  readonly kind: 'key-by';
  readonly id: OperatorId;
  readonly input: InputRef;
  readonly key: FunctionRef;
}
/** Round-robin over the next operator's subtasks. Gives up per-key order. */
export interface RebalanceSpec {
  readonly kind: 'rebalance';
  readonly id: OperatorId;
  readonly input: InputRef;
}
export interface UnionSpec {
  readonly kind: 'union';
  readonly id: OperatorId;
  readonly inputs: readonly InputRef[];
}
/**
 * Running aggregate per key: emits the new aggregate for every row (Flink `KeyedStream.reduce`).
 */
export interface ReduceSpec extends Parallel {
  readonly kind: 'reduce';
  readonly input: InputRef;
  readonly aggregate: FunctionRef;
}
export type WindowAssigner =
  | { readonly kind: 'tumbling'; readonly sizeMs: number; readonly offsetMs: number }
  | {
      readonly kind: 'sliding';
      readonly sizeMs: number;
      readonly slideMs: number;
      readonly offsetMs: number;
    }
  | { readonly kind: 'session'; readonly gapMs: number };
/** Event-time window per key. Output: ts = end - 1, value = `{ start, end, result }`. */
export interface WindowSpec extends Parallel {
  readonly kind: 'window';
  readonly input: InputRef;
  readonly assigner: WindowAssigner;
  readonly allowedLatenessMs: number;
  /** Whether late rows go to the side output `id.late` (rows as they came in). */
  readonly lateOutput: boolean;
  readonly aggregate: FunctionRef;
}
/** Keyed process function with timers. */
export interface ProcessSpec extends Parallel {
  readonly kind: 'process';
  readonly input: InputRef;
  readonly fn: FunctionRef;
}
/**
 * Joins two keyed inputs where left.ts + lowerMs <= right.ts <= left.ts + upperMs.
 * Output: ts = max of both, value = `{ left, right }` (Flink `KeyedStream.intervalJoin`).
 * A row with ts < current watermark is late and dropped (strict).
 */
export interface IntervalJoinSpec extends Parallel {
  readonly kind: 'interval-join';
  readonly left: InputRef;
  readonly right: InputRef;
  readonly lowerMs: number;
  readonly upperMs: number;
}
/**
 * Emits the rows of each key in event-time order, once the watermark has passed them.
 * Rows of equal timestamp keep arrival order; a row with ts <= watermark is late.
 */
export interface SortSpec extends Parallel {
  readonly kind: 'sort';
  readonly input: InputRef;
  readonly lateOutput: boolean;
}
/** Lets the first row per key and `field` value through, drops the others. */
export interface DedupSpec extends Parallel {
  readonly kind: 'dedup';
  readonly input: InputRef;
  readonly field: string;
}
export interface SinkSpec extends Parallel {
  readonly kind: 'sink';
  readonly input: InputRef;
  /** `two-phase`: transactions; `upsert`: last value per row key; `append`: visible at once. */
  readonly connector: 'two-phase' | 'upsert' | 'append';
}

export type OperatorSpec =
  | SourceSpec
  | MapSpec
  | KeyBySpec
  | RebalanceSpec
  | UnionSpec
  | ReduceSpec
  | WindowSpec
  | ProcessSpec
  | IntervalJoinSpec
  | SortSpec
  | DedupSpec
  | SinkSpec;

/** Operators in topological order: an input is defined before it is used. */
export interface Pipeline {
  readonly name: string;
  readonly operators: readonly OperatorSpec[];
  /** Number of key groups, 1..32768 (Flink `maxParallelism`). */
  readonly maxParallelism: number;
}
