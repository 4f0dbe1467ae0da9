/**
 * Frames on a byte stream: what nodes say to each other over TCP. The codec only: it neither reads
 * sockets nor knows what a body means.
 *
 *     offset 0   uint32 BE  length of everything after this field: 12 + body
 *     offset 4   uint32 BE  CRC-32 (zlib's) of channel, sequence number and body
 *     offset 8   uint32 BE  channel: frames of one channel keep their order, channels do not
 *     offset 12  uint32 BE  number of the frame in its channel and connection, see sequence.ts
 *     offset 16  body
 *
 * A stream that broke the format is broken for good: nothing behind the fault can be trusted.
 */
import { crc32 } from 'node:zlib';

export interface Frame {
  /** Logical channel, 0 to 2^32 - 1. */
  readonly channel: number;
  /** 0 to 2^32 - 1. */
  readonly sequence: number;
  readonly body: Buffer;
}

export interface DecodedFrame extends Frame {
  /** The whole frame as it came, to be passed on unchanged. */
  readonly bytes: Buffer;
}

export type FrameFault =
  | 'too-large'
  | 'too-short'
  | 'checksum'
  | 'truncated'
  | 'bad-channel'
  /** A frame is missing, or came again. */
  | 'sequence';

/** A stream or a frame that breaks the format or a limit. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
  readonly fault: FrameFault;

  constructor(fault: FrameFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

const headerBytes = 16;
/** Bytes that the length field counts besides the body. */
const countedHeaderBytes = 12;
const channelMax = 0xffff_ffff;
/** Channels from here on belong to the connection itself: their frames are not numbered. */
export const firstUnnumberedChannel = 0xffff_fff0;
/** Largest body unless told otherwise. */
export const bodyBytesMaxDefault = 16_777_216;

/**
 * One frame as bytes. Throws {@link FrameError} for a body or channel beyond the format's limits.
 */
export function encodeFrame(
  { channel, sequence, body }: Frame,
  bodyBytesMax: number = bodyBytesMaxDefault,
): Buffer {
  if (body.length > bodyBytesMax) throw tooLarge(body.length, bodyBytesMax);
  if (!Number.isInteger(channel) || channel < 0 || channel > channelMax) {
    throw new FrameError('bad-channel', `channel ${channel} is not an integer of 32 bits`);
  }
  const bytes = Buffer.allocUnsafe(headerBytes + body.length);
  bytes.writeUInt32BE(countedHeaderBytes + body.length, 0);
  bytes.writeUInt32BE(channel, 8);
  bytes.writeUInt32BE(sequence, 12);
  body.copy(bytes, headerBytes);
  bytes.writeUInt32BE(crc32(bytes.subarray(8)), 4);
  return bytes;
}

/**
 * Takes a stream in pieces of any size and gives its frames. Linear in the bytes, whatever the cut.
 */
export class FrameDecoder {
  private readonly bodyBytesMax: number;
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  /** Bytes that must be there before looking again makes sense. */
  private needBytes = headerBytes;
  private failure: FrameError | null = null;

  constructor(bodyBytesMax: number = bodyBytesMaxDefault) {
    this.bodyBytesMax = bodyBytesMax;
  }

  /** Bytes of a frame that is not complete yet. */
  get bufferedBytes(): number {
    return this.pendingBytes;
  }

  /** The frames that `chunk` completes. Throws {@link FrameError}, from then on at every call. */
  push(chunk: Buffer): readonly DecodedFrame[] {
    if (this.failure !== null) throw this.failure;
    this.pending.push(chunk);
    this.pendingBytes += chunk.length;
    if (this.pendingBytes < this.needBytes) return [];
    try {
      return this.takeFrames();
    } catch (error) {
      if (error instanceof FrameError) this.failure = error;
      this.forget(Buffer.alloc(0));
      throw error;
    }
  }

  /** The stream ended. Throws {@link FrameError} when that was in the middle of a frame. */
  end(): void {
    if (this.failure !== null) throw this.failure;
    if (this.pendingBytes === 0) return;
    throw new FrameError('truncated', `the stream ended ${this.pendingBytes} bytes into a frame`);
  }

  private takeFrames(): readonly DecodedFrame[] {
    const frames: DecodedFrame[] = [];
    let bytes = this.pending.length === 1 ? this.pending[0]! : Buffer.concat(this.pending);
    for (;;) {
      this.needBytes = this.frameBytes(bytes);
      if (bytes.length < this.needBytes) break;
      frames.push(decode(bytes.subarray(0, this.needBytes)));
      bytes = bytes.subarray(this.needBytes);
    }
    this.forget(bytes);
    return frames;
  }

  /** Size of the frame that `bytes` begin with, as far as they tell. */
  private frameBytes(bytes: Buffer): number {
    if (bytes.length < 4) return headerBytes;
    const length = bytes.readUInt32BE(0);
    if (length < countedHeaderBytes) {
      throw new FrameError('too-short', `a frame of length ${length} has no room for its header`);
    }
    const bodyBytes = length - countedHeaderBytes;
    if (bodyBytes > this.bodyBytesMax) throw tooLarge(bodyBytes, this.bodyBytesMax);
    return headerBytes + bodyBytes;
  }

  private forget(rest: Buffer): void {
    this.pending = rest.length === 0 ? [] : [rest];
    this.pendingBytes = rest.length;
  }
}

function decode(bytes: Buffer): DecodedFrame {
  const expected = bytes.readUInt32BE(4);
  const observed = crc32(bytes.subarray(8));
  if (expected !== observed) {
    throw new FrameError('checksum', `checksum is ${observed}, the frame says ${expected}`);
  }
  const channel = bytes.readUInt32BE(8);
  return { channel, sequence: bytes.readUInt32BE(12), body: bytes.subarray(headerBytes), bytes };
}

function tooLarge(bodyBytes: number, bodyBytesMax: number): FrameError {
  return new FrameError('too-large', `a body of ${bodyBytes} bytes; at most ${bodyBytesMax} fit`);
}
