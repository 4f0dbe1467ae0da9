/**
 * From a stateful operator's specification to its sequential meaning.
 */
import type { FunctionCatalog } from '../../model/functions.ts';
import type { StatefulSpec } from '../../model/operator-kinds.ts';
import { dedupOperator } from './dedup.ts';
import { intervalJoinOperator } from './interval-join.ts';
import { processOperator } from './process.ts';
import { reduceOperator } from './reduce.ts';
import type { Outputs, SequentialOperator } from './sequential.ts';
import { sortOperator } from './sort.ts';
import { windowOperator } from './window.ts';

export function createSequential(
  spec: StatefulSpec,
  catalog: FunctionCatalog,
  out: Outputs,
): SequentialOperator {
  switch (spec.kind) {
    case 'reduce':
      return reduceOperator(spec, catalog, out);
    case 'window':
      return windowOperator(spec, catalog, out);
    case 'process':
      return processOperator(spec, catalog, out);
    case 'interval-join':
      return intervalJoinOperator(spec, out);
    case 'sort':
      return sortOperator(spec, out);
    case 'dedup':
      return dedupOperator(spec, out);
  }
}
