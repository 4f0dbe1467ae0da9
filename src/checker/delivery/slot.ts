/**
 * A slot: one output that is known from the input up to choice; and where slots are found by the rows
 * that may show for them. Not here: what becomes of them (slots.ts).
 */
import type { Key, Row } from '../../model/value.ts';
import type { Seen } from '../observation/observe.ts';
import type { Item } from '../plan/items.ts';
import { sameValue } from '../values.ts';

export interface Slot {
  /** What may show for this slot; exactly one of them. */
  readonly alternatives: readonly Item[];
  readonly presence: 'must' | 'may' | 'never';
  /** Places in orders that must show; left out: that of its item in its origin. */
  readonly orders?: readonly Order[];
  /** Rows that show it, in order; grown by `appears` only: most slots hold one. */
  seen: Seen[];
  /** Of a late output: what was late. */
  readonly of?: Item;
}

/** A place in an order that what is visible keeps. */
export interface Order {
  readonly word: number;
  readonly rank: number;
  readonly by: 'origin' | 'time';
  /** `attempt`: among the rows of each attempt; `run`: among those that show for the first time. */
  readonly within: 'attempt' | 'run';
  /** It may come late: others are not held back by it, nor it by them. */
  readonly isExcused: boolean;
}

/** What nothing has shown yet: one for all, so that a slot costs no list. */
export const notSeen: Seen[] = Object.freeze<Seen[]>([]) as Seen[];

export function appears(slot: Slot, seen: Seen): void {
  if (slot.seen === notSeen) slot.seen = [seen];
  else slot.seen.push(seen);
}

export interface Place {
  readonly slot: Slot;
  readonly item: Item;
}

/** By key and time; a list only where several items meet. */
export type SlotIndex = Map<Key, Map<number, Place | Place[]>>;

export function slotOf(item: Item, certain: Slot['presence'] = 'must'): Slot {
  const presence = item.waits && certain === 'must' ? 'may' : certain;
  return { alternatives: [item], presence, seen: notSeen };
}

export function indexSlots(slots: readonly Slot[]): SlotIndex {
  const index: SlotIndex = new Map();
  for (const slot of slots) {
    for (const item of slot.alternatives) {
      let byTime = index.get(item.key);
      if (byTime === undefined) {
        byTime = new Map();
        index.set(item.key, byTime);
      }
      const places = byTime.get(item.ts);
      if (places === undefined) byTime.set(item.ts, { slot, item });
      else if (Array.isArray(places)) places.push({ slot, item });
      else byTime.set(item.ts, [places, { slot, item }]);
    }
  }
  return index;
}

/** The place of a visible row: one not taken yet if there is one. */
export function findPlace(index: SlotIndex, row: Row): Place | null {
  const places = index.get(row.key)?.get(row.ts);
  if (places === undefined) return null;
  if (!Array.isArray(places)) return sameValue(places.item.value, row.value) ? places : null;
  let taken: Place | null = null;
  for (const place of places) {
    if (!sameValue(place.item.value, row.value)) continue;
    if (place.slot.seen.length === 0) return place;
    taken ??= place;
  }
  return taken;
}

/** Whether other records give the very same row, under this key and at this time. */
export function sharesRow(index: SlotIndex, { key, ts, value, from }: Item): boolean {
  const places = index.get(key)?.get(ts);
  if (!Array.isArray(places)) return false;
  return places.some(
    ({ item }) => item.from.join() !== from.join() && sameValue(item.value, value),
  );
}

/** Whether an alternative of a slot could be taken for what another slot shows. */
export function isMixed(index: SlotIndex, slots: readonly Slot[]): boolean {
  return slots.some(
    ({ alternatives }) =>
      alternatives.length > 1 && alternatives.some((item) => sharesRow(index, item)),
  );
}
