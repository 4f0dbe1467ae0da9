/**
 * Numbers of frames, by channel, from 0 with each connection: the sender gives them, the receiver
 * checks them, and a frame that is missing or comes twice ends the connection. A frame without a
 * body is a mark: it says where a channel stands that has fallen silent, so that its last frame is
 * missed too.
 */
import { firstUnnumberedChannel, FrameError, type Frame } from './frame.ts';

const numbers = 2 ** 32;

/** What one end of a connection has sent. */
export class SentNumbers {
  private readonly next = new Map<number, number>();
  /** Channels with frames since their last mark. */
  private unmarked = new Set<number>();

  /** The number of the next frame of the channel. */
  take(channel: number): number {
    this.unmarked.add(channel);
    return this.advance(channel);
  }

  /** The marks that are due. */
  takeMarks(): readonly Frame[] {
    const channels = [...this.unmarked];
    this.unmarked = new Set();
    const body = Buffer.alloc(0);
    return channels.map((channel) => ({ channel, sequence: this.advance(channel), body }));
  }

  private advance(channel: number): number {
    const sequence = this.next.get(channel) ?? 0;
    this.next.set(channel, (sequence + 1) % numbers);
    return sequence;
  }
}

/** What one end of a connection has received. */
export class ReceivedNumbers {
  private readonly next = new Map<number, number>();

  /** Throws {@link FrameError} when this is not the next frame of its channel. */
  check({ channel, sequence }: Frame): void {
    if (channel >= firstUnnumberedChannel) return;
    const expected = this.next.get(channel) ?? 0;
    if (sequence !== expected) {
      throw new FrameError(
        'sequence',
        `frame ${sequence} of channel ${channel}, where ${expected} comes next`,
      );
    }
    this.next.set(channel, (sequence + 1) % numbers);
  }
}
