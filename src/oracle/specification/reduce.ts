/**
 * Running reduce: the new aggregate of the key for every row, at that row's timestamp.
 */
import { type FunctionCatalog, resolveFunction } from '../../model/functions.ts';
import type { ReduceSpec } from '../../model/pipeline.ts';
import type { Key, Value } from '../../model/value.ts';
import { type Outputs, type SequentialOperator, timeless } from './sequential.ts';

export function reduceOperator(
  spec: ReduceSpec,
  catalog: FunctionCatalog,
  out: Outputs,
): SequentialOperator {
  const aggregate = resolveFunction(catalog, 'aggregate', spec.aggregate);
  const states = new Map<Key, { accumulator: Value; from: readonly number[] }>();
  return {
    ...timeless,
    row(row) {
      const before = states.get(row.key) ?? { accumulator: aggregate.create(), from: [] };
      const accumulator = aggregate.add(before.accumulator, row.value);
      const from = [...before.from, ...row.from];
      states.set(row.key, { accumulator, from });
      out.main({ key: row.key, ts: row.ts, value: aggregate.result(accumulator), from });
    },
  };
}
