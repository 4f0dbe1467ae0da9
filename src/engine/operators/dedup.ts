/**
 * Lets the first row per key and field value through.
 */
import { field } from '../../model/functions.ts';
import type { DedupSpec } from '../../model/pipeline.ts';
import { KeyedTable, type StoredTable } from '../state/keyed-table.ts';
import type { Operator, OperatorContext } from './operator.ts';

export function createDedup(
  spec: DedupSpec,
  context: OperatorContext,
  maxParallelism: number,
): Operator {
  const seen = new KeyedTable<readonly string[]>(maxParallelism);
  return {
    row(row) {
      const identity = JSON.stringify(field(row.value, spec.field));
      const before = seen.get(row.key) ?? [];
      if (before.includes(identity)) return;
      seen.put(row.key, [...before, identity]);
      context.output.emit(row);
    },
    advance: () => undefined,
    end: () => undefined,
    snapshot: () => seen.snapshot(),
    restore: (state) => seen.restore(state as StoredTable),
  };
}
