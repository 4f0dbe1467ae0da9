/**
 * What is wrong with running aggregates that hide their records, with its explanation.
 */
import type { AnomalyName } from '../../../model/guarantee.ts';
import type { Records } from '../../../model/verdict/places.ts';
import type { Key } from '../../../model/value.ts';
import { dueClaim, given, isSameRow, recordNames, rowNamed } from '../../claims/naming.ts';
import { type Context, isItemDue, witness } from '../../context/context.ts';
import type { Words } from '../../../judgement/findings.ts';
import type { Seen } from '../../evidence/observe.ts';
import type { Item } from '../../plan/items.ts';
import { type KeyRun, leavesMore, type RunningSink } from './running-reports.ts';

/** No visible value of the key contains everything. */
export function reportBehind(context: Context, { sink }: RunningSink, run: KeyRun): void {
  if (!run.items.every((item) => isItemDue(context, item))) return;
  const all = run.items.flatMap((item) => item.from);
  context.findings.report({
    name: 'loss',
    operator: sink,
    key: run.key,
    records: all,
    explain: () => {
      const records = recordNames(context, all);
      const row = given(context, records, sink).at(-1) ?? null;
      const isShown = showsAnEnd(context, sink, records);
      if (isShown) return incompleteWords(context, { sink, key: run.key }, records);
      return {
        sentence: { kind: 'never-all', key: run.key, sink },
        let: [{ kind: 'records', name: 'X', records, output: row === null ? null : { sink, row } }],
        thus: [dueClaim(context, records, 'X')],
        however: [{ kind: 'no-such-value', records, sink }],
      };
    },
  });
}

interface OfKey {
  readonly sink: string;
  readonly key: Key;
}

/** Whether a visible row is what all of them give, though it may have come of fewer. */
function showsAnEnd(context: Context, sink: string, records: Records): boolean {
  const words = [...Map.groupBy(records, ({ split }) => split).values()];
  const ends = words.map((word) =>
    given(context, [...words.filter((other) => other !== word).flat(), ...word], sink).at(-1),
  );
  const rows = context.seen.sinks.get(sink) ?? [];
  return rows.some(({ row }) => ends.some((end) => end !== undefined && isSameRow(end, row)));
}

/** Whatever the order of the records, something of what they give does not show. */
function incompleteWords(context: Context, { sink, key }: OfKey, records: Records): Words {
  return {
    sentence: { kind: 'outputs-incomplete', key, sink },
    let: [{ kind: 'records', name: 'X', records, output: null }],
    thus: [dueClaim(context, records, 'X')],
    however: [{ kind: 'some-missing', records, sink, key }],
  };
}

/** Fewer outputs of a key than there are records of it; which ones, their values do not say. */
export function reportFewerOutputs(
  context: Context,
  { sink }: RunningSink,
  { due, shown }: { readonly due: readonly Item[]; readonly shown: number },
): void {
  const all = due.flatMap((item) => item.from);
  const key = due[0]?.key ?? '';
  context.findings.report({
    name: 'loss',
    operator: sink,
    key,
    records: all,
    explain: () => {
      const records = recordNames(context, all);
      const rows = context.seen.sinks.get(sink) ?? [];
      if (rows.filter(({ row }) => row.key === key).length !== shown) {
        return incompleteWords(context, { sink, key }, records);
      }
      const counted = { key, sink, shown, due: due.length } as const;
      return {
        sentence: { kind: 'outputs-missing', ...counted },
        let: [{ kind: 'records', name: 'X', records, output: null }],
        thus: [dueClaim(context, records, 'X'), { kind: 'rule', rule: 'one-value-each' }],
        however: [{ kind: 'outputs-shown', records, ...counted }],
      };
    },
  });
}

export interface Dead {
  readonly name: AnomalyName;
  readonly run: KeyRun;
  /** Outputs that were explained before it. */
  readonly at: number;
  readonly seen: Seen;
}

/** No order of the records gives what shows of a key up to this row. */
export function reportDead(context: Context, { sink }: RunningSink, dead: Dead): void {
  const { name, run, at, seen } = dead;
  const all = run.items.flatMap((item: Item) => item.from);
  context.findings.report({
    name,
    operator: sink,
    key: run.key,
    records: all,
    witnesses: [witness(context, 'cannot follow', { seen })],
    explain: () => {
      const records = recordNames(context, all);
      return {
        sentence: { kind: 'no-order', key: run.key, sink, output: at + 1 },
        let: [rowNamed(sink, seen, 'R'), { kind: 'records', name: 'X', records, output: null }],
        thus: [{ kind: 'order-until', row: 'R', records }],
        however: [{ kind: 'no-order-gives', row: 'R', records }],
      };
    },
    observed: [rowNamed(sink, seen)],
  });
}

/** No run of an attempt gives what it shows of a key up to this row, in this order. */
export function reportNoRun(
  context: Context,
  { sink }: RunningSink,
  of: { readonly name: AnomalyName; readonly run: KeyRun; readonly seen: Seen },
): void {
  const { name, run, seen } = of;
  if (leavesMore(context, sink)) return;
  const all = run.items.flatMap((item: Item) => item.from);
  const { attempt } = seen;
  context.findings.report({
    name,
    operator: sink,
    key: run.key,
    records: all,
    witnesses: [witness(context, 'cannot follow', { seen })],
    explain: () => {
      const records = recordNames(context, all);
      return {
        sentence: { kind: 'no-run', key: run.key, sink, attempt },
        let: [rowNamed(sink, seen, 'R'), { kind: 'records', name: 'X', records, output: null }],
        thus: [{ kind: 'rule', rule: 'one-history' }],
        however: [{ kind: 'no-run-gives', row: 'R', attempt, records }],
      };
    },
    observed: [rowNamed(sink, seen)],
  });
}
