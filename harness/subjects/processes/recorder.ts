/**
 * The history of a run: written line by line while it happens (law A5), in the order in which
 * events became known; given back in the order in which they happened. All clocks of the run are
 * one.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

import type { Unstamped } from '../../../src/engine/world/world.ts';
import type { HeaderEvent, HistoryEvent } from '../../../src/model/history.ts';
import { microseconds } from '../../process-world/microseconds.ts';
import type { RunClock } from './run-clock.ts';

type TimedEvent = Exclude<HistoryEvent, HeaderEvent>;

export class Recorder {
  private readonly clock: RunClock;
  private readonly header: HeaderEvent;
  private readonly events: TimedEvent[] = [];
  private readonly file: number;
  private closed = false;

  constructor(clock: RunClock, header: HeaderEvent, path: string) {
    this.clock = clock;
    this.header = header;
    this.file = openSync(path, 'w');
    this.write(header);
  }

  /** Something that happens now. */
  record(event: Unstamped<HistoryEvent>): void {
    this.add({ ...event, t: microseconds(this.clock.nowMs()) });
  }

  /** Something that carries its time. What comes after the end is not part of the history. */
  add(event: TimedEvent): void {
    if (this.closed) return;
    this.events.push(event);
    this.write(event);
  }

  /** The whole history in order of time; `end` becomes its last event. */
  finish(end: Unstamped<HistoryEvent>): HistoryEvent[] {
    const sorted = this.events.sort((a, b) => a.t - b.t);
    const last = sorted.at(-1)?.t ?? 0;
    const t = Math.max(last, microseconds(this.clock.nowMs()));
    const ending = { ...end, t } as TimedEvent;
    this.write(ending);
    this.close();
    return [this.header, ...sorted, ending];
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    closeSync(this.file);
  }

  private write(event: HistoryEvent): void {
    writeSync(this.file, `${JSON.stringify(event)}\n`);
  }
}
