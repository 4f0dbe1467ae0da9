/** Tumbling and sliding windows: one boundary per rule of semantics §3. */
import { describe, expect, test } from 'vitest';

import type { Row } from '../../../../src/model/value.ts';
import { WATERMARK_MAX } from '../../../../src/model/value.ts';
import { OperatorRig, type Spec } from '../../../support/engine/operator-rig.ts';

const tumbling: Spec = {
  kind: 'window',
  assigner: { kind: 'tumbling', sizeMs: 10, offsetMs: 0 },
  allowedLatenessMs: 0,
  lateOutput: true,
  aggregate: { fn: 'collect', field: 'n' },
};
const lenient: Spec = { ...tumbling, allowedLatenessMs: 5 };

/** `start: ids` of panes. */
function panes(rows: readonly Row[]): string[] {
  return rows.map(({ value }) => {
    const pane = value as unknown as { start: number; result: { ids: number[] } };
    return `${pane.start}: ${pane.result.ids.join(' ')}`;
  });
}

describe('firing', () => {
  test('at the watermark end - 1 exactly', () => {
    const rig = new OperatorRig(tumbling).row(0).row(9).watermark(8);
    expect(rig.take()).toEqual([]);
    expect(panes(rig.watermark(9).take())).toEqual(['0: 0 9']);
  });

  test('the pane carries start, end, its last millisecond and the key', () => {
    const [pane] = new OperatorRig(tumbling).row(-3, 1, 'x').watermark(100).take();
    expect(pane).toEqual({
      key: 'x',
      ts: -1,
      value: { start: -10, end: 0, result: { n: 1, sum: 0, ids: [1] } },
    });
  });

  test('windows fire in order of time, whatever the order of their rows', () => {
    const rig = new OperatorRig(tumbling).row(25).row(5).row(15).row(6, 6, 'b');
    expect(panes(rig.watermark(29).take())).toEqual(['0: 5', '0: 6', '10: 15', '20: 25']);
  });

  test('without late rows a pane fires once', () => {
    const rig = new OperatorRig(lenient).row(3).watermark(9);
    expect(panes(rig.take())).toEqual(['0: 3']);
    expect(rig.watermark(13).watermark(14).watermark(WATERMARK_MAX).take()).toEqual([]);
  });

  test('the end of input fires everything', () => {
    const rig = new OperatorRig(tumbling).row(5).row(1_000_000).watermark(WATERMARK_MAX);
    expect(panes(rig.take())).toEqual(['0: 5', '1000000: 1000000']);
  });

  test('sliding: each window by itself', () => {
    const sliding: Spec = {
      ...tumbling,
      assigner: { kind: 'sliding', sizeMs: 20, slideMs: 10, offsetMs: 0 },
    };
    const rig = new OperatorRig(sliding).row(15);
    expect(panes(rig.watermark(19).take())).toEqual(['0: 15']);
    expect(panes(rig.row(16).take())).toEqual([]);
    expect(rig.takeLate(), 'it still fell into one window').toEqual([]);
    expect(panes(rig.watermark(29).take())).toEqual(['10: 15 16']);
  });
});

describe('lateness', () => {
  test('without lateness a row is late from the watermark that fired its window', () => {
    const rig = new OperatorRig(tumbling).watermark(8).row(9, 1).watermark(9).row(9, 2);
    expect(panes(rig.take())).toEqual(['0: 1']);
    expect(rig.takeLate().map((row) => row.value)).toEqual([{ id: 2 }]);
    expect(rig.watermark(WATERMARK_MAX).take()).toEqual([]);
  });

  test('within the allowed lateness the whole pane fires again, at once, per row', () => {
    const rig = new OperatorRig(lenient).row(1).watermark(9).row(2).watermark(13).row(3);
    expect(panes(rig.take())).toEqual(['0: 1', '0: 1 2', '0: 1 2 3']);
  });

  test('a window that is opened late fires at once', () => {
    const rig = new OperatorRig(lenient).watermark(13).row(4);
    expect(panes(rig.take())).toEqual(['0: 4']);
    expect(rig.watermark(14).takeLate()).toEqual([]);
  });

  test('the state is cleaned at end - 1 + lateness exactly', () => {
    const rig = new OperatorRig(lenient).row(1).watermark(9).watermark(13).row(2);
    expect(panes(rig.take())).toEqual(['0: 1', '0: 1 2']);
    rig.watermark(14).row(3);
    expect(rig.take()).toEqual([]);
    expect(rig.takeLate().map((row) => row.value)).toEqual([{ id: 3 }]);
  });

  test('a dropped row reaches the late output only from timestamp + lateness on', () => {
    const sliding: Spec = {
      ...tumbling,
      assigner: { kind: 'sliding', sizeMs: 10, slideMs: 5, offsetMs: 0 },
      allowedLatenessMs: 0,
    };
    const rig = new OperatorRig(sliding).watermark(13).row(9, 1).row(5, 2);
    expect(rig.takeLate(), 'the window [5, 15) is open').toEqual([]);
    expect(panes(rig.watermark(14).take())).toEqual(['5: 1 2']);
    expect(rig.row(9, 3).takeLate()).toHaveLength(1);
  });

  test('without a late output the row is gone', () => {
    const rig = new OperatorRig({ ...tumbling, lateOutput: false }).watermark(9).row(3);
    expect([rig.take(), rig.takeLate()]).toEqual([[], []]);
  });

  test('late rows go out as they came in', () => {
    const row = { key: 'x', ts: 3, value: { id: 1, extra: [1] } };
    expect(new OperatorRig(tumbling).watermark(9).put(row).takeLate()).toEqual([row]);
  });
});

describe('restore', () => {
  test('keeps panes and timers, forgets the watermark', () => {
    const state = new OperatorRig(tumbling).row(5).row(15).watermark(9).snapshot();
    const rig = new OperatorRig(tumbling).restore(state);
    rig.row(6);
    expect(panes(rig.watermark(19).take()), 'window 0 opens anew').toEqual(['0: 6', '10: 15']);
  });

  test('a pane that had fired does not fire again by itself', () => {
    const state = new OperatorRig(lenient).row(5).watermark(9).snapshot();
    expect(new OperatorRig(lenient).restore(state).watermark(WATERMARK_MAX).take()).toEqual([]);
  });

  test('a row for a pane that had fired fires the whole pane again', () => {
    const state = new OperatorRig(lenient).row(5).watermark(9).snapshot();
    const rig = new OperatorRig(lenient).restore(state).row(6);
    expect(rig.take(), 'the watermark starts over').toEqual([]);
    expect(panes(rig.watermark(9).take())).toEqual(['0: 5 6']);
    expect(panes(rig.row(7).take())).toEqual(['0: 5 6 7']);
    rig.watermark(14).row(8);
    expect(rig.takeLate()).toHaveLength(1);
  });

  test('the snapshot is not changed by later rows', () => {
    const rig = new OperatorRig(tumbling).row(5);
    const stored = rig.operator.snapshot();
    const before = JSON.stringify(stored);
    rig.row(6).row(7, 7, 'new').watermark(9);
    expect(JSON.stringify(stored)).toBe(before);
  });
});
