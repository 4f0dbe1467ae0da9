/**
 * A slot: one output that is known from the input up to choice; and where slots are found by the
 * rows that may show for them. Not here: what becomes of them (slots.ts).
 */
import type { Key, Row } from '../../../model/value.ts';
import type { Seen } from '../../evidence/observe.ts';
import type { Item } from '../../plan/items.ts';
import { sameValue, valueText } from '../../evidence/values.ts';

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

/** Places that the same row shows, first to last. */
interface Alike {
  readonly places: Place[];
  /** How many of the first ones are known to be taken. */
  taken: number;
  /** Whether they stem from different records. */
  isShared: boolean;
}

/** By key and time; where several items meet, by the text of their value too. */
export type SlotIndex = Map<Key, Map<number, Place | Map<string, Alike>>>;

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
      addPlace(byTime, { slot, item });
    }
  }
  return index;
}

function addPlace(byTime: Map<number, Place | Map<string, Alike>>, place: Place): void {
  const { ts } = place.item;
  const there = byTime.get(ts);
  if (there === undefined) byTime.set(ts, place);
  else if (there instanceof Map) addAlike(there, place);
  else {
    const alike = new Map<string, Alike>();
    addAlike(alike, there);
    addAlike(alike, place);
    byTime.set(ts, alike);
  }
}

function addAlike(byValue: Map<string, Alike>, place: Place): void {
  const text = valueText(place.item.value);
  const alike = byValue.get(text);
  if (alike === undefined) {
    byValue.set(text, { places: [place], taken: 0, isShared: false });
    return;
  }
  alike.isShared ||= alike.places[0]?.item.from.join() !== place.item.from.join();
  alike.places.push(place);
}

/** The place of a visible row: one not taken yet if there is one. */
export function findPlace(index: SlotIndex, row: Row): Place | null {
  const there = index.get(row.key)?.get(row.ts);
  if (there === undefined) return null;
  if (!(there instanceof Map)) return sameValue(there.item.value, row.value) ? there : null;
  const alike = there.get(valueText(row.value));
  if (alike === undefined) return null;
  const { places } = alike;
  while (alike.taken < places.length && places[alike.taken]?.slot.seen.length !== 0) alike.taken++;
  return places[alike.taken] ?? places[0] ?? null;
}

/** Whether other records give the very same row, under this key and at this time. */
export function sharesRow(index: SlotIndex, { key, ts, value }: Item): boolean {
  const there = index.get(key)?.get(ts);
  return there instanceof Map && there.get(valueText(value))?.isShared === true;
}

/** Whether an alternative of a slot could be taken for what another slot shows. */
export function isMixed(index: SlotIndex, slots: readonly Slot[]): boolean {
  return slots.some(
    ({ alternatives }) =>
      alternatives.length > 1 && alternatives.some((item) => sharesRow(index, item)),
  );
}
