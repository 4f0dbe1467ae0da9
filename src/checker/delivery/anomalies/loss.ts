/**
 * What is missing, and what was never there, with its explanation.
 */
import type { Claim } from '../../../model/verdict/claim.ts';
import type { RecordName, Records, SinkRow } from '../../../model/verdict/places.ts';
import { numberField } from '../../../model/functions.ts';
import type { AnomalyName, Guarantee } from '../../../model/guarantee.ts';
import type { Row } from '../../../model/value.ts';
import {
  dueClaim,
  given,
  idsAt,
  idsOf,
  idsShown,
  isSameRow,
  plainRow,
  recordNames,
  rowNamed,
  somePrefixGives,
} from '../../claims/naming.ts';
import { lateFrom, lateStage, outputPlace, timeClaim } from '../../claims/time.ts';
import { type Context, mayShowMore, witness } from '../../context/context.ts';
import type { Words } from '../../../judgement/findings.ts';
import type { Seen } from '../../evidence/observe.ts';
import type { Stage } from '../../plan/plan.ts';
import { survivingCheckpoints } from '../../time/epochs.ts';
import { isUpsertSink } from './exempt.ts';
import { partWords } from './part-words.ts';
import { shownWrongly } from './shown-wrongly.ts';

export interface Missing {
  readonly sink: string;
  readonly name?: AnomalyName;
  readonly records: readonly number[];
  /** The output that did not show, when there is exactly one possibility. */
  readonly row: Row | null;
  /** What gives the row, where it takes more than these records; in order. */
  readonly whole?: readonly number[];
  /** Who else gives such a row. */
  readonly givers?: () => readonly (readonly number[])[];
}

export function reportMissing(context: Context, missing: Missing): void {
  const { sink, records, row, whole = records } = missing;
  const from = recordNames(context, whole);
  const at = outputPlace(context, sink);
  context.findings.report({
    name: missing.name ?? 'loss',
    operator: sink,
    key: row?.key ?? null,
    records,
    witnesses: [witness(context, 'missing', { record: records[0] })],
    explain: () => missingWords(context, missing),
    expected:
      row === null || at === null || !givesRow(context, from, { sink: at, row })
        ? []
        : [{ kind: 'gives', records: from, output: { sink: at, row: plainRow(row) } }],
  });
}

/** Not of copies of records that stand apart: read alone, they stand together. */
function givesRow(context: Context, records: Records, { sink, row }: SinkRow): boolean {
  return given(context, records, sink).some((own) => isSameRow(own, row));
}

/** The strongest that is true: nothing shows the records; not together; or not their output. */
function missingWords(context: Context, missing: Missing): Words {
  const { sink, records, row } = missing;
  const names = recordNames(context, records);
  const shown = idsShown(context, [sink]);
  const ids = idsOf(context, records);
  const output = row === null ? null : { sink, row: plainRow(row) };
  const late = lateStage(context, sink);
  const at = outputPlace(context, sink);
  const own = output === null || at === null ? null : { sink: at, row: output.row };
  const words = {
    let: [
      {
        kind: 'records',
        name: 'X',
        records: names,
        output: own !== null && givesRow(context, names, own) ? own : null,
      },
    ],
    thus: [
      ...(late === null ? [] : [lateness(context, late, { sink, records })]),
      dueClaim(context, names, 'X'),
    ],
    nearest: { kind: 'without-records', records: names, isOnly: false },
  } as const;
  if (shown !== null && !shown.some((list) => ids.some((id) => list.includes(id)))) {
    const however: Claim = { kind: 'not-shown', records: names, sinks: [sink], name: 'X' };
    return {
      ...words,
      sentence: { kind: 'never-shows', records: names, sink },
      however: [however],
    };
  }
  if (shown !== null && !shown.some((list) => ids.every((id) => list.includes(id)))) {
    const however: Claim = { kind: 'not-together', records: names, sink, name: 'X' };
    const sentence: Claim = { kind: 'never-together', records: names, sink };
    return { ...words, sentence, however: [however] };
  }
  if (output === null) {
    return { ...words, ...shownWrongly(context, { sinks: [sink], record: records[0] }) };
  }
  const rows = context.seen.sinks.get(sink) ?? [];
  const times = rows.filter((seen) => isSameRow(seen.row, output.row)).length;
  const givers = distinct(missing.givers?.() ?? [missing.whole ?? records]);
  const however: Claim =
    times === 0
      ? { kind: 'no-such-row', output }
      : {
          kind: 'shows-times',
          output,
          times,
          givers: givers.map((giver) => recordNames(context, giver)),
        };
  return {
    ...words,
    sentence: { kind: 'output-missing', records: names, output },
    however: [however],
  };
}

/** What shows at a late output has to be late. */
function lateness(
  context: Context,
  stage: Stage,
  { sink, records }: { readonly sink: string; readonly records: readonly number[] },
): Claim {
  const ts = context.plan.table.recordAt[records[0] ?? -1]?.ts ?? 0;
  return timeClaim(context, stage, { sink, records, limit: lateFrom(stage, { ts }), isLate: true });
}

function distinct(givers: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return [...new Map(givers.map((giver) => [giver.join(), giver])).values()];
}

export interface Unexplained {
  readonly sink: string;
  readonly seen: Seen;
  readonly name?: AnomalyName;
  /** What the row counts by its digits, in order. */
  readonly whole?: readonly number[];
  /** Where a row names nothing: the records of its key, of which it contains the first ones. */
  readonly among?: readonly number[];
}

/** A visible row that nothing explains: named after what is known of its contributors. */
export function reportUnexplained(context: Context, unexplained: Unexplained): void {
  const { sink, seen, name } = unexplained;
  const { table } = context.plan;
  if (mayShowMore(context, sink)) {
    const reason = `${sink}: an earlier attempt may have read further than the job was stopped at`;
    context.findings.leaveOpen(reason, 'validity', 'effectively-once', 'exactly-once', 'ordered');
    return;
  }
  const ids = idsAt(context, sink, seen.row.value) ?? [];
  const records = ids.flatMap((id) => table.byId.get(id) ?? []);
  const known = ids.length > 0 && records.length === ids.length;
  context.findings.report({
    name: name ?? (known ? 'state-divergence' : 'phantom'),
    alsoRefutes: standsWrongly(context, sink, seen),
    operator: sink,
    key: seen.row.key,
    records,
    witnesses: [witness(context, 'unexplained', { record: records[0], seen })],
    explain: () => unexplainedWords(context, unexplained),
    observed: [rowNamed(sink, seen)],
  });
}

/** At an upsert sink a row that is none is a wrong last value where it is the last of its key. */
export function standsWrongly(context: Context, sink: string, seen: Seen): readonly Guarantee[] {
  if (!isUpsertSink(context, sink)) return [];
  const last = context.seen.sinks.get(sink)?.findLast(({ row }) => row.key === seen.row.key);
  return last === seen ? ['effectively-once'] : [];
}

/** A row names what does not exist, or is not what it names, or names nothing. */
function unexplainedWords(context: Context, unexplained: Unexplained): Words {
  const { sink, seen, whole, among } = unexplained;
  const row = 'R';
  const let0 = [rowNamed(sink, seen, row)];
  const ids = idsAt(context, sink, seen.row.value) ?? [];
  const { table } = context.plan;
  const unknown = ids.filter((id) => !table.byId.has(id));
  if (unknown.length > 0) return strangerWords(context, { sink, seen, ids: unknown });
  if (whole !== undefined) return sumWords(context, unexplained, whole);
  if (ids.length > 0) {
    const records = recordNames(
      context,
      ids.map((id) => table.byId.get(id) as number),
    );
    const rows = given(context, records, sink);
    if (rows.some((own) => isSameRow(own, seen.row))) {
      return partWords(context, sink, seen) ?? noRunWords(sink, seen, sharing(context, sink, seen));
    }
    const gives = rows.at(-1) ?? null;
    return {
      sentence: { kind: 'names-others', row, sink, records },
      let: let0,
      thus: [{ kind: 'contains', rows: [row], records, whole: null }],
      however: [{ kind: 'gives-other', row, records, gives }],
    };
  }
  return namelessWords(context, sink, { seen, ...(among === undefined ? {} : { among }) });
}

interface Nameless {
  readonly seen: Seen;
  /** The records of its key, of which it contains the first ones. */
  readonly among?: readonly number[];
}

/** A row that names no record: none gives it, or those that do were not read, or not again. */
export function namelessWords(context: Context, sink: string, { seen, among }: Nameless): Words {
  const row = 'R';
  const words = {
    sentence: { kind: 'given-by-none', row, sink },
    let: [rowNamed(sink, seen, row)],
    thus: [{ kind: 'names-ids', row, ids: [] }],
  } as const;
  if (among !== undefined) {
    const records = recordNames(context, among);
    if (somePrefixGives(context, records, { sink, row: seen.row })) {
      return noRunWords(sink, seen, records);
    }
    return { ...words, however: [{ kind: 'no-prefix-gives', row, records }] };
  }
  const givers = inputOf(context).filter((name) =>
    given(context, [name], sink).some((own) => isSameRow(own, seen.row)),
  );
  if (givers.length === 0) return { ...words, however: [{ kind: 'no-record-gives', row }] };
  const [last] = survivingCheckpoints(context.seen).slice(-1);
  const unread = givers.filter(
    ({ split, offset }) => offset >= (last?.offsets?.[split] ?? Infinity),
  );
  if (last === undefined || unread.length < givers.length) {
    return noRunWords(sink, seen, sharing(context, sink, seen));
  }
  return {
    ...words,
    sentence: { kind: 'gives-unread', row, sink, records: givers },
    however: [{ kind: 'stopped-before', records: givers, checkpoint: last.checkpoint }],
  };
}

/** All records of the row's key: what comes before those that give it may keep them back. */
function sharing(context: Context, sink: string, { row }: Seen): Records {
  return inputOf(context).filter((name) =>
    given(context, [name], sink).some(({ key }) => key === row.key),
  );
}

/** They give it, but not where its attempt had come to. */
function noRunWords(sink: string, seen: Seen, records: Records): Words {
  const { attempt, row } = seen;
  return {
    sentence: { kind: 'no-run', key: row.key, sink, attempt },
    let: [rowNamed(sink, seen, 'R'), { kind: 'records', name: 'X', records, output: null }],
    thus: [{ kind: 'rule', rule: 'one-history' }],
    however: [{ kind: 'no-run-gives', row: 'R', attempt, records }],
  };
}

/** The whole input, read or not. */
function inputOf({ plan }: Context): Records {
  return plan.kase.workload.splits.flatMap(({ split, records }) =>
    records.map((_, offset) => ({ split, offset })),
  );
}

/** A sum that is not that of the records its digits name. */
function sumWords(
  context: Context,
  { sink, seen, among }: Unexplained,
  whole: readonly number[],
): Words {
  const row = 'R';
  const records = recordNames(context, whole);
  const rows = given(context, records, sink);
  if (rows.some((own) => isSameRow(own, seen.row))) {
    return noRunWords(sink, seen, recordNames(context, among ?? whole));
  }
  const gives = rows.findLast(({ key }) => key === seen.row.key) ?? null;
  const digits = gives === null ? 0 : numberField(gives.value, 'q');
  const isNamed = digits === numberField(seen.row.value, 'q');
  return {
    sentence: { kind: 'sums-wrong', row, sink },
    let: [rowNamed(sink, seen, row)],
    thus: isNamed ? [{ kind: 'digits-name', row, records }] : [],
    however: [
      isNamed
        ? { kind: 'gives-other', row, records, gives }
        : { kind: 'does-not-add-up', row, records },
    ],
  };
}

/** A row that names what is no record, or what the job had not read when it was stopped. */
function strangerWords(
  context: Context,
  of: { readonly sink: string; readonly seen: Seen; readonly ids: readonly number[] },
): Words {
  const { sink, seen, ids } = of;
  const row = 'R';
  const let0 = [rowNamed(sink, seen, row)];
  const names = ids.map((id) => placeOf(context, id));
  const unread = names.filter((name) => name !== null);
  const [checkpoint] = survivingCheckpoints(context.seen).slice(-1);
  if (unread.length < ids.length || checkpoint === undefined) {
    const strange = ids.filter((_, i) => names[i] === null);
    return {
      sentence: { kind: 'names-nothing', row, sink, ids: strange },
      let: let0,
      thus: [{ kind: 'names-ids', row, ids: strange }],
      however: [{ kind: 'no-such-id', ids: strange }],
    };
  }
  return {
    sentence: { kind: 'names-unread', row, sink, records: unread },
    let: let0,
    thus: [{ kind: 'contains', rows: [row], records: unread, whole: null }],
    however: [{ kind: 'stopped-before', records: unread, checkpoint: checkpoint.checkpoint }],
  };
}

/** The place of an id in the whole input, read or not. */
function placeOf({ plan }: Context, id: number): RecordName | null {
  for (const { split, records } of plan.kase.workload.splits) {
    const offset = records.findIndex((record) => record.id === id);
    if (offset >= 0) return { split, offset };
  }
  return null;
}
