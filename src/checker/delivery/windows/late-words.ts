/**
 * Rows that are in an operator's output and in its late output, or in neither, and how they are
 * told.
 */
import type { RuleName } from '../../../model/verdict/rule.ts';
import { dueClaim, idsAt, idsOf, isNamed, recordNames, rowNamed } from '../../claims/naming.ts';
import { type Context, witness } from '../../context/context.ts';
import type { Words } from '../../../judgement/findings.ts';
import type { Seen } from '../../evidence/observe.ts';
import type { Item } from '../../plan/items.ts';
import { shownWrongly } from '../anomalies/shown-wrongly.ts';

/** What keeps the two outputs apart. */
type Apart = Extract<RuleName, 'pane-or-late' | 'sorted-or-late'>;

export interface Both {
  readonly rule: Apart;
  readonly sink: string;
  readonly lateSink: string;
  readonly item: Item;
  readonly shown: Seen;
  readonly late: Seen;
  /** How many copies of the record there are, in one output or the other. */
  readonly copies: number;
}

/** Of a record with copies one may be late and another not: there are too many of them. */
export function bothWords(context: Context, both: Both): Words {
  const { rule, sink, lateSink, item, shown, late, copies } = both;
  const records = recordNames(context, item.from);
  const [record = { split: '', offset: 0 }] = records;
  const sinks = [sink, lateSink];
  const [id] = idsOf(context, item.from);
  const named = sinks.flatMap((at) =>
    (context.seen.sinks.get(at) ?? []).flatMap(({ row }) => idsAt(context, at, row.value) ?? []),
  );
  const times = named.filter((own) => own === id);
  return {
    sentence: {
      kind: rule === 'pane-or-late' ? 'in-both' : 'sorted-and-late',
      records,
      sink,
      lateSink,
    },
    let: [rowNamed(sink, shown, 'P'), rowNamed(lateSink, late, 'L')],
    thus: [{ kind: 'contains', rows: ['P', 'L'], records, whole: null }],
    however: [
      ...(copies === 1
        ? []
        : [{ kind: 'named-times', record, sinks, times: times.length } as const]),
      { kind: 'rule', rule },
    ],
  };
}

interface Neither {
  readonly rule: Apart;
  readonly sinks: readonly [string, ...string[]];
  readonly item: Item;
}

/** A record is in none of the outputs of its operator; the first sink shows the main one. */
export function reportNeither(context: Context, neither: Neither): void {
  const { sinks, item } = neither;
  context.findings.report({
    name: 'side-output-loss',
    operator: sinks[0],
    key: item.key,
    records: item.from,
    witnesses: [witness(context, 'in neither', { record: item.from[0] })],
    explain: () => neitherWords(context, neither),
  });
}

/** It may show in a row where it does not belong. */
function neitherWords(context: Context, { rule, sinks, item }: Neither): Words {
  const records = recordNames(context, item.from);
  const words = {
    let: [{ kind: 'records', name: 'X', records, output: null }],
    thus: [dueClaim(context, records, 'X'), { kind: 'rule', rule }],
    nearest: { kind: 'without-records', records, isOnly: false },
  } as const;
  const ids = idsOf(context, item.from);
  if (isNamed(context, sinks, ids)) {
    return { ...words, ...shownWrongly(context, { sinks, record: item.from[0] }) };
  }
  const kind = rule === 'pane-or-late' ? 'in-neither' : 'sorted-nor-late';
  return {
    ...words,
    sentence: { kind, records, sinks },
    however: [{ kind: 'not-shown', records, sinks, name: 'X' }],
  };
}
