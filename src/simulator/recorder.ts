/**
 * Collects the history in memory, stamped with virtual time.
 */
import type { HistoryEvent } from '../model/history.ts';
import type { Unstamped } from '../engine/world/world.ts';
import type { Scheduler } from './scheduler.ts';

export class Recorder {
  readonly events: HistoryEvent[] = [];
  private readonly scheduler: Scheduler;

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
  }

  /** Takes ownership of `event`: it becomes the history's own object. */
  record(event: Unstamped<HistoryEvent>): void {
    const stamped = event as { t?: number };
    stamped.t = this.scheduler.now / 1000;
    this.events.push(stamped as HistoryEvent);
  }
}
