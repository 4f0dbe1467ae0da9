/**
 * Texts for what is missing or was never there.
 */
import type { AnomalyName } from '../../model/guarantee.ts';
import type { Row } from '../../model/value.ts';
import { type Context, mayShowMore, recordList, rowLine, seenText, witness } from '../context.ts';
import type { Seen } from '../observation/observe.ts';
import { recordName } from '../plan/records.ts';
import { idsIn } from '../values.ts';

export interface Missing {
  readonly sink: string;
  readonly name?: AnomalyName;
  readonly records: readonly number[];
  /** The output that did not show, when there is exactly one possibility. */
  readonly row: Row | null;
  readonly however?: string;
}

export function reportMissing(context: Context, missing: Missing): void {
  const { sink, records, row } = missing;
  const first = records[0];
  const whole = recordList(context, records);
  context.findings.report({
    name: missing.name ?? 'loss',
    operator: sink,
    key: row?.key ?? null,
    records,
    witnesses: [witness(context, 'missing', { record: first })],
    sentence: `${whole} never shows at ${sink}, though it was due.`,
    let: [`X = ${whole}${row === null ? '' : `, whose output is ${rowLine(row)}`}`],
    thus: ['the run came to its end, so X is due'],
    however: [missing.however ?? `no visible row at ${sink} contains X`],
    nearest: `a legal run if ${whole} is left out`,
    expected: row === null ? [] : [rowLine(row)],
  });
}

/** A visible row that no slot explains: named after what is known of its contributors. */
export function reportUnexplained(
  context: Context,
  { sink, seen, name }: { sink: string; seen: Seen; name?: AnomalyName },
): void {
  const { table } = context.plan;
  if (mayShowMore(context, sink)) {
    const reason = `${sink}: an earlier attempt may have read further than the job was stopped at`;
    context.findings.leaveOpen(reason, 'validity', 'effectively-once', 'ordered');
    return;
  }
  const ids = idsIn(seen.row.value) ?? [];
  const records = ids.flatMap((id) => table.byId.get(id) ?? []);
  const known = ids.length > 0 && records.length === ids.length;
  const anomaly = name ?? (known ? 'state-divergence' : 'phantom');
  const claim = known
    ? `it claims to come from ${recordList(context, records)}`
    : 'it names no record of the input';
  context.findings.report({
    name: anomaly,
    operator: sink,
    key: seen.row.key,
    records,
    witnesses: [witness(context, 'unexplained', { record: records[0], seen })],
    sentence: `A row at ${sink} is no output of the pipeline: ${claim}.`,
    let: [`R = ${seenText(seen)}`],
    thus: [claim],
    however: [
      records[0] === undefined
        ? 'no run over any part of the input yields R'
        : `no run yields R from ${recordName(table, records[0])}`,
    ],
    observed: [seenText(seen)],
  });
}
