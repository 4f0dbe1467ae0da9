/**
 * One direction of one connection, frame by frame: applies rules, holds frames back, lets channels
 * overtake each other but never a frame its own channel. Frames of the connection itself pass at
 * once, and marks (no body) are hit by no rule: neither carries a message. Knows time only through
 * a clock, and no sockets.
 */
import { RandomStream } from '../../src/base/random.ts';
import type { Cancel, Clock } from '../toxiproxy/stages/clock.ts';
import { firstUnnumberedChannel, type DecodedFrame } from '../wire/frame.ts';
import type { ActiveRule, FrameDirection } from './rule.ts';

/** How many frames met which fate; what was held counts when it goes. */
export interface FrameCounters {
  passed: number;
  dropped: number;
  duplicated: number;
  delayed: number;
  /** Frames that waited first in their channel while a later frame of another one went ahead. */
  reordered: number;
}

/** What a rule can do to a frame. */
export type FrameFate = Exclude<keyof FrameCounters, 'passed'>;

export interface LaneSettings {
  readonly direction: FrameDirection;
  readonly seed: number;
  /** Names the connection in random streams. */
  readonly label: string;
  readonly clock: Clock;
  readonly rules: readonly ActiveRule[];
  readonly counters: FrameCounters;
  /** Called with each frame that met such a fate, when it has. */
  readonly onFate?: (fate: FrameFate) => void;
  readonly emit: (bytes: Buffer) => void;
  /** Called once, when the end was announced and nothing is held any more. */
  readonly onEnd: () => void;
}

interface Held {
  readonly frame: DecodedFrame;
  readonly copies: number;
  /** Position in the order of arrival over all channels. */
  readonly arrival: number;
  readonly delayMs: number;
  readonly notBeforeMs: number;
  /** After this time it waits for no other channel. */
  readonly patientUntilMs: number;
  overtakesLeft: number;
  wasOvertaken: boolean;
}

export class Lane {
  heldBytes = 0;
  private readonly settings: LaneSettings;
  private rules: readonly ActiveRule[];
  private generation = 0;
  private arrivals = 0;
  private readonly channels = new Map<number, Held[]>();
  private streams = new Map<string, RandomStream>();
  private cancelTimer: Cancel | null = null;
  private isEnding = false;
  private isClosed = false;

  constructor(settings: LaneSettings) {
    this.settings = settings;
    this.rules = settings.rules;
  }

  accept(frame: DecodedFrame): void {
    if (frame.channel >= firstUnnumberedChannel) {
      this.settings.emit(frame.bytes);
      return;
    }
    const held = this.judge(frame);
    if (held === null) {
      this.count('dropped');
      return;
    }
    const queue = this.channels.get(frame.channel);
    if (queue === undefined) this.channels.set(frame.channel, [held]);
    else queue.push(held);
    this.heldBytes += frame.bytes.length;
    this.pump();
  }

  /** From now on other rules; what is held goes at once, by order of arrival. */
  setRules(rules: readonly ActiveRule[]): void {
    this.rules = rules;
    this.generation++;
    this.streams = new Map();
    const all = [...this.channels.values()].flat().sort((a, b) => a.arrival - b.arrival);
    this.channels.clear();
    for (const held of all) this.release(held);
    this.finishIfEmpty();
  }

  /** The source ended: nothing new will overtake, so held frames only wait for their time. */
  end(): void {
    this.isEnding = true;
    for (const queue of this.channels.values()) for (const held of queue) held.overtakesLeft = 0;
    this.pump();
    this.finishIfEmpty();
  }

  /** Drops what is held and stops the timer. */
  close(): void {
    this.isClosed = true;
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.channels.clear();
    this.heldBytes = 0;
  }

  /** The frame with its fate, or null when it is dropped. Later rules add to earlier ones. */
  private judge(frame: DecodedFrame): Held | null {
    const now = this.settings.clock.now();
    let copies = 1;
    let delayMs = 0;
    let frames = 0;
    let waitMs = 0;
    for (const [index, active] of this.rules.entries()) {
      const random = this.hit(active, index, frame);
      if (random === null) continue;
      const { rule } = active;
      if (rule.kind === 'drop') return null;
      if (rule.kind === 'duplicate') copies++;
      else if (rule.kind === 'delay') {
        delayMs += rule.delayMs + random.between(-rule.jitterMs, rule.jitterMs);
      } else {
        frames = Math.max(frames, rule.frames);
        waitMs = Math.max(waitMs, rule.waitMs);
      }
    }
    return {
      frame,
      copies,
      arrival: this.arrivals++,
      delayMs,
      notBeforeMs: now + delayMs,
      patientUntilMs: now + Math.max(delayMs, waitMs),
      overtakesLeft: this.isEnding ? 0 : frames,
      wasOvertaken: false,
    };
  }

  /** The rule's stream for the channel if the rule hits the channel's next frame. */
  private hit(active: ActiveRule, index: number, frame: DecodedFrame): RandomStream | null {
    const { direction, seed, label } = this.settings;
    const { rule } = active;
    const { channel, body } = frame;
    if (active.hitsLeft <= 0 || body.length === 0) return null;
    if (rule.direction !== 'both' && rule.direction !== direction) return null;
    if (rule.channel !== null && rule.channel !== channel) return null;
    const name = `${label}/${direction}/${this.generation}/${index}/${channel}`;
    let stream = this.streams.get(name);
    if (stream === undefined) {
      stream = new RandomStream(seed, name);
      this.streams.set(name, stream);
    }
    if (!stream.chance(rule.share)) return null;
    active.hitsLeft--;
    return stream;
  }

  /** Lets go whatever may go; each release can free another channel. */
  private pump(): void {
    for (;;) {
      const next = this.nextReleasable();
      if (next === null) break;
      const queue = this.channels.get(next.frame.channel) ?? [];
      queue.shift();
      if (queue.length === 0) this.channels.delete(next.frame.channel);
      this.release(next);
    }
    this.finishIfEmpty();
    this.arm();
  }

  /** Of the channels' first frames that may go, the one that arrived first. */
  private nextReleasable(): Held | null {
    const now = this.settings.clock.now();
    let best: Held | null = null;
    for (const [head] of this.channels.values()) {
      if (head === undefined || head.notBeforeMs > now) continue;
      if (head.overtakesLeft > 0 && head.patientUntilMs > now) continue;
      if (best === null || head.arrival < best.arrival) best = head;
    }
    return best;
  }

  private release(held: Held): void {
    const { counters, clock, emit } = this.settings;
    this.heldBytes -= held.frame.bytes.length;
    counters.passed++;
    if (held.wasOvertaken) this.count('reordered');
    if (held.delayMs > 0 && clock.now() >= held.notBeforeMs) this.count('delayed');
    if (held.frame.body.length > 0) this.noteOvertaken(held);
    for (let i = 0; i < held.copies && !this.isClosed; i++) {
      emit(held.frame.bytes);
      if (i > 0) this.count('duplicated');
    }
  }

  /** First frames of other channels that this one leaves behind. */
  private noteOvertaken(by: Held): void {
    for (const [channel, [head]] of this.channels) {
      if (channel === by.frame.channel || head === undefined) continue;
      if (head.arrival > by.arrival || head.frame.body.length === 0) continue;
      head.wasOvertaken = true;
      head.overtakesLeft--;
    }
  }

  private count(fate: FrameFate): void {
    this.settings.counters[fate]++;
    this.settings.onFate?.(fate);
  }

  private arm(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    let wakeMs = Infinity;
    for (const [head] of this.channels.values()) {
      if (head === undefined) continue;
      const dueMs = head.overtakesLeft > 0 ? head.patientUntilMs : head.notBeforeMs;
      wakeMs = Math.min(wakeMs, dueMs);
    }
    if (wakeMs === Infinity) return;
    const waitMs = Math.max(0, wakeMs - this.settings.clock.now());
    this.cancelTimer = this.settings.clock.timer(waitMs, false, () => {
      this.cancelTimer = null;
      this.pump();
    });
  }

  private finishIfEmpty(): void {
    if (!this.isEnding || this.isClosed || this.channels.size > 0) return;
    this.isClosed = true;
    this.settings.onEnd();
  }
}
