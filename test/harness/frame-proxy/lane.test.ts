/** What each rule does to frames, on a clock driven by hand. */
import { describe, expect, test } from 'vitest';
import { checkRules, FrameRuleError, type FrameRule } from '../../../harness/frame-proxy/rule.ts';
import { LaneRig } from './lane-rig.ts';

const all = { direction: 'both', channel: null, share: 1 } as const;

test('without rules every frame passes at once', () => {
  const rig = new LaneRig([]);
  rig.send('a1', 'b1', 'a2');
  expect(rig.arrived).toEqual(['a1', 'b1', 'a2']);
  expect(rig.counters).toEqual({
    passed: 3,
    dropped: 0,
    duplicated: 0,
    delayed: 0,
    reordered: 0,
  });
});

test('drop loses frames of its channel only', () => {
  const rig = new LaneRig([{ ...all, kind: 'drop', channel: 'a'.charCodeAt(0) }]);
  rig.send('a1', 'b1', 'a2', 'b2');
  expect(rig.arrived).toEqual(['b1', 'b2']);
  expect(rig.counters).toMatchObject({ passed: 2, dropped: 2 });
});

test('duplicate sends the copy right behind', () => {
  const rig = new LaneRig([{ ...all, kind: 'duplicate' }]);
  rig.send('a1', 'b1');
  expect(rig.arrived).toEqual(['a1', 'a1', 'b1', 'b1']);
  expect(rig.counters).toMatchObject({ passed: 2, duplicated: 2 });
});

test('delay holds a channel in order and lets others go', () => {
  const rig = new LaneRig([
    { ...all, kind: 'delay', channel: 'a'.charCodeAt(0), delayMs: 50, jitterMs: 0 },
  ]);
  rig.send('a1', 'b1');
  rig.clock.advance(30);
  rig.send('a2', 'b2');
  expect(rig.arrived).toEqual(['b1', 'b2']);
  rig.clock.advance(20);
  expect(rig.arrived).toEqual(['b1', 'b2', 'a1']);
  rig.clock.advance(30);
  expect(rig.arrived).toEqual(['b1', 'b2', 'a1', 'a2']);
  expect(rig.counters).toMatchObject({ delayed: 2, reordered: 1 });
});

test('frames that are due together go in order of arrival', () => {
  const rig = new LaneRig([{ ...all, kind: 'delay', delayMs: 50, jitterMs: 0 }]);
  rig.send('b1', 'a1', 'c1', 'a2');
  rig.clock.advance(50);
  expect(rig.arrived).toEqual(['b1', 'a1', 'c1', 'a2']);
});

describe('reorder', () => {
  const reorderA: FrameRule = {
    ...all,
    kind: 'reorder',
    channel: 'a'.charCodeAt(0),
    frames: 2,
    waitMs: 100,
  };

  test('lets so many frames of other channels go ahead', () => {
    const rig = new LaneRig([reorderA]);
    rig.send('a1', 'b1', 'c1', 'b2');
    expect(rig.arrived).toEqual(['b1', 'c1', 'a1', 'b2']);
    expect(rig.counters).toMatchObject({ reordered: 1 });
  });

  test('gives up waiting after its time, and does not count that as reordered', () => {
    const rig = new LaneRig([reorderA]);
    rig.send('a1');
    rig.clock.advance(99);
    expect(rig.arrived).toEqual([]);
    rig.clock.advance(1);
    expect(rig.arrived).toEqual(['a1']);
    expect(rig.counters).toMatchObject({ reordered: 0 });
  });

  test('ends with the stream', () => {
    const rig = new LaneRig([reorderA]);
    rig.send('a1');
    rig.lane.end();
    expect(rig.arrived).toEqual(['a1']);
    expect(rig.ends).toBe(1);
  });
});

test('new rules let go what was held, by order of arrival', () => {
  const rig = new LaneRig([{ ...all, kind: 'delay', delayMs: 1000, jitterMs: 0 }]);
  rig.send('a1', 'b1', 'a2');
  rig.lane.setRules([]);
  rig.send('b2');
  expect(rig.arrived).toEqual(['a1', 'b1', 'a2', 'b2']);
  expect(rig.counters).toMatchObject({ delayed: 0 });
});

test('a rule with a limit hits so many frames', () => {
  const rig = new LaneRig([{ ...all, kind: 'drop', limit: 1 }]);
  rig.send('a1', 'b1', 'a2');
  expect(rig.arrived).toEqual(['b1', 'a2']);
  expect(rig.fates).toEqual(['dropped']);
});

test('each fate is told when it happened', () => {
  const rig = new LaneRig([
    { ...all, kind: 'duplicate', channel: 'b'.charCodeAt(0), limit: 1 },
    { ...all, kind: 'reorder', channel: 'a'.charCodeAt(0), frames: 9, waitMs: 50 },
  ]);
  rig.send('a1', 'b1', 'b2');
  expect(rig.fates).toEqual(['duplicated']);
  rig.clock.advance(50);
  expect(rig.arrived).toEqual(['b1', 'b1', 'b2', 'a1']);
  expect(rig.fates).toEqual(['duplicated', 'reordered']);
});

test('a mark is hit by no rule, keeps its place, and overtakes nobody', () => {
  const rig = new LaneRig([
    { ...all, kind: 'drop', channel: 'b'.charCodeAt(0) },
    { ...all, kind: 'reorder', channel: 'a'.charCodeAt(0), frames: 1, waitMs: 50 },
  ]);
  rig.send('a1');
  rig.mark('a');
  rig.mark('b');
  expect(rig.arrived).toEqual(['']);
  rig.clock.advance(50);
  expect(rig.arrived).toEqual(['', 'a1', '']);
  expect(rig.fates).toEqual([]);
});

test('a frame of the connection itself passes at once', () => {
  const rig = new LaneRig([{ ...all, kind: 'drop' }]);
  rig.accept({ channel: 0xffff_fffe, sequence: 0, body: Buffer.from('ping') });
  expect(rig.arrived).toEqual(['ping']);
  expect(rig.counters).toMatchObject({ passed: 0, dropped: 0 });
});

test('the seed decides who is hit, for each channel apart', () => {
  const rules: FrameRule[] = [{ ...all, kind: 'drop', share: 0.5 }];
  const run = (seed: number, frames: readonly string[]): string[] => {
    const rig = new LaneRig(rules, seed);
    rig.send(...frames);
    return rig.arrived;
  };
  const a = Array.from({ length: 40 }, (_, i) => `a${i}`);
  const b = Array.from({ length: 40 }, (_, i) => `b${i}`);
  expect(run(1, a)).toEqual(run(1, a));
  expect(run(1, a)).not.toEqual(run(2, a));
  const mixed = a.flatMap((frame, i) => [frame, b[i] ?? '']);
  expect(run(1, mixed).filter((frame) => frame.startsWith('a'))).toEqual(run(1, a));
});

test.each([
  [{ ...all, kind: 'drop', share: 1.5 }, 'rule 0 (drop): share is 1.5, it must be from 0 to 1'],
  [{ ...all, kind: 'delay', delayMs: -1, jitterMs: 0 }, 'delayMs is -1'],
  [{ ...all, kind: 'delay', delayMs: 5, jitterMs: 6 }, 'jitterMs is 6, it must be from 0 to 5'],
  [{ ...all, kind: 'reorder', frames: 0, waitMs: 5 }, 'frames is 0'],
  [{ ...all, kind: 'reorder', frames: 1, waitMs: Number.NaN }, 'waitMs is NaN'],
] satisfies [FrameRule, string][])('%j is refused', (rule, message) => {
  expect(() => checkRules([rule])).toThrow(FrameRuleError);
  expect(() => checkRules([rule])).toThrow(message);
});
