/**
 * A slot: one output that is known from the input up to choice; and where slots are found by the
 * rows that may show for them. Not here: what becomes of them (slots.ts).
 */
import type { Key, Row, Value } from '../../../model/value.ts';
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
  /** The places that the same row shows; null: it is the only one at its key and time. */
  alike: Alike | null;
}

/** Places that the same row shows, first to last. */
interface Alike {
  readonly value: Value;
  readonly places: Place[];
  /** How many of the first ones are known to be taken. */
  taken: number;
  /** Whether they stem from different records. */
  isShared: boolean;
}

/** Places at one key and time. Few different rows are compared; many are found by their text. */
interface Meeting {
  readonly all: Alike[];
  byText: Map<string, Alike> | null;
}

/** Different rows at one key and time from which on their texts are looked up. */
const textsFrom = 9;

/** By key and time. */
export type SlotIndex = Map<Key, Map<number, Place | Meeting>>;

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
      addPlace(byTime, { slot, item, alike: null });
    }
  }
  return index;
}

function addPlace(byTime: Map<number, Place | Meeting>, place: Place): void {
  const { ts } = place.item;
  const there = byTime.get(ts);
  if (there === undefined) byTime.set(ts, place);
  else if ('all' in there) addAlike(there, place);
  else {
    const meeting: Meeting = { all: [], byText: null };
    addAlike(meeting, there);
    addAlike(meeting, place);
    byTime.set(ts, meeting);
  }
}

function addAlike(meeting: Meeting, place: Place): void {
  const { value, from } = place.item;
  const known = alikeTo(meeting, value);
  if (known !== undefined) {
    known.isShared ||= known.places[0]?.item.from.join() !== from.join();
    known.places.push(place);
    place.alike = known;
    return;
  }
  const alike = { value, places: [place], taken: 0, isShared: false };
  place.alike = alike;
  meeting.all.push(alike);
  if (meeting.byText !== null) meeting.byText.set(valueText(value), alike);
  else if (meeting.all.length >= textsFrom) {
    meeting.byText = new Map(meeting.all.map((one) => [valueText(one.value), one]));
  }
}

function alikeTo({ all, byText }: Meeting, value: Value): Alike | undefined {
  if (byText !== null) return byText.get(valueText(value));
  return all.find((alike) => sameValue(alike.value, value));
}

/** The place of a visible row: one not taken yet if there is one. */
export function findPlace(index: SlotIndex, row: Row): Place | null {
  const there = index.get(row.key)?.get(row.ts);
  if (there === undefined) return null;
  if (!('all' in there)) return sameValue(there.item.value, row.value) ? there : null;
  const alike = alikeTo(there, row.value);
  if (alike === undefined) return null;
  const { places } = alike;
  while (alike.taken < places.length && places[alike.taken]?.slot.seen.length !== 0) alike.taken++;
  return places[alike.taken] ?? places[0] ?? null;
}

/** Whether other records give the very same row as the one at this place. */
export function isShared({ alike }: Place): boolean {
  return alike?.isShared === true;
}

/** The same for an item whose place is not at hand. */
function sharesRow(index: SlotIndex, { key, ts, value }: Item): boolean {
  const there = index.get(key)?.get(ts);
  return there !== undefined && 'all' in there && alikeTo(there, value)?.isShared === true;
}

/** Whether an alternative of a slot could be taken for what another slot shows. */
export function isMixed(index: SlotIndex, slots: readonly Slot[]): boolean {
  return slots.some(
    ({ alternatives }) =>
      alternatives.length > 1 && alternatives.some((item) => sharesRow(index, item)),
  );
}
