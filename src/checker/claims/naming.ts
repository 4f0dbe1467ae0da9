/**
 * From what the checks hold (flat record numbers, rows as they were observed) to what claims say.
 * Claims are made for the first anomaly of a kind only, so they may take a look at all rows.
 */
import type { ClaimOf, Records } from '../../model/claim.ts';
import type { Row } from '../../model/value.ts';
import { givenAlone } from '../claims-verifier/given-alone.ts';
import type { Context } from '../context.ts';
import type { Seen } from '../observation/observe.ts';
import { offsetOf, type SplitInfo } from '../plan/records.ts';
import { survivingCheckpoints } from '../time/epochs.ts';
import { idsIn, sameValue } from '../values.ts';

/** A row without what the checks keep beside it. */
export function plainRow({ key, ts, value }: Row): Row {
  return { key, ts, value };
}

/** A visible row as `let` names it; an empty name is for a row that stands by itself. */
export function rowNamed(sink: string, seen: Seen, name = ''): ClaimOf<'row'> {
  const { row, position, t, attempt, transaction, checkpoint } = seen;
  return { kind: 'row', name, sink, position, row, t, attempt, transaction, checkpoint };
}

/** Each record once: what has copies is named like what has none. */
export function recordNames({ plan }: Context, records: readonly number[]): Records {
  const { table } = plan;
  return [...new Set(records)].map((record) => {
    const split = table.splits[table.splitOf[record] as number] as SplitInfo;
    return { split: split.name, offset: offsetOf(table, record) };
  });
}

export function idsOf({ plan }: Context, records: readonly number[]): readonly number[] {
  return records.flatMap((record) => plan.table.recordAt[record]?.id ?? []);
}

/** What these records give at the sink, when nothing else is read. */
export function given({ plan }: Context, records: Records, sink: string): readonly Row[] {
  return givenAlone({ kase: plan.kase, functions: plan.functions }, records, sink);
}

export function isSameRow(a: Row, b: Row): boolean {
  return a.key === b.key && a.ts === b.ts && sameValue(a.value, b.value);
}

/** The ids each visible row of the sinks names; null: some row names none. */
export function idsShown(
  { seen }: Context,
  sinks: readonly string[],
): readonly (readonly number[])[] | null {
  const all: (readonly number[])[] = [];
  for (const sink of sinks) {
    for (const { row } of seen.sinks.get(sink) ?? []) {
      const ids = idsIn(row.value);
      if (ids === null) return null;
      all.push(ids);
    }
  }
  return all;
}

/** That these records had to show, because the run had read them when it came to its end. */
export function dueClaim(
  { plan, seen, due }: Context,
  records: Records,
  name: string | null = null,
): ClaimOf<'due' | 'due-in'> {
  if (due.committed !== null) return { kind: 'due-in', records, checkpoint: due.committed, name };
  return { kind: 'due', records, checkpoint: stoppedWith({ plan, seen }), name };
}

/** The checkpoint of whose records the verdict speaks; null: of all. */
export function readBy({ plan, seen, due }: Context): number | null {
  return due.committed ?? (due.cutShort ? stoppedWith({ plan, seen }) : null);
}

function stoppedWith({ plan, seen }: Pick<Context, 'plan' | 'seen'>): number | null {
  const wasStopped = seen.end?.outcome === 'suspended' || plan.kase.options.stop?.kind === 'drain';
  const last = wasStopped ? survivingCheckpoints(seen).at(-1) : undefined;
  return last?.checkpoint ?? null;
}
