/**
 * One direction of one connection, frame by frame: applies rules, holds frames back, lets channels
 * overtake each other but never a frame its own channel. Knows time only through a clock, and no
 * sockets.
 */
import { RandomStream } from '../../src/base/random.ts';
import type { Cancel, Clock } from '../toxiproxy/clock.ts';
import type { DecodedFrame } from '../wire/frame.ts';
import type { FrameDirection, FrameRule } from './rule.ts';

/** How many frames met which fate; what was held counts when it goes. */
export interface FrameCounters {
  passed: number;
  dropped: number;
  duplicated: number;
  delayed: number;
  /** Frames that waited first in their channel while a later frame of another one went ahead. */
  reordered: number;
}

export interface LaneSettings {
  readonly direction: FrameDirection;
  readonly seed: number;
  /** Names the connection in random streams. */
  readonly label: string;
  readonly clock: Clock;
  readonly rules: readonly FrameRule[];
  readonly counters: FrameCounters;
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
  private rules: readonly FrameRule[];
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
    const held = this.judge(frame);
    if (held === null) {
      this.settings.counters.dropped++;
      return;
    }
    const queue = this.channels.get(frame.channel);
    if (queue === undefined) this.channels.set(frame.channel, [held]);
    else queue.push(held);
    this.heldBytes += frame.bytes.length;
    this.pump();
  }

  /** From now on other rules; what is held goes at once, by order of arrival. */
  setRules(rules: readonly FrameRule[]): void {
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
    for (const [index, rule] of this.rules.entries()) {
      const random = this.hit(rule, index, frame.channel);
      if (random === null) continue;
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
  private hit(rule: FrameRule, index: number, channel: number): RandomStream | null {
    const { direction, seed, label } = this.settings;
    if (rule.direction !== 'both' && rule.direction !== direction) return null;
    if (rule.channel !== null && rule.channel !== channel) return null;
    const name = `${label}/${direction}/${this.generation}/${index}/${channel}`;
    let stream = this.streams.get(name);
    if (stream === undefined) {
      stream = new RandomStream(seed, name);
      this.streams.set(name, stream);
    }
    return stream.chance(rule.share) ? stream : null;
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
    counters.duplicated += held.copies - 1;
    if (held.wasOvertaken) counters.reordered++;
    if (held.delayMs > 0 && clock.now() >= held.notBeforeMs) counters.delayed++;
    for (const [channel, [head]] of this.channels) {
      if (channel === held.frame.channel || head === undefined) continue;
      if (head.arrival > held.arrival) continue;
      head.wasOvertaken = true;
      head.overtakesLeft--;
    }
    for (let i = 0; i < held.copies && !this.isClosed; i++) emit(held.frame.bytes);
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
