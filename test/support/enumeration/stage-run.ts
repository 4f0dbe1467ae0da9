/**
 * One key of a small pipeline, run on words: the stage is the specification's own, its rows go through
 * the stateless steps behind it to the sinks. Without a stage the rows are the output.
 */
import { builtinFunctions } from '../../../src/model/functions.ts';
import { WATERMARK_MAX } from '../../../src/model/value.ts';
import {
  createSequential,
  type RowFunction,
  rowFunction,
  type TracedRow,
} from '../../../src/oracle/specification.ts';
import {
  type Channels,
  isBarrier,
  isEnd,
  isWatermark,
  timeLabel,
  watermarkOfLabel,
} from './channels.ts';
import { type Layout, lateSink, mainSink, type Step } from './layout.ts';

/** A row that reaches the stage, on its left or right input. */
export interface Arrival {
  readonly row: TracedRow;
  readonly input: 0 | 1;
}

export interface OutRow {
  readonly sink: string;
  readonly row: TracedRow;
  /** Barriers that the operator had seen before it, over all attempts. */
  readonly barriers: number;
}

/** Long enough for every processing timer. */
const leapMs = 1_000_000;

export class StageRun {
  /** Seen so far. */
  barriers = 0;
  private readonly stage;
  private readonly after: readonly RowFunction[];
  private out: OutRow[] = [];
  private clock = 0;

  constructor(layout: Layout) {
    this.after = layout.after.map(functionOf);
    this.stage =
      layout.stage === null
        ? null
        : createSequential(layout.stage, builtinFunctions, {
            main: (row) => this.emit(mainSink, through(this.after, row)),
            late: (row) => this.emit(lateSink, [row]),
          });
  }

  /** Event time is forgotten, the state is not. */
  restart(): void {
    this.stage?.restart();
  }

  take(label: number, channels: Channels, arrivals: readonly Arrival[]): void {
    // What waits may have come behind the last watermark.
    if (isEnd(label)) this.stage?.watermark(WATERMARK_MAX);
    if (isBarrier(label)) this.barriers++;
    else if (label === timeLabel) this.stage?.processingTime((this.clock += leapMs));
    else if (isWatermark(label)) this.stage?.watermark(watermarkOfLabel(channels, label));
    else {
      const { row, input } = arrivals[label] as Arrival;
      if (this.stage === null) this.emit(mainSink, through(this.after, row));
      else this.stage.row(row, input);
    }
  }

  rows(): readonly OutRow[] {
    return this.out;
  }

  private emit(sink: string, rows: readonly TracedRow[]): void {
    for (const row of rows) this.out.push({ sink, row, barriers: this.barriers });
  }
}

export function functionOf(step: Step): RowFunction {
  return rowFunction({ ...step, id: '', input: '', parallelism: 1 }, builtinFunctions);
}

export function through(steps: readonly RowFunction[], row: TracedRow): readonly TracedRow[] {
  let rows: readonly TracedRow[] = [row];
  for (const step of steps) rows = rows.flatMap((r) => [...step(r)]);
  return rows;
}
