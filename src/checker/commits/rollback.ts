/**
 * Monotone: a record that was visible in a key's value does not vanish and come again. With
 * transactions every record shows once, so a second showing puts an earlier value on top.
 */
import { isSameRow, recordNames, rowNamed } from '../claims/naming.ts';
import { type Context, type Shown, witness } from '../context/context.ts';
import type { Words } from '../../judgement/findings.ts';
import type { Claim } from '../../model/verdict/claim.ts';
import type { Seen } from '../evidence/observe.ts';

export function checkRollback(context: Context, sink: string, rows: readonly Shown[]): void {
  const first = new Map<string, Seen>();
  for (const { records, seen } of rows) {
    const id = `${seen.row.key} ${records.join()}`;
    const before = first.get(id);
    if (before === undefined) {
      first.set(id, seen);
      continue;
    }
    if (before.event === seen.event) continue;
    context.findings.report({
      name: 'rollback',
      operator: sink,
      key: seen.row.key,
      records,
      witnesses: [
        witness(context, 'visible', { record: records[0], seen: before }),
        witness(context, 'visible again', { record: records[0], seen }),
      ],
      explain: () => rollbackWords(context, sink, { records, before, seen }),
      observed: [rowNamed(sink, seen)],
    });
  }
}

function rollbackWords(
  context: Context,
  sink: string,
  { records: own, before, seen }: { records: readonly number[]; before: Seen; seen: Seen },
): Words {
  const records = recordNames(context, own);
  const rows = ['A', 'B'] as const;
  const { key } = seen.row;
  const between = (context.seen.sinks.get(sink) ?? []).find(
    ({ row, position }) =>
      row.key === key && position > before.position && position < seen.position,
  );
  const same: Claim = isSameRow(before.row, seen.row)
    ? { kind: 'same-output', rows, records: null }
    : { kind: 'contains', rows, records, whole: null };
  return {
    sentence: { kind: 'goes-back', records, key, sink, rows },
    let: [
      rowNamed(sink, before, 'A'),
      ...(between === undefined ? [] : [rowNamed(sink, between, 'C')]),
      rowNamed(sink, seen, 'B'),
    ],
    thus: [same],
    however: [
      between === undefined ? { kind: 'before', rows } : { kind: 'between', row: 'C', rows },
    ],
  };
}
