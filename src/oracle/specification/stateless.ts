/**
 * map, filter, flat-map and key-by: one row in, any number out, nothing remembered.
 * Rebalance and union change nothing a sequential reader could see.
 */
import { type FunctionCatalog, resolveFunction } from '../../model/functions.ts';
import type { KeyBySpec, MapSpec } from '../../model/pipeline.ts';
import type { TracedRow } from './sequential.ts';

export type RowFunction = (row: TracedRow) => readonly TracedRow[];

export function rowFunction(spec: MapSpec | KeyBySpec, catalog: FunctionCatalog): RowFunction {
  switch (spec.kind) {
    case 'map': {
      const map = resolveFunction(catalog, 'map', spec.fn);
      return (row) => [{ key: row.key, ts: row.ts, value: map(row.value, row), from: row.from }];
    }
    case 'filter': {
      const keep = resolveFunction(catalog, 'filter', spec.fn);
      return (row) => (keep(row.value, row) ? [row] : []);
    }
    case 'flat-map': {
      const expand = resolveFunction(catalog, 'flatMap', spec.fn);
      return (row) =>
        expand(row.value, row).map((value) => ({
          key: row.key,
          ts: row.ts,
          value,
          from: row.from,
        }));
    }
    case 'key-by': {
      const keyOf = resolveFunction(catalog, 'key', spec.key);
      return (row) => [
        { key: keyOf(row.value, row), ts: row.ts, value: row.value, from: row.from },
      ];
    }
  }
}
