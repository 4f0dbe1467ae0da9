/**
 * Session windows: windows that grow by merging (Flink `EventTimeSessionWindows`,
 * `MergingWindowSet`). Two sessions merge when they overlap or touch, so rows exactly `gap` apart
 * share one.
 */
import { resolveFunction, type Aggregate } from '../../model/functions.ts';
import type { WindowSpec } from '../../model/pipeline.ts';
import { WATERMARK_MIN, type Key, type Row, type Value } from '../../model/value.ts';
import { KeyedTable, type StoredTable } from '../state/keyed-table.ts';
import { TimerService, type StoredTimer, type Timer } from '../time/timer-service.ts';
import type { Operator, OperatorContext } from './operator.ts';
import type { OperatorState } from '../state/operator-state.ts';

/** `[start, end, accumulator]`, immutable. */
type Session = readonly [start: number, end: number, accumulator: Value];

class SessionWindowOperator implements Operator {
  private readonly spec: WindowSpec;
  private readonly gapMs: number;
  private readonly aggregate: Aggregate;
  private readonly context: OperatorContext;
  private readonly sessions: KeyedTable<readonly Session[]>;
  private readonly timers = new TimerService();
  private watermark = WATERMARK_MIN;

  constructor(spec: WindowSpec, context: OperatorContext, maxParallelism: number) {
    this.spec = spec;
    this.gapMs = spec.assigner.kind === 'session' ? spec.assigner.gapMs : 0;
    this.aggregate = resolveFunction(context.catalog, 'aggregate', spec.aggregate);
    this.context = context;
    this.sessions = new KeyedTable(maxParallelism);
  }

  row(row: Row): void {
    const sessions = this.sessions.get(row.key) ?? [];
    const touching = sessions.filter((s) => s[0] <= row.ts + this.gapMs && s[1] >= row.ts);
    const start = Math.min(row.ts, ...touching.map((s) => s[0]));
    const end = Math.max(row.ts + this.gapMs, ...touching.map((s) => s[1]));
    // Lateness is judged on the merged window: a late row may be rescued by an open session.
    if (this.cleanupTime(end) <= this.watermark) {
      this.dropLate(row);
      return;
    }
    const merged: Session = [start, end, this.aggregate.add(this.mergeState(touching), row.value)];
    const others = sessions.filter((session) => !touching.includes(session));
    this.sessions.put(row.key, [...others, merged]);
    for (const session of touching) this.removeTimers(row.key, session);
    this.registerTimers(row.key, merged);
    if (end - 1 <= this.watermark) this.fire(row.key, merged);
  }

  advance(ts: number): void {
    this.watermark = ts;
    this.timers.advance(ts, (timer) => this.onTimer(timer));
  }

  end(): void {}

  snapshot(): OperatorState {
    return { sessions: this.sessions.snapshot(), timers: this.timers.snapshot() };
  }

  restore(state: OperatorState): void {
    const stored = state as { sessions: StoredTable; timers: readonly StoredTimer[] };
    this.sessions.restore(stored.sessions);
    this.timers.restore(stored.timers);
  }

  private mergeState(touching: readonly Session[]): Value {
    return touching.reduce<Value>(
      (accumulator, session) => this.aggregate.merge(accumulator, session[2]),
      this.aggregate.create(),
    );
  }

  private dropLate(row: Row): void {
    if (!this.spec.lateOutput) return;
    if (row.ts + this.spec.allowedLatenessMs <= this.watermark) this.context.output.late(row);
  }

  private onTimer(timer: Timer): void {
    const session = (this.sessions.get(timer.key) ?? []).find(
      (s) => namespaceOf(s) === timer.namespace,
    );
    if (session === undefined) return;
    if (timer.ts === session[1] - 1) this.fire(timer.key, session);
    if (timer.ts === this.cleanupTime(session[1])) this.clear(timer.key, session);
  }

  private fire(key: Key, [start, end, accumulator]: Session): void {
    const result = this.aggregate.result(accumulator);
    this.context.output.emit({ key, ts: end - 1, value: { start, end, result } });
  }

  private clear(key: Key, session: Session): void {
    const rest = (this.sessions.get(key) ?? []).filter((s) => s !== session);
    if (rest.length === 0) this.sessions.remove(key);
    else this.sessions.put(key, rest);
  }

  private registerTimers(key: Key, session: Session): void {
    const namespace = namespaceOf(session);
    const maxTimestamp = session[1] - 1;
    if (maxTimestamp > this.watermark) this.timers.register({ ts: maxTimestamp, key, namespace });
    this.timers.register({ ts: this.cleanupTime(session[1]), key, namespace });
  }

  private removeTimers(key: Key, session: Session): void {
    const namespace = namespaceOf(session);
    this.timers.remove({ ts: session[1] - 1, key, namespace });
    this.timers.remove({ ts: this.cleanupTime(session[1]), key, namespace });
  }

  private cleanupTime(end: number): number {
    return end - 1 + this.spec.allowedLatenessMs;
  }
}

function namespaceOf(session: Session): string {
  return `${session[0]},${session[1]}`;
}

export function createSessionWindow(
  spec: WindowSpec,
  context: OperatorContext,
  maxParallelism: number,
): Operator {
  return new SessionWindowOperator(spec, context, maxParallelism);
}
