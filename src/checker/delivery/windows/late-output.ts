/**
 * Panes and the late side output together: a record is in at least one pane or in the late output,
 * never in neither, never in both.
 */
import { rowNamed } from '../../claims/naming.ts';
import { type Context, isDue, witness } from '../../context/context.ts';
import type { Seen } from '../../evidence/observe.ts';
import { drops } from '../../plan/branches.ts';
import type { Item } from '../../plan/items.ts';
import type { Group, Member } from './groups.ts';
import { type Both, bothWords, reportNeither } from './late-words.ts';
import type { IsOwed } from './owed.ts';
import type { LateRows, PaneSink } from './pane-sink.ts';

interface Place {
  readonly item: Item;
  /** A pane that holds it. */
  shown: Seen | null;
  /** Whether it may be late for every window. */
  may: boolean;
}

export function reconcileLate(
  context: Context,
  sink: PaneSink,
  { groups, isOwed }: { readonly groups: readonly Group[]; readonly isOwed: IsOwed },
): void {
  const { late } = sink;
  if (late === null || sink.spec.kind !== 'window') return;
  // Copies of a record tell nobody which of them is where: they are counted.
  const copies = Map.groupBy(placesOf(groups, isOwed), ({ item }) => item.from[0]);
  for (const places of copies.values()) {
    const one = places.length === 1;
    const byKey = one ? [places] : Map.groupBy(places, ({ item }) => item.key).values();
    for (const same of byKey) reconcile(context, sink, { late, same });
  }
}

function placesOf(groups: readonly Group[], isOwed: IsOwed): readonly Place[] {
  const places = new Map<Item, Place>();
  // What hides its records leaves open where they are.
  const hidden = new Set<Item>();
  for (const group of groups) {
    if (group.guessed.length > 0) {
      for (const { item } of group.members) hidden.add(item);
      continue;
    }
    const shown = new Map<Member, Seen>();
    for (const { members, seen } of group.panes) for (const m of members) shown.set(m, seen);
    for (const member of group.members) {
      const { item } = member;
      const may = member.presence !== 'must' && isOwed(group, member);
      const place = places.get(item);
      const seen = shown.get(member) ?? null;
      if (place === undefined) places.set(item, { item, shown: seen, may });
      else {
        place.shown ??= seen;
        place.may &&= may;
      }
    }
  }
  return [...places.values()].filter(({ item }) => !hidden.has(item));
}

function reconcile(
  context: Context,
  sink: PaneSink,
  { late, same }: { readonly late: LateRows; readonly same: readonly Place[] },
): void {
  const { item } = same[0] as Place;
  const rows = (late.records.get(item.from[0] ?? -1) ?? []).filter(
    (row) => row.item.key === item.key,
  );
  const inPanes = same.filter(({ shown }) => shown !== null);
  const seen = rows[0]?.seen;
  const pane = inPanes[0]?.shown ?? null;
  if (seen !== undefined) context.findings.cover('late-outputs', rows.length);
  const more = inPanes.length + rows.length - same.length;
  if (more > 0 && seen !== undefined && pane !== null && sink.committed && late.committed) {
    const where = { rule: 'pane-or-late', sink: sink.sink, lateSink: late.sink } as const;
    reportBoth(context, { ...where, item, shown: pane, late: seen, copies: same.length });
  }
  const absent = same.filter(({ shown, may }) => shown === null && may);
  if (more < 0 && absent.length > 0 && late.complete) neitherShows(context, sink, item);
}

function reportBoth(context: Context, both: Both): void {
  const { sink, lateSink, item, shown, late } = both;
  context.findings.report({
    name: 'duplicate',
    operator: sink,
    key: item.key,
    records: item.from,
    witnesses: [
      witness(context, 'in a pane', { record: item.from[0], seen: shown }),
      witness(context, 'in the late output', { record: item.from[0], seen: late }),
    ],
    explain: () => bothWords(context, both),
    observed: [rowNamed(sink, shown), rowNamed(lateSink, late)],
  });
}

function neitherShows(context: Context, { sink, branch, late }: PaneSink, item: Item): void {
  // A filter behind the window may hide the pane it is in.
  if (!isDue(context) || drops(branch)) return;
  const sinks = [sink, ...(late === null ? [] : [late.sink])] as const;
  reportNeither(context, { rule: 'pane-or-late', sinks, item });
}
