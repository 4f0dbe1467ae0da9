/**
 * What every operator of the specification is: a function from an explicit sequence of rows and
 * watermarks to rows. One thread, one instance, no partitions, no recovery: the failure-free
 * meaning of a pipeline. Rows carry the source records that contributed to them.
 * Shares the function catalogue with the engine and nothing else (law A3).
 * Deterministic: state in maps in order of insertion, no clock (processing time is an argument).
 */
import type { Row } from '../../model/value.ts';

/** A row with the indices of the source records (flat, over all splits) that it contains. */
export interface TracedRow extends Row {
  readonly from: readonly number[];
}

export interface Outputs {
  main(row: TracedRow): void;
  late(row: TracedRow): void;
}

export interface SequentialOperator {
  /** `input` is 1 only for the right side of a join. */
  row(row: TracedRow, input: 0 | 1): void;
  /** The operator's event time, the minimum over its inputs, has risen to `watermark`. */
  watermark(watermark: number): void;
  /** Processing time has reached `ms`. */
  processingTime(ms: number): void;
  /** A restart: state stays, event time is unknown again (Flink does not checkpoint watermarks). */
  restart(): void;
}

/** An operator without time. */
export const timeless: Omit<SequentialOperator, 'row'> = {
  watermark: () => undefined,
  processingTime: () => undefined,
  restart: () => undefined,
};
