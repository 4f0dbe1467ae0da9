/**
 * From an operator's specification to its running form.
 */
import { unreachable } from '../../base/assert.ts';
import type { PhysicalSpec } from '../../model/operator-kinds.ts';
import { createDedup } from './dedup.ts';
import { createIntervalJoin } from './interval-join.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { createProcess } from './process.ts';
import { createReduce } from './reduce.ts';
import { createSessionWindow } from './session-window.ts';
import { createSort } from './sort.ts';
import { createStateless } from './stateless.ts';
import { createWindow } from './window.ts';

/** Everything but sources and sinks, which need more than an operator context. */
export type InnerSpec = Exclude<PhysicalSpec, { kind: 'source' } | { kind: 'sink' }>;

export function createOperator(
  spec: InnerSpec,
  context: OperatorContext,
  maxParallelism: number,
): Operator {
  switch (spec.kind) {
    case 'map':
    case 'filter':
    case 'flat-map':
      return createStateless(spec, context);
    case 'reduce':
      return createReduce(spec, context, maxParallelism);
    case 'window':
      return spec.assigner.kind === 'session'
        ? createSessionWindow(spec, context, maxParallelism)
        : createWindow(spec, context, maxParallelism);
    case 'process':
      return createProcess(spec, context, maxParallelism);
    case 'interval-join':
      return createIntervalJoin(spec, context, maxParallelism);
    case 'sort':
      return createSort(spec, context, maxParallelism);
    case 'dedup':
      return createDedup(spec, context, maxParallelism);
    default:
      return unreachable(spec, 'operator kind');
  }
}
