/**
 * Whole pipelines: where nothing can be late, every interleaving of the splits gives the same
 * results; each split's order survives; and a restart loses nothing.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SequentialRun, type SinkRow } from '../../../src/oracle/run.ts';
import type { Workload } from '../../../src/model/workload.ts';
import type { OperatorSpec } from '../../../src/model/pipeline.ts';
import { makeLogs } from '../checker/legal-run.ts';
import { bodies } from '../checker/pipelines.ts';

const numRuns = Math.ceil(40 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));
const splits = ['s0', 's1', 's2'];

/**
 * Reads in the given order (split numbers), restarting where asked, then everything that is left.
 */
function runAll(
  operators: readonly OperatorSpec[],
  workload: Workload,
  { order, restartAt }: { readonly order: readonly number[]; readonly restartAt: number },
): readonly SinkRow[] {
  const run = new SequentialRun({ name: 'test', operators, maxParallelism: 8 }, workload);
  order.forEach((split, i) => {
    if (i === restartAt) run.restart();
    run.step({ kind: 'read', split: splits[split] as string });
  });
  for (let i = 0; !run.finished(); i++) {
    run.step({ kind: 'read', split: splits[i % splits.length] as string });
  }
  return run.take();
}

/** Rows as a multiset, lists of ids without their order. */
function contents(rows: readonly SinkRow[]): readonly string[] {
  return rows
    .map(({ sink, row }) => {
      const text = JSON.stringify([sink, row.key, row.ts, row.value]);
      return text.replaceAll(/"ids":\[([^\]]*)\]/g, (_, ids: string) => {
        const sorted = ids.split(',').sort((a, b) => Number(a) - Number(b));
        return `"ids":[${sorted.join()}]`;
      });
    })
    .sort((a, b) => (a < b ? -1 : 1));
}

const settled = [
  'stateless',
  'tumbling',
  'sliding',
  'window-window',
  'sort',
  'bucket-timer',
  'join',
];

test.each(settled)('the interleaving does not show in the result of %s', (name) => {
  const operators = bodies[name]?.(splits, 20) ?? [];
  fc.assert(
    fc.property(
      fc.nat(500),
      fc.array(fc.nat(2), { maxLength: 60 }),
      fc.nat(60),
      (seed, order, at) => {
        const logs = makeLogs(seed, { splits: 3, records: 12, keys: 2, disorder: 20 });
        const workload = { splits: logs };
        const one = runAll(operators, workload, { order: [], restartAt: -1 });
        const other = runAll(operators, workload, { order, restartAt: at });
        expect(contents(other)).toEqual(contents(one));
      },
    ),
    { numRuns },
  );
});

test('a split keeps its order', () => {
  const operators = bodies['stateless']?.(splits, 20) ?? [];
  fc.assert(
    fc.property(fc.array(fc.nat(2), { maxLength: 60 }), (order) => {
      const logs = makeLogs(5, { splits: 3, records: 12, keys: 2, disorder: 20 });
      const rows = runAll(operators, { splits: logs }, { order, restartAt: -1 });
      for (let split = 0; split < 3; split++) {
        const own = rows
          .map(({ row }) => row.from[0] as number)
          .filter((record) => Math.floor(record / 12) === split);
        expect(own).toEqual([...own].sort((a, b) => a - b));
      }
    }),
    { numRuns },
  );
});

test('an idle split does not hold the others', () => {
  const operators = bodies['tumbling']?.(splits, 0) ?? [];
  const logs = makeLogs(1, { splits: 3, records: 12, keys: 1, disorder: 0 });
  const run = new SequentialRun({ name: 't', operators, maxParallelism: 8 }, { splits: logs });
  for (let i = 0; i < 12; i++) run.step({ kind: 'read', split: 's0' });
  expect(run.take()).toEqual([]);
  run.step({ kind: 'idle', split: 's1' });
  run.step({ kind: 'idle', split: 's2' });
  expect(run.take().length).toBeGreaterThan(0);
});
