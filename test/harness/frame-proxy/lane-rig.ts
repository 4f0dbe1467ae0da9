/** A lane on a hand-driven clock. Frames are texts; the first letter is the channel. */
import { Lane, type FrameCounters } from '../../../harness/frame-proxy/lane.ts';
import { activate, type FrameRule } from '../../../harness/frame-proxy/rule.ts';
import { encodeFrame, FrameDecoder } from '../../../harness/wire/frame.ts';
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
  ends = 0;

  constructor(rules: readonly FrameRule[], seed = 1) {
    this.lane = new Lane({
      direction: 'upstream',
      seed,
      label: '0',
      clock: this.clock,
      rules: activate(rules),
      counters: this.counters,
      emit: (bytes) => this.arrived.push(textOf(bytes)),
      onEnd: () => this.ends++,
    });
  }

  send(...texts: readonly string[]): void {
    for (const text of texts) {
      const bytes = encodeFrame({
        channel: text.charCodeAt(0),
        sequence: 0,
        body: Buffer.from(text),
      });
      for (const frame of new FrameDecoder().push(bytes)) this.lane.accept(frame);
    }
  }
}

function textOf(bytes: Buffer): string {
  return new FrameDecoder()
    .push(bytes)
    .map((frame) => frame.body.toString())
    .join();
}
