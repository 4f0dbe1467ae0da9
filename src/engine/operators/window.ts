/**
 * Tumbling and sliding event-time windows (Flink `WindowOperator` with `EventTimeTrigger`): a pane
 * fires when the watermark reaches end - 1, again for every late row within the allowed lateness,
 * and its state goes when the watermark reaches end - 1 + lateness.
 */
import { present } from '../../base/assert.ts';
import { resolveFunction, type Aggregate } from '../../model/functions.ts';
import type { WindowAssigner, WindowSpec } from '../../model/pipeline.ts';
import { WATERMARK_MIN, type Key, type Row, type Value } from '../../model/value.ts';
import { keyGroupOf } from '../plan/key-groups.ts';
import { TimerService, type StoredTimer, type Timer } from '../time/timer-service.ts';
import type { Operator, OperatorContext } from './operator.ts';
import type { OperatorState } from '../state/operator-state.ts';
import { assignWindows } from './window-assigner.ts';

type AlignedAssigner = Exclude<WindowAssigner, { kind: 'session' }>;

interface Pane {
  accumulator: Value;
  /**
   * Its firing timer is registered. Not part of the state: after a restore the watermark starts
   * over, so a row for a pane that had already fired needs the timer again.
   */
  armed: boolean;
}

/** `[key group, key, start, accumulator]`. */
type StoredPane = readonly [number, Key, number, Value];

class WindowOperator implements Operator {
  private readonly spec: WindowSpec;
  private readonly assigner: AlignedAssigner;
  private readonly aggregate: Aggregate;
  private readonly context: OperatorContext;
  private readonly maxParallelism: number;
  /** By key and window start. */
  private readonly panes = new Map<Key, Map<number, Pane>>();
  private readonly timers = new TimerService();
  private watermark = WATERMARK_MIN;

  constructor(spec: WindowSpec, context: OperatorContext, maxParallelism: number) {
    this.spec = spec;
    this.assigner = spec.assigner as AlignedAssigner;
    this.aggregate = resolveFunction(context.catalog, 'aggregate', spec.aggregate);
    this.context = context;
    this.maxParallelism = maxParallelism;
  }

  row(row: Row): void {
    let skipped = true;
    assignWindows(this.assigner, row.ts, (start) => {
      if (this.cleanupTime(start) <= this.watermark) return;
      skipped = false;
      this.add(row, start);
    });
    if (skipped && row.ts + this.spec.allowedLatenessMs <= this.watermark) {
      if (this.spec.lateOutput) this.context.output.late(row);
    }
  }

  advance(ts: number): void {
    this.watermark = ts;
    this.timers.advance(ts, (timer) => this.onTimer(timer));
  }

  end(): void {}

  snapshot(): OperatorState {
    const panes: StoredPane[] = [];
    for (const [key, windows] of this.panes) {
      const group = keyGroupOf(key, this.maxParallelism);
      for (const [start, pane] of windows) panes.push([group, key, start, pane.accumulator]);
    }
    return { panes: panes.sort(([a], [b]) => a - b), timers: this.timers.snapshot() };
  }

  restore(state: OperatorState): void {
    const stored = state as { panes: readonly StoredPane[]; timers: readonly StoredTimer[] };
    for (const [, key, start, accumulator] of stored.panes) {
      this.windowsOf(key).set(start, { accumulator, armed: false });
    }
    this.timers.restore(stored.timers);
  }

  private add(row: Row, start: number): void {
    const pane = this.paneOf(row.key, start);
    pane.accumulator = this.aggregate.add(pane.accumulator, row.value);
    const maxTimestamp = start + this.assigner.sizeMs - 1;
    if (maxTimestamp <= this.watermark) this.fire(row.key, start);
    else if (!pane.armed) {
      pane.armed = true;
      this.timers.register({ ts: maxTimestamp, key: row.key, namespace: String(start) });
    }
  }

  /** The pane of a window; a new one knows when its state has to go. */
  private paneOf(key: Key, start: number): Pane {
    const windows = this.windowsOf(key);
    const known = windows.get(start);
    if (known !== undefined) return known;
    const pane = { accumulator: this.aggregate.create(), armed: false };
    windows.set(start, pane);
    this.timers.register({ ts: this.cleanupTime(start), key, namespace: String(start) });
    return pane;
  }

  private onTimer(timer: Timer): void {
    const start = Number(timer.namespace);
    if (timer.ts === start + this.assigner.sizeMs - 1) this.fire(timer.key, start);
    if (timer.ts === this.cleanupTime(start)) this.clear(timer.key, start);
  }

  private fire(key: Key, start: number): void {
    const pane = present(this.panes.get(key)?.get(start), 'pane of a firing window');
    const end = start + this.assigner.sizeMs;
    const result = this.aggregate.result(pane.accumulator);
    this.context.output.emit({ key, ts: end - 1, value: { start, end, result } });
  }

  private clear(key: Key, start: number): void {
    const windows = this.windowsOf(key);
    windows.delete(start);
    if (windows.size === 0) this.panes.delete(key);
  }

  private cleanupTime(start: number): number {
    return start + this.assigner.sizeMs - 1 + this.spec.allowedLatenessMs;
  }

  private windowsOf(key: Key): Map<number, Pane> {
    const known = this.panes.get(key);
    if (known !== undefined) return known;
    const windows = new Map<number, Pane>();
    this.panes.set(key, windows);
    return windows;
  }
}

export function createWindow(
  spec: WindowSpec,
  context: OperatorContext,
  maxParallelism: number,
): Operator {
  return new WindowOperator(spec, context, maxParallelism);
}
