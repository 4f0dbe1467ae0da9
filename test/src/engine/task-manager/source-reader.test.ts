/** Reading splits: offsets, watermarks, idleness, and the two ways a source ends. */
import { describe, expect, test } from 'vitest';

import { ActiveClock } from '../../../../src/engine/task-manager/active-clock.ts';
import { SourceReader } from '../../../../src/engine/task-manager/source-reader.ts';
import type { WatermarkSpec } from '../../../../src/model/pipeline.ts';
import { WATERMARK_MAX } from '../../../../src/model/value.ts';
import { FakeWorld } from '../../../support/engine/fake-world.ts';
import { everyRecord, source } from '../../../support/engine/pipelines.ts';

class Rig {
  readonly world: FakeWorld = new FakeWorld();
  /** Event times of rows as `r5`, watermarks as `w4`, status in words. */
  readonly out: string[] = [];
  readonly reader: SourceReader;

  constructor(watermark: Partial<WatermarkSpec> = {}, subtask: number = 0) {
    const spec = { ...source('s', 2, 4), watermark: { ...everyRecord, ...watermark } };
    this.reader = new SourceReader({
      spec,
      subtask,
      port: this.world.source,
      recordsMax: 2,
      pollIntervalMs: 7,
      activeMs: () => this.world.time,
      listener: {
        row: (row) => void this.out.push(`r${row.ts}`),
        watermark: (ts) => void this.out.push(ts === WATERMARK_MAX ? 'wMAX' : `w${ts}`),
        status: (idle) => void this.out.push(idle ? 'idle' : 'active'),
      },
    });
  }

  put(split: string, times: number[], closed: boolean = false): this {
    this.world.logs.put(split, times, closed);
    return this;
  }

  take(): string[] {
    return this.out.splice(0);
  }
}

test('split i belongs to subtask i mod parallelism; others are not read', () => {
  expect(new Rig().reader.offsets()).toEqual({ 's-0': 0, 's-2': 0 });
  expect(new Rig({}, 1).reader.offsets()).toEqual({ 's-1': 0, 's-3': 0 });
});

test('splits take turns, a batch each', () => {
  const rig = new Rig().put('s-0', [1, 2, 3]).put('s-2', [5, 6]);
  rig.reader.start();
  expect(rig.reader.step()).toEqual({ kind: 'more' });
  expect(rig.take()).toEqual(['r1', 'r2']);
  expect(rig.reader.offsets()).toEqual({ 's-0': 2, 's-2': 0 });
  rig.reader.step();
  expect(rig.take()).toEqual(['r5', 'w1', 'r6']);
  rig.reader.step();
  expect(rig.take()).toEqual(['r3', 'w2']);
  expect(rig.reader.step()).toEqual({ kind: 'wait', waitMs: 7 });
  expect(rig.reader.offsets()).toEqual({ 's-0': 3, 's-2': 2 });
});

test('goes on at the restored offsets, where the file knows the split', () => {
  const rig = new Rig().put('s-0', [1, 2, 3], true).put('s-2', [5], true);
  rig.reader.restore({ 's-0': 2, 'some other': 9 });
  rig.reader.start();
  while (rig.reader.step().kind === 'more');
  expect(rig.take().filter((text) => text.startsWith('r'))).toEqual(['r3', 'r5']);
});

test('a restored split holds the watermark before its first record', () => {
  const rig = new Rig().put('s-0', [10, 11]).put('s-2', [5]);
  rig.reader.restore({ 's-0': 1, 's-2': 1 });
  rig.reader.start();
  rig.reader.step();
  expect(rig.take()).toEqual(['r11']);
});

describe('the end', () => {
  test('a split that ended leaves the minimum; all of them end the source', () => {
    const rig = new Rig().put('s-0', [1], true).put('s-2', [5, 6]);
    rig.reader.start();
    rig.reader.step();
    rig.reader.step();
    expect(rig.take()).toEqual(['r1', 'r5', 'w4', 'r6', 'w5']);
    rig.put('s-2', [], true);
    expect(rig.reader.step()).toEqual({ kind: 'more' });
    expect(rig.reader.step()).toEqual({ kind: 'ended' });
    rig.reader.finish();
    expect(rig.take()).toEqual(['wMAX']);
  });

  test('a subtask without splits ends at once', () => {
    const rig = new Rig();
    const empty = new SourceReader({
      spec: source('s', 3, 1),
      subtask: 2,
      port: rig.world.source,
      recordsMax: 1,
      pollIntervalMs: 7,
      activeMs: () => 0,
      listener: { row: () => undefined, watermark: () => undefined, status: () => undefined },
    });
    empty.start();
    expect(empty.step()).toEqual({ kind: 'ended' });
  });

  test('drain ends every split where it is', () => {
    const rig = new Rig().put('s-0', [1, 2, 3]).put('s-2', [5]);
    rig.reader.start();
    rig.reader.step();
    rig.reader.drain();
    expect(rig.reader.step()).toEqual({ kind: 'ended' });
    expect(rig.reader.offsets()).toEqual({ 's-0': 2, 's-2': 0 });
  });

  test('a source that was idle is active before its last watermark', () => {
    const rig = new Rig({ idlenessMs: 50 });
    rig.reader.start();
    rig.world.pass(50);
    rig.reader.tick();
    rig.reader.drain();
    rig.reader.finish();
    expect(rig.take()).toEqual(['idle', 'active', 'wMAX']);
  });
});

describe('watermarks', () => {
  test('periodic ones wait for the tick', () => {
    const rig = new Rig({ emission: 'periodic' }).put('s-0', [10], true).put('s-2', [8, 9]);
    rig.reader.start();
    rig.reader.step();
    rig.reader.step();
    expect(rig.take()).toEqual(['r10', 'r8', 'r9']);
    rig.reader.tick();
    rig.reader.tick();
    expect(rig.take()).toEqual(['w8']);
  });

  test('an idle source says so; a record makes it active before it is seen', () => {
    const rig = new Rig({ idlenessMs: 50 });
    rig.reader.start();
    rig.world.pass(49);
    rig.reader.tick();
    expect(rig.take()).toEqual([]);
    rig.world.pass(1);
    rig.reader.tick();
    expect(rig.take()).toEqual(['idle']);
    rig.put('s-0', [3]);
    rig.reader.step();
    expect(rig.take()).toEqual(['active', 'r3', 'w2']);
  });

  test('ticks come at the interval of periodic watermarks', () => {
    expect(new Rig().reader.tickIntervalMs).toBeNull();
    expect(new Rig({ emission: 'periodic' }).reader.tickIntervalMs).toBe(50);
    expect(new Rig({ idlenessMs: 30 }).reader.tickIntervalMs).toBe(50);
  });

  test('idleness without an interval still ticks, and time moves on between ticks', () => {
    expect(new Rig({ idlenessMs: 30, intervalMs: 0 }).reader.tickIntervalMs).toBe(30);
  });
});

test('active time does not count the time in which the subtask was blocked', () => {
  let now = 1000;
  const clock = new ActiveClock(() => now);
  const start = clock.activeMs();
  now += 100;
  clock.account(true);
  now += 500;
  expect(clock.activeMs() - start).toBe(100);
  clock.account(true);
  now += 500;
  clock.account(false);
  now += 10;
  expect(clock.activeMs() - start).toBe(110);
  clock.account(false);
  expect(clock.activeMs() - start).toBe(110);
});
