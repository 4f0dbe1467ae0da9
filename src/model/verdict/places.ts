/**
 * What claims point at: records by their place in the input, rows by the sink they show at.
 */
import type { Row } from '../value.ts';

/** A record of the input, by its place. */
export interface RecordName {
  readonly split: string;
  readonly offset: number;
}
export type Records = readonly RecordName[];

/** A row as it shows, or would show, at a sink. */
export interface SinkRow {
  readonly sink: string;
  readonly row: Row;
}
