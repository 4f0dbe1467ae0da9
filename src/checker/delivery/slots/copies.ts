/**
 * A flat-map behind a stage whose rows are read one by one: a row of the stage shows as several.
 * Where their number tells them apart, each is judged as if it came through a sink of its own.
 */
import { field } from '../../../model/functions.ts';
import type { Seen } from '../../evidence/observe.ts';
import type { Branch, Link } from '../../plan/branches.ts';
import { isBuiltIn } from '../../plan/built-in.ts';

/** The rows that a branch shows, one at most for every row of its stage. */
export interface BranchRows {
  readonly branch: Branch;
  readonly rows: readonly Seen[];
}

/** Null: nothing tells which rows are copies of one. */
export function copiesOf({ branch, rows }: BranchRows): readonly BranchRows[] | null {
  const { chain } = branch;
  const at = chain.findIndex(({ spec }) => spec.kind === 'flat-map');
  const link = chain[at];
  if (link === undefined) return [{ branch, rows }];
  const count = copyCount(link);
  if (count === 0 || !chain.slice(at + 1).every(keepsNumber)) return null;
  return Array.from({ length: count }, (_, number) => ({
    branch: { ...branch, chain: chain.with(at, only(link, number)) },
    rows: rows.filter(({ row }) => numberOf(field(row.value, 'copy'), count) === number),
  }));
}

/** How many rows the flat-map makes of each; 0: that depends on the row. */
function copyCount({ spec }: Link): number {
  if (spec.kind !== 'flat-map' || !isBuiltIn(spec)) return 0;
  if (spec.fn.fn === 'bookings') return 2;
  return spec.fn.fn === 'repeat' ? Number(spec.fn['times']) : 0;
}

function keepsNumber({ spec }: Link): boolean {
  if (spec.kind === 'flat-map') return false;
  return spec.kind !== 'map' || (isBuiltIn(spec) && spec.fn['field'] !== 'copy');
}

/** The flat-map as the map to one of its copies. */
function only({ spec, apply, splitsByKey }: Link, number: number): Link {
  const map = spec.kind === 'flat-map' ? ({ ...spec, kind: 'map' } as const) : spec;
  return { spec: map, splitsByKey, apply: (row) => apply(row).slice(number, number + 1) };
}

/** A row of no known number is judged with the first ones, which it is none of. */
function numberOf(copy: unknown, count: number): number {
  return typeof copy === 'number' && copy > 0 && copy < count && Number.isInteger(copy) ? copy : 0;
}
