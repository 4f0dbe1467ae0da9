/**
 * One key of a small pipeline, run on words: the stage is the specification's own, its rows go
 * through the stateless steps behind it to the sinks. Without a stage the rows are the output.
 */
import { builtinFunctions } from '../../../src/model/functions.ts';
import { WATERMARK_MAX } from '../../../src/model/value.ts';
import type { StatefulSpec } from '../../../src/model/operator-kinds.ts';
import {
  createSequential,
  type RowFunction,
  rowFunction,
  type TracedRow,
} from '../../../src/oracle/specification.ts';
import type { Outputs, SequentialOperator } from '../../../src/oracle/specification/sequential.ts';
import {
  type Channels,
  isBarrier,
  isEnd,
  isWatermark,
  timeLabel,
  watermarkOfLabel,
} from './channels.ts';
import { type Layout, lateSink, mainSink, secondLateSink, type Step } from './layout.ts';

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
  private readonly first: SequentialOperator | null;
  private readonly stages: readonly SequentialOperator[];
  /** Rows of a pipeline without stages. */
  private readonly pass: (row: TracedRow) => void;
  private out: OutRow[] = [];
  private clock = 0;

  constructor(layout: Layout) {
    const after = layout.after.map(functionOf);
    const show = (row: TracedRow): void => this.emit(mainSink, through(after, row));
    const make = (spec: StatefulSpec, main: Outputs['main'], late: string): SequentialOperator =>
      createSequential(spec, builtinFunctions, { main, late: (row) => this.emit(late, [row]) });
    const second = layout.second === null ? null : make(layout.second, show, secondLateSink);
    const next = second === null ? show : (row: TracedRow): void => second.row(row, 0);
    this.first = layout.stage === null ? null : make(layout.stage, next, lateSink);
    this.stages = [this.first, second].filter((stage) => stage !== null);
    this.pass = show;
  }

  /** Event time is forgotten, the state is not. */
  restart(): void {
    for (const stage of this.stages) stage.restart();
  }

  take(label: number, channels: Channels, arrivals: readonly Arrival[]): void {
    // What waits may have come behind the last watermark.
    if (isEnd(label)) this.advance(WATERMARK_MAX);
    if (isBarrier(label)) this.barriers++;
    else if (label === timeLabel) this.fireTimers();
    else if (isWatermark(label)) this.advance(watermarkOfLabel(channels, label));
    else {
      const { row, input } = arrivals[label] as Arrival;
      if (this.first === null) this.pass(row);
      else this.first.row(row, input);
    }
  }

  rows(): readonly OutRow[] {
    return this.out;
  }

  /** Stage by stage: what the first emits is on time for the second. */
  private advance(watermark: number): void {
    for (const stage of this.stages) stage.watermark(watermark);
  }

  private fireTimers(): void {
    this.clock += leapMs;
    for (const stage of this.stages) stage.processingTime(this.clock);
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
