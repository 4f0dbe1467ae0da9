/** Session windows: merging, firing and lateness at their boundaries (semantics §3). */
import { describe, expect, test } from 'vitest';

import { WATERMARK_MAX, type Row } from '../../../../src/model/value.ts';
import { OperatorRig, type Spec } from '../../../support/engine/operator-rig.ts';

const session: Spec = {
  kind: 'window',
  assigner: { kind: 'session', gapMs: 10 },
  allowedLatenessMs: 0,
  lateOutput: true,
  aggregate: { fn: 'collect', field: 'n' },
};
const lenient: Spec = { ...session, allowedLatenessMs: 5 };

/** `start-end: ids` of sessions. */
function panes(rows: readonly Row[]): string[] {
  return rows.map(({ value }) => {
    const pane = value as unknown as { start: number; end: number; result: { ids: number[] } };
    return `${pane.start}-${pane.end}: ${pane.result.ids.join(' ')}`;
  });
}

describe('merging', () => {
  test('rows exactly the gap apart share a session, one ms more and they do not', () => {
    expect(panes(new OperatorRig(session).row(0).row(10).watermark(100).take())).toEqual([
      '0-20: 0 10',
    ]);
    expect(panes(new OperatorRig(session).row(0).row(11).watermark(100).take())).toEqual([
      '0-10: 0',
      '11-21: 11',
    ]);
  });

  test('a row in between joins two sessions into one', () => {
    const rig = new OperatorRig(session).row(0).row(18).row(9);
    expect(panes(rig.watermark(100).take())).toEqual(['0-28: 0 18 9']);
  });

  test('rows that come in backwards extend the session to the left', () => {
    const rig = new OperatorRig(session).row(20).row(10).row(0).row(-10);
    expect(panes(rig.watermark(100).take())).toEqual(['-10-30: 20 10 0 -10']);
  });

  test('keys have sessions of their own', () => {
    const rig = new OperatorRig(session).row(0).row(5, 5, 'x');
    expect(panes(rig.watermark(100).take())).toEqual(['0-10: 0', '5-15: 5']);
  });
});

describe('firing', () => {
  test('at the watermark end - 1 exactly, of the merged session', () => {
    const rig = new OperatorRig(session).row(0).row(5).watermark(13);
    expect(rig.take()).toEqual([]);
    const [pane] = rig.watermark(14).take();
    expect(pane).toMatchObject({ ts: 14, value: { start: 0, end: 15 } });
  });

  test('the timers of the sessions that were merged are gone', () => {
    const rig = new OperatorRig(session).row(0).row(18).row(9);
    expect(rig.watermark(26).take()).toEqual([]);
    expect(panes(rig.watermark(27).take())).toEqual(['0-28: 0 18 9']);
    expect(rig.watermark(WATERMARK_MAX).take()).toEqual([]);
  });
});

describe('lateness', () => {
  test('a row whose own session would be over is late', () => {
    const rig = new OperatorRig(session).watermark(9).row(0);
    expect(rig.takeLate()).toHaveLength(1);
    rig.row(1);
    expect(panes(rig.watermark(WATERMARK_MAX).take())).toEqual(['1-11: 1']);
  });

  test('an open session rescues a row that would be late by itself', () => {
    const rig = new OperatorRig(session).row(8).watermark(14).row(0);
    expect(rig.takeLate()).toEqual([]);
    expect(panes(rig.watermark(17).take())).toEqual(['0-18: 8 0']);
  });

  test('within the allowed lateness the merged session fires again, at once', () => {
    const rig = new OperatorRig(lenient).row(0).watermark(9);
    expect(panes(rig.take())).toEqual(['0-10: 0']);
    expect(panes(rig.row(-1).take())).toEqual(['-1-10: 0 -1']);
    expect(panes(rig.watermark(13).row(0, 7).take())).toEqual(['-1-10: 0 -1 7']);
    rig.watermark(14).row(0, 8);
    expect(rig.take()).toEqual([]);
    expect(rig.takeLate()).toHaveLength(1);
  });

  test('a late row that extends a fired session waits for the new end', () => {
    const rig = new OperatorRig(lenient).row(0).watermark(9);
    rig.take();
    expect(rig.row(4).take()).toEqual([]);
    expect(panes(rig.watermark(13).take())).toEqual(['0-14: 0 4']);
  });

  test('a session keeps its rows until end - 1 + lateness, not just until it fired', () => {
    const rig = new OperatorRig(lenient).row(0).watermark(13);
    rig.take();
    expect(panes(rig.row(10).watermark(19).take())).toEqual(['0-20: 0 10']);
  });
});

describe('restore', () => {
  test('keeps sessions and timers', () => {
    const state = new OperatorRig(session).row(0).row(30).snapshot();
    const rig = new OperatorRig(session).restore(state).row(10);
    expect(panes(rig.watermark(19).take())).toEqual(['0-20: 0 10']);
    expect(panes(rig.watermark(39).take())).toEqual(['30-40: 30']);
  });

  test('a fired session fires again only for a new row', () => {
    const state = new OperatorRig(lenient).row(0).watermark(9).snapshot();
    expect(new OperatorRig(lenient).restore(state).watermark(WATERMARK_MAX).take()).toEqual([]);
    const rig = new OperatorRig(lenient).restore(state).row(0, 1);
    expect(panes(rig.watermark(9).take())).toEqual(['0-10: 0 1']);
  });
});
