/** A lane on a hand-driven clock. Frames are texts; the first letter is the channel. */
import { Lane, type FrameCounters } from '../../../harness/frame-proxy/lane.ts';
import { activate, type FrameRule } from '../../../harness/frame-proxy/rule.ts';
import { encodeFrame, FrameDecoder, type Frame } from '../../../harness/wire/frame.ts';
import { ManualClock } from '../toxiproxy/manual-clock.ts';

export class LaneRig {
  readonly clock: ManualClock = new ManualClock();
  readonly arrived: string[] = [];
  readonly counters: FrameCounters = {
    passed: 0,
    dropped: 0,
    duplicated: 0,
    delayed: 0,
    reordered: 0,
  };
  readonly lane: Lane;
  /** Told one by one. */
  readonly fates: string[] = [];
  ends = 0;

  constructor(rules: readonly FrameRule[], seed = 1) {
    this.lane = new Lane({
      direction: 'upstream',
      seed,
      label: '0',
      clock: this.clock,
      rules: activate(rules),
      counters: this.counters,
      onFate: (fate) => void this.fates.push(fate),
      emit: (bytes) => this.arrived.push(textOf(bytes)),
      onEnd: () => this.ends++,
    });
  }

  /** A mark: a frame without a body. */
  mark(channel: string): void {
    this.accept({ channel: channel.charCodeAt(0), sequence: 0, body: Buffer.alloc(0) });
  }

  send(...texts: readonly string[]): void {
    for (const text of texts) {
      this.accept({ channel: text.charCodeAt(0), sequence: 0, body: Buffer.from(text) });
    }
  }

  accept(frame: Frame): void {
    for (const decoded of new FrameDecoder().push(encodeFrame(frame))) this.lane.accept(decoded);
  }
}

function textOf(bytes: Buffer): string {
  return new FrameDecoder()
    .push(bytes)
    .map((frame) => frame.body.toString())
    .join();
}
