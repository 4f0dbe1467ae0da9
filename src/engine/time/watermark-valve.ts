/**
 * Merges the watermarks and idleness of a subtask's input channels (Flink `StatusWatermarkValve`):
 * the output is the minimum over aligned channels, never decreasing. A channel is aligned while it
 * is active and has caught up with the output; a returning idle channel waits until then.
 */
import { assert, present } from '../../base/assert.ts';
import { WATERMARK_MIN } from '../../model/value.ts';

interface ChannelTime {
  watermark: number;
  idle: boolean;
  aligned: boolean;
}

export interface ValveOutput {
  watermark(ts: number): void;
  status(idle: boolean): void;
}

export class WatermarkValve {
  private readonly channels: ChannelTime[];
  private readonly output: ValveOutput;
  private lastOutput = WATERMARK_MIN;
  private idle = false;

  constructor(channelCount: number, output: ValveOutput) {
    assert(channelCount > 0, 'a valve needs channels');
    this.channels = Array.from({ length: channelCount }, () => ({
      watermark: WATERMARK_MIN,
      idle: false,
      aligned: true,
    }));
    this.output = output;
  }

  onWatermark(channel: number, ts: number): void {
    const state = this.channel(channel);
    if (state.idle || ts <= state.watermark) return;
    state.watermark = ts;
    if (!state.aligned && ts >= this.lastOutput) state.aligned = true;
    if (state.aligned) this.emitMinimum();
  }

  onStatus(channel: number, idle: boolean): void {
    const state = this.channel(channel);
    if (state.idle === idle) return;
    state.idle = idle;
    if (idle) this.onIdle(state);
    else this.onActive(state);
  }

  private onIdle(state: ChannelTime): void {
    state.aligned = false;
    if (this.channels.some((channel) => !channel.idle)) {
      if (state.watermark === this.lastOutput) this.emitMinimum();
      return;
    }
    if (state.watermark === this.lastOutput) this.emitMaximum();
    this.idle = true;
    this.output.status(true);
  }

  private onActive(state: ChannelTime): void {
    if (state.watermark >= this.lastOutput) state.aligned = true;
    if (!this.idle) return;
    this.idle = false;
    this.output.status(false);
  }

  private emitMinimum(): void {
    let minimum = Number.POSITIVE_INFINITY;
    for (const channel of this.channels) {
      if (channel.aligned && channel.watermark < minimum) minimum = channel.watermark;
    }
    if (minimum !== Number.POSITIVE_INFINITY) this.emit(minimum);
  }

  /** When the last active channel goes idle nothing holds back the furthest one. */
  private emitMaximum(): void {
    let maximum = WATERMARK_MIN;
    for (const channel of this.channels) maximum = Math.max(maximum, channel.watermark);
    this.emit(maximum);
  }

  private emit(ts: number): void {
    if (ts <= this.lastOutput) return;
    this.lastOutput = ts;
    this.output.watermark(ts);
  }

  private channel(index: number): ChannelTime {
    return present(this.channels[index], `channel ${index}`);
  }
}
