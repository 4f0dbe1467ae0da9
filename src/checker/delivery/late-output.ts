/**
 * Panes and the late side output together: a record is in at least one pane or in the late output,
 * never in neither, never in both.
 */
import { type Context, isDue, recordList, seenText, witness } from '../context.ts';
import type { Seen } from '../observation/observe.ts';
import { drops } from '../plan/branches.ts';
import type { Item } from '../plan/items.ts';
import type { Group } from './groups.ts';
import type { PaneSink } from './pane-sink.ts';

export function reconcileLate(
  context: Context,
  sink: PaneSink,
  { groups, atLeastAtEnd }: { readonly groups: readonly Group[]; readonly atLeastAtEnd: number },
): void {
  const { late } = sink;
  if (late === null || sink.spec.kind !== 'window') return;
  const places = new Map<Item, { shown: Seen | null; may: boolean }>();
  for (const group of groups) {
    if (group.guessed.length > 0) return;
    for (const member of group.members) {
      const place = places.get(member.item) ?? { shown: null, may: true };
      const pane = group.panes.find((candidate) => candidate.members.includes(member));
      place.shown ??= pane?.seen ?? null;
      const open = group.window.end - 1 > atLeastAtEnd;
      if (member.presence === 'must' || open) place.may = false;
      places.set(member.item, place);
    }
  }
  for (const [item, place] of places) {
    const seen = item.from.map((record) => late.records.get(record))[0] ?? null;
    if (seen !== null) context.findings.cover('late-outputs');
    if (seen !== null && place.shown !== null && sink.committed && late.committed) {
      reportBoth(context, sink.sink, { item, pane: place.shown, late: seen });
    }
    if (seen === null && place.shown === null && place.may && late.complete) {
      reportNeither(context, sink, item);
    }
  }
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
