/**
 * Keyed process function with event-time and processing-time timers (Flink `KeyedProcessOperator`).
 */
import { resolveFunction, type ProcessContext } from '../../model/functions.ts';
import type { ProcessSpec } from '../../model/pipeline.ts';
import { type Key, type Value, WATERMARK_MAX } from '../../model/value.ts';
import { KeyedTable, type StoredTable } from '../state/keyed-table.ts';
import { TimerService, type StoredTimer, type Timer } from '../time/timer-service.ts';
import type { TimerHandle } from '../world/world.ts';
import type { Operator, OperatorContext } from './operator.ts';
import type { OperatorState } from '../state/operator-state.ts';

interface StoredProcess {
  readonly states: StoredTable;
  readonly eventTimers: readonly StoredTimer[];
  readonly processingTimers: readonly StoredTimer[];
}

class ProcessOperator implements Operator {
  private readonly fn;
  private readonly context: OperatorContext;
  private readonly states: KeyedTable<Value>;
  private readonly eventTimers = new TimerService();
  private readonly processingTimers = new TimerService();
  private wakeUp: { readonly at: number; readonly handle: TimerHandle } | null = null;

  constructor(spec: ProcessSpec, context: OperatorContext, maxParallelism: number) {
    this.fn = resolveFunction(context.catalog, 'process', spec.fn);
    this.context = context;
    this.states = new KeyedTable(maxParallelism);
  }

  row(row: { key: Key; ts: number; value: Value }): void {
    this.fn.onRow(row.value, this.scope(row.key, row.ts));
  }

  advance(ts: number): void {
    this.eventTimers.advance(ts, (timer) => this.fire('event', timer));
  }

  /**
   * Bounded input: what still waits fires now, or it would be lost. A timer may wait for event
   * time, too: while its split was idle, splits that had ended may have lifted the watermark to its
   * end.
   */
  end(): void {
    this.eventTimers.advance(WATERMARK_MAX, (timer) => this.fire('event', timer));
    this.processingTimers.advance(Number.MAX_SAFE_INTEGER, (t) => this.fire('processing', t));
  }

  snapshot(): OperatorState {
    return {
      states: this.states.snapshot(),
      eventTimers: this.eventTimers.snapshot(),
      processingTimers: this.processingTimers.snapshot(),
    };
  }

  restore(state: OperatorState): void {
    const stored = state as unknown as StoredProcess;
    this.states.restore(stored.states);
    this.eventTimers.restore(stored.eventTimers);
    this.processingTimers.restore(stored.processingTimers);
    this.arm();
  }

  private fire(domain: 'event' | 'processing', timer: Timer): void {
    this.fn.onTimer(domain, this.scope(timer.key, timer.ts));
  }

  private scope(key: Key, ts: number): ProcessContext {
    const { states, eventTimers, processingTimers, context } = this;
    return {
      key,
      ts,
      state: () => states.get(key) ?? null,
      setState: (value) => (value === null ? states.remove(key) : states.put(key, value)),
      registerEventTimer: (at) => eventTimers.register({ ts: at, key, namespace: '' }),
      deleteEventTimer: (at) => eventTimers.remove({ ts: at, key, namespace: '' }),
      registerProcessingTimer: (at) => {
        processingTimers.register({ ts: at, key, namespace: '' });
        this.arm();
      },
      processingTime: () => context.now(),
      emit: (value) => context.output.emit({ key, ts, value }),
    };
  }

  /** Keeps one wake-up armed for the earliest processing-time timer. */
  private arm(): void {
    const next = this.processingTimers.next();
    if (next === null || (this.wakeUp !== null && this.wakeUp.at <= next)) return;
    if (this.wakeUp !== null) this.wakeUp.handle.cancelled = true;
    const delayMs = Math.max(0, next - this.context.now());
    const handle = this.context.timer(delayMs, () => this.onWakeUp());
    this.wakeUp = { at: next, handle };
  }

  private onWakeUp(): void {
    this.wakeUp = null;
    this.processingTimers.advance(this.context.now(), (t) => this.fire('processing', t));
    this.arm();
  }
}

export function createProcess(
  spec: ProcessSpec,
  context: OperatorContext,
  maxParallelism: number,
): Operator {
  return new ProcessOperator(spec, context, maxParallelism);
}
