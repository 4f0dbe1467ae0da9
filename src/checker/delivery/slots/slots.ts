/**
 * Sinks whose rows are known from the input up to choice: every *slot* is one output, perhaps with
 * alternatives (which of several equal rows a de-duplication lets through), that must, may or must
 * not show. Compares slots with visible rows as multisets and in order.
 */
import type { Claim } from '../../../model/verdict/claim.ts';
import type { Key } from '../../../model/value.ts';
import {
  dueClaim,
  given,
  isSameRow,
  plainRow,
  recordNames,
  rowNamed,
} from '../../claims/naming.ts';
import { lateFrom, outputPlace, timeClaim, timedStage } from '../../claims/time.ts';
import {
  type Context,
  isDue,
  noteShown,
  witness,
  type SinkContext,
} from '../../context/context.ts';
import type { Words } from '../../../judgement/findings.ts';
import type { Seen } from '../../evidence/observe.ts';
import type { Item } from '../../plan/items.ts';
import { metWatermarks } from '../../time/lateness.ts';
import { idsIn, sameValue } from '../../evidence/values.ts';
import { reportDuplicate } from '../anomalies/duplicates.ts';
import { everyDelivery } from '../../../judgement/delivery.ts';
import { reportMissing, reportUnexplained, standsWrongly } from '../anomalies/loss.ts';
import {
  appears,
  findPlace,
  indexSlots,
  isMixed,
  isShared,
  type Order,
  type Place,
  type Slot,
} from './slot.ts';

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
export function checkSlots(context: SinkContext, sink: SlotSink): void {
  const { findings } = context;
  const index = indexSlots(sink.slots);
  if (isMixed(index, sink.slots)) {
    const reason = `${sink.sink}: rows of which one passes look like rows of other records`;
    findings.leaveOpen(reason, ...everyDelivery);
    return;
  }
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
      const { item } = place;
      const shared = isShared(place);
      noteShown(context, sink.sink, { records: item.from, seen, prompt, again, isShared: shared });
    }
    if (place.slot.presence === 'never') reportForbidden(context, sink, place);
    else if (sink.upsert === true) continue;
    else {
      if (!isShared(place)) checkOrder(context, sink, { place, seen, orders });
      if (place.slot.seen.length > 1) repeat(context, sink.sink, { place, again: seen });
    }
  }
  const counts = { must: 0, may: 0, never: 0 };
  for (const slot of sink.slots) {
    counts[slot.presence]++;
    if (slot.seen.length > 0 || slot.presence !== 'must' || sink.upsert === true) continue;
    const [item] = slot.alternatives;
    if (item === undefined || !isDue(context)) continue;
    const name = sink.missing ?? 'loss';
    const givers = (): readonly (readonly number[])[] => giversOf(sink.slots, item);
    if (slot.alternatives.length > 1) reportNoneOf(context, sink.sink, slot);
    else reportMissing(context, { sink: sink.sink, name, records: item.from, row: item, givers });
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
  const shown = place.slot.alternatives.find((item) => isShownBy(item, first));
  const instead = shown === undefined || shown === place.item ? {} : { instead: shown.from };
  reportDuplicate(context, { sink, first, again, records: place.item.from, ...instead });
}

function isShownBy(item: Item, { row }: Seen): boolean {
  return item.key === row.key && item.ts === row.ts && sameValue(item.value, row.value);
}

/** Everybody whose row looks like this one, as many times as it gives it. */
function giversOf(
  slots: readonly Slot[],
  { key, ts, value }: Item,
): readonly (readonly number[])[] {
  const items = slots.flatMap((slot) => slot.alternatives);
  return items
    .filter((item) => item.key === key && item.ts === ts && sameValue(item.value, value))
    .map((item) => item.from);
}

/** Of rows of which one passes, none shows. */
function reportNoneOf(context: Context, sink: string, { alternatives }: Slot): void {
  context.findings.report({
    name: 'loss',
    operator: sink,
    key: alternatives[0]?.key ?? null,
    records: alternatives.flatMap((item) => item.from),
    witnesses: alternatives.map((item) =>
      witness(context, 'one of them is missing', { record: item.from[0] }),
    ),
    explain: () => {
      const choices = alternatives
        .map((item) => ({
          records: recordNames(context, item.from),
          output: { sink, row: plainRow(item) },
        }))
        // Of copies of a record the first one passes.
        .filter(({ records: own, output: { row } }) =>
          given(context, own, sink).some((other) => isSameRow(other, row)),
        );
      const records = choices.map((choice) => choice.records);
      return {
        sentence: { kind: 'none-shows', choices },
        let: [{ kind: 'records', name: 'X', records: records.flat(), output: null }],
        thus: [
          { kind: 'give-one', choices: records, sink },
          dueClaim(context, records.flat(), 'X'),
        ],
        however: choices.map(({ output }) => {
          return { kind: 'no-such-row', output };
        }),
      };
    },
  });
}

/** Certainly late and yet counted; or, in a late output, certainly on time and yet dropped. */
function reportForbidden(
  context: Context,
  { sink, forbidden = 'late-included' }: SlotSink,
  { slot, item }: Place,
): void {
  const seen = slot.seen.at(-1) as Seen;
  const included = forbidden === 'late-included';
  const records = recordNames(context, item.from);
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
    explain: () => ({
      sentence: { kind: included ? 'late-counts' : 'ontime-dropped', records, sink },
      let: [rowNamed(sink, seen, 'R')],
      thus: timeClaims(context, { sink, item, isLate: included }),
      however: [{ kind: 'contains', rows: ['R'], records, whole: records }],
    }),
    observed: [rowNamed(sink, seen)],
  });
}

/** Why the row is certainly late, or certainly not; of a pair the side that is. */
function timeClaims(
  context: Context,
  { sink, item, isLate }: { sink: string; item: Item; isLate: boolean },
): readonly Claim[] {
  const stage = timedStage(context, sink);
  if (stage === null) return [];
  if (stage.spec.kind !== 'interval-join') {
    const limit = lateFrom(stage, item);
    return [timeClaim(context, stage, { sink, records: item.from, limit, isLate })];
  }
  const met = metWatermarks(context, stage, true);
  const late = (stage.items ?? []).find(
    (side) => met.min(side) > side.ts && side.from.every((record) => item.from.includes(record)),
  );
  if (late === undefined) return [];
  return [timeClaim(context, stage, { sink, records: late.from, limit: late.ts + 1, isLate })];
}

/** A row without slot: the right value under a wrong key, or nothing the pipeline says. */
function reportStray(context: Context, { sink, slots }: SlotSink, seen: Seen): void {
  const ids = idsIn(seen.row.value);
  const records = (ids ?? []).flatMap((id) => context.plan.table.byId.get(id) ?? []);
  const elsewhere = slots.find((slot) =>
    slot.alternatives.some((item) => isSameButKey(item, seen)),
  );
  if (elsewhere !== undefined) {
    appears(elsewhere, seen);
    const item = elsewhere.alternatives.find((own) => isSameButKey(own, seen)) as Item;
    reportMisroute(context, { sink, seen, item });
    return;
  }
  const expected = slots.some((slot) =>
    slot.alternatives.some(
      (item) => records.length > 0 && item.from.includes(records[0] as number),
    ),
  );
  reportUnexplained(context, { sink, seen, name: expected ? 'state-divergence' : 'phantom' });
}

function isSameButKey(item: Item, { row }: Seen): boolean {
  return item.ts === row.ts && sameValue(item.value, row.value);
}

function reportMisroute(context: Context, found: { sink: string; seen: Seen; item: Item }): void {
  const { sink, seen, item } = found;
  const records = recordNames(context, item.from);
  const { key, ts, value } = item;
  context.findings.report({
    name: 'misroute',
    alsoRefutes: standsWrongly(context, sink, seen),
    operator: sink,
    key: seen.row.key,
    records: item.from,
    witnesses: [witness(context, `belongs to key ${key}`, { record: item.from[0], seen })],
    explain: () => ({
      sentence: { kind: 'misrouted', row: 'R', records, key, under: seen.row.key, sink },
      let: [rowNamed(sink, seen, 'R')],
      thus: [
        {
          kind: 'same-but-key',
          row: 'R',
          records,
          output: { sink: outputPlace(context, sink) ?? sink, row: { key, ts, value } },
        },
      ],
      however: [{ kind: 'under-key', row: 'R', key: seen.row.key }],
    }),
    observed: [rowNamed(sink, seen)],
  });
}

interface Newest {
  readonly seen: Seen;
  readonly item: Item;
  readonly rank: number;
}

/** The newest of each key and order. */
type Orders = Map<Key, Map<number, Newest>>;

const attemptsMax = 65_536;

/** First appearances keep their order: in the run, or in each attempt. */
function checkOrder(
  context: Context,
  sink: SlotSink,
  { place, seen, orders }: { readonly place: Place; readonly seen: Seen; readonly orders: Orders },
): void {
  const { slot, item } = place;
  const isFirst = slot.seen.length === 1;
  const isFirstOfAttempt =
    isFirst || slot.seen.every((other) => other === seen || other.attempt !== seen.attempt);
  if (!isFirstOfAttempt) return;
  let newest = orders.get(item.key);
  if (newest === undefined) {
    newest = new Map();
    orders.set(item.key, newest);
  }
  for (const { word, rank, by, within, isExcused } of slot.orders ?? ordersOf(item)) {
    if (within === 'run' && !isFirst) continue;
    const id = word * attemptsMax + (within === 'run' ? 0 : seen.attempt);
    const last = newest.get(id);
    if (last === undefined || rank >= last.rank) newest.set(id, { seen, item, rank });
    else if (!isExcused) {
      reportReorder(context, { sink: sink.sink, first: last, second: { seen, item }, by });
    }
  }
}

function ordersOf({ word, rank, direct }: Item): readonly Order[] {
  if (word < 0) return [];
  const by = direct ? 'origin' : 'time';
  return [{ word, rank, by, within: 'run', isExcused: false }];
}

interface Ordered {
  readonly seen: Seen;
  readonly item: Item;
}

function reportReorder(
  context: Context,
  of: { sink: string; first: Ordered; second: Ordered; by: Order['by'] },
): void {
  const { sink, first, second } = of;
  context.findings.report({
    name: 'reorder',
    operator: sink,
    key: second.item.key,
    records: [...second.item.from, ...first.item.from],
    witnesses: [
      witness(context, 'visible first', { record: first.item.from[0], seen: first.seen }),
      witness(context, 'visible after it', { record: second.item.from[0], seen: second.seen }),
    ],
    explain: () => reorderWords(context, of),
    observed: [rowNamed(sink, first.seen), rowNamed(sink, second.seen)],
  });
}

/** Rows of one split come in its order, those of an operator that sorts in order of time. */
function reorderWords(
  context: Context,
  of: { sink: string; first: Ordered; second: Ordered; by: Order['by'] },
): Words {
  const { sink, first, second, by } = of;
  const ahead = recordNames(context, first.item.from);
  const behind = recordNames(context, second.item.from);
  const rows = ['A', 'B'] as const;
  return {
    sentence: { kind: 'shows-behind', first: behind, second: ahead, sink, rows },
    let: [rowNamed(sink, first.seen, 'A'), rowNamed(sink, second.seen, 'B')],
    thus: [
      { kind: 'contains', rows: ['A'], records: ahead, whole: ahead },
      { kind: 'contains', rows: ['B'], records: behind, whole: behind },
      by === 'time'
        ? {
            kind: 'time-order',
            first: behind,
            second: ahead,
            times: [second.item.ts, first.item.ts],
          }
        : { kind: 'split-order', first: behind, second: ahead },
      { kind: 'keeps-order', sink, from: null },
    ],
    however: [{ kind: 'before', rows }],
  };
}
