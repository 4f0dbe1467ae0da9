/**
 * Monotone: a record that was visible in a key's value does not vanish and come again. With
 * transactions every record shows once, so a second showing puts an earlier value on top.
 */
import { type Context, recordList, seenText, type Shown, witness } from '../context.ts';
import type { Seen } from '../observation/observe.ts';

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
      sentence: `Key ${seen.row.key} at ${sink} went back to its value after ${recordList(context, records)}.`,
      let: [`A = ${seenText(before)}`, `B = ${seenText(seen)}`],
      thus: ['A and B are the same step of the key'],
      however: ['what came after A was visible before B'],
      observed: [seenText(seen)],
    });
  }
}
