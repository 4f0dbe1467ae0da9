/**
 * A record is in a pane or in the late output, never in both, never in neither; and of copies that
 * a flat-map made, each is in one of the two.
 */
import { describe, expect, test } from 'vitest';
import { checkHistory } from '../../../../support/checker/verified.ts';
import type { Row } from '../../../../../src/model/value.ts';
import { history, log, pane } from '../../by-hand.ts';
import { makeCase } from '../../legal-run.ts';
import { sink, source, window } from '../../pipelines.ts';

const kase = makeCase({
  operators: [
    source(['s0', 's1'], 0),
    {
      kind: 'flat-map',
      id: 'copies',
      input: 'source',
      parallelism: 1,
      fn: { fn: 'repeat', times: 2 },
    },
    { kind: 'key-by', id: 'keyed', input: 'copies', key: { fn: 'key' } },
    window({ kind: 'tumbling', sizeMs: 10, offsetMs: 0 }, 'collect', { lateOutput: true }),
    sink('window'),
    sink('window.late', 'two-phase', 'late'),
  ],
  splits: [
    log('s0', [
      [1, 12],
      [2, 3],
    ]),
    log('s1', [[3, 12]]),
  ],
  promises: ['exactly-once', 'at-least-once', 'at-most-once', 'watermark-sound'],
});

const late = (copy: number): Row => ({ key: 'k', ts: 3, value: { id: 2, amount: 1, copy } });
const second = pane(10, 20, [1, 1, 3, 3]);

function names(panes: readonly Row[], lateRows: readonly Row[]): readonly string[] {
  const commits = [{ rows: [...panes, second] }, { rows: lateRows, sink: 'late' }];
  return checkHistory(kase, history(kase, commits)).anomalies.map(({ name }) => name);
}

describe('two copies of a record that may be late', () => {
  test('both in a pane, both late, or one of each', () => {
    expect(names([pane(0, 10, [2, 2])], [])).toEqual([]);
    expect(names([], [late(0), late(1)])).toEqual([]);
    // Event time may pass between the two; which copy is in the pane is not to be seen.
    expect(names([pane(0, 10, [2])], [late(1)])).toEqual([]);
  });

  test('never more of them than there are, and never fewer', () => {
    expect(names([pane(0, 10, [2, 2])], [late(1)])).toEqual(['duplicate']);
    expect(names([pane(0, 10, [2])], [])).toEqual(['side-output-loss']);
    expect(names([], [late(0)])).toEqual(['side-output-loss']);
  });
});
