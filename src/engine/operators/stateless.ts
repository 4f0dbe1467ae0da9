/**
 * map, filter, flat-map: one row in, any number out, nothing remembered.
 */
import { resolveFunction } from '../../model/functions.ts';
import type { MapSpec } from '../../model/pipeline.ts';
import { stateless, type Operator, type OperatorContext } from './operator.ts';

export function createStateless(spec: MapSpec, context: OperatorContext): Operator {
  return { ...stateless, row: rowFunction(spec, context) };
}

function rowFunction(spec: MapSpec, { output, catalog }: OperatorContext): Operator['row'] {
  switch (spec.kind) {
    case 'map': {
      const map = resolveFunction(catalog, 'map', spec.fn);
      return (row) => output.emit({ key: row.key, ts: row.ts, value: map(row.value, row) });
    }
    case 'filter': {
      const keep = resolveFunction(catalog, 'filter', spec.fn);
      return (row) => {
        if (keep(row.value, row)) output.emit(row);
      };
    }
    case 'flat-map': {
      const expand = resolveFunction(catalog, 'flatMap', spec.fn);
      return (row) => {
        for (const value of expand(row.value, row)) {
          output.emit({ key: row.key, ts: row.ts, value });
        }
      };
    }
  }
}
