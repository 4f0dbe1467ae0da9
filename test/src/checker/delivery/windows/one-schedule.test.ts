/**
 * One watermark schedule explains all panes of a key, or the run is invalid, although each record
 * alone may have been late or on time.
 */
import { describe, expect, test } from 'vitest';
import { checkHistory } from '../../../../support/checker/verified.ts';
import type { Row } from '../../../../../src/model/value.ts';
import { history, log, pane } from '../../by-hand.ts';
import { makeCase } from '../../legal-run.ts';
import { sink, source, window } from '../../pipelines.ts';

const operators = [
  source(['s0', 's1'], 0),
  { kind: 'key-by', id: 'keyed', input: 'source', key: { fn: 'key' } },
  window({ kind: 'tumbling', sizeMs: 10, offsetMs: 0 }),
  sink('window'),
] as const;
/** In each split a record of the first window comes after one of the second. */
const splits = [
  log('s0', [
    [1, 12],
    [2, 3],
  ]),
  log('s1', [
    [3, 12],
    [4, 4],
  ]),
];

function names(rows: readonly Row[], more: Parameters<typeof history>[1] = []): readonly string[] {
  const kase = makeCase({ operators, splits, promises: ['exactly-once', 'watermark-sound'] });
  const commits = [...more, { rows }];
  return checkHistory(kase, history(kase, commits)).anomalies.map((anomaly) => anomaly.name);
}

const second = pane(10, 20, [1, 3]);

describe('two records that are each late if the other split is ahead', () => {
  test('either may be dropped, or both', () => {
    expect(names([pane(0, 10, [2]), second])).toEqual([]);
    expect(names([pane(0, 10, [4]), second])).toEqual([]);
    expect(names([second])).toEqual([]);
  });

  test('both are never taken: each would have come before the other split was ahead', () => {
    expect(names([pane(0, 10, [2, 4]), second])).toEqual(['window-content']);
  });

  test('the explanation names the records that no schedule reconciles, and no other', () => {
    const kase = makeCase({ operators, splits, promises: ['exactly-once', 'watermark-sound'] });
    const [found] = checkHistory(
      kase,
      history(kase, [{ rows: [pane(0, 10, [2, 4]), second] }]),
    ).anomalies;
    expect(found?.witnesses.map(({ id }) => id)).toEqual([2, 4]);
  });

  test('a checkpoint between them leaves less choice', () => {
    const cut = (s0: number, s1: number): Parameters<typeof history>[1] => [
      { rows: [], offsets: { s0, s1 } },
    ];
    // Both splits had announced 11 by the cut, so what comes after it is late.
    expect(names([pane(0, 10, [4]), second], cut(1, 1))).toEqual(['late-included']);
    expect(names([second], cut(1, 1))).toEqual([]);
    // Record 2 had arrived while the other split had said nothing: it is on time.
    expect(names([pane(0, 10, [2]), second], cut(2, 0))).toEqual([]);
    expect(names([second], cut(2, 0))).toEqual(['missing-fire']);
  });
});
