/**
 * A record that was due and does show, but not as it has to: not where it belongs, too seldom, or
 * only in a row that is not what it names.
 */
import type { Claim } from '../../../model/verdict/claim.ts';
import type { Value } from '../../../model/value.ts';
import { given, idsAt, isSameRow, plainRow, recordNames, rowNamed } from '../../claims/naming.ts';
import type { Context } from '../../context/context.ts';
import type { Words } from '../../../judgement/findings.ts';

export interface ShownWrongly {
  /** Where it shows; the first of them is where it had to. */
  readonly sinks: readonly string[];
  readonly record: number | undefined;
}

/** The sentence and what speaks against it; a `let` of its own where a row is to be named. */
export function shownWrongly(
  context: Context,
  { sinks, record: own }: ShownWrongly,
): Pick<Words, 'sentence' | 'however'> & Partial<Pick<Words, 'let'>> {
  const [sink = ''] = sinks;
  const [record = { split: '', offset: 0 }] = recordNames(context, own === undefined ? [] : [own]);
  const id = context.plan.table.recordAt[own ?? -1]?.id;
  const countIn = (at: string, value: Value): number =>
    (idsAt(context, at, value) ?? []).filter((named) => named === id).length;
  const rows = sinks.flatMap((at) =>
    (context.seen.sinks.get(at) ?? []).map((seen) => ({
      at,
      seen,
      times: countIn(at, seen.row.value),
    })),
  );
  const alone = given(context, [record], sink);
  const times = rows.reduce((sum, row) => sum + row.times, 0);
  const due = alone.reduce((sum, row) => sum + countIn(sink, row.value), 0);
  const lacking = alone.find(
    ({ key, ts }) =>
      due > 0 &&
      !rows.some(({ seen, ...row }) => seen.row.key === key && seen.row.ts === ts && row.times > 0),
  );
  if (times < due) {
    return {
      sentence: { kind: 'named-seldom', record, sinks, times, due },
      however: [
        { kind: 'named-times', record, sinks, times },
        { kind: 'named-alone', record, sink, times: due },
      ],
    };
  }
  if (lacking !== undefined) {
    const { key, ts } = lacking;
    const at = { record, sink, key, ts } as const;
    return { sentence: { kind: 'absent-at', ...at }, however: [{ kind: 'not-named-at', ...at }] };
  }
  const wrong = rows.find((row) => row.times > 0);
  if (wrong === undefined) {
    return {
      sentence: { kind: 'never-shows', records: [record], sink },
      however: [{ kind: 'named-times', record, sinks, times: 0 }],
    };
  }
  const X: Claim = { kind: 'records', name: 'X', records: [record], output: null };
  const ids = idsAt(context, wrong.at, wrong.seen.row.value) ?? [];
  const all = ids.flatMap((named) => context.plan.table.byId.get(named) ?? []);
  const records = recordNames(context, all);
  const outputs = given(context, records, wrong.at);
  if (outputs.some((row) => isSameRow(row, wrong.seen.row))) {
    // It is one of several that the records give.
    const absent = outputs.find((row) => !rows.some(({ seen }) => isSameRow(seen.row, row)));
    const output = { sink: wrong.at, row: plainRow(absent ?? wrong.seen.row) };
    return {
      sentence: { kind: 'output-missing', records, output },
      however: [{ kind: 'no-such-row', output }],
    };
  }
  const gives = outputs.at(-1) ?? null;
  return {
    sentence: { kind: 'only-in-wrong', record, row: 'R', sink: wrong.at },
    let: [X, rowNamed(wrong.at, wrong.seen, 'R')],
    however: [
      { kind: 'contains', rows: ['R'], records: [record], whole: null },
      { kind: 'gives-other', row: 'R', records, gives },
    ],
  };
}
