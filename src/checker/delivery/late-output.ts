/**
 * Panes and the late side output together: a record is in at least one pane or in the late output,
 * never in neither, never in both.
 */
import { type Context, isDue, recordList, seenText, witness } from '../context.ts';
import type { Seen } from '../observation/observe.ts';
import { drops } from '../plan/branches.ts';
import type { Item } from '../plan/items.ts';
import type { Group, Member } from './groups.ts';
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
  if (groups.some((group) => group.guessed.length > 0)) return;
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
  for (const group of groups) {
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
  return [...places.values()];
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
    reportBoth(context, sink.sink, { item, pane, late: seen });
  }
  const absent = same.filter(({ shown, may }) => shown === null && may);
  if (more < 0 && absent.length > 0 && late.complete) reportNeither(context, sink, item);
}

function reportBoth(
  context: Context,
  sink: string,
  { item, pane, late }: { item: Item; pane: Seen; late: Seen },
): void {
  context.findings.report({
    name: 'duplicate',
    operator: sink,
    key: item.key,
    records: item.from,
    witnesses: [
      witness(context, 'in a pane', { record: item.from[0], seen: pane }),
      witness(context, 'in the late output', { record: item.from[0], seen: late }),
    ],
    sentence: `${recordList(context, item.from)} is in a pane and in the late output.`,
    let: [`P = ${seenText(pane)}`, `L = ${seenText(late)}`],
    thus: ['a record goes to the late output only if no window took it'],
    however: ['P and L both contain it'],
    observed: [seenText(pane), seenText(late)],
  });
}

function reportNeither(context: Context, { sink, branch }: PaneSink, item: Item): void {
  // A filter behind the window may hide the pane it is in.
  if (!isDue(context) || drops(branch)) return;
  context.findings.report({
    name: 'side-output-loss',
    operator: sink,
    key: item.key,
    records: item.from,
    witnesses: [witness(context, 'in neither', { record: item.from[0] })],
    sentence: `${recordList(context, item.from)} is in no pane and not in the late output.`,
    let: [`X = ${recordList(context, item.from)}`],
    thus: ['X is either in a pane or late'],
    however: ['no pane and no late row contains X'],
    nearest: `a legal run if ${recordList(context, item.from)} is left out`,
    expected: [`${recordList(context, item.from)} in a pane or in the late output`],
  });
}
