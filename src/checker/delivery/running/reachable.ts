/**
 * Every value an opaque running aggregate can take at all: over all position vectors of the key's
 * origins, not along one order. For sinks where each visible value stands alone.
 */
import { canonicalJson } from '../../../base/json.ts';
import type { Aggregate } from '../../../model/functions.ts';
import type { Row, Value } from '../../../model/value.ts';
import type { TracedRow } from '../../../oracle/specification.ts';
import type { Grid } from './frontier.ts';

export interface ReachQuery {
  /** Rows in the order of each origin; between them there is none. */
  readonly origins: Grid['origins'];
  readonly aggregate: Aggregate;
  arriving(row: TracedRow): readonly TracedRow[];
  readonly stepsMax: number;
}

export interface Reachable {
  readonly rows: ReadonlySet<string>;
  /** Those that contain every record. */
  readonly last: ReadonlySet<string>;
  readonly steps: number;
}

export function rowIdentity({ key, ts, value }: Row): string {
  return `${ts} ${key} ${canonicalJson(value)}`;
}

/** Null when the budget does not reach, or the aggregate depends on the order. */
export function reachableRows(query: ReachQuery): Reachable | null {
  const { origins, aggregate } = query;
  if (!aggregate.commutative) return null;
  const total = origins.reduce((sum, origin) => sum + origin.length, 0);
  // Every vector of positions is reached, so what it takes is known before: no step is wasted.
  const vectors = origins.reduce((product, origin) => product * (origin.length + 1), 1);
  if ((vectors - 1) * origins.length > query.stepsMax) return null;
  const rows = new Set<string>();
  const last = new Set<string>();
  let level = new Map<string, { positions: readonly number[]; accumulator: Value }>();
  level.set('', { positions: origins.map(() => 0), accumulator: aggregate.create() });
  let steps = 0;
  for (let length = 1; length <= total; length++) {
    const next: typeof level = new Map();
    for (const { positions, accumulator } of level.values()) {
      steps += origins.length;
      origins.forEach((origin, i) => {
        const item = origin[positions[i] as number];
        if (item === undefined) return;
        const moved = positions.map((p, j) => (j === i ? p + 1 : p));
        const sum = aggregate.add(accumulator, item.value);
        const { key, ts, from } = item;
        const into = length === total ? [rows, last] : [rows];
        for (const row of query.arriving({ key, ts, value: aggregate.result(sum), from })) {
          for (const set of into) set.add(rowIdentity(row));
        }
        next.set(moved.join(), { positions: moved, accumulator: sum });
      });
    }
    level = next;
  }
  return { rows, last, steps };
}
