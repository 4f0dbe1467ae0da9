/** Keyed random streams: law A2 at its root. */
import { describe, expect, test } from 'vitest';

import { RandomStream } from '../../../src/base/random.ts';

function draws(seed: number, label: string, count: number): number[] {
  const stream = new RandomStream(seed, label);
  return Array.from({ length: count }, () => stream.next());
}

describe('A2: a stream', () => {
  test('is a function of seed and label', () => {
    expect(draws(1, 'a', 100)).toEqual(draws(1, 'a', 100));
  });

  test('shares nothing with the stream of another seed or label', () => {
    const all = [draws(1, 'a', 200), draws(1, 'b', 200), draws(2, 'a', 200), draws(0, '', 200)];
    expect(new Set(all.flat()).size).toBe(800);
  });

  test('does not depend on draws from other streams in between', () => {
    const [one, other] = [new RandomStream(1, 'a'), new RandomStream(1, 'b')];
    const mixed = Array.from({ length: 50 }, () => {
      other.next();
      return one.next();
    });
    expect(mixed).toEqual(draws(1, 'a', 50));
  });
});

describe('a stream is near uniform', () => {
  test.each([2, 3, 10, 100])('below %i', (bound) => {
    const counts = new Array<number>(bound).fill(0);
    const stream = new RandomStream(5, `bound ${bound}`);
    const total = 2000 * bound;
    for (let i = 0; i < total; i++) counts[stream.below(bound)]!++;
    // Chi squared has mean bound - 1 and variance 2 (bound - 1); six deviations is generous.
    const chi = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    expect(chi).toBeLessThan(bound - 1 + 6 * Math.sqrt(2 * bound));
  });

  test('neighbouring draws are not correlated', () => {
    const stream = new RandomStream(9, 'pairs');
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i++) counts[stream.below(4) * 4 + stream.below(4)]!++;
    const chi = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chi).toBeLessThan(15 + 6 * Math.sqrt(30));
  });

  test('the first draws of many streams are not correlated', () => {
    const counts = new Array<number>(8).fill(0);
    for (let i = 0; i < 8000; i++) counts[new RandomStream(1, `link ${i}`).below(8)]!++;
    for (let i = 0; i < 8000; i++) counts[new RandomStream(i, 'link').below(8)]!++;
    const chi = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    expect(chi).toBeLessThan(7 + 6 * Math.sqrt(14));
  });
});

test('between includes both ends, pick reaches every element, chance keeps to its odds', () => {
  const stream = new RandomStream(3, 'x');
  const seen = new Set(Array.from({ length: 200 }, () => stream.between(-1, 1)));
  expect([...seen].sort((a, b) => a - b)).toEqual([-1, 0, 1]);
  expect(new Set(Array.from({ length: 200 }, () => stream.pick(['a', 'b', 'c']))).size).toBe(3);
  const hits = Array.from({ length: 10_000 }, () => stream.chance(0.2)).filter(Boolean).length;
  expect(Math.abs(hits - 2000)).toBeLessThan(6 * 40);
  expect(Array.from({ length: 100 }, () => stream.chance(0))).not.toContain(true);
  expect(Array.from({ length: 100 }, () => stream.chance(1))).not.toContain(false);
});
