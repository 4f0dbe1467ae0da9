/**
 * Slots of each kind of branch: what a source, a de-duplication, a sort, a join or a late output
 * can show at a sink.
 */
import type { IntervalJoinSpec, SortSpec, WindowSpec } from '../../../model/pipeline.ts';
import { type Key, WATERMARK_MAX } from '../../../model/value.ts';
import { dedupIdentity, joinForgetTime, joinRow, joins } from '../../../oracle/specification.ts';
import type { Context } from '../../context/context.ts';
import type { Branch } from '../../plan/branches.ts';
import { type Item, sendThrough } from '../../plan/items.ts';
import type { Stage } from '../../plan/plan.ts';
import { itemsOf } from '../../plan/stages.ts';
import { fireBound } from '../../time/fire-bound.ts';
import { type Met, metWatermarks } from '../../time/lateness.ts';
import { countsOnce } from '../anomalies/attempts.ts';
import { groupsOf, type Member } from '../windows/groups.ts';
import { notSeen, type Order, type Slot, slotOf } from './slot.ts';

type Presence = Slot['presence'];

export interface BranchAt {
  readonly branch: Branch;
  readonly branchNumber: number;
  readonly committed: boolean;
}

/** Null when the branch's rows are not a matter of slots. */
export function slotsOf(context: Context, at: BranchAt): Slot[] | null {
  const { root } = at.branch;
  if (root.kind === 'source') {
    return (itemsOf(context.plan, [at.branch]) ?? []).map((item) => slotOf(item));
  }
  const stage = context.plan.stages.get(root.spec.id);
  if (stage === undefined || stage.items === null) return null;
  const { items } = stage;
  const met = (): Met => metWatermarks(context, stage, at.committed);
  if (root.output === 'late') return lateSlots(context, at, { stage, items, met: met() });
  switch (root.spec.kind) {
    case 'dedup':
      return dedupSlots(context, at, { stage, items });
    case 'sort':
      return sortSlots(context, at, { stage, items, met: met() });
    case 'interval-join':
      return joinSlots(context, at, { spec: root.spec, items, met: met() });
    case 'reduce':
    case 'window':
    case 'process':
      return null;
  }
}

function through(context: Context, { branch, branchNumber }: BranchAt, item: Item): Item[] {
  return sendThrough(branch, [item], { words: context.plan.words, branchNumber });
}

/** Which of the rows with one identity comes first is open between origins, not within one. */
function dedupSlots(
  context: Context,
  at: BranchAt,
  { stage, items }: { stage: Stage; items: readonly Item[] },
): Slot[] {
  const { spec } = stage;
  if (spec.kind !== 'dedup') return [];
  const byIdentity = new Map<string, Item[]>();
  for (const item of items) {
    const identity = dedupIdentity(spec, item);
    const list = byIdentity.get(identity);
    if (list === undefined) byIdentity.set(identity, [item]);
    else list.push(item);
  }
  const slots: Slot[] = [];
  for (const rows of byIdentity.values()) {
    const first = rows.filter((row, i) => !rows.some((r, j) => isBefore(r, row, j < i)));
    const arrivals = first.map((row) => through(context, at, row));
    const most = Math.max(...arrivals.map((arrived) => arrived.length));
    for (let copy = 0; copy < most; copy++) {
      const alternatives = arrivals.flatMap((arrived) => arrived[copy] ?? []);
      const arrives = alternatives.every((item) => !item.waits);
      const presence = arrives && alternatives.length === arrivals.length ? 'must' : 'may';
      slots.push({ alternatives, presence, seen: notSeen });
    }
  }
  return slots;
}

/** Copies of one record leave it one after the other, and take the same way under a key. */
function isBefore(a: Item, b: Item, isEarlierCopy: boolean): boolean {
  if (a.word < 0 || a.word !== b.word) return false;
  return a.rank < b.rank || (a.rank === b.rank && a.direct && isEarlierCopy);
}

/** Late iff the timestamp is at or behind the watermark. */
function sortSlots(
  context: Context,
  at: BranchAt,
  { stage, items, met }: { stage: Stage; items: readonly Item[]; met: Met },
): Slot[] {
  const { atLeastAtEnd } = fireBound(context, stage);
  const { words } = context.plan;
  const isTied = tiedAmong(items);
  return items.flatMap((item) => {
    const word = words.of(`${stage.spec.id} ${item.key}`);
    const out: Item = { ...item, word, rank: item.ts };
    const open = item.ts > atLeastAtEnd && atLeastAtEnd !== WATERMARK_MAX;
    const late = sortPresence(item, met);
    const presence = open && late === 'must' ? 'may' : late;
    return through(context, at, out).map((row) => {
      const orders = sortedOrders(context, { item, row, presence: late, isTied: isTied(item) });
      return { ...slotOf(row, presence), orders };
    });
  });
}

/**
 * A sort lets a key's rows go in order of time, those of one time as they stand in their split. An
 * attempt that was restored begins again: then a row that is late otherwise may come behind.
 */
function sortedOrders(
  context: Context,
  of: { item: Item; row: Item; presence: Presence; isTied: boolean },
): readonly Order[] {
  const { item, row, presence, isTied } = of;
  if (row.word < 0) return [];
  const byTime = { word: row.word, rank: item.ts, by: 'time' } as const;
  const orders: Order[] = [{ ...byTime, within: 'attempt', isExcused: false }];
  if (!countsOnce(context)) return orders;
  orders.push({ ...byTime, within: 'run', isExcused: presence !== 'must' });
  if (item.word >= 0 && isTied) {
    const word = context.plan.words.of(`${row.word}/${item.word}/${item.ts}`);
    orders.push({ word, rank: item.rank, by: 'origin', within: 'run', isExcused: false });
  }
  return orders;
}

/** Whether another item has the key and the time of this one. */
function tiedAmong(items: readonly Item[]): (item: Item) => boolean {
  const counts = new Map<Key, Map<number, number>>();
  for (const { key, ts } of items) {
    let byTime = counts.get(key);
    if (byTime === undefined) {
      byTime = new Map();
      counts.set(key, byTime);
    }
    byTime.set(ts, (byTime.get(ts) ?? 0) + 1);
  }
  return ({ key, ts }) => (counts.get(key)?.get(ts) ?? 0) > 1;
}

function sortPresence(item: Item, met: Met): Presence {
  if (met.max(item) < item.ts) return 'must';
  return met.min(item) >= item.ts ? 'never' : 'may';
}

/** A pair is certain when neither row can be late and whichever came first still waits. */
function joinSlots(
  context: Context,
  at: BranchAt,
  { spec, items, met }: { spec: IntervalJoinSpec; items: readonly Item[]; met: Met },
): Slot[] {
  const sides = new Map<string, [Item[], Item[]]>();
  for (const item of items) {
    const side = sides.get(item.key) ?? [[], []];
    side[item.input].push(item);
    sides.set(item.key, side);
  }
  const slots: Slot[] = [];
  for (const [lefts, rights] of sides.values()) {
    for (const left of lefts) {
      for (const right of rights) {
        if (!joins(spec, left, right)) continue;
        const { key, ts, value, from } = joinRow(left, right);
        const waits = left.waits || right.waits;
        const order = { word: -1, rank: ts, direct: false, input: 0 } as const;
        const pair: Item = { key, ts, value, from, ...order, waits };
        const presence = pairPresence(spec, { left, right, met });
        for (const row of through(context, at, pair)) slots.push(slotOf(row, presence));
      }
    }
  }
  return slots;
}

function pairPresence(
  spec: IntervalJoinSpec,
  { left, right, met }: { left: Item; right: Item; met: Met },
): Presence {
  if (met.min(left) > left.ts || met.min(right) > right.ts) return 'never';
  const certain =
    met.max(left) <= left.ts &&
    met.max(right) <= right.ts &&
    met.max(right) < joinForgetTime(spec, 0, left.ts) &&
    met.max(left) < joinForgetTime(spec, 1, right.ts);
  return certain ? 'must' : 'may';
}

/**
 * In the late output: certainly if every window is certainly gone, never if one certainly takes it.
 */
function lateSlots(
  context: Context,
  at: BranchAt,
  { stage, items, met }: { stage: Stage; items: readonly Item[]; met: Met },
): Slot[] {
  const presence = latePresence(stage.spec as WindowSpec | SortSpec, items, met);
  return items.flatMap((item) =>
    through(context, at, item).map((row) => ({
      ...slotOf(row, presence.get(item) ?? 'never'),
      of: item,
    })),
  );
}

function latePresence(
  spec: WindowSpec | SortSpec,
  items: readonly Item[],
  met: Met,
): ReadonlyMap<Item, Presence> {
  const opposite = { must: 'never', never: 'must', may: 'may' } as const;
  if (spec.kind === 'sort') {
    return new Map(items.map((item) => [item, opposite[sortPresence(item, met)]]));
  }
  const byItem = new Map<Item, Member['presence'][]>();
  for (const group of groupsOf(spec, items, met)) {
    for (const { item, presence } of group.members) {
      byItem.set(item, [...(byItem.get(item) ?? []), presence]);
    }
  }
  const late = new Map<Item, Presence>();
  for (const [item, presences] of byItem) {
    if (presences.includes('must')) late.set(item, 'never');
    else late.set(item, presences.every((p) => p === 'never') ? 'must' : 'may');
  }
  return late;
}
