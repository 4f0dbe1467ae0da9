/**
 * Numbers of frames: each channel counts for itself, and whatever is missing or repeated is
 * noticed.
 */
import { describe, expect, test } from 'vitest';
import { FrameError, type Frame } from '../../../harness/wire/frame.ts';
import { ReceivedNumbers, SentNumbers } from '../../../harness/wire/sequence.ts';

const body = Buffer.from('x');

/** Frames on these channels, in this order, numbered by one sender. */
function sent(...channels: readonly number[]): Frame[] {
  const numbers = new SentNumbers();
  return channels.map((channel) => ({ channel, sequence: numbers.take(channel), body }));
}

function receive(frames: readonly Frame[]): () => void {
  const numbers = new ReceivedNumbers();
  return () => {
    for (const frame of frames) numbers.check(frame);
  };
}

test('each channel counts from 0; channels may overtake each other', () => {
  const frames = sent(1, 2, 1, 2, 1);
  expect(frames.map(({ sequence }) => sequence)).toEqual([0, 0, 1, 1, 2]);
  const byChannel = [...frames].sort((a, b) => b.channel - a.channel);
  expect(receive(byChannel)).not.toThrow();
});

describe('noticed', () => {
  const [a, b, c] = sent(1, 1, 1) as [Frame, Frame, Frame];

  test.each([
    ['a first frame that is missing', [b], 'frame 1 of channel 1, where 0 comes next'],
    ['a frame that is missing', [a, c], 'frame 2 of channel 1, where 1 comes next'],
    ['a frame that comes twice', [a, a], 'frame 0 of channel 1, where 1 comes next'],
    ['frames in the wrong order', [a, c, b], 'frame 2 of channel 1, where 1 comes next'],
  ])('%s', (_, frames, message) => {
    expect(receive(frames)).toThrow(FrameError);
    expect(receive(frames)).toThrow(message);
  });

  test('a last frame that is missing, at the mark behind it', () => {
    const numbers = new SentNumbers();
    const first = { channel: 1, sequence: numbers.take(1), body };
    numbers.take(1);
    const marks = numbers.takeMarks();
    expect(marks.map(({ channel, body: nothing }) => [channel, nothing.length])).toEqual([[1, 0]]);
    expect(receive([first, ...marks])).toThrow('frame 2 of channel 1, where 1 comes next');
  });
});

test('a channel is marked once, until it is used again', () => {
  const numbers = new SentNumbers();
  numbers.take(1);
  numbers.take(2);
  expect(numbers.takeMarks().map(({ channel }) => channel)).toEqual([1, 2]);
  expect(numbers.takeMarks()).toEqual([]);
  expect(numbers.take(2)).toBe(2);
  expect(numbers.takeMarks()).toMatchObject([{ channel: 2, sequence: 3 }]);
});

test('what belongs to the connection itself has no numbers', () => {
  const ping = { channel: 0xffff_fffe, sequence: 0, body };
  expect(receive([ping, ping])).not.toThrow();
});
