/** Running aggregates, de-duplication and the stateless operators. */
import { describe, expect, test } from 'vitest';

import { OperatorRig, type Spec } from '../../../support/engine/operator-rig.ts';

describe('reduce', () => {
  const count: Spec = { kind: 'reduce', aggregate: { fn: 'collect', field: 'n' } };

  test('puts out the new result for every row, per key, with the row time', () => {
    const rig = new OperatorRig(count).row(5, 1, 'a').row(3, 2, 'b').row(4, 3, 'a');
    expect(rig.take()).toEqual([
      { key: 'a', ts: 5, value: { n: 1, sum: 0, ids: [1] } },
      { key: 'b', ts: 3, value: { n: 1, sum: 0, ids: [2] } },
      { key: 'a', ts: 4, value: { n: 2, sum: 0, ids: [1, 3] } },
    ]);
  });

  test('goes on from the restored aggregate', () => {
    const state = new OperatorRig(count).row(1).snapshot();
    const rig = new OperatorRig(count).restore(state).row(2);
    expect(rig.takeValues()).toEqual([{ n: 2, sum: 0, ids: [1, 2] }]);
  });

  test('what was snapshotted does not change afterwards', () => {
    const rig = new OperatorRig(count).row(1);
    const stored = rig.operator.snapshot();
    const before = JSON.stringify(stored);
    rig.row(2).row(3, 3, 'new');
    expect(JSON.stringify(stored)).toBe(before);
  });
});

describe('dedup', () => {
  const dedup: Spec = { kind: 'dedup', field: 'id' };

  test('lets the first row per key and field value through, unchanged', () => {
    const rig = new OperatorRig(dedup).row(1, 7).row(2, 7).row(3, 8).row(4, 7, 'other');
    expect(rig.take().map(({ key, ts }) => `${key}${ts}`)).toEqual(['k1', 'k3', 'other4']);
  });

  test('the number 1 and the text "1" differ, as do null and a missing member', () => {
    const rig = new OperatorRig(dedup);
    const identities = [1, '1', null, { a: 1 }, { a: 1 }];
    for (const id of identities) rig.put({ key: 'k', ts: 0, value: { id } });
    rig.put({ key: 'k', ts: 0, value: {} });
    expect(rig.take()).toHaveLength(4);
  });

  test('remembers across a restore', () => {
    const state = new OperatorRig(dedup).row(1, 7).snapshot();
    expect(new OperatorRig(dedup).restore(state).row(2, 7).row(3, 8).take()).toHaveLength(1);
  });
});

describe('stateless', () => {
  test('map keeps key and time', () => {
    const rig = new OperatorRig({ kind: 'map', fn: { fn: 'set', field: 'x', to: 1 } });
    expect(rig.row(5, 2).take()).toEqual([{ key: 'k', ts: 5, value: { id: 2, x: 1 } }]);
  });

  test('filter lets rows through untouched or not at all', () => {
    const rig = new OperatorRig({
      kind: 'filter',
      fn: { fn: 'at-least', field: 'id', minimum: 3 },
    });
    const row = { key: 'k', ts: 1, value: { id: 3 } };
    expect(rig.row(0, 2).put(row).take()).toEqual([row]);
  });

  test('flat-map puts out each part in order, with the row time', () => {
    const rig = new OperatorRig({ kind: 'flat-map', fn: { fn: 'repeat', times: 2 } });
    expect(rig.row(5, 2).take()).toEqual([
      { key: 'k', ts: 5, value: { id: 2, copy: 0 } },
      { key: 'k', ts: 5, value: { id: 2, copy: 1 } },
    ]);
  });

  test('they have nothing to store', () => {
    const rig = new OperatorRig({ kind: 'map', fn: { fn: 'identity' } }).row(1);
    expect(rig.snapshot()).toBeNull();
    expect(rig.restore(null).watermark(5).take()).toHaveLength(1);
  });
});
