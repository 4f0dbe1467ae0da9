/**
 * Records that several windows share (sliding windows): one that an earlier window took was not
 * late, and so every later window has it.
 */
import type { Context } from '../../context/context.ts';
import type { Item } from '../../plan/items.ts';
import type { Group } from './groups.ts';
import type { IsTaken } from './judge-group.ts';
import type { PaneSink } from './pane-sink.ts';

export function takenBy(
  { seen }: Pick<Context, 'seen'>,
  { spec, committed }: PaneSink,
  groups: readonly Group[],
): IsTaken {
  if (spec.kind !== 'window' || spec.assigner.kind !== 'sliding') return () => false;
  const last = seen.attempts.at(-1)?.attempt;
  const firstEnd = new Map<Item, number>();
  for (const { panes, window } of groups) {
    for (const { members, seen: shown } of panes) {
      // What a failed attempt shows without transactions the next may read anew, and too late.
      if (!committed && shown.attempt !== last) continue;
      for (const { item, onTime } of members) {
        // What is on time is in every window of its own.
        if (!onTime && window.end < (firstEnd.get(item) ?? Infinity)) {
          firstEnd.set(item, window.end);
        }
      }
    }
  }
  return ({ window }, { item, presence }) =>
    presence === 'may' && (firstEnd.get(item) ?? window.end) < window.end;
}
