/**
 * Timers of one operator subtask in one time domain: unique per (key, namespace, timestamp), fired
 * in timestamp order (Flink `InternalTimerServiceImpl`). Deterministic: ties fire in order of
 * registration.
 */
import { Heap } from '../../base/heap.ts';
import type { Key } from '../../model/value.ts';

export interface Timer {
  readonly ts: number;
  readonly key: Key;
  readonly namespace: string;
}
interface Entry extends Timer {
  readonly sequence: number;
  readonly identity: string;
}
/** `[ts, key, namespace]`, as stored in checkpoints. */
export type StoredTimer = readonly [number, Key, string];

function identityOf(timer: Timer): string {
  return `${timer.ts}|${timer.namespace}|${timer.key}`;
}

export class TimerService {
  private readonly heap = new Heap<Entry>(
    (a, b) => a.ts < b.ts || (a.ts === b.ts && a.sequence < b.sequence),
  );
  /** Registered timers. A heap entry whose sequence is not here was deleted. */
  private readonly registered = new Map<string, number>();
  private sequence = 0;

  register(timer: Timer): void {
    const identity = identityOf(timer);
    if (this.registered.has(identity)) return;
    const sequence = this.sequence++;
    this.registered.set(identity, sequence);
    this.heap.push({ ...timer, sequence, identity });
  }

  remove(timer: Timer): void {
    this.registered.delete(identityOf(timer));
  }

  /** Fires every timer with ts <= `time`, also those that firing registers. */
  advance(time: number, fire: (timer: Timer) => void): void {
    for (;;) {
      const next = this.heap.peek();
      if (next === undefined || next.ts > time) return;
      this.heap.pop();
      if (this.registered.get(next.identity) !== next.sequence) continue;
      this.registered.delete(next.identity);
      fire(next);
    }
  }

  /** Timestamp of the earliest timer; null without timers. */
  next(): number | null {
    for (;;) {
      const next = this.heap.peek();
      if (next === undefined) return null;
      if (this.registered.get(next.identity) === next.sequence) return next.ts;
      this.heap.pop();
    }
  }

  snapshot(): StoredTimer[] {
    return this.heap
      .unordered()
      .filter((entry) => this.registered.get(entry.identity) === entry.sequence)
      .sort((a, b) => a.ts - b.ts || a.sequence - b.sequence)
      .map((entry) => [entry.ts, entry.key, entry.namespace] as const);
  }

  restore(timers: readonly StoredTimer[]): void {
    for (const [ts, key, namespace] of timers) this.register({ ts, key, namespace });
  }
}
