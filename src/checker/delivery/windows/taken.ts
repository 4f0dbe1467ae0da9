/**
 * Records that several windows share (sliding windows): one that an earlier window took was not
 * late, and so every later window has it.
 */
import type { Item } from '../../plan/items.ts';
import type { Group } from './groups.ts';
import type { IsTaken } from './judge-group.ts';
import type { PaneSink } from './pane-sink.ts';

export function takenBy({ spec }: PaneSink, groups: readonly Group[]): IsTaken {
  if (spec.kind !== 'window' || spec.assigner.kind !== 'sliding') return () => false;
  const firstEnd = new Map<Item, number>();
  for (const { panes, window } of groups) {
    for (const { members } of panes) {
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
