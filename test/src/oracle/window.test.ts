/**
 * The rules of windows at their boundaries (Flink `WindowOperator`, `EventTimeTrigger`,
 * `TimeWindow`).
 */
import { describe, expect, test } from 'vitest';
import type { WindowAssigner, WindowSpec } from '../../../src/model/pipeline.ts';
import { assignWindows, watermarkOf, windowStart } from '../../../src/oracle/specification.ts';
import { WATERMARK_MAX, WATERMARK_MIN } from '../../../src/model/value.ts';
import { ids, panes, play } from './play.ts';

const window = (assigner: WindowAssigner, allowedLatenessMs = 0): WindowSpec => ({
  kind: 'window',
  id: 'window',
  input: 'keyed',
  parallelism: 1,
  assigner,
  allowedLatenessMs,
  lateOutput: true,
  aggregate: { fn: 'collect', field: 'amount' },
});
const tumbling = window({ kind: 'tumbling', sizeMs: 10, offsetMs: 0 });
const session = window({ kind: 'session', gapMs: 10 });

describe('assignment', () => {
  test('a window begins at or below the timestamp, negative timestamps included', () => {
    expect([-11, -10, -1, 0, 9, 10].map((ts) => windowStart(ts, 10, 0))).toEqual([
      -20, -10, -10, 0, 0, 10,
    ]);
  });

  test('an offset moves the borders, also by a negative amount', () => {
    expect(windowStart(2, 10, 3)).toBe(-7);
    expect(windowStart(3, 10, 3)).toBe(3);
    expect(windowStart(7, 10, -2)).toBe(-2);
    expect(windowStart(8, 10, -2)).toBe(8);
  });

  test('a sliding record is in size / slide windows, latest first', () => {
    const assigner: WindowAssigner = { kind: 'sliding', sizeMs: 30, slideMs: 10, offsetMs: 0 };
    expect(assignWindows(assigner, 5).map((w) => w.start)).toEqual([0, -10, -20]);
    expect(assignWindows(assigner, 10).map((w) => w.start)).toEqual([10, 0, -10]);
  });

  test('the end of a window is not in it', () => {
    const played = play(tumbling, [{ ts: 9 }, { ts: 10 }, { watermark: WATERMARK_MAX }]);
    expect(panes(played)).toEqual(['0-10: 0', '10-20: 1']);
  });
});

describe('watermarks', () => {
  test('a source announces its bound behind the largest timestamp, minus one', () => {
    const spec = {
      strategy: 'bounded',
      outOfOrdernessMs: 5,
      emission: 'per-record',
      intervalMs: 0,
      idlenessMs: null,
    } as const;
    expect(watermarkOf(spec, 20)).toBe(14);
    expect(watermarkOf({ ...spec, strategy: 'ascending' }, 20)).toBe(19);
    expect(watermarkOf(spec, WATERMARK_MIN)).toBe(WATERMARK_MIN);
  });
});

describe('firing and lateness', () => {
  test('a window fires when the watermark reaches its last timestamp, not before', () => {
    expect(panes(play(tumbling, [{ ts: 3 }, { watermark: 8 }]))).toEqual([]);
    expect(panes(play(tumbling, [{ ts: 3 }, { watermark: 9 }]))).toEqual(['0-10: 0']);
  });

  test('a record is dropped once the watermark has reached the last timestamp', () => {
    const onTime = play(tumbling, [{ watermark: 8 }, { ts: 9 }, { watermark: 9 }]);
    expect(panes(onTime)).toEqual(['0-10: 1']);
    const late = play(tumbling, [{ watermark: 9 }, { ts: 9 }, { watermark: 20 }]);
    expect([panes(late), ids(late.late)]).toEqual([[], [1]]);
  });

  test('allowed lateness keeps the window until its end - 1 + L', () => {
    const lenient = window({ kind: 'tumbling', sizeMs: 10, offsetMs: 0 }, 5);
    const kept = play(lenient, [{ ts: 1 }, { watermark: 13 }, { ts: 2 }]);
    expect(panes(kept)).toEqual(['0-10: 0', '0-10: 0 2']);
    const gone = play(lenient, [{ ts: 1 }, { watermark: 14 }, { ts: 2 }]);
    expect([panes(gone), ids(gone.late)]).toEqual([['0-10: 0'], [2]]);
  });

  test('a record that one sliding window still takes is not late', () => {
    const sliding = window({ kind: 'sliding', sizeMs: 20, slideMs: 10, offsetMs: 0 });
    const played = play(sliding, [{ watermark: 12 }, { ts: 5 }, { watermark: 30 }]);
    expect(panes(played)).toEqual(['0-20: 1']);
    expect(played.late).toEqual([]);
  });

  test('after a restart a cleaned window takes late records in a second part', () => {
    const played = play(tumbling, [
      { ts: 1 },
      { watermark: 9 },
      'restart',
      { ts: 2 },
      { watermark: 9 },
    ]);
    expect(panes(played)).toEqual(['0-10: 0', '0-10: 3']);
  });

  test('after a restart a kept window fires again with everything', () => {
    const lenient = window({ kind: 'tumbling', sizeMs: 10, offsetMs: 0 }, 50);
    const played = play(lenient, [
      { ts: 1 },
      { watermark: 9 },
      'restart',
      { ts: 2 },
      { watermark: 9 },
    ]);
    expect(panes(played)).toEqual(['0-10: 0', '0-10: 0 3']);
  });
});

describe('sessions', () => {
  const end = { watermark: WATERMARK_MAX };

  test('records exactly a gap apart are one session, one more apart are two', () => {
    expect(panes(play(session, [{ ts: 0 }, { ts: 10 }, end]))).toEqual(['0-20: 0 1']);
    expect(panes(play(session, [{ ts: 0 }, { ts: 11 }, end]))).toEqual(['0-10: 0', '11-21: 1']);
  });

  test('a record between two sessions merges them', () => {
    const played = play(session, [{ ts: 0 }, { ts: 18 }, { ts: 9 }, end]);
    expect(panes(played)).toEqual(['0-28: 0 1 2']);
  });

  test('lateness is judged on the merged window: an open session rescues a late record', () => {
    const played = play(session, [{ ts: 10 }, { watermark: 15 }, { ts: 4 }, end]);
    expect(panes(played)).toEqual(['4-20: 0 2']);
    const alone = play(session, [{ watermark: 15 }, { ts: 4 }, end]);
    expect([panes(alone), ids(alone.late)]).toEqual([[], [1]]);
  });

  test('a session that has fired is gone: what touches it begins a new one', () => {
    const played = play(session, [{ ts: 0 }, { watermark: 9 }, { ts: 10 }, end]);
    expect(panes(played)).toEqual(['0-10: 0', '10-20: 2']);
  });
});
