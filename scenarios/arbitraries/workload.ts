/**
 * Workloads: fast-check draws a handful of knobs, `makeWorkload` turns them into records. Every
 * record draws from a stream named by its split and offset, so that one split does not shift
 * another (law A2). Payloads are traceable by construction: see src/model/trace.ts.
 */
import * as fc from 'fast-check';

import { RandomStream } from '../../src/base/random.ts';
import { traceFields } from '../../src/model/trace.ts';
import type { Key, ValueObject } from '../../src/model/value.ts';
import type { SourceRecord, SplitLog, Workload } from '../../src/model/workload.ts';
import { afterSilence, flattened, pace, steadyPace, tailMs, type Pace } from './pace.ts';

/** What a workload looks like, as plain data. Times in ms. */
export interface WorkloadKnobs {
  readonly seed: number;
  /** Records of all splits together. */
  readonly records: number;
  readonly keys: number;
  /** Exponent of the Zipf distribution of keys; 0: uniform. */
  readonly skew: number;
  /** Virtual time over which the records arrive. */
  readonly spanMs: number;
  /** Event time of the first record. */
  readonly startTs: number;
  /** Within a split a record is at most this much older than the newest before it … */
  readonly disorderMs: number;
  /** … except for this share of stragglers, which come arbitrarily late; 0: disorder is bounded. */
  readonly stragglers: number;
  /** Arrivals gather at multiples of this; 0: no bursts. */
  readonly burstMs: number;
  /** One split is silent for a while and then catches up. */
  readonly idle: { readonly split: number; readonly fromMs: number; readonly forMs: number } | null;
  /** Where all of it pauses; nowhere when it is left out. */
  readonly pace?: Pace;
}

/** Builds the payload of a record besides its trace fields. */
export type MakeValue = (draw: RandomStream, record: { id: number; key: Key }) => ValueObject;

export interface WorkloadForm {
  readonly splits: readonly string[];
  /** Name of key number `rank`; the most frequent ones come first. */
  keyName(rank: number): Key;
  readonly value: MakeValue;
}

const recordsMax = 200;

const silence: fc.Arbitrary<NonNullable<WorkloadKnobs['idle']>> = fc.record({
  split: fc.nat({ max: 7 }),
  fromMs: fc.integer({ min: 0, max: 1_500 }),
  forMs: fc.integer({ min: 200, max: 1_500 }),
});

/** Knobs of a workload of up to 200 records; `stragglers` only where late records are welcome. */
export function workloadKnobs(late: boolean = false): fc.Arbitrary<WorkloadKnobs> {
  return fc.record({
    seed: fc.nat(),
    records: fc.integer({ min: 20, max: recordsMax }),
    keys: fc.integer({ min: 1, max: 24 }),
    skew: fc.constantFrom(0, 0, 0.7, 1, 1.5),
    spanMs: fc.integer({ min: 1_500, max: 4_000 }),
    startTs: fc.constantFrom(0, -1_234, 86_400_000, 1_700_000_000_123),
    disorderMs: fc.constantFrom(0, 20, 100, 300),
    stragglers: late ? fc.constantFrom(0, 0.02, 0.1) : fc.constant(0),
    burstMs: fc.constantFrom(0, 0, 0, 50, 250),
    idle: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: silence }),
    pace,
  });
}

/** The workload with these knobs. Pure: same knobs and form, same records. */
export function makeWorkload(knobs: WorkloadKnobs, form: WorkloadForm): Workload {
  const ranks = zipfTable(knobs.keys, knobs.skew);
  const splits = form.splits.map((split, index) => splitLog({ knobs, form, ranks, split, index }));
  return { splits };
}

interface SplitPlan {
  readonly knobs: WorkloadKnobs;
  readonly form: WorkloadForm;
  readonly ranks: readonly number[];
  readonly split: string;
  readonly index: number;
}

function splitLog(plan: SplitPlan): SplitLog {
  const { knobs, form, index } = plan;
  const count = Math.ceil((knobs.records - index) / form.splits.length);
  const records: SourceRecord[] = [];
  for (let offset = 0; offset < count; offset++) records.push(record(plan, offset, count));
  // Equal arrival keeps the order of event time; ids are given before, so they stay put.
  records.sort((a, b) => a.at - b.at || a.ts - b.ts || a.id - b.id);
  const last = records.length - 1;
  return {
    split: plan.split,
    records: records.map((r, offset) => ({ ...r, at: arrival(r.at, plan, offset === last) })),
  };
}

function record(plan: SplitPlan, offset: number, count: number): SourceRecord {
  const { knobs, form, index } = plan;
  const draw = new RandomStream(knobs.seed, `${plan.split}/${offset}`);
  const id = offset * form.splits.length + index;
  const key = form.keyName(rankOf(draw.next() / 0x1_0000_0000, plan.ranks));
  const step = knobs.spanMs / count;
  const progress = Math.floor(offset * step + draw.below(Math.max(1, Math.floor(step))));
  const delay = draw.chance(knobs.stragglers)
    ? draw.below(knobs.spanMs)
    : draw.below(knobs.disorderMs + 1);
  return {
    id,
    at: progress + delay,
    ts: knobs.startTs + flattened(knobs.pace ?? steadyPace, progress),
    key,
    value: { ...traceFields(id, index, form.splits.length), ...form.value(draw, { id, key }) },
  };
}

/** Bursts, silence and a quiet tail move arrivals later without changing their order. */
function arrival(at: number, plan: SplitPlan, isLast: boolean): number {
  const { burstMs, pace: pauses = steadyPace } = plan.knobs;
  const gathered = burstMs === 0 ? at : Math.ceil(at / burstMs) * burstMs;
  const readable = afterSilence(pauses, afterIdleness(gathered, plan));
  return isLast ? readable + tailMs(pauses, plan.index) : readable;
}

function afterIdleness(at: number, { knobs: { idle }, form, index }: SplitPlan): number {
  if (idle === null || idle.split % form.splits.length !== index) return at;
  const until = idle.fromMs + idle.forMs;
  return at >= idle.fromMs && at < until ? until : at;
}

/** Cumulative weights 1 / rank^skew, scaled to end at 1. */
function zipfTable(keys: number, skew: number): number[] {
  const weights = Array.from({ length: keys }, (_, rank) => (rank + 1) ** -skew);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return weights.map((weight) => (sum += weight) / total);
}

function rankOf(point: number, table: readonly number[]): number {
  const rank = table.findIndex((bound) => point < bound);
  return rank === -1 ? table.length - 1 : rank;
}
