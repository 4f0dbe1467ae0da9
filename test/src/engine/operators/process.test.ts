/**
 * Process functions: their timers in both time domains, across restores, and at the end of input.
 */
import { describe, expect, test } from 'vitest';

import {
  builtinFunctions,
  type FunctionCatalog,
  type ProcessContext,
} from '../../../../src/model/functions.ts';
import { WATERMARK_MAX, type Value } from '../../../../src/model/value.ts';
import { FakeWorld } from '../../../support/engine/fake-world.ts';
import { OperatorRig, type Spec } from '../../../support/engine/operator-rig.ts';

const bucket: Spec = { kind: 'process', fn: { fn: 'bucket-timer', sizeMs: 10 } };
const batch: Spec = { kind: 'process', fn: { fn: 'processing-batch', delayMs: 100 } };

/** A function of the test's own: what it does with a row, and with a timer. */
function scripted(
  onRow: (value: Value, context: ProcessContext) => void,
  onTimer: (domain: 'event' | 'processing', context: ProcessContext) => void,
): OperatorRig {
  const catalog: FunctionCatalog = {
    ...builtinFunctions,
    process: { scripted: () => ({ onRow, onTimer }) },
  };
  return new OperatorRig({ kind: 'process', fn: { fn: 'scripted' } }, { catalog });
}

describe('event-time timers', () => {
  test('fire in timestamp order when the watermark has reached them', () => {
    const rig = new OperatorRig(bucket).row(15).row(5).row(6, 6, 'b');
    expect(rig.watermark(8).take()).toEqual([]);
    expect(rig.watermark(19).take()).toEqual([
      { key: 'k', ts: 9, value: { bucket: 9, ids: [5], n: 1 } },
      { key: 'b', ts: 9, value: { bucket: 9, ids: [6], n: 1 } },
      { key: 'k', ts: 19, value: { bucket: 19, ids: [15], n: 1 } },
    ]);
  });

  test('one registered for the past fires with the next watermark', () => {
    const rig = new OperatorRig(bucket).watermark(50).row(5);
    expect(rig.take()).toEqual([]);
    expect(rig.watermark(51).take()).toHaveLength(1);
  });

  test('one registered behind the last watermark fires with the end of input', () => {
    const rig = new OperatorRig(bucket).watermark(WATERMARK_MAX).row(5);
    expect(rig.take()).toEqual([]);
    rig.operator.end();
    expect(rig.takeValues()).toEqual([{ bucket: 9, ids: [5], n: 1 }]);
  });

  test('a deleted timer does not fire', () => {
    const rig = scripted(
      (_, context) => {
        context.registerEventTimer(10);
        context.registerEventTimer(20);
        context.deleteEventTimer(10);
      },
      (domain, context) => context.emit(`${domain} ${context.ts}`),
    );
    expect(rig.row(1).watermark(30).takeValues()).toEqual(['event 20']);
  });

  test('timers and state survive a restore', () => {
    const state = new OperatorRig(bucket).row(5).row(15).watermark(9).snapshot();
    const rig = new OperatorRig(bucket).restore(state).row(16);
    expect(rig.watermark(19).takeValues()).toEqual([{ bucket: 19, ids: [15, 16], n: 2 }]);
  });
});

describe('processing-time timers', () => {
  test('fire after their delay, one wake-up for all keys', () => {
    const rig = new OperatorRig(batch).row(1, 1, 'a');
    rig.world.pass(60);
    rig.row(2, 2, 'b').row(3, 3, 'a');
    rig.world.pass(39);
    expect(rig.take()).toEqual([]);
    rig.world.pass(1);
    expect(rig.takeValues()).toEqual([{ ids: [1, 3], n: 2 }]);
    rig.world.pass(60);
    expect(rig.takeValues()).toEqual([{ ids: [2], n: 1 }]);
  });

  test('an earlier timer replaces the armed wake-up', () => {
    const rig = scripted(
      (_, context) => {
        context.registerProcessingTimer(100);
        context.registerProcessingTimer(30);
      },
      (domain, context) => context.emit(`${domain} ${context.ts}`),
    );
    rig.row(1).world.pass(30);
    expect(rig.takeValues()).toEqual(['processing 30']);
    rig.world.pass(70);
    expect(rig.takeValues()).toEqual(['processing 100']);
  });

  test('a wall clock that was put back only delays them', () => {
    const rig = new OperatorRig(batch).row(1);
    rig.world.clockMs = -50;
    rig.world.pass(100);
    expect(rig.take()).toEqual([]);
    rig.world.pass(50);
    expect(rig.take()).toHaveLength(1);
  });

  test('a wall clock that jumped ahead does not lose them', () => {
    const rig = new OperatorRig(batch).row(1);
    rig.world.clockMs = 5_000;
    rig.world.pass(100);
    expect(rig.takeValues()).toEqual([{ ids: [1], n: 1 }]);
  });

  test('are armed again after a restore, overdue ones at once', () => {
    const state = new OperatorRig(batch).row(1).snapshot();
    const soon = new OperatorRig(batch).restore(state);
    soon.world.pass(100);
    expect(soon.take()).toHaveLength(1);
    const world = new FakeWorld();
    world.pass(7_000);
    const late = new OperatorRig(batch, { world }).restore(state);
    late.world.settle();
    expect(late.take()).toHaveLength(1);
  });

  test('what still waits at the end of input fires then, once', () => {
    const rig = new OperatorRig(batch).row(1, 1, 'a').row(2, 2, 'b').watermark(WATERMARK_MAX);
    expect(rig.take()).toEqual([]);
    rig.operator.end();
    expect(rig.takeValues()).toEqual([
      { ids: [1], n: 1 },
      { ids: [2], n: 1 },
    ]);
    rig.world.pass(1_000);
    expect(rig.take()).toEqual([]);
  });
});

test('state is per key; null removes it', () => {
  const rig = scripted(
    (_, context) => {
      context.emit(context.state());
      context.setState(context.state() === null ? context.key : null);
    },
    () => undefined,
  );
  rig.row(1, 1, 'a').row(2, 2, 'b').row(3, 3, 'a').row(4, 4, 'a');
  expect(rig.takeValues()).toEqual([null, null, 'a', null]);
});
