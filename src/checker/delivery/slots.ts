/**
 * Sinks whose rows are known from the input up to choice: every *slot* is one output, perhaps with
 * alternatives (which of several equal rows a de-duplication lets through), that must, may or must
 * not show. Compares slots with visible rows as multisets and in order.
 */
import type { Key, Row } from '../../model/value.ts';
import { type Context, isDue, noteShown, recordList, seenText, witness } from '../context.ts';
import type { Seen } from '../observation/observe.ts';
import type { Item } from '../plan/items.ts';
import { idsIn, sameValue } from '../values.ts';
import { reportDuplicate } from './duplicates.ts';
import { reportMissing, reportUnexplained } from './loss.ts';

export interface Slot {
  /** What may show for this slot; exactly one of them. */
  readonly alternatives: readonly Item[];
  readonly presence: 'must' | 'may' | 'never';
  /** Rows that show it, in order; grown by `appears` only: most slots hold one. */
  seen: Seen[];
  /** Of a late output: what was late. */
  readonly of?: Item;
}

/** What nothing has shown yet: one for all, so that a slot costs no list. */
export const notSeen: Seen[] = Object.freeze<Seen[]>([]) as Seen[];

function appears(slot: Slot, seen: Seen): void {
  if (slot.seen === notSeen) slot.seen = [seen];
  else slot.seen.push(seen);
}

interface Place {
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

export interface SlotSink {
  readonly sink: string;
  readonly slots: readonly Slot[];
  readonly rows: readonly Seen[];
  /** Anomaly for a due slot that stayed empty. */
  readonly missing?: 'loss' | 'lost-timer';
  /** Anomaly for a row that must not show. */
  readonly forbidden?: 'late-included' | 'ontime-dropped';
  /** For transactional sinks: whether rows leave as soon as their record enters. */
  readonly prompt?: boolean | undefined;
  /** Only the last value per key counts: rows may repeat and be overwritten unseen. */
  readonly upsert?: boolean;
}

/** Matches, reports, and returns the rows that fit no slot (left to the caller when it asks). */
export function checkSlots(context: Context, sink: SlotSink): void {
  const { findings } = context;
  const index = indexSlots(sink.slots);
  const orders: Orders = new Map();
  for (const seen of sink.rows) {
    const place = findPlace(index, seen.row);
    if (place === null) {
      reportStray(context, sink, seen);
      continue;
    }
    appears(place.slot, seen);
    if (sink.prompt !== undefined) {
      const again = place.slot.seen.length > 1;
      const { prompt } = sink;
      noteShown(context, sink.sink, { records: place.item.from, seen, prompt, again });
    }
    if (place.slot.presence === 'never') reportForbidden(context, sink, place);
    else if (sink.upsert === true) continue;
    else if (place.slot.seen.length > 1) repeat(context, sink.sink, { place, again: seen });
    else checkOrder(context, sink, { place, seen, orders });
  }
  const counts = { must: 0, may: 0, never: 0 };
  for (const slot of sink.slots) {
    counts[slot.presence]++;
    if (slot.seen.length > 0 || slot.presence !== 'must' || sink.upsert === true) continue;
    const [item] = slot.alternatives;
    if (item === undefined || !isDue(context)) continue;
    const name = sink.missing ?? 'loss';
    reportMissing(context, { sink: sink.sink, name, records: item.from, row: item });
  }
  findings.cover('records-due', sink.slots.length);
  findings.cover('must-records', counts.must);
  findings.cover('may-records', counts.may);
  findings.cover('must-not-records', counts.never);
}

function repeat(
  context: Context,
  sink: string,
  { place, again }: { place: Place; again: Seen },
): void {
  const first = place.slot.seen[0] as Seen;
  reportDuplicate(context, { sink, first, again, records: place.item.from });
}

/** Certainly late and yet counted; or, in a late output, certainly on time and yet dropped. */
function reportForbidden(
  context: Context,
  { sink, forbidden = 'late-included' }: SlotSink,
  { slot, item }: Place,
): void {
  const seen = slot.seen.at(-1) as Seen;
  const included = forbidden === 'late-included';
  const records = recordList(context, item.from);
  context.findings.report({
    name: forbidden,
    operator: sink,
    key: item.key,
    records: item.from,
    witnesses: [
      witness(context, included ? 'late, yet counted' : 'on time, yet dropped', {
        record: item.from[0],
        seen,
      }),
    ],
    sentence: included
      ? `${records} is late in every legal schedule, yet it counts.`
      : `${records} is late in no legal schedule, yet it was dropped as late.`,
    let: [`R = ${seenText(seen)}`],
    thus: [
      included
        ? 'the watermark had passed it in every legal schedule'
        : 'no legal schedule lets the watermark pass it before it arrives',
    ],
    however: [`R shows at ${sink}`],
    observed: [seenText(seen)],
  });
}

/** A row without slot: the right value under a wrong key, or nothing the pipeline says. */
function reportStray(context: Context, { sink, slots }: SlotSink, seen: Seen): void {
  const ids = idsIn(seen.row.value);
  const records = (ids ?? []).flatMap((id) => context.plan.table.byId.get(id) ?? []);
  const elsewhere = slots.find((slot) =>
    slot.alternatives.some(
      (item) => item.ts === seen.row.ts && sameValue(item.value, seen.row.value),
    ),
  );
  if (elsewhere !== undefined) {
    const right = (elsewhere.alternatives[0] as Item).key;
    appears(elsewhere, seen);
    reportMisroute(context, { sink, seen, records, right });
    return;
  }
  const expected = slots.some((slot) =>
    slot.alternatives.some(
      (item) => records.length > 0 && item.from.includes(records[0] as number),
    ),
  );
  reportUnexplained(context, { sink, seen, name: expected ? 'state-divergence' : 'phantom' });
}

function reportMisroute(
  context: Context,
  found: { sink: string; seen: Seen; records: readonly number[]; right: Key },
): void {
  const { sink, seen, records, right } = found;
  context.findings.report({
    name: 'misroute',
    operator: sink,
    key: seen.row.key,
    records,
    witnesses: [witness(context, `belongs to key ${right}`, { record: records[0], seen })],
    sentence: `A record of key ${right} was counted under key ${seen.row.key} at ${sink}.`,
    let: [`R = ${seenText(seen)}`],
    thus: [`R contains ${recordList(context, records)} of key ${right}`],
    however: [`R is under key ${seen.row.key}`],
    observed: [seenText(seen)],
  });
}

/** The newest of each origin and key. */
type Orders = Map<Key, Map<number, { seen: Seen; item: Item }>>;

/** First appearances of one origin and key must keep their order. */
function checkOrder(
  context: Context,
  sink: SlotSink,
  at: { readonly place: Place; readonly seen: Seen; readonly orders: Orders },
): void {
  const { item } = at.place;
  if (item.word < 0 || at.place.slot.alternatives.length > 1) return;
  let byWord = at.orders.get(item.key);
  if (byWord === undefined) {
    byWord = new Map();
    at.orders.set(item.key, byWord);
  }
  const last = byWord.get(item.word);
  if (last === undefined) {
    byWord.set(item.word, { seen: at.seen, item });
  } else if (item.rank < last.item.rank) {
    reportReorder(context, { sink: sink.sink, first: last, second: { seen: at.seen, item } });
  } else {
    last.seen = at.seen;
    last.item = item;
  }
}

interface Ordered {
  readonly seen: Seen;
  readonly item: Item;
}

export function reportReorder(
  context: Context,
  { sink, first, second }: { sink: string; first: Ordered; second: Ordered },
): void {
  const [a, b] = [recordList(context, second.item.from), recordList(context, first.item.from)];
  context.findings.report({
    name: 'reorder',
    operator: sink,
    key: second.item.key,
    records: [...second.item.from, ...first.item.from],
    witnesses: [
      witness(context, 'visible first', { record: first.item.from[0], seen: first.seen }),
      witness(context, 'visible after it', { record: second.item.from[0], seen: second.seen }),
    ],
    sentence: `${a} comes before ${b} in its origin, but shows after it at ${sink}.`,
    let: [`A = ${seenText(first.seen)}`, `B = ${seenText(second.seen)}`],
    thus: ['the path from their origin keeps the order of a key'],
    however: ['A became visible before B'],
    observed: [seenText(first.seen), seenText(second.seen)],
  });
}
