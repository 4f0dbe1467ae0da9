/**
 * Joins, sorts, de-duplication, timers and the watermark minimum at their boundaries.
 */
import { describe, expect, test } from 'vitest';
import type { IntervalJoinSpec, ProcessSpec, SortSpec } from '../../../src/model/pipeline.ts';
import { WATERMARK_MAX } from '../../../src/model/value.ts';
import { WatermarkMinimum } from '../../../src/oracle/specification/watermarks.ts';
import { ids, play } from './play.ts';

const end = { watermark: WATERMARK_MAX };

describe('interval join', () => {
  const join: IntervalJoinSpec = {
    kind: 'interval-join',
    id: 'join',
    left: 'l',
    right: 'r',
    parallelism: 1,
    lowerMs: -2,
    upperMs: 3,
  };
  const pairs = (rights: readonly number[]): readonly number[] =>
    play(join, [{ ts: 10 }, ...rights.map((ts) => ({ ts, right: true as const })), end]).main.map(
      ({ value }) => (value as { right: { id: number } }).right.id,
    );

  test('both bounds belong to the interval', () => {
    expect(pairs([7, 8, 13, 14])).toEqual([2, 3]);
  });

  test('the result has the later timestamp', () => {
    const { main } = play(join, [{ ts: 10 }, { ts: 8, right: true }, { ts: 12, right: true }]);
    expect(main.map(({ ts }) => ts)).toEqual([10, 12]);
  });

  test('a row at the watermark is on time, one behind it is late', () => {
    const at = play(join, [{ ts: 10 }, { watermark: 9 }, { ts: 9, right: true }]);
    expect(at.main).toHaveLength(1);
    const behind = play(join, [{ ts: 10 }, { watermark: 10 }, { ts: 9, right: true }]);
    expect(behind.main).toEqual([]);
  });

  test('a row is forgotten when no partner can come any more', () => {
    const kept = play(join, [{ ts: 10 }, { watermark: 12 }, { ts: 13, right: true }]);
    expect(kept.main).toHaveLength(1);
    const gone = play(join, [{ ts: 10 }, { watermark: 13 }, { ts: 13, right: true }]);
    expect(gone.main).toEqual([]);
  });

  test('rows of other keys do not join', () => {
    expect(play(join, [{ ts: 10 }, { ts: 10, right: true, key: 'other' }]).main).toEqual([]);
  });
});

describe('sort', () => {
  const sort: SortSpec = { kind: 'sort', id: 's', input: 'i', parallelism: 1, lateOutput: true };

  test('rows leave in order of time once the watermark has reached them', () => {
    const played = play(sort, [{ ts: 5 }, { ts: 3 }, { ts: 7 }, { watermark: 5 }]);
    expect(ids(played.main)).toEqual([1, 0]);
  });

  test('equal timestamps keep their order of arrival', () => {
    expect(ids(play(sort, [{ ts: 5 }, { ts: 4 }, { ts: 5 }, { ts: 4 }, end]).main)).toEqual([
      1, 3, 0, 2,
    ]);
  });

  test('a row at the watermark is late', () => {
    const played = play(sort, [{ watermark: 5 }, { ts: 5 }, { ts: 6 }, end]);
    expect([ids(played.main), ids(played.late)]).toEqual([[2], [1]]);
  });
});

describe('de-duplication and reduce', () => {
  test('the first row of a field value passes, per key', () => {
    const spec = { kind: 'dedup', id: 'd', input: 'i', parallelism: 1, field: 'amount' } as const;
    const played = play(spec, [{ ts: 1 }, { ts: 2 }, { ts: 3, key: 'other' }]);
    expect(ids(played.main)).toEqual([0, 2]);
  });

  test('a reduce emits the new aggregate for every row, at its time', () => {
    const aggregate = { fn: 'sum', field: 'amount' };
    const spec = { kind: 'reduce', id: 'r', input: 'i', parallelism: 1, aggregate } as const;
    const { main } = play(spec, [{ ts: 4 }, { ts: 2 }, { ts: 9, key: 'other' }]);
    expect(main.map(({ ts, value }) => [ts, value])).toEqual([
      [4, 1],
      [2, 2],
      [9, 1],
    ]);
  });
});

describe('timers', () => {
  const buckets: ProcessSpec = {
    kind: 'process',
    id: 'p',
    input: 'i',
    parallelism: 1,
    fn: { fn: 'bucket-timer', sizeMs: 10 },
  };
  const batches: ProcessSpec = { ...buckets, fn: { fn: 'processing-batch', delayMs: 10 } };
  const idsOf = (rows: readonly { value: unknown }[]): unknown[] =>
    rows.map(({ value }) => (value as { ids: number[] }).ids);

  test('a timer fires when the watermark reaches it, in order of time', () => {
    const played = play(buckets, [{ ts: 12 }, { ts: 3 }, { ts: -1 }, { watermark: 18 }]);
    expect(idsOf(played.main)).toEqual([[2], [1]]);
    expect(idsOf(play(buckets, [{ ts: 12 }, { watermark: 19 }]).main)).toEqual([[0]]);
  });

  test('a timer is unique per key and time', () => {
    expect(idsOf(play(buckets, [{ ts: 1 }, { ts: 2 }, { watermark: 9 }]).main)).toEqual([[0, 1]]);
  });

  test('a timer set behind the watermark fires at its next advance', () => {
    const played = play(buckets, [{ watermark: 15 }, { ts: 3 }, { watermark: 16 }]);
    expect(idsOf(played.main)).toEqual([[1]]);
  });

  test('processing-time timers fire by the clock, and at the end of input', () => {
    expect(idsOf(play(batches, [{ ts: 1 }, { clock: 9 }, { ts: 2 }, { clock: 10 }]).main)).toEqual([
      [0, 2],
    ]);
    expect(idsOf(play(batches, [{ ts: 1 }, end]).main)).toEqual([[0]]);
  });
});

describe('the minimum over inputs', () => {
  test('nothing is announced before every input has spoken', () => {
    const minimum = new WatermarkMinimum(2);
    expect(minimum.advance(0, 5)).toBeNull();
    expect(minimum.advance(1, 3)).toBe(3);
    expect(minimum.advance(1, 9)).toBe(5);
  });

  test('it never falls', () => {
    const minimum = new WatermarkMinimum(1);
    expect(minimum.advance(0, 5)).toBe(5);
    expect(minimum.advance(0, 4)).toBeNull();
  });

  test('an idle input leaves the minimum and rejoins when it has caught up', () => {
    const minimum = new WatermarkMinimum(2);
    minimum.advance(0, 10);
    expect(minimum.markIdle(1)).toBe(10);
    expect(minimum.advance(1, 4)).toBeNull();
    expect(minimum.advance(0, 20)).toBe(20);
    minimum.advance(1, 25);
    expect(minimum.advance(0, 40)).toBe(25);
  });
});
