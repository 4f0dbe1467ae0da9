/**
 * Event-time windows per key: tumbling, sliding and session, with allowed lateness and late output
 * (Flink `WindowOperator` with `EventTimeTrigger`). State is the list of rows of each window;
 * the aggregate is folded from scratch at every firing.
 */
import { type Aggregate, type FunctionCatalog, resolveFunction } from '../../model/functions.ts';
import type { WindowSpec } from '../../model/pipeline.ts';
import { type Key, WATERMARK_MIN } from '../../model/value.ts';
import { type Outputs, type SequentialOperator, timeless, type TracedRow } from './sequential.ts';
import {
  assignWindows,
  cleanupTime,
  coverOf,
  hasFired,
  type Interval,
  isRecordLate,
  isWindowLate,
  sessionsMerge,
} from './time.ts';

interface OpenWindow {
  readonly key: Key;
  readonly window: Interval;
  readonly rows: readonly TracedRow[];
  /** Whether a firing at the window's end is still to come. */
  readonly armed: boolean;
}

/** The pane of a window over `rows`, in their order. */
export function paneOf(
  aggregate: Aggregate,
  window: Interval,
  rows: readonly TracedRow[],
): TracedRow {
  let accumulator = aggregate.create();
  for (const row of rows) accumulator = aggregate.add(accumulator, row.value);
  return {
    key: rows[0]?.key ?? '',
    ts: window.end - 1,
    value: { start: window.start, end: window.end, result: aggregate.result(accumulator) },
    from: rows.flatMap((row) => row.from),
  };
}

class WindowOperator implements SequentialOperator {
  private readonly spec: WindowSpec;
  private readonly aggregate: Aggregate;
  private readonly out: Outputs;
  private open: OpenWindow[] = [];
  private now: number = WATERMARK_MIN;

  constructor(spec: WindowSpec, catalog: FunctionCatalog, out: Outputs) {
    this.spec = spec;
    this.aggregate = resolveFunction(catalog, 'aggregate', spec.aggregate);
    this.out = out;
  }

  row(row: TracedRow): void {
    const windows = assignWindows(this.spec.assigner, row.ts);
    let taken = false;
    for (const window of windows) taken = this.addTo(row, window) || taken;
    if (taken || !this.spec.lateOutput) return;
    if (isRecordLate(row.ts, this.spec.allowedLatenessMs, this.now)) this.out.late(row);
  }

  watermark(watermark: number): void {
    this.now = watermark;
    const due = this.open
      .filter((state) => state.armed && hasFired(state.window, watermark))
      .sort((a, b) => a.window.end - b.window.end);
    for (const state of due) this.fire(state);
    this.open = this.open
      .filter((s) => cleanupTime(s.window, this.spec.allowedLatenessMs) > watermark)
      .map((s) => (due.includes(s) ? { ...s, armed: false } : s));
  }

  processingTime(ms: number): void {
    timeless.processingTime(ms);
  }

  restart(): void {
    this.now = WATERMARK_MIN;
  }

  /** Whether the window still took the row. */
  private addTo(row: TracedRow, assigned: Interval): boolean {
    const isSame = (s: OpenWindow): boolean =>
      s.key === row.key &&
      (this.spec.assigner.kind === 'session'
        ? sessionsMerge(s.window, assigned)
        : s.window.start === assigned.start);
    const merged = this.open.filter(isSame);
    const window = merged.reduce((cover, s) => coverOf(cover, s.window), assigned);
    if (isWindowLate(window, this.spec.allowedLatenessMs, this.now)) return false;
    const rows = [...merged.flatMap((s) => s.rows), row];
    const fired = hasFired(window, this.now);
    const state = { key: row.key, window, rows, armed: !fired };
    this.open = [...this.open.filter((s) => !merged.includes(s)), state];
    if (fired) this.fire(state);
    return true;
  }

  private fire(state: OpenWindow): void {
    this.out.main(paneOf(this.aggregate, state.window, state.rows));
  }
}

export function windowOperator(
  spec: WindowSpec,
  catalog: FunctionCatalog,
  out: Outputs,
): SequentialOperator {
  return new WindowOperator(spec, catalog, out);
}
