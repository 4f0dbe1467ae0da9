/** The frame format byte by byte, and each way a stream can break it. */
import { describe, expect, test } from 'vitest';
import { encodeFrame, FrameDecoder, FrameError } from '../../../harness/wire/frame.ts';

const frame = { channel: 7, sequence: 3, body: Buffer.from('tide') };

function faultOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof FrameError) return error.fault;
    throw error;
  }
  return 'none';
}

test('the layout is length, checksum, channel, number, body', () => {
  const bytes = encodeFrame(frame);
  const fields = [0, 4, 8, 12, 16].map((at) => bytes.toString('hex', at, at + 4));
  // The checksum was computed with another CRC-32 implementation.
  expect(fields).toEqual(['00000010', 'c7062d66', '00000007', '00000003', '74696465']);
});

test('an empty body and the largest channel are frames too', () => {
  const bytes = encodeFrame({ channel: 0xffff_ffff, sequence: 0, body: Buffer.alloc(0) });
  const [decoded] = new FrameDecoder().push(bytes);
  expect([decoded?.channel, decoded?.body.length]).toEqual([0xffff_ffff, 0]);
});

describe('refused', () => {
  test('a body above the limit, when encoding and when decoding', () => {
    expect(faultOf(() => encodeFrame(frame, 3))).toBe('too-large');
    const decoder = new FrameDecoder(3);
    expect(faultOf(() => decoder.push(encodeFrame(frame).subarray(0, 16)))).toBe('too-large');
    expect(decoder.bufferedBytes).toBe(0);
  });

  test('a length without room for the header', () => {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32BE(11, 0);
    expect(faultOf(() => new FrameDecoder().push(bytes))).toBe('too-short');
  });

  test('a wrong checksum, and everything after it', () => {
    const bytes = encodeFrame(frame);
    bytes[17] = 0;
    const decoder = new FrameDecoder();
    expect(faultOf(() => decoder.push(bytes))).toBe('checksum');
    expect(faultOf(() => decoder.push(encodeFrame(frame)))).toBe('checksum');
    expect(faultOf(() => decoder.end())).toBe('checksum');
  });

  test('an end within a frame', () => {
    const decoder = new FrameDecoder();
    decoder.push(encodeFrame(frame).subarray(0, 5));
    expect(faultOf(() => decoder.end())).toBe('truncated');
    expect(faultOf(() => new FrameDecoder().end())).toBe('none');
  });

  test.each([-1, 0.5, 2 ** 32, Number.NaN])('channel %d', (channel) => {
    expect(faultOf(() => encodeFrame({ ...frame, channel }))).toBe('bad-channel');
  });
});
