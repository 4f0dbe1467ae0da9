/**
 * Faults of links that are at work, and the evidence that they are: frames that were under way for
 * as long as the fault says (law A6).
 */
import type { FrameTrouble } from './framed-links.ts';
import type { Links, Ends } from './links.ts';
import type { RunClock } from './run-clock.ts';

export type LinkTrouble =
  | { readonly kind: 'partition' }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'slow-link'; readonly messagesPerSecond: number };

/** A frame that was late, with times in ms of the run. */
export interface LateFrame {
  readonly ends: Ends;
  readonly sentMs: number;
  readonly arrivedMs: number;
  readonly bytes: number;
}

interface AtWork {
  readonly ends: Ends;
  readonly trouble: LinkTrouble;
  readonly fromMs: number;
  untilMs: number;
  readonly onEffect: () => void;
}

/** A message of the engine, as far as the bandwidth of a slow link is concerned. */
const messageBytes = 256;
/** A connection on which nothing is sent for so long is not there, ms. */
const resetWithinMs = 500;
/** Timers and clocks agree to this, ms. */
const slackMs = 2;

export class LinkFaults {
  private readonly links: Links;
  private readonly clock: RunClock;
  private readonly partitionToxic: 'cut' | 'timeout';
  private readonly atWork: AtWork[] = [];
  private readonly resets: { readonly nodes: readonly string[]; readonly onLost: () => void }[] =
    [];

  constructor(links: Links, clock: RunClock, partitionToxic: 'cut' | 'timeout') {
    this.links = links;
    this.clock = clock;
    this.partitionToxic = partitionToxic;
  }

  /** Resolves when the fault is in place; it heals by itself at `untilMs`. */
  async disturb(
    ends: Ends,
    trouble: LinkTrouble,
    span: { readonly untilMs: number; readonly onEffect: () => void },
  ): Promise<void> {
    const heal = await this.place(ends, trouble, span.untilMs);
    const entry: AtWork = { ends, trouble, fromMs: this.clock.nowMs(), ...span };
    this.atWork.push(entry);
    this.clock.after(span.untilMs - this.clock.nowMs(), () => {
      entry.untilMs = this.clock.nowMs();
      // The proxy may be gone with the run.
      heal().catch(() => undefined);
    });
  }

  /** Meddles with single messages, until `untilMs`; the frame proxy tells whether it hit one. */
  disturbFrames(
    ends: Ends,
    trouble: FrameTrouble,
    span: { readonly untilMs: number; readonly onEffect: () => void },
  ): void {
    const heal = this.links.disturbFrames(ends, trouble, span.onEffect);
    this.clock.after(span.untilMs - this.clock.nowMs(), heal);
  }

  /** Puts the fault in place; the result takes it away again. */
  protected place(
    ends: Ends,
    trouble: LinkTrouble,
    _untilMs: number,
  ): Promise<() => Promise<void>> {
    return this.links.disturb(ends, this.toxicOf(trouble));
  }

  /** Breaks the connection between two nodes with RST, at the next bytes in either direction. */
  async reset({ from, to }: Ends, onEffect: () => void): Promise<void> {
    const toxic = { type: 'reset_peer', attributes: { timeout: 0 } };
    const heals = await Promise.all([
      this.links.disturb({ from, to }, toxic),
      this.links.disturb({ from: to, to: from }, toxic),
    ]);
    let isHealed = false;
    const heal = (): void => {
      if (isHealed) return;
      isHealed = true;
      for (const undo of heals) undo().catch(() => undefined);
    };
    this.resets.push({
      nodes: [from, to],
      onLost: () => {
        heal();
        onEffect();
      },
    });
    this.clock.after(resetWithinMs, heal);
  }

  /** Two nodes have lost each other. */
  onLost(node: string, peer: string): void {
    for (const { nodes, onLost } of this.resets) {
      if (nodes.includes(node) && nodes.includes(peer)) onLost();
    }
  }

  /** Until when frames from `from` to `to` can show a fault; null: there is none. */
  watchedUntil(from: string, to: string): number | null {
    const mine = this.atWork.filter(({ ends }) => ends.from === from && ends.to === to);
    return mine.length === 0 ? null : Math.max(...mine.map(({ untilMs }) => untilMs));
  }

  onLate(frame: LateFrame): void {
    for (const entry of this.atWork) if (this.shows(entry, frame)) entry.onEffect();
  }

  private shows({ ends, trouble, fromMs, untilMs }: AtWork, frame: LateFrame): boolean {
    if (ends.from !== frame.ends.from || ends.to !== frame.ends.to) return false;
    if (frame.sentMs < fromMs || frame.sentMs >= untilMs) return false;
    const underWayMs = frame.arrivedMs - frame.sentMs;
    switch (trouble.kind) {
      case 'partition':
        return frame.arrivedMs >= untilMs - slackMs;
      case 'delay':
        return underWayMs >= trouble.delayMs - slackMs;
      case 'slow-link':
        return underWayMs >= frame.bytes / bytesPerMs(trouble) - slackMs;
    }
  }

  private toxicOf(trouble: LinkTrouble): {
    readonly type: string;
    readonly attributes: Readonly<Record<string, number>>;
  } {
    switch (trouble.kind) {
      case 'partition':
        return this.partitionToxic === 'cut'
          ? { type: 'cut', attributes: {} }
          : { type: 'timeout', attributes: { timeout: 0 } };
      case 'delay':
        return { type: 'latency', attributes: { latency: trouble.delayMs, jitter: 0 } };
      case 'slow-link':
        return { type: 'bandwidth', attributes: { rate: bytesPerMs(trouble) } };
    }
  }
}

/** Toxiproxy's KB/s are bytes per ms. */
function bytesPerMs({ messagesPerSecond }: { readonly messagesPerSecond: number }): number {
  return Math.max(1, Math.round((messagesPerSecond * messageBytes) / 1000));
}
