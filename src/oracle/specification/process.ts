/**
 * Keyed process function with timers. A timer is unique per key and timestamp and fires when the
 * watermark (or processing time) has reached it, in order of time; what it emits comes before the
 * watermark that fired it goes on. Bounded input fires the processing-time timers that are left.
 */
import {
  type FunctionCatalog,
  type ProcessContext,
  resolveFunction,
} from '../../model/functions.ts';
import type { ProcessFunction } from '../../model/functions.ts';
import type { ProcessSpec } from '../../model/pipeline.ts';
import { type Key, type Value, WATERMARK_MAX } from '../../model/value.ts';
import type { Outputs, SequentialOperator, TracedRow } from './sequential.ts';

interface Timer {
  readonly key: Key;
  readonly ts: number;
}

class Timers {
  private timers: Timer[] = [];

  register(timer: Timer): void {
    if (this.timers.some((t) => t.key === timer.key && t.ts === timer.ts)) return;
    this.timers.push(timer);
  }

  remove(timer: Timer): void {
    this.timers = this.timers.filter((t) => t.key !== timer.key || t.ts !== timer.ts);
  }

  /** Fires all that are due, those registered meanwhile included. */
  advance(now: number, fire: (timer: Timer) => void): void {
    for (;;) {
      const next = this.timers.filter((t) => t.ts <= now).sort((a, b) => a.ts - b.ts)[0];
      if (next === undefined) return;
      this.remove(next);
      fire(next);
    }
  }
}

class ProcessOperator implements SequentialOperator {
  private readonly fn: ProcessFunction;
  private readonly out: Outputs;
  private readonly states = new Map<Key, Value>();
  private readonly from = new Map<Key, readonly number[]>();
  private readonly eventTimers = new Timers();
  private readonly processingTimers = new Timers();
  private clock = 0;

  constructor(spec: ProcessSpec, catalog: FunctionCatalog, out: Outputs) {
    this.fn = resolveFunction(catalog, 'process', spec.fn);
    this.out = out;
  }

  row(row: TracedRow): void {
    this.from.set(row.key, [...(this.from.get(row.key) ?? []), ...row.from]);
    this.fn.onRow(row.value, this.scope(row.key, row.ts));
  }

  watermark(watermark: number): void {
    this.eventTimers.advance(watermark, (t) => this.fn.onTimer('event', this.scope(t.key, t.ts)));
    if (watermark === WATERMARK_MAX) this.processingTime(WATERMARK_MAX);
  }

  processingTime(ms: number): void {
    this.clock = Math.max(this.clock, ms);
    this.processingTimers.advance(ms, (t) =>
      this.fn.onTimer('processing', this.scope(t.key, t.ts)),
    );
  }

  restart(): void {}

  private scope(key: Key, ts: number): ProcessContext {
    return {
      key,
      ts,
      state: () => this.states.get(key) ?? null,
      setState: (value) => void this.states.set(key, value),
      registerEventTimer: (at) => this.eventTimers.register({ key, ts: at }),
      deleteEventTimer: (at) => this.eventTimers.remove({ key, ts: at }),
      registerProcessingTimer: (at) => this.processingTimers.register({ key, ts: at }),
      processingTime: () => this.clock,
      emit: (value) => this.out.main({ key, ts, value, from: this.from.get(key) ?? [] }),
    };
  }
}

export function processOperator(
  spec: ProcessSpec,
  catalog: FunctionCatalog,
  out: Outputs,
): SequentialOperator {
  return new ProcessOperator(spec, catalog, out);
}
