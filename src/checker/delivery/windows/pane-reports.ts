/**
 * Panes, lists and counts that hold records wrongly, with their explanation.
 */
import type { RecordName, Records } from '../../../model/verdict/places.ts';
import type { AnomalyName, Guarantee } from '../../../model/guarantee.ts';
import { field, numberField } from '../../../model/functions.ts';
import type { Row } from '../../../model/value.ts';
import { given, idsAt, idsOf, recordNames, rowNamed } from '../../claims/naming.ts';
import { type Context, witness } from '../../context/context.ts';
import type { Words } from '../../../judgement/findings.ts';
import type { Seen } from '../../evidence/observe.ts';
import type { Item } from '../../plan/items.ts';
import { isUpsertSink } from '../anomalies/exempt.ts';
import type { Group, Member } from './groups.ts';
import { namelessWords } from '../anomalies/loss.ts';
import type { PaneSink } from './pane-sink.ts';

/** All sets of so many records are tried for an opaque pane. */
const setsOfMax = 12;

/** State was applied twice; after a restore it probably was replayed. */
export function repeatedName({ seen: { attempts } }: Context, seen: Seen): AnomalyName {
  const replayed = attempts.some(({ restored, event }) => restored !== null && event < seen.event);
  return replayed ? 'duplicate-replay' : 'duplicate';
}

export interface Repeated {
  readonly seen: Seen;
  readonly items: readonly Item[];
  /** A value may count records twice, where state may. */
  readonly isPossible?: boolean;
}

/** A record counted more often inside one value than it exists. */
export function reportRepeated(context: Context, sink: string, repeated: Repeated): void {
  const { seen, items, isPossible = true } = repeated;
  const records = items.flatMap((item) => item.from);
  const impossible: readonly Guarantee[] = isUpsertSink(context, sink)
    ? ['validity']
    : ['validity', 'effectively-once'];
  context.findings.cover('duplicates');
  context.findings.report({
    name: repeatedName(context, seen),
    alsoRefutes: isPossible ? [] : impossible,
    operator: sink,
    key: seen.row.key,
    records,
    witnesses: [witness(context, 'counted twice', { record: records[0], seen })],
    explain: () => repeatedWords(context, sink, { seen, records }),
    observed: [rowNamed(sink, seen)],
  });
}

/** Too often in one row; or in two rows of one place; or in all rows together. */
function repeatedWords(
  context: Context,
  sink: string,
  { seen, records: all }: { readonly seen: Seen; readonly records: readonly number[] },
): Words {
  const countsOf = all.map((record) => countsIn(context, sink, { row: seen.row, record }));
  const counts = countsOf.find(({ times, most }) => times > Math.max(1, most)) ?? countsOf[0];
  if (counts === undefined) return namelessWords(context, sink, { seen });
  const { name, alone, times, most, timesIn } = counts;
  const records = [name];
  if (times > Math.max(1, most)) {
    return {
      sentence: { kind: 'counted-again', row: 'R', record: name, sink, times },
      let: [rowNamed(sink, seen, 'R')],
      thus: [{ kind: 'lists', row: 'R', record: name, times }],
      however: [{ kind: 'lists-alone', record: name, sink, times: most }],
    };
  }
  const rows = context.seen.sinks.get(sink) ?? [];
  const first = rows.find(({ row, position }) => {
    const isSamePlace = row.key === seen.row.key && row.ts === seen.row.ts;
    return isSamePlace && position < seen.position && timesIn(row) > 0;
  });
  if (first !== undefined) {
    const both = ['A', 'B'] as const;
    return {
      sentence: { kind: 'shows-twice', records, key: seen.row.key, sink, rows: both },
      let: [rowNamed(sink, first, 'A'), rowNamed(sink, seen, 'B')],
      thus: [{ kind: 'contains', rows: both, records, whole: null }],
      however: [{ kind: 'rule', rule: 'panes-apart' }],
    };
  }
  const total = rows.reduce((sum, { row }) => sum + timesIn(row), 0);
  const due = alone.reduce((sum, count) => sum + count, 0);
  return {
    sentence: { kind: 'named-often', record: name, sink, times: total, due },
    let: [rowNamed(sink, seen, 'R')],
    thus: [{ kind: 'contains', rows: ['R'], records, whole: null }],
    however: [
      { kind: 'named-times', record: name, sinks: [sink], times: total },
      { kind: 'named-alone', record: name, sink, times: due },
    ],
  };
}

interface Counts {
  readonly name: RecordName;
  /** How often each row that it gives by itself names it; and the most of that. */
  readonly alone: readonly number[];
  readonly most: number;
  readonly times: number;
  readonly timesIn: (row: Row) => number;
}

/** How often a row names a record. */
function countsIn(
  context: Context,
  sink: string,
  { row, record }: { readonly row: Row; readonly record: number },
): Counts {
  const [name = { split: '', offset: 0 }] = recordNames(context, [record]);
  const [id] = idsOf(context, [record]);
  const timesIn = ({ value }: Row): number =>
    (idsAt(context, sink, value) ?? []).filter((named) => named === id).length;
  const alone = given(context, [name], sink).map(timesIn);
  return { name, alone, most: Math.max(0, ...alone), times: timesIn(row), timesIn };
}

/** An opaque pane, and the records of its window that may be in it. */
interface OpaquePane {
  readonly seen: Seen;
  readonly group: Group;
  readonly among: readonly Member[];
  /** No other window has this end. */
  readonly isAlone: boolean;
}

/** An opaque value of a known window that none of the admissible sets of records yields. */
export function reportOpaque(context: Context, { sink, spec }: PaneSink, opaque: OpaquePane): void {
  const { seen, group, isAlone } = opaque;
  // What a suspended job has not fired is not lost.
  const isCounted = isAlone && !context.due.suspended;
  context.findings.report({
    name: isCounted ? opaqueName(seen, group) : 'state-divergence',
    // No run over any part of the input gives it.
    alsoRefutes: isUpsertSink(context, sink) ? ['validity'] : ['validity', 'effectively-once'],
    operator: sink,
    key: seen.row.key,
    records: group.members.flatMap((member) => member.item.from),
    witnesses: [witness(context, 'not the fold of its window', { seen })],
    explain: () => opaqueWords(context, { sink, operator: spec.id }, opaque),
    observed: [rowNamed(sink, seen)],
  });
}

/**
 * Few records are tried in all sets; of many, only sets with all that arrive before it can fire.
 */
function opaqueWords(
  context: Context,
  { sink, operator }: { readonly sink: string; readonly operator: string },
  { seen, group: { window }, among }: OpaquePane,
): Words {
  const isCertain = (m: Member): boolean => m.presence === 'must' && m.onTime;
  const namesOf = (some: readonly Member[]): Records =>
    recordNames(
      context,
      some.flatMap(({ item }) => item.from),
    );
  const always = among.length <= setsOfMax ? [] : among.filter(isCertain);
  const perhaps = among.filter((member) => !always.includes(member));
  return {
    sentence: { kind: 'pane-given-by-none', row: 'P', sink },
    let: [rowNamed(sink, seen, 'P')],
    thus: [{ kind: 'in-window', operator, records: namesOf(among), window }],
    however: [{ kind: 'none-gives', row: 'P', always: namesOf(always), perhaps: namesOf(perhaps) }],
  };
}

/** Counts say whether something is missing or doubled; version vectors say both at once. */
function opaqueName(seen: Seen, group: Group): AnomalyName {
  const result = field(seen.row.value, 'result');
  const most = group.members.filter((member) => member.presence !== 'never').length;
  const least = group.members.filter((member) => member.presence === 'must').length;
  const n = typeof result === 'number' ? null : field(result, 'n');
  if (typeof n !== 'number') return 'window-content';
  if (n > most) return 'duplicate';
  if (n < least) return 'loss';
  const fingerprint = group.members.reduce(
    (sum, member) => (sum + numberField(member.item.value, 'f')) >>> 0,
    0,
  );
  const traced = fingerprint !== 0 && field(result, 'f') !== null && most === least;
  return traced && numberField(result, 'f') !== fingerprint ? 'masked' : 'state-divergence';
}
