/**
 * The receiving side as a whole: what arrives on two channels becomes rows, time, checkpoints, the
 * end.
 */
import { describe, expect, test } from 'vitest';

import type { Control, Element } from '../../../../src/engine/world/messages.ts';
import { planPipeline } from '../../../../src/engine/plan/plan.ts';
import { TaskInput } from '../../../../src/engine/task-manager/task-input.ts';
import type { CheckpointMode } from '../../../../src/model/options.ts';
import { FakeWorld } from '../../../support/engine/fake-world.ts';
import { pipelineOf, sink, source } from '../../../support/engine/pipelines.ts';

class Rig {
  readonly world: FakeWorld = new FakeWorld();
  readonly log: string[] = [];
  readonly input: TaskInput;
  alive: boolean = true;

  /** A sink that reads two source subtasks, on `n0` and `n1`. */
  constructor(mode: CheckpointMode = 'exactly-once') {
    const note = (text: string): void => void this.log.push(text);
    this.input = new TaskInput({
      world: this.world,
      plan: planPipeline(pipelineOf(source('s', 2), sink('out', 's'))),
      attempt: 3,
      task: { vertex: 1, subtask: 0 },
      locations: [['n0', 'n1'], ['n0']],
      mode,
      buffersPerChannel: 4,
      alive: () => this.alive,
      listener: {
        row: (row) => note(`row ${row.ts}`),
        watermark: (ts) => note(`watermark ${ts}`),
        status: (idle) => note(idle ? 'idle' : 'active'),
        ended: () => note('ended'),
        alignmentStarted: (checkpoint) => note(`start ${checkpoint}`),
        aligned: (checkpoint) => note(`take ${checkpoint}`),
        cancelled: (checkpoint) => note(`cancel ${checkpoint}`),
      },
    });
  }

  /** Numbers are rows. */
  receive(channel: number, ...elements: (number | Control)[]): this {
    const plain = elements.map((e): Element =>
      typeof e === 'number' ? { key: 'k', ts: e, value: e } : e,
    );
    this.input.receive(channel, plain);
    return this;
  }

  drain(): string[] {
    while (this.input.step());
    return this.log.splice(0);
  }
}

const barrier = (checkpoint: number): Control => ({
  control: 'barrier',
  checkpoint,
  suspend: false,
});
const cancelled = (checkpoint: number): Control => ({ control: 'cancel-barrier', checkpoint });
const watermark = (ts: number): Control => ({ control: 'watermark', ts });

describe('barriers', () => {
  test.each(['exactly-once', 'stop-the-world'] as const)(
    '%s: rows behind a barrier wait for the other channel',
    (mode) => {
      const rig = new Rig(mode).receive(0, 1, barrier(1)).receive(0, 2);
      expect(rig.drain()).toEqual(['row 1', 'start 1']);
      rig.receive(1, 3, barrier(1)).receive(1, 4);
      expect(rig.drain()).toEqual(['row 3', 'take 1', 'row 2', 'row 4']);
    },
  );

  test('at least once: they do not wait', () => {
    const rig = new Rig('at-least-once').receive(0, 1, barrier(1)).receive(0, 2);
    expect(rig.drain()).toEqual(['row 1', 'start 1', 'row 2']);
    expect(rig.receive(1, barrier(1)).drain()).toEqual(['take 1']);
  });

  test('a marker that an earlier checkpoint was given up leaves a later alignment alone', () => {
    const rig = new Rig().receive(0, barrier(2)).receive(0, 5);
    expect(rig.drain()).toEqual(['start 2']);
    rig.receive(1, cancelled(1));
    expect(rig.drain(), 'checkpoint 2 still waits for channel 1').toEqual(['cancel 1']);
    expect(rig.receive(1, 6, barrier(2)).drain()).toEqual(['row 6', 'take 2', 'row 5']);
  });

  test('an abort lets the blocked channel go on', () => {
    const rig = new Rig().receive(0, barrier(1)).receive(0, 2);
    rig.drain();
    rig.input.onAborted(1);
    expect(rig.drain()).toEqual(['cancel 1', 'row 2']);
  });
});

describe('time and the end', () => {
  test('the watermark is the minimum, idle channels leave it', () => {
    const rig = new Rig().receive(0, watermark(5)).receive(1, watermark(3));
    expect(rig.drain()).toEqual(['watermark 3']);
    expect(rig.receive(1, { control: 'idle' }).drain()).toEqual(['watermark 5']);
    expect(rig.receive(0, { control: 'idle' }).drain()).toEqual(['idle']);
    expect(rig.receive(1, { control: 'active' }).drain()).toEqual(['active']);
  });

  test('the end comes with the last channel; barriers may follow it', () => {
    const rig = new Rig().receive(0, { control: 'end' }).receive(0, barrier(1));
    expect(rig.drain()).toEqual(['start 1']);
    rig.receive(1, 7, { control: 'end' }).receive(1, barrier(1));
    expect(rig.drain()).toEqual(['row 7', 'ended', 'take 1']);
  });
});

test('credit goes to the sender of the channel, by the sender’s own number', () => {
  const rig = new Rig().receive(1, 1).receive(1, 2);
  rig.drain();
  expect(rig.world.takeSent()).toEqual([
    {
      to: 'n1',
      message: {
        type: 'credit',
        attempt: 3,
        task: { vertex: 0, subtask: 1 },
        channel: 0,
        credits: 2,
      },
    },
  ]);
});

test('a task that is cancelled in the middle of a buffer sees no more of it', () => {
  const rig = new Rig().receive(0, 1, 2).receive(0, 3);
  rig.alive = false;
  expect(rig.drain()).toEqual(['row 1']);
});
