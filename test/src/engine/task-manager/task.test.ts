/** A small job inside one TaskManager: rows, checkpoints, restores, and the ways it ends. */
import { describe, expect, test } from 'vitest';

import type { OperatorSpec } from '../../../../src/model/pipeline.ts';
import { held, refused, unavailable } from '../../../support/engine/fake-world.ts';
import { keyBy, reduce, sink, source } from '../../../support/engine/pipelines.ts';
import { TaskManagerRig } from '../../../support/engine/task-manager-rig.ts';

/** Sums ids of one key: source, and a chain of reduce and sink. */
const counting: readonly OperatorSpec[] = [
  source('s'),
  { kind: 'key-by', id: 'k', input: 's', key: { fn: 'constant' } },
  reduce('r', 'k'),
  sink('out', 'r'),
];

/** Batches by processing time, chained to the sink. */
const batching: readonly OperatorSpec[] = [
  source('s'),
  keyBy('k', 's'),
  {
    kind: 'process',
    id: 'p',
    input: 'k',
    parallelism: 1,
    fn: { fn: 'processing-batch', delayMs: 50 },
  },
  sink('out', 'p'),
];

function running(operators: readonly OperatorSpec[]): TaskManagerRig {
  const tm = new TaskManagerRig(operators);
  tm.registered().deploy(1).start(1);
  tm.take();
  return tm;
}

const ids = (tm: TaskManagerRig): unknown[] =>
  tm.visible.map((value) => (value as { ids: number[] }).ids.join(' '));

describe('a checkpoint', () => {
  test('is acknowledged by every subtask, when all it stands for is durable', () => {
    const tm = running(counting);
    tm.world.logs.put('s-0', [1, 2]);
    tm.pass(20);
    tm.world.plan('storage.rename', held);
    tm.trigger(1, 1);
    expect(tm.take(), 'the source’s file has no final name yet').toEqual(['ack 1 #1 1/0']);
    tm.world.release();
    expect(tm.settle().take()).toEqual(['ack 1 #1 0/0']);
    expect(tm.acks.find((ack) => ack.task.vertex === 0)?.handle.offsets).toEqual({ 's-0': 2 });
  });

  test('waits for the sink’s pre-commit', () => {
    const tm = running(counting);
    tm.world.logs.put('s-0', [1]);
    tm.pass(20);
    tm.world.plan('store.prepare', held);
    expect(tm.trigger(1, 1).take()).toEqual(['ack 1 #1 0/0']);
    tm.world.release();
    expect(tm.settle().take()).toEqual(['ack 1 #1 1/0']);
  });

  test('holds the rows before the barrier, and only those', () => {
    const tm = running(counting);
    tm.world.logs.put('s-0', [1, 2]);
    tm.pass(20).trigger(1, 1);
    tm.world.logs.put('s-0', [3]);
    tm.pass(20).complete(1, 1);
    expect(ids(tm)).toEqual(['0', '0 1']);
    tm.trigger(1, 2).complete(1, 2);
    expect(ids(tm)).toEqual(['0', '0 1', '0 1 2']);
  });

  test('that cannot be stored is declined', () => {
    const tm = running(counting);
    tm.world.plan('storage.sync', refused('no-space'));
    expect(tm.trigger(1, 1).take().sort()).toEqual(['ack 1 #1 1/0', 'decline 1 #1']);
  });

  test('whose pre-commit fails fails the attempt: rows are sealed but not safe', () => {
    const tm = running(counting);
    tm.world.logs.put('s-0', [1]);
    tm.pass(20);
    tm.world.plan('store.prepare', refused('not-found'));
    tm.trigger(1, 1);
    expect(tm.take().at(-1)).toMatch(/^failed 1: pre-commit of out/);
  });

  test('emits its barrier before it copies the state', () => {
    const tm = running(counting).trigger(1, 1);
    const points = tm.world.points.slice(0, 6);
    expect(points.filter((point) => point.startsWith('barrier'))).toHaveLength(2);
    expect(points.indexOf('barrier-emitted/after/1')).toBeLessThan(
      points.indexOf('sync-snapshot/before/1'),
    );
  });
});

describe('a restore', () => {
  /** Two rows are in checkpoint 1, one more was read after it. */
  function interrupted(): TaskManagerRig {
    const tm = running(counting);
    tm.world.logs.put('s-0', [1, 2]);
    tm.pass(20).trigger(1, 1);
    tm.world.logs.put('s-0', [3], true);
    return tm.pass(20);
  }

  test('goes on from offsets and state, and commits what the checkpoint holds', () => {
    const first = interrupted();
    const tm = new TaskManagerRig(counting, { world: first.world });
    tm.registered().deploy(2, first.acks);
    expect(ids(tm)).toEqual(['0', '0 1']);
    tm.start(2).pass(20).trigger(2, 2).complete(2, 2, true);
    expect(ids(tm)).toEqual(['0', '0 1', '0 1 2']);
    expect(tm.take().filter((text) => text.startsWith('task-finished'))).toHaveLength(2);
  });

  test.each([
    ['missing', null],
    ['cut off', 10],
  ])('of a file that is %s fails and names the checkpoint', (_, length) => {
    const first = interrupted();
    const path = first.acks.find((ack) => ack.task.vertex === 1)?.handle.path as string;
    const content = first.world.files.contents.get(path) ?? '';
    if (length === null) first.world.files.contents.delete(path);
    else first.world.files.contents.set(path, content.slice(0, length));
    const tm = new TaskManagerRig(counting, { world: first.world });
    tm.registered().deploy(2, first.acks);
    expect(tm.take().at(-1)).toMatch(/^failed 2: checkpoint 1 is unreadable at chk-1\/r-0-1/);
  });

  test('that the disk refuses is a failure, but not the checkpoint’s', () => {
    const first = interrupted();
    const tm = new TaskManagerRig(counting, { world: first.world });
    tm.world.plan('storage.read', refused('io-error'));
    tm.registered().deploy(2, first.acks);
    expect(tm.take().at(-1)).toMatch(/^failed 2: reading chk-1/);
  });
});

describe('event time', () => {
  /** Buckets of 10 ms by event-time timers, sent on to a keyed reduce. */
  const buckets: readonly OperatorSpec[] = [
    source('s'),
    { kind: 'key-by', id: 'k', input: 's', key: { fn: 'constant' } },
    {
      kind: 'process',
      id: 'p',
      input: 'k',
      parallelism: 1,
      fn: { fn: 'bucket-timer', sizeMs: 10 },
    },
    keyBy('k2', 'p', 'bucket'),
    reduce('r', 'k2'),
    sink('out', 'r'),
  ];

  test('what a watermark lets out goes before the watermark', () => {
    const tm = running(buckets);
    tm.world.logs.put('s-0', [1, 25]);
    tm.pass(20);
    const wire = tm.wire.filter((text) => text.startsWith('2/0'));
    expect(wire).toEqual(['2/0 watermark', '2/0 9', '2/0 watermark']);
  });

  test('a suspended job ends without letting anything out', () => {
    const tm = running(buckets);
    tm.world.logs.put('s-0', [1, 2]);
    tm.pass(20).trigger(1, 1, true).pass(20).complete(1, 1, true).pass(20);
    expect(tm.take().filter((text) => text.startsWith('task-finished'))).toHaveLength(3);
    expect(tm.wire.filter((text) => text.endsWith('end') || text === '2/0 9')).toEqual([]);
    expect(tm.visible).toEqual([]);
  });
});

describe('processing-time timers', () => {
  test('that come due before the start wait for it', () => {
    const first = running(batching);
    first.world.logs.put('s-0', [1]);
    first.pass(20).trigger(1, 1);
    const tm = new TaskManagerRig(batching, { world: first.world });
    tm.registered().deploy(2, first.acks).pass(500);
    expect(tm.trigger(2, 2).take().at(-1)).toBe('decline 2 #2');
    tm.start(2).trigger(2, 3).complete(2, 3);
    expect(ids(tm)).toEqual(['0']);
  });

  test('wait while the world stands still for a checkpoint', () => {
    const tm = new TaskManagerRig(batching, { options: { mode: 'stop-the-world' } });
    tm.registered().deploy(1).start(1);
    tm.world.logs.put('s-0', [1]);
    tm.pass(20).trigger(1, 1).pass(200).complete(1, 1);
    tm.trigger(1, 2).complete(1, 2);
    expect(ids(tm)).toEqual(['0']);
  });
});

describe('the end', () => {
  test('of input is told by every subtask; they finish when their commits are confirmed', () => {
    const tm = running(counting);
    tm.world.logs.put('s-0', [1], true);
    expect(tm.pass(20).take()).toEqual(['end-of-data 1 0/0', 'end-of-data 1 1/0']);
    tm.trigger(1, 1);
    tm.take();
    tm.world.plan('store.commit', unavailable);
    expect(tm.complete(1, 1, true).take()).toEqual(['task-finished 1 0/0']);
    expect(tm.pass(50).take()).toEqual(['task-finished 1 1/0']);
    expect(ids(tm)).toEqual(['0']);
  });

  test('by drain fires what waits, at the offsets reached', () => {
    const tm = running(batching);
    tm.world.logs.put('s-0', [1, 2, 3]);
    tm.pass(20).say({ type: 'drain', leader: 1, attempt: 1 });
    expect(tm.take()).toEqual(['end-of-data 1 0/0', 'end-of-data 1 1/0']);
    tm.trigger(1, 1).complete(1, 1, true);
    expect(ids(tm)).toEqual(['0', '1', '2']);
  });

  test('by suspend fires nothing, reads nothing more, and still finishes', () => {
    const tm = running(batching);
    tm.world.logs.put('s-0', [1, 2]);
    tm.pass(20).trigger(1, 1, true);
    tm.world.logs.put('s-0', [3]);
    // The batches of rows 1 and 2 come due while the savepoint is stored.
    tm.pass(200);
    expect(tm.world.calls.filter((call) => call.startsWith('store.write'))).toEqual([]);
    expect(tm.acks.find((ack) => ack.task.vertex === 0)?.handle.offsets).toEqual({ 's-0': 2 });
    tm.take();
    expect(tm.complete(1, 1, true).take()).toEqual(['task-finished 1 0/0', 'task-finished 1 1/0']);
    expect(ids(tm)).toEqual([]);
  });
});
