/**
 * Whether any order in which the splits can meet gives records the watermarks that their outcomes
 * demand: a walk over all positions between the cuts of completed checkpoints, record by record.
 */
import type { MetBetween } from '../model/verdict/claim-windows.ts';
import type { Facts } from './facts.ts';
import type { Answer } from './verify-claims.ts';
import { announced, cutsFor, mayIdle, type Split, splitsOf } from './time.ts';

const positionsMax = 200_000;

interface Epoch {
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** Where its attempt began. */
  readonly start: readonly number[];
  readonly attempt: number;
}

export interface Meetings {
  readonly operator: string;
  readonly sink: string;
  readonly met: readonly MetBetween[];
}

/** True: no schedule. Null: too many positions, or a cut that nobody told. */
export function hasNoSchedule(facts: Facts, { operator, sink, met }: Meetings): Answer {
  const splits = splitsOf(facts, operator);
  const epochs = epochsFor(facts, sink, splits);
  if (epochs === null) return null;
  for (const [i, epoch] of epochs.entries()) {
    const size = epoch.to.reduce((all, to, p) => all * (to - (epoch.from[p] ?? 0) + 1), 1);
    if (size > positionsMax) return null;
    const earlier = epochs.slice(0, i).filter(({ attempt }) => attempt === epoch.attempt);
    const before = met.filter(({ record }) => earlier.some((e) => isWithin(e, splits, record)));
    const demanded = Math.max(
      Number.NEGATIVE_INFINITY,
      ...before.map(({ low }) => low ?? -Infinity),
    );
    if (!isPassable(facts, { splits, epoch, met, demanded })) return true;
  }
  return false;
}

function isWithin(
  { from, to }: Epoch,
  splits: readonly Split[],
  { split, offset }: MetBetween['record'],
): boolean {
  const p = splits.findIndex(({ name }) => name === split);
  return offset >= (from[p] ?? Infinity) && offset < (to[p] ?? -Infinity);
}

function epochsFor(facts: Facts, sink: string, splits: readonly Split[]): readonly Epoch[] | null {
  const epochs: Epoch[] = [];
  let from: readonly number[] = splits.map(() => 0);
  const cutAt = (checkpoint: number | null): readonly (number | null)[] =>
    splits.map(({ name }) => (checkpoint === null ? 0 : facts.offsetIn(checkpoint, name)));
  for (const { checkpoint, attempt } of cutsFor(facts, sink)) {
    const to = cutAt(checkpoint);
    const start = cutAt(facts.attempts.find((a) => a.attempt === attempt)?.restored ?? null);
    if (to.includes(null) || start.includes(null)) return null;
    epochs.push({ from, to: to as number[], start: start as number[], attempt });
    from = to as number[];
  }
  const last = facts.attempts.at(-1);
  const start = cutAt(last?.restored ?? null);
  if (start.includes(null)) return null;
  const to = splits.map(({ records }) => records.length);
  epochs.push({ from, to, start: start as number[], attempt: last?.attempt ?? 0 });
  return epochs;
}

interface Walk {
  readonly splits: readonly Split[];
  readonly epoch: Epoch;
  readonly met: readonly MetBetween[];
  /** The highest watermark that records of the same attempt met before. */
  readonly demanded: number;
}

function isPassable(facts: Facts, walk: Walk): boolean {
  const { splits, epoch } = walk;
  const goal = epoch.to.join();
  const seen = new Set([epoch.from.join()]);
  const open: (readonly number[])[] = [epoch.from];
  const idle = splits.map((split) => mayIdle(facts, split));
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.join() === goal) return true;
    for (const [p, offset] of at.entries()) {
      if (offset >= (epoch.to[p] ?? 0)) continue;
      const next = at.with(p, offset + 1);
      if (seen.has(next.join())) continue;
      const decisions = walk.met.filter(
        ({ record }) => record.split === splits[p]?.name && record.offset === offset,
      );
      if (decisions.length > 0 && !canMeet(walk, at, { idle, decisions })) continue;
      seen.add(next.join());
      open.push(next);
    }
  }
  return false;
}

function canMeet(
  { splits, epoch, met, demanded }: Walk,
  at: readonly number[],
  {
    idle,
    decisions,
  }: { readonly idle: readonly boolean[]; readonly decisions: readonly MetBetween[] },
): boolean {
  const isPrompt = splits.every(({ source }) => source.watermark.emission === 'per-record');
  const highest = splits.map((split, p) =>
    (at[p] ?? 0) >= split.records.length ? Infinity : announced(split, 0, at[p] ?? 0),
  );
  const lowest = splits.map((split, p) => announced(split, epoch.start[p] ?? 0, at[p] ?? 0));
  const waited = highest.filter((_, p) => idle[p] === false);
  const isEnded = splits.some(({ source }) => source.parallelism > source.splits.length);
  const furthest = isEnded ? Infinity : Math.max(...highest);
  const high = waited.length > 0 ? Math.min(...waited) : furthest;
  const passed = met.filter(({ record: { split, offset } }) => {
    const p = splits.findIndex(({ name }) => name === split);
    return offset >= (epoch.from[p] ?? 0) && offset < (at[p] ?? 0);
  });
  const low = Math.max(
    isPrompt ? Math.min(...lowest) : -Infinity,
    demanded,
    ...decisions.map((one) => one.low ?? -Infinity),
    ...passed.map((one) => one.low ?? -Infinity),
  );
  return low <= high && decisions.every((one) => low < (one.high ?? Infinity));
}
