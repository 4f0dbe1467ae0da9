/**
 * Lets the split logs grow: appends each record to its file when it is due, and the end mark behind
 * the last one. A split that is held back gets nothing until the hold is over.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

import type { SplitLog, Workload } from '../../../src/model/workload.ts';
import { endMark, splitFile, splitLine } from '../../process-world/split-files.ts';
import type { RunClock } from './run-clock.ts';

interface Growing {
  readonly log: SplitLog;
  readonly file: number;
  /** Records written so far. */
  written: number;
  ended: boolean;
  heldUntilMs: number;
  onHeld: (() => void)[];
}

/** Two appends of a split are at least this far apart. */
const tickMs = 1;

export class Feeder {
  private readonly clock: RunClock;
  private readonly splits: readonly Growing[];
  private closed = false;

  constructor(workload: Workload, folder: string, clock: RunClock) {
    this.clock = clock;
    this.splits = workload.splits.map((log) => ({
      log,
      file: openSync(splitFile(folder, log.split), 'a'),
      written: 0,
      ended: false,
      heldUntilMs: 0,
      onHeld: [],
    }));
  }

  start(): void {
    for (const split of this.splits) this.grow(split);
  }

  /** Nothing of `split` becomes readable before `untilMs`; `onEffect`: something was due. */
  hold(split: string, untilMs: number, onEffect: () => void): void {
    for (const growing of this.splits) {
      if (growing.log.split !== split) continue;
      growing.heldUntilMs = Math.max(growing.heldUntilMs, untilMs);
      growing.onHeld.push(onEffect);
    }
  }

  close(): void {
    this.closed = true;
    for (const { file } of this.splits) closeSync(file);
  }

  private grow(split: Growing): void {
    if (this.closed || split.ended) return;
    const now = this.clock.nowMs();
    if (now < split.heldUntilMs) {
      const due = split.log.records[split.written];
      if (due === undefined || due.at <= now) for (const onEffect of split.onHeld) onEffect();
      const atMs = due === undefined || due.at <= now ? split.heldUntilMs : due.at;
      this.again(split, Math.min(atMs, split.heldUntilMs) - now);
      return;
    }
    split.onHeld = [];
    this.append(split, now);
    const next = split.log.records[split.written];
    if (next !== undefined) this.again(split, next.at - now);
  }

  private append(split: Growing, now: number): void {
    const { records } = split.log;
    const lines: string[] = [];
    for (let next = records[split.written]; next !== undefined; next = records[split.written]) {
      if (next.at > now) break;
      lines.push(splitLine(next));
      split.written++;
    }
    if (split.written === records.length) {
      split.ended = true;
      lines.push(`${endMark}\n`);
    }
    if (lines.length > 0) writeSync(split.file, lines.join(''));
  }

  private again(split: Growing, delayMs: number): void {
    this.clock.after(Math.max(tickMs, delayMs), () => this.grow(split));
  }
}
