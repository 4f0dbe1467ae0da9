/**
 * When a subtask takes a checkpoint: alignment, overtaking, cancellation, tracking without
 * blocking.
 */
import { describe, expect, test } from 'vitest';

import { BarrierHandler } from '../../../../src/engine/task-manager/barrier-handler.ts';

class Rig {
  readonly log: string[] = [];
  readonly handler: BarrierHandler;
  private readonly channels: number;

  constructor(channels: number, aligning: boolean) {
    this.channels = channels;
    this.handler = new BarrierHandler(channels, aligning, {
      alignmentStarted: (id) => void this.log.push(`start ${id}`),
      aligned: (id, suspend) => {
        this.log.push(`${suspend ? 'suspend' : 'take'} ${id} blocked [${this.blocked.join()}]`);
      },
      cancelled: (id) => void this.log.push(`cancel ${id}`),
    });
  }

  get blocked(): number[] {
    return [...Array(this.channels).keys()].filter((c) => this.handler.isBlocked(c));
  }

  /** The barrier of `checkpoint` on these channels. */
  barrier(checkpoint: number, ...channels: number[]): this {
    for (const channel of channels) this.handler.onBarrier(channel, checkpoint, false);
    return this;
  }

  take(): string[] {
    return this.log.splice(0);
  }
}

describe('aligning', () => {
  test('a channel is blocked from its barrier until the last one has come', () => {
    const rig = new Rig(3, true).barrier(1, 2);
    expect([rig.take(), rig.blocked]).toEqual([['start 1'], [2]]);
    rig.barrier(1, 0);
    expect([rig.take(), rig.blocked]).toEqual([[], [0, 2]]);
    rig.barrier(1, 1);
    expect(rig.take(), 'still blocked while the checkpoint is taken').toEqual([
      'take 1 blocked [0,1,2]',
    ]);
    expect(rig.blocked).toEqual([]);
  });

  test('one channel aligns at once', () => {
    expect(new Rig(1, true).barrier(4, 0).take()).toEqual(['start 4', 'take 4 blocked [0]']);
  });

  test('a savepoint that suspends is passed on as such', () => {
    const rig = new Rig(2, true);
    rig.handler.onBarrier(0, 1, true);
    rig.handler.onBarrier(1, 1, true);
    expect(rig.take()).toEqual(['start 1', 'suspend 1 blocked [0,1]']);
  });

  test('a newer barrier overtakes: the older checkpoint is given up, its channels go on', () => {
    const rig = new Rig(2, true).barrier(1, 0).barrier(2, 1);
    expect(rig.take()).toEqual(['start 1', 'cancel 1', 'start 2']);
    expect(rig.blocked).toEqual([1]);
    rig.barrier(1, 1);
    expect(rig.take(), 'the old barrier means nothing any more').toEqual([]);
    rig.barrier(2, 0);
    expect(rig.take()).toEqual(['take 2 blocked [0,1]']);
  });

  test('the same barrier twice on a channel does not count twice', () => {
    const rig = new Rig(2, true).barrier(1, 0, 0);
    expect(rig.take()).toEqual(['start 1']);
    expect(rig.blocked).toEqual([0]);
  });

  test('ids may have gaps', () => {
    expect(new Rig(2, true).barrier(3, 0, 1).barrier(101, 1, 0).take()).toEqual([
      'start 3',
      'take 3 blocked [0,1]',
      'start 101',
      'take 101 blocked [0,1]',
    ]);
  });
});

describe('a cancel marker', () => {
  test('on any channel ends the alignment, and is passed on once', () => {
    const rig = new Rig(3, true).barrier(1, 0);
    rig.handler.onCancelBarrier(1);
    rig.handler.onCancelBarrier(1);
    expect([rig.take(), rig.blocked]).toEqual([['start 1', 'cancel 1'], []]);
    expect(rig.barrier(1, 1, 2).take()).toEqual([]);
  });

  test('is not a barrier: the checkpoint is not taken', () => {
    const rig = new Rig(2, true).barrier(1, 0);
    rig.handler.onCancelBarrier(1);
    expect(rig.take()).toEqual(['start 1', 'cancel 1']);
  });

  test('before any barrier cancels too', () => {
    const rig = new Rig(2, true);
    rig.handler.onCancelBarrier(1);
    expect(rig.barrier(1, 0, 1).take()).toEqual(['cancel 1']);
    expect(rig.barrier(2, 0, 1).take()).toHaveLength(2);
  });

  test('of a checkpoint that was taken comes too late', () => {
    const rig = new Rig(1, true).barrier(1, 0);
    rig.take();
    rig.handler.onCancelBarrier(1);
    expect(rig.take()).toEqual([]);
  });
});

describe('an abort by the coordinator', () => {
  test('ends the alignment', () => {
    const rig = new Rig(2, true).barrier(1, 0);
    rig.handler.onAborted(1);
    expect([rig.take(), rig.blocked]).toEqual([['start 1', 'cancel 1'], []]);
  });

  test('before the barrier: the barrier blocks nothing and is cancelled downstream, once', () => {
    const rig = new Rig(2, true);
    rig.handler.onAborted(1);
    expect(rig.take()).toEqual([]);
    rig.barrier(1, 0, 1);
    expect([rig.take(), rig.blocked]).toEqual([['cancel 1'], []]);
  });

  test('of a future checkpoint leaves the alignment of an older one alone', () => {
    const rig = new Rig(2, true).barrier(1, 0);
    rig.handler.onAborted(2);
    expect(rig.barrier(1, 1).take()).toEqual(['start 1', 'take 1 blocked [0,1]']);
    expect(rig.barrier(2, 0).take()).toEqual(['cancel 2']);
  });

  test('of a checkpoint that is over here is ignored', () => {
    const rig = new Rig(1, true).barrier(2, 0);
    rig.take();
    rig.handler.onAborted(1);
    rig.handler.onAborted(2);
    expect(rig.barrier(3, 0).take()).toEqual(['start 3', 'take 3 blocked [0]']);
  });
});

describe('tracking, at least once', () => {
  test('blocks nothing, takes the checkpoint at the last barrier', () => {
    const rig = new Rig(2, false).barrier(1, 0);
    expect(rig.blocked).toEqual([]);
    expect(rig.barrier(1, 1).take()).toEqual(['start 1', 'take 1 blocked []']);
  });

  test('concurrent checkpoints are counted side by side', () => {
    const rig = new Rig(2, false).barrier(1, 0).barrier(2, 0).barrier(1, 1).barrier(2, 1);
    expect(rig.take()).toEqual(['start 1', 'start 2', 'take 1 blocked []', 'take 2 blocked []']);
  });

  test('a newer one that is complete settles the older', () => {
    const rig = new Rig(2, false).barrier(1, 0).barrier(2, 0, 1);
    expect(rig.take()).toEqual(['start 1', 'start 2', 'take 2 blocked []']);
    expect(rig.barrier(1, 1).take()).toEqual([]);
  });
});
