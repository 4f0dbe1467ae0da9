/** How far event time must have come: ended, idle and returning splits. */
import { describe, expect, test } from 'vitest';

import { readTimes } from '../../../../src/checker/liveness/arrivals.ts';
import { milestonesOf } from '../../../../src/checker/liveness/event-time.ts';
import { recordTable } from '../../../../src/checker/plan/records.ts';
import type { SourceSpec, WatermarkSpec } from '../../../../src/model/pipeline.ts';
import { WATERMARK_MAX } from '../../../../src/model/value.ts';
import type { SplitLog } from '../../../../src/model/workload.ts';
import { log } from '../by-hand.ts';
import { makeCase } from '../legal-run.ts';
import { sink, source } from '../pipelines.ts';

/**
 * The last milestone of each moment as `[at, watermark]`; records take no time, latency is 10 ms.
 */
function milestones(
  splits: readonly SplitLog[],
  more: { watermark?: Partial<WatermarkSpec>; from?: Record<string, number>; until?: number } = {},
): (readonly [number, number])[] {
  const { from = {}, until = 10_000 } = more;
  const plain = source(
    splits.map(({ split }) => split),
    0,
  );
  const spec: SourceSpec = { ...plain, watermark: { ...plain.watermark, ...more.watermark } };
  const kase = makeCase({ operators: [spec, sink('source')], splits });
  const table = recordTable({ kase, clock: 'virtual' });
  const readBy = readTimes(table, { startMs: 0, from, perRecordMs: 0 });
  const query = { table, readBy, startMs: 0, from, latencyMs: 10, until };
  const all = milestonesOf(query, [...splits.keys()]);
  return [...new Map(all.map(({ at, watermark }) => [at, watermark]))];
}

const end = WATERMARK_MAX;
const one = log('s0', [
  [1, 5, 100],
  [2, 9, 200],
  [3, 7, 300],
  [4, 20, 1_000],
]);

describe('one split', () => {
  test('leads by what it has read, and ends it', () => {
    expect(milestones([one])).toEqual([
      [110, 4],
      [210, 8],
      [1_010, end],
    ]);
  });

  test('announces periodically two intervals later at most', () => {
    const watermark = { emission: 'periodic', intervalMs: 40 } as const;
    expect(milestones([one], { watermark })).toEqual([
      [190, 4],
      [290, 8],
      [1_090, end],
    ]);
  });

  test('starts from nothing after a restore', () => {
    expect(milestones([one], { from: { s0: 2 } })).toEqual([
      [310, 6],
      [1_010, end],
    ]);
  });

  test('is not followed beyond what is asked for', () => {
    expect(milestones([one], { until: 500 })).toEqual([
      [110, 4],
      [210, 8],
    ]);
  });
});

describe('several splits', () => {
  const other = log('s1', [
    [5, 6, 150],
    [6, 30, 900],
  ]);

  test('the slowest one counts', () => {
    expect(milestones([one, other])).toEqual([
      [160, 4],
      [210, 5],
      [910, 8],
      [1_010, end],
    ]);
  });

  test('one that has ended does not', () => {
    const ended = log('s1', [[5, 6, 150]]);
    expect(milestones([one, ended])).toEqual([
      [160, 4],
      [210, 8],
      [1_010, end],
    ]);
  });

  test('one without a record holds everything back until it is idle', () => {
    const silent = log('s1', [[5, 50, 5_000]]);
    expect(milestones([one, silent])).toEqual([[5_010, end]]);
    // Idle after 100 ms and two intervals.
    const watermark = { idlenessMs: 100, intervalMs: 20 };
    const busy = log('s0', [
      [1, 5, 100],
      [2, 9, 200],
      [3, 12, 290],
      [4, 20, 380],
    ]);
    expect(milestones([busy, silent], { watermark })).toEqual([
      [150, 4],
      [210, 8],
      [300, 11],
      [5_010, end],
    ]);
  });

  test('one that comes back before a watermark is out holds it up', () => {
    const watermark = { idlenessMs: 100, intervalMs: 20 };
    const busy = log('s0', [
      [1, 5, 100],
      [2, 9, 200],
      [3, 12, 290],
    ]);
    const back = log('s1', [[5, 1, 205]]);
    // For no longer than it is there.
    expect(milestones([busy, back], { watermark })[1]).toEqual([215, 8]);
    const stays = log('s1', [
      [5, 1, 205],
      [6, 40, 300],
    ]);
    expect(milestones([busy, stays], { watermark }).map(([, mark]) => mark)).toEqual([4, end]);
  });
});

test('a split that may fall idle before its turn announces nothing for certain', () => {
  const watermark = { emission: 'periodic', intervalMs: 50, idlenessMs: 100 } as const;
  expect(milestones([one], { watermark })).toEqual([[1_110, end]]);
});
