/**
 * A timed first-in first-out line: items leave in order, none before it is due. The building block
 * of every toxic that delays. It decides nothing about how long.
 */
import type { Cancel, Clock } from './clock.ts';
import type { Item } from './stage.ts';

interface Held {
  readonly item: Item;
  readonly dueMs: number;
}

/** Ids of setTimeout wrap above this; longer waits are taken in several steps. */
const timerMsMax = 2_000_000_000;

export class DelayLine {
  heldBytes = 0;
  private readonly clock: Clock;
  private readonly pass: (item: Item) => void;
  private held: Held[] = [];
  private head = 0;
  private lastDueMs = -Infinity;
  private cancelTimer: Cancel | null = null;

  constructor(clock: Clock, pass: (item: Item) => void) {
    this.clock = clock;
    this.pass = pass;
  }

  /** Lets `item` go at `dueMs`, or when its predecessor goes if that is later. Infinity: never. */
  hold(item: Item, dueMs: number): void {
    const due = Math.max(dueMs, this.lastDueMs);
    this.lastDueMs = due;
    if (this.head === this.held.length && due <= this.clock.now()) {
      this.pass({ ...item, atMs: due });
      return;
    }
    this.held.push({ item, dueMs: due });
    this.heldBytes += sizeOf(item);
    this.arm();
  }

  /** Empties the line without passing anything on; items keep the `atMs` they came with. */
  drain(): readonly Item[] {
    this.cancelTimer?.();
    this.cancelTimer = null;
    const items = this.held.slice(this.head).map((entry) => entry.item);
    this.held = [];
    this.head = 0;
    this.heldBytes = 0;
    return items;
  }

  private arm(): void {
    const next = this.held[this.head];
    if (this.cancelTimer !== null || next === undefined || next.dueMs === Infinity) return;
    const waitMs = Math.max(0, next.dueMs - this.clock.now());
    this.cancelTimer = this.clock.timer(Math.min(waitMs, timerMsMax), false, () => {
      this.cancelTimer = null;
      this.releaseDue();
      this.arm();
    });
  }

  private releaseDue(): void {
    const now = this.clock.now();
    for (;;) {
      const next = this.held[this.head];
      if (next === undefined || next.dueMs > now) break;
      this.head++;
      this.heldBytes -= sizeOf(next.item);
      this.pass({ ...next.item, atMs: next.dueMs });
    }
    this.compact();
  }

  /**
   * Passing on may drain the line (a toxic closed the connection), so the head is looked at anew.
   */
  private compact(): void {
    if (this.head === this.held.length) {
      this.held = [];
      this.head = 0;
    } else if (this.head > 1024) {
      this.held = this.held.slice(this.head);
      this.head = 0;
    }
  }
}

function sizeOf(item: Item): number {
  return item.kind === 'data' ? item.data.length : 0;
}
