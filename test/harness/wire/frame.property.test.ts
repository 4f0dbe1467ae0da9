/** Streams of frames, cut and damaged anywhere. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, FrameDecoder, FrameError, type Frame } from '../../../harness/wire/frame.ts';

const runs = Math.ceil(300 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));

const frame: fc.Arbitrary<Frame> = fc.record({
  channel: fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 0xffff_ffff })),
  sequence: fc.integer({ min: 0, max: 0xffff_ffff }),
  body: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
});
const frames = fc.array(frame, { maxLength: 12 });
const show = ({ channel, sequence, body }: Frame): string =>
  `${channel}.${sequence}:${body.toString('hex')}`;

test('frames survive any cutting of the stream', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 50 })), (sent, sizes) => {
      const stream = Buffer.concat(sent.map((one) => encodeFrame(one)));
      const decoder = new FrameDecoder();
      const received: Frame[] = [];
      let at = 0;
      for (const size of [...sizes, stream.length]) {
        received.push(...decoder.push(stream.subarray(at, at + size)));
        at += size;
      }
      decoder.end();
      expect(received.map(show)).toEqual(sent.map(show));
      expect(decoder.bufferedBytes).toBe(0);
    }),
    { numRuns: runs },
  );
});

test('a flipped bit never yields a wrong frame, and is noticed at the end at the latest', () => {
  const damaged = fc.tuple(fc.array(frame, { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat(7));
  fc.assert(
    fc.property(damaged, ([sent, position, bit]) => {
      const stream = Buffer.concat(sent.map((one) => encodeFrame(one)));
      const at = position % stream.length;
      stream[at] = (stream[at] ?? 0) ^ (1 << bit);
      const decoder = new FrameDecoder();
      const received: Frame[] = [];
      const read = (): void => {
        for (const byte of stream) received.push(...decoder.push(Buffer.from([byte])));
        decoder.end();
      };
      expect(read).toThrow(FrameError);
      expect(received.map(show)).toEqual(sent.slice(0, received.length).map(show));
    }),
    { numRuns: runs },
  );
});
