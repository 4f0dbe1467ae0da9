/**
 * From what the checks hold (flat record numbers, rows as they were observed) to what claims say.
 * Claims are made for the first anomaly of a kind only, so they may take a look at all rows.
 */
import type { Claim, ClaimOf } from '../../model/verdict/claim.ts';
import type { RecordName, Records, SinkRow } from '../../model/verdict/places.ts';
import { numberField } from '../../model/functions.ts';
import type { Row, Value } from '../../model/value.ts';
import type { SourceRecord } from '../../model/workload.ts';
import { givenAlone } from '../../claims-verifier/given-alone.ts';
import type { Context } from '../context/context.ts';
import type { Seen } from '../evidence/observe.ts';
import { namesRecords } from '../plan/naming.ts';
import { offsetOf, type SplitInfo } from '../plan/records.ts';
import { survivingCheckpoints } from '../time/epochs.ts';
import { idsIn, sameValue } from '../evidence/values.ts';

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

/** Choices of first records that are tried for a row that names none. */
const prefixesMax = 2_000;

/** Whether some of the first records of each split give the row; of too many it is not known. */
export function somePrefixGives(
  context: Context,
  records: Records,
  { sink, row }: SinkRow,
): boolean {
  const words = [...Map.groupBy(records, ({ split }) => split).values()];
  if (words.reduce((all, word) => all * (word.length + 1), 1) > prefixesMax) return false;
  const gives = (taken: Records, rest: readonly Records[]): boolean => {
    const [word, ...others] = rest;
    if (word === undefined) return given(context, taken, sink).some((own) => isSameRow(own, row));
    return [...word, null].some((_, n) => gives([...taken, ...word.slice(0, n)], others));
  };
  return gives([], words);
}

/** Whether a traced value counts just what these records give: not one of several copies. */
export function isMadeOf(context: Context, records: Records, { sink, row }: SinkRow): boolean {
  const last = given(context, records, sink).findLast(({ key }) => key === row.key);
  return (
    last !== undefined &&
    ['n', 'q', 'f'].every((name) => numberField(last.value, name) === numberField(row.value, name))
  );
}

export function isSameRow(a: Row, b: Row): boolean {
  return a.key === b.key && a.ts === b.ts && sameValue(a.value, b.value);
}

/**
 * The ids by which a value at a sink names its records. Null: it names none, or functions of a
 * user's own may have changed them.
 */
export function idsAt({ plan }: Context, sink: string, value: Value): readonly number[] | null {
  const own = plan.sinks.find(({ spec }) => spec.id === sink);
  return own !== undefined && namesRecords(plan, own.branches) ? idsIn(value) : null;
}

/** The ids each visible row of the sinks names; null: some row names none. */
export function idsShown(
  context: Context,
  sinks: readonly string[],
): readonly (readonly number[])[] | null {
  const all: (readonly number[])[] = [];
  for (const sink of sinks) {
    for (const { row } of context.seen.sinks.get(sink) ?? []) {
      const ids = idsAt(context, sink, row.value);
      if (ids === null) return null;
      all.push(ids);
    }
  }
  return all;
}

/** Whether some visible row of the sinks names one of the ids. */
export function isNamed(
  context: Context,
  sinks: readonly string[],
  ids: readonly number[],
): boolean {
  return sinks.some((sink) =>
    (context.seen.sinks.get(sink) ?? []).some(({ row }) =>
      idsAt(context, sink, row.value)?.some((id) => ids.includes(id)),
    ),
  );
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

function stoppedWith({ plan, seen }: Pick<Context, 'plan' | 'seen'>): number | null {
  const wasStopped = seen.end?.outcome === 'suspended' || plan.kase.options.stop?.kind === 'drain';
  const last = wasStopped ? survivingCheckpoints(seen).at(-1) : undefined;
  return last?.checkpoint ?? null;
}

/** A visible row by the name that `let` gives it. */
export interface NamedRow {
  readonly name: string;
  readonly sink: string;
  readonly seen: Seen;
}

/** That a row does not contain the records: or, of one with copies, not all that it gives. */
export function lackClaims(
  context: Context,
  { name, sink, seen }: NamedRow,
  { records, whole }: { readonly records: Records; readonly whole: Records | null },
): readonly Claim[] {
  const countsOf = (value: Value, id: number): number =>
    (idsAt(context, sink, value) ?? []).filter((named) => named === id).length;
  for (const record of records) {
    const id = sourceRecord(context, record)?.id ?? Number.NaN;
    const times = countsOf(seen.row.value, id);
    if (times === 0) continue;
    const alone = given(context, [record], sink).map(({ value }) => countsOf(value, id));
    return [
      { kind: 'lists-alone', record, sink, times: Math.max(0, ...alone) },
      { kind: 'lists', row: name, record, times },
    ];
  }
  return [{ kind: 'lacks', row: name, records, whole }];
}

function sourceRecord({ plan }: Context, { split, offset }: RecordName): SourceRecord | undefined {
  return plan.kase.workload.splits.find((log) => log.split === split)?.records[offset];
}
