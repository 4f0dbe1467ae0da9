/**
 * Panes, lists and counts that hold records wrongly, with their explanation.
 */
import type { Records } from '../../model/claim.ts';
import type { AnomalyName } from '../../model/guarantee.ts';
import { field, numberField } from '../../model/functions.ts';
import { given, idsOf, recordNames, rowNamed } from '../claims/naming.ts';
import { type Context, witness } from '../context.ts';
import type { Words } from '../findings/findings.ts';
import type { Seen } from '../observation/observe.ts';
import type { Item } from '../plan/items.ts';
import { idsIn } from '../values.ts';
import type { Group, Member } from './groups.ts';

/** State was applied twice; after a restore it probably was replayed. */
export function repeatedName({ seen: { attempts } }: Context, seen: Seen): AnomalyName {
  const replayed = attempts.some(({ restored, event }) => restored !== null && event < seen.event);
  return replayed ? 'duplicate-replay' : 'duplicate';
}

/** A record counted more often inside one value than it exists. */
export function reportRepeated(
  context: Context,
  sink: string,
  { seen, items }: { seen: Seen; items: readonly Item[] },
): void {
  const records = items.flatMap((item) => item.from);
  context.findings.cover('duplicates');
  context.findings.report({
    name: repeatedName(context, seen),
    operator: sink,
    key: seen.row.key,
    records,
    witnesses: [witness(context, 'counted twice', { record: records[0], seen })],
    explain: () => repeatedWords(context, sink, { seen, record: records[0] }),
    observed: [rowNamed(sink, seen)],
  });
}

function repeatedWords(
  context: Context,
  sink: string,
  { seen, record }: { readonly seen: Seen; readonly record: number | undefined },
): Words {
  const records = record === undefined ? [] : [record];
  const [name = { split: '', offset: 0 }] = recordNames(context, records);
  const [id] = idsOf(context, records);
  const timesIn = (ids: readonly number[] | null): number =>
    (ids ?? []).filter((named) => named === id).length;
  const times = timesIn(idsIn(seen.row.value));
  const alone = given(context, [name], sink).map((row) => timesIn(idsIn(row.value)));
  const most = Math.max(0, ...alone);
  return {
    sentence: { kind: 'counted-again', row: 'R', record: name, sink, times },
    let: [rowNamed(sink, seen, 'R')],
    thus: [{ kind: 'lists', row: 'R', record: name, times }],
    however: [{ kind: 'lists-alone', record: name, sink, times: most }],
  };
}

/** An opaque value of a known window that none of the admissible sets of records yields. */
export function reportOpaque(
  context: Context,
  sink: string,
  { seen, group, isAlone }: { seen: Seen; group: Group; isAlone: boolean },
): void {
  const records = group.members.flatMap((member) => member.item.from);
  // What a suspended job has not fired is not lost.
  const isCounted = isAlone && !context.due.suspended;
  context.findings.report({
    name: isCounted ? opaqueName(seen, group) : 'state-divergence',
    alsoRefutes: ['validity'],
    operator: sink,
    key: seen.row.key,
    records,
    witnesses: [witness(context, 'not the fold of its window', { seen })],
    explain: () => opaqueWords(context, sink, { seen, group }),
    observed: [rowNamed(sink, seen)],
  });
}

function opaqueWords(
  context: Context,
  sink: string,
  { seen, group: { members, window } }: { readonly seen: Seen; readonly group: Group },
): Words {
  const isCertain = (m: Member): boolean => m.presence === 'must' && m.onTime;
  const namesOf = (some: readonly Member[]): Records =>
    recordNames(
      context,
      some.flatMap(({ item }) => item.from),
    );
  const always = namesOf(members.filter(isCertain));
  const perhaps = namesOf(members.filter((m) => m.presence !== 'never' && !isCertain(m)));
  return {
    sentence: { kind: 'pane-given-by-none', row: 'P', sink },
    let: [rowNamed(sink, seen, 'P')],
    thus: [{ kind: 'in-window', records: [...always, ...perhaps], window }],
    however: [{ kind: 'none-gives', row: 'P', always, perhaps }],
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
