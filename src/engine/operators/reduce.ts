/**
 * Running aggregate per key: emits the new result for every row (Flink
 * `StreamGroupedReduceOperator`).
 */
import { resolveFunction } from '../../model/functions.ts';
import type { ReduceSpec } from '../../model/pipeline.ts';
import type { Value } from '../../model/value.ts';
import { KeyedTable, type StoredTable } from '../state/keyed-table.ts';
import type { Operator, OperatorContext } from './operator.ts';

export function createReduce(
  spec: ReduceSpec,
  context: OperatorContext,
  maxParallelism: number,
): Operator {
  const aggregate = resolveFunction(context.catalog, 'aggregate', spec.aggregate);
  const table = new KeyedTable<Value>(maxParallelism);
  return {
    row(row) {
      const accumulator = aggregate.add(table.get(row.key) ?? aggregate.create(), row.value);
      table.put(row.key, accumulator);
      context.output.emit({ key: row.key, ts: row.ts, value: aggregate.result(accumulator) });
    },
    advance: () => undefined,
    end: () => undefined,
    snapshot: () => table.snapshot(),
    restore: (state) => table.restore(state as StoredTable),
  };
}
