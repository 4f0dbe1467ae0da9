/** What each toxic does to a stream and when, on a clock driven by hand. */
import { describe, expect, test } from 'vitest';
import { LinkRig } from './manual-clock.ts';

const times = (rig: LinkRig): number[] => rig.arrivals.map((arrival) => arrival.atMs);

describe('latency', () => {
  test('delays of chained toxics add up for every chunk', () => {
    const rig = new LinkRig();
    rig.add('latency', { latency: 100 });
    rig.add('latency', { latency: 50 });
    for (const text of ['a', 'b', 'c']) {
      rig.send(text);
      rig.clock.advance(10);
    }
    rig.clock.advance(500);
    expect(rig.arrivals).toEqual([
      { atMs: 150, kind: 'data', text: 'a' },
      { atMs: 160, kind: 'data', text: 'b' },
      { atMs: 170, kind: 'data', text: 'c' },
    ]);
  });

  test('late timers do not add up along the chain', () => {
    const rig = new LinkRig();
    rig.clock.latenessMs = 3;
    for (let i = 0; i < 4; i++) rig.add('latency', { latency: 20 });
    rig.send('x');
    rig.clock.advance(500);
    expect(times(rig)).toEqual([83]);
  });

  test('jitter follows the seed and keeps the order', () => {
    const run = (seed: number): number[] => {
      const rig = new LinkRig(seed);
      rig.add('latency', { latency: 100, jitter: 80 });
      for (let i = 0; i < 20; i++) {
        rig.send(String.fromCharCode(97 + i));
        rig.clock.advance(5);
      }
      rig.clock.advance(1000);
      expect(rig.text).toBe('abcdefghijklmnopqrst');
      return times(rig);
    };
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
    for (const [i, atMs] of run(7).entries()) expect(atMs).toBeGreaterThanOrEqual(i * 5 + 20);
  });

  test('negative values mean none', () => {
    const rig = new LinkRig();
    rig.add('latency', { latency: -5, jitter: -3 });
    rig.send('now');
    expect(rig.arrivals).toEqual([{ atMs: 0, kind: 'data', text: 'now' }]);
  });

  test('an update counts from the arrival of what is held', () => {
    const rig = new LinkRig();
    const toxic = rig.add('latency', { latency: 10_000 });
    rig.send('x');
    rig.clock.advance(30);
    rig.update(toxic, { latency: 100 });
    rig.clock.advance(200);
    expect(times(rig)).toEqual([100]);
  });

  test('delays the end of the stream as well', () => {
    const rig = new LinkRig();
    rig.add('latency', { latency: 40 });
    rig.sendEnd();
    rig.clock.advance(100);
    expect(rig.arrivals).toEqual([{ atMs: 40, kind: 'end', text: '' }]);
  });
});

describe('bandwidth', () => {
  test('sends pieces worth 100 ms', () => {
    const rig = new LinkRig();
    rig.add('bandwidth', { rate: 1 });
    rig.send('x'.repeat(250));
    rig.sendEnd();
    rig.clock.advance(1000);
    expect(rig.arrivals.map(({ atMs, text }) => [atMs, text.length])).toEqual([
      [100, 100],
      [200, 100],
      [250, 50],
      [250, 0],
    ]);
  });

  test('rate 0 lets nothing through until it changes', () => {
    const rig = new LinkRig();
    const toxic = rig.add('bandwidth', { rate: 0 });
    rig.send('held');
    rig.clock.advance(100_000);
    expect(rig.arrivals).toEqual([]);
    rig.update(toxic, { rate: 4 });
    rig.clock.advance(10);
    expect(rig.arrivals).toEqual([{ atMs: 100_001, kind: 'data', text: 'held' }]);
  });
});

describe('slicer', () => {
  const slices = (seed: number, chunks: readonly string[]): string[] => {
    const rig = new LinkRig(seed);
    rig.add('slicer', { average_size: 10, size_variation: 5, delay: 1000 });
    for (const chunk of chunks) rig.send(chunk);
    rig.clock.advance(10_000);
    return rig.arrivals.map((arrival) => arrival.text);
  };

  test('slices are within the variation and follow the seed', () => {
    const text = 'abcdefghij'.repeat(20);
    const cut = slices(3, [text]);
    expect(cut.join('')).toBe(text);
    for (const slice of cut.slice(0, -1)) {
      expect(slice.length).toBeGreaterThanOrEqual(5);
      expect(slice.length).toBeLessThanOrEqual(15);
    }
    expect(slices(3, [text])).toEqual(cut);
    expect(slices(4, [text])).not.toEqual(cut);
  });

  test('waits the delay after each slice', () => {
    const rig = new LinkRig();
    rig.add('slicer', { average_size: 2, delay: 500 });
    rig.send('abcdef');
    rig.clock.advance(10);
    expect(rig.arrivals.map(({ atMs, text }) => [atMs, text])).toEqual([
      [0, 'ab'],
      [0.5, 'cd'],
      [1, 'ef'],
    ]);
  });
});

describe('closing toxics', () => {
  test('timeout swallows data and closes once, however much is sent', () => {
    const rig = new LinkRig();
    rig.add('timeout', { timeout: 100 });
    for (let i = 0; i < 30; i++) {
      rig.send('chatty');
      rig.clock.advance(10);
    }
    expect(rig.arrivals).toEqual([]);
    expect(rig.actions).toEqual(['close']);
  });

  test('removing a timeout closes, removing one that spared the link does not', () => {
    const hit = new LinkRig();
    hit.link.remove(hit.add('timeout'));
    expect(hit.actions).toEqual(['close']);
    const spared = new LinkRig();
    spared.link.remove(spared.add('timeout', {}, 0));
    spared.send('on');
    expect(spared.actions).toEqual([]);
    expect(spared.text).toBe('on');
  });

  test('reset_peer resets its timeout after the first data', () => {
    const rig = new LinkRig();
    rig.add('reset_peer', { timeout: 50 });
    rig.clock.advance(500);
    expect(rig.actions).toEqual([]);
    rig.send('a');
    rig.clock.advance(49);
    rig.send('b');
    expect(rig.actions).toEqual([]);
    rig.clock.advance(1);
    expect(rig.actions).toEqual(['reset']);
    expect(rig.arrivals).toEqual([]);
  });

  test('a stream with a hole does not go on when reset_peer is removed', () => {
    const rig = new LinkRig();
    const toxic = rig.add('reset_peer', { timeout: 50 });
    rig.send('swallowed');
    rig.link.remove(toxic);
    expect(rig.actions).toEqual(['reset']);
  });

  test('limit_data counts on through updates', () => {
    const rig = new LinkRig();
    const toxic = rig.add('limit_data', { bytes: 4 });
    rig.send('abc');
    rig.update(toxic, { bytes: 5 });
    rig.send('defg');
    expect(rig.text).toBe('abcde');
    expect(rig.actions).toEqual(['close']);
  });

  test('slow_close delays nothing but the end', () => {
    const rig = new LinkRig();
    rig.add('slow_close', { delay: 70 });
    rig.send('data');
    rig.sendEnd();
    rig.clock.advance(200);
    expect(rig.arrivals).toEqual([
      { atMs: 0, kind: 'data', text: 'data' },
      { atMs: 70, kind: 'end', text: '' },
    ]);
  });
});

describe('extensions', () => {
  test('cut holds everything and gives it back in order', () => {
    const rig = new LinkRig();
    const toxic = rig.add('cut');
    rig.send('a');
    rig.send('b');
    rig.sendEnd();
    rig.clock.advance(100_000);
    expect(rig.arrivals).toEqual([]);
    expect(rig.link.heldBytes).toBe(2);
    rig.link.remove(toxic);
    expect(rig.arrivals.map((arrival) => arrival.text || arrival.kind)).toEqual(['a', 'b', 'end']);
  });

  test('half_open abandons the destination at once and resets when removed', () => {
    const rig = new LinkRig();
    const toxic = rig.add('half_open');
    rig.send('lost');
    expect(rig.actions).toEqual(['abandon']);
    rig.link.remove(toxic);
    expect(rig.actions).toEqual(['abandon', 'reset']);
    expect(rig.arrivals).toEqual([]);
  });
});

test('a toxicity of one half hits about half of the connections, the same ones each time', () => {
  const hits = (seed: number): boolean[] =>
    Array.from({ length: 200 }, (_, i) => {
      const rig = new LinkRig(seed, `p/${i}/upstream`);
      rig.add('cut', {}, 0.5);
      rig.send('x');
      return rig.text === '';
    });
  const hit = hits(1).filter(Boolean).length;
  expect(hit).toBeGreaterThan(60);
  expect(hit).toBeLessThan(140);
  expect(hits(1)).toEqual(hits(1));
  expect(hits(1)).not.toEqual(hits(2));
});
