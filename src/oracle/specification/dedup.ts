/**
 * De-duplication: the first row per key and field value passes, later ones do not.
 */
import { canonicalJson } from '../../base/json.ts';
import { field } from '../../model/functions.ts';
import type { DedupSpec } from '../../model/pipeline.ts';
import type { Row } from '../../model/value.ts';
import { type Outputs, type SequentialOperator, timeless } from './sequential.ts';

/** What makes two rows of a key the same to a de-duplication. */
export function dedupIdentity(spec: DedupSpec, row: Row): string {
  return canonicalJson([row.key, field(row.value, spec.field)]);
}

export function dedupOperator(spec: DedupSpec, out: Outputs): SequentialOperator {
  const seen = new Set<string>();
  return {
    ...timeless,
    row(row) {
      const identity = dedupIdentity(spec, row);
      if (seen.has(identity)) return;
      seen.add(identity);
      out.main(row);
    },
  };
}
