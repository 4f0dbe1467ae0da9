/**
 * From what the checks hold (flat record numbers, rows as they were observed) to the names that
 * claims use.
 */
import type { ClaimOf, Records } from '../../model/claim.ts';
import type { Context } from '../context.ts';
import type { Seen } from '../observation/observe.ts';
import { offsetOf, type SplitInfo } from '../plan/records.ts';

/** A visible row as `let` names it; an empty name is for a row that stands by itself. */
export function rowNamed(sink: string, seen: Seen, name = ''): ClaimOf<'row'> {
  const { row, position, t, attempt, transaction, checkpoint } = seen;
  return { kind: 'row', name, sink, position, row, t, attempt, transaction, checkpoint };
}

export function recordNames({ plan }: Context, records: readonly number[]): Records {
  const { table } = plan;
  return records.map((record) => {
    const split = table.splits[table.splitOf[record] as number] as SplitInfo;
    return { split: split.name, offset: offsetOf(table, record) };
  });
}
