/**
 * The receiving side of a subtask: bounded queues per channel, emptied one buffer at a time; a
 * consumed buffer is given back to the sender as credit.
 */
import { assert, present } from '../../base/assert.ts';
import type { Element } from '../world/messages.ts';

interface InputChannel {
  queue: (readonly Element[])[];
  /** Buffers consumed and not yet returned as credit. */
  owed: number;
}

export interface InputGateSettings {
  readonly channelCount: number;
  readonly buffersPerChannel: number;
  isBlocked(channel: number): boolean;
  returnCredits(channel: number, credits: number): void;
  /** Uniform integer in [0, bound). */
  choose(bound: number): number;
}

export interface InputBuffer {
  readonly channel: number;
  readonly elements: readonly Element[];
}

export class InputGate {
  private readonly settings: InputGateSettings;
  private readonly channels: InputChannel[];
  private readonly candidates: number[] = [];

  constructor(settings: InputGateSettings) {
    this.settings = settings;
    this.channels = Array.from({ length: settings.channelCount }, () => ({ queue: [], owed: 0 }));
  }

  receive(channelIndex: number, elements: readonly Element[]): void {
    const { queue } = this.channel(channelIndex);
    queue.push(elements);
    assert(queue.length <= this.settings.buffersPerChannel, 'more buffers than credits');
  }

  /** Whether an unblocked channel has something to read. */
  hasInput(): boolean {
    return this.channels.some((c, index) => c.queue.length > 0 && !this.settings.isBlocked(index));
  }

  /** The next buffer of some unblocked channel, chosen by the world's scheduler. */
  next(): InputBuffer | null {
    const { candidates } = this;
    candidates.length = 0;
    for (const [index, channel] of this.channels.entries()) {
      if (channel.queue.length > 0 && !this.settings.isBlocked(index)) candidates.push(index);
    }
    if (candidates.length === 0) return null;
    const turn = candidates.length === 1 ? 0 : this.settings.choose(candidates.length);
    const channel = present(candidates[turn], 'chosen channel');
    const elements = present(this.channel(channel).queue.shift(), 'buffer');
    return { channel, elements };
  }

  /** The buffer was processed: its room goes back to the sender, half a channel at a time. */
  release(channelIndex: number): void {
    const channel = this.channel(channelIndex);
    channel.owed++;
    if (channel.owed * 2 < this.settings.buffersPerChannel) return;
    const credits = channel.owed;
    channel.owed = 0;
    this.settings.returnCredits(channelIndex, credits);
  }

  private channel(index: number): InputChannel {
    return present(this.channels[index], `input channel ${index}`);
  }
}
