/** Interval join and event-time sort: strict lateness, bounds, order, clean-up (semantics §3). */
import { describe, expect, test } from 'vitest';

import { WATERMARK_MAX } from '../../../../src/model/value.ts';
import { OperatorRig, type Spec } from '../../../support/engine/operator-rig.ts';

function join(lowerMs: number, upperMs: number): OperatorRig {
  return new OperatorRig({
    kind: 'interval-join',
    left: 'l',
    right: 'r',
    lowerMs,
    upperMs,
  });
}

const left = (rig: OperatorRig, ts: number): OperatorRig =>
  rig.put({ key: 'k', ts, value: `l${ts}` }, 0);
const right = (rig: OperatorRig, ts: number): OperatorRig =>
  rig.put({ key: 'k', ts, value: `r${ts}` }, 1);
const pairs = (rig: OperatorRig): string[] =>
  rig.take().map(({ ts, value }) => {
    const pair = value as { left: string; right: string };
    return `${pair.left} ${pair.right} @${ts}`;
  });

describe('interval join', () => {
  test('both bounds are included, from either side', () => {
    const rig = join(-5, 10);
    left(rig, 100);
    for (const ts of [94, 95, 110, 111]) right(rig, ts);
    expect(pairs(rig)).toEqual(['l100 r95 @100', 'l100 r110 @110']);
    const mirrored = join(-5, 10);
    for (const ts of [94, 95, 110, 111]) right(mirrored, ts);
    left(mirrored, 100);
    expect(pairs(mirrored)).toEqual(['l100 r95 @100', 'l100 r110 @110']);
  });

  test('keys do not meet', () => {
    const rig = left(join(-5, 5), 0).put({ key: 'other', ts: 0, value: 'x' }, 1);
    expect(rig.take()).toEqual([]);
  });

  test('every row of one side meets every row of the other, equal rows too', () => {
    const rig = join(0, 0);
    left(left(rig, 1), 1);
    right(right(rig, 1), 1);
    expect(pairs(rig)).toHaveLength(4);
  });

  test('a row is late strictly below the watermark, unlike for windows', () => {
    const rig = join(-5, 5);
    left(rig, 10).watermark(10);
    expect(pairs(right(rig, 10))).toEqual(['l10 r10 @10']);
    expect(pairs(right(rig, 9))).toEqual([]);
    expect(rig.takeLate()).toEqual([]);
  });

  test('a row is kept as long as a partner that is not late can come', () => {
    const rig = join(-5, 10);
    left(rig, 100).watermark(109);
    expect(pairs(right(rig, 110))).toEqual(['l100 r110 @110']);
    const mirrored = right(join(-5, 10), 100).watermark(104);
    expect(pairs(left(mirrored, 105))).toEqual(['l105 r100 @105']);
  });

  test('state is cleaned once no partner can come', () => {
    const rig = join(-5, 10);
    right(left(rig, 100), 100).watermark(109);
    expect(rig.snapshot()).toMatchObject({ left: [[expect.anything(), expect.anything()]] });
    rig.watermark(110);
    expect(rig.snapshot()).toEqual({ left: [], right: [], timers: [] });
  });

  test.each([
    [3, 7],
    [-7, -3],
  ])('bounds on one side of the row only, [%i, %i]', (lowerMs, upperMs) => {
    const rig = join(lowerMs, upperMs);
    left(rig, 100);
    right(rig, 100 + lowerMs - 1);
    right(rig, 100 + lowerMs);
    right(rig, 100 + upperMs);
    right(rig, 100 + upperMs + 1);
    expect(pairs(rig)).toHaveLength(2);
    rig.watermark(WATERMARK_MAX);
    expect(rig.snapshot()).toEqual({ left: [], right: [], timers: [] });
  });

  test('clean-up takes rows of its own timestamp only', () => {
    const rig = join(-5, 5);
    left(left(rig, 10), 12).watermark(15);
    expect(pairs(right(rig, 15))).toEqual(['l12 r15 @15']);
  });

  test('a restored join has both sides and cleans up', () => {
    const state = right(left(join(-5, 5), 10), 20).snapshot();
    const rig = join(-5, 5).restore(state);
    expect(pairs(right(rig, 15))).toEqual(['l10 r15 @15']);
    expect(pairs(left(rig, 15))).toEqual(['l15 r20 @20', 'l15 r15 @15']);
    rig.watermark(WATERMARK_MAX);
    expect(rig.snapshot()).toEqual({ left: [], right: [], timers: [] });
  });
});

describe('sort', () => {
  const sort: Spec = { kind: 'sort', lateOutput: true };
  const ids = (rig: OperatorRig): unknown[] =>
    rig.takeValues().map((value) => (value as { id: number }).id);

  test('lets rows go in timestamp order once the watermark has reached them', () => {
    const rig = new OperatorRig(sort).row(7).row(-3).row(5).watermark(4);
    expect(ids(rig)).toEqual([-3]);
    expect(ids(rig.watermark(5))).toEqual([5]);
    expect(ids(rig.watermark(WATERMARK_MAX))).toEqual([7]);
  });

  test('rows of equal timestamp keep their order of arrival', () => {
    const rig = new OperatorRig(sort).row(5, 9).row(5, 1).row(4, 7).row(5, 5);
    expect(ids(rig.watermark(5))).toEqual([7, 9, 1, 5]);
  });

  test('one watermark releases all keys in order of event time', () => {
    const rig = new OperatorRig(sort).row(3, 3, 'b').row(1, 1, 'a').row(2, 2, 'b').row(4, 4, 'a');
    expect(ids(rig.watermark(9))).toEqual([1, 2, 3, 4]);
  });

  test('a row at the watermark is late already', () => {
    const rig = new OperatorRig(sort).watermark(5).row(5).row(6);
    expect(rig.takeLate().map((row) => row.ts)).toEqual([5]);
    expect(ids(rig.watermark(6))).toEqual([6]);
  });

  test('a restored sort still holds and orders its rows', () => {
    const state = new OperatorRig(sort).row(5, 9).row(5, 1).row(3).watermark(2).snapshot();
    const rig = new OperatorRig(sort).restore(state).row(5, 2).row(4);
    expect(ids(rig.watermark(5))).toEqual([3, 4, 9, 1, 2]);
    expect(rig.snapshot()).toEqual({ rows: [], timers: [] });
  });
});
