/**
 * Whether one watermark schedule explains what happened to several records of a key. Each record
 * alone may be late or on time; together they may not: one that was dropped says that event time
 * had passed a point, one that was taken later says that it had not. Searched are the orders in
 * which the splits can have met, between the cuts of the surviving checkpoints: paths in a grid
 * with one axis per split. Only records whose outcome was open take part, and splits move in steps
 * of the times that matter to them, so the grid is small.
 */
import { WATERMARK_MIN } from '../../model/value.ts';
import { offsetOf, type SplitInfo } from '../plan/records.ts';
import { type Epoch } from './epochs.ts';
import { lowestWaitedFor, type PrefixTimes } from './lateness.ts';

/** A record met a watermark of at least `low` and below `high`. */
export interface Decision {
  readonly record: number;
  readonly low: number;
  readonly high: number;
}

export interface ScheduleQuery {
  readonly prefixes: PrefixTimes;
  readonly epochs: readonly Epoch[];
  readonly decisions: readonly Decision[];
  /** Whether sources announce every record at once; if not, a watermark may lag as it likes. */
  readonly prompt: boolean;
  /** Positions the search may visit. */
  readonly stepsMax: number;
}

export type ScheduleAnswer = 'possible' | 'impossible' | 'too-large';

export function findSchedule(query: ScheduleQuery): ScheduleAnswer {
  const { epochs, decisions, prefixes } = query;
  if (epochs.slice(0, -1).some(({ from, to }) => from === null || to === null)) return 'possible';
  let left = query.stepsMax;
  let demanded: number = WATERMARK_MIN;
  for (const [i, epoch] of epochs.entries()) {
    // A restart makes event time start again.
    if (epoch.attempt !== epochs[i - 1]?.attempt) demanded = WATERMARK_MIN;
    const own = decisions.filter(({ record }) => isWithin(prefixes, epoch, record));
    if (own.length === 0) continue;
    const grid = new EpochGrid(query, epoch, { decisions: own, low: demanded });
    left -= grid.size;
    if (left < 0) return 'too-large';
    if (!grid.isPassable()) return 'impossible';
    demanded = own.reduce((most, { low }) => Math.max(most, low), demanded);
  }
  return 'possible';
}

function isWithin({ table }: PrefixTimes, { from, to }: Epoch, record: number): boolean {
  const split = table.splitOf[record] as number;
  const offset = offsetOf(table, record);
  return offset >= (from?.[split] ?? 0) && offset < (to?.[split] ?? Number.POSITIVE_INFINITY);
}

/** A place of one split within an epoch. */
interface Place {
  /** Records below it have been announced. */
  readonly announced: number;
  /** The arrival that leads to the next place, if it is that of a record that takes part. */
  readonly decision: Decision | null;
  /** The highest `low` of the arrivals before it. */
  readonly demanded: number;
}

interface Bounds {
  readonly atMost: number;
  readonly atLeast: number;
}

/** All places of all splits within one epoch. */
class EpochGrid {
  readonly size: number;
  private readonly query: ScheduleQuery;
  private readonly epoch: Epoch;
  private readonly demanded: number;
  private readonly axes: readonly (readonly Place[])[];
  private readonly strides: readonly number[];

  constructor(
    query: ScheduleQuery,
    epoch: Epoch,
    { decisions, low }: { readonly decisions: readonly Decision[]; readonly low: number },
  ) {
    this.query = query;
    this.epoch = epoch;
    this.demanded = low;
    const strides: number[] = [];
    let size = 1;
    this.axes = query.prefixes.splits.map((split) => {
      const places = this.placesOf(split, decisions);
      strides.push(size);
      size *= places.length;
      return places;
    });
    this.strides = strides;
    this.size = size;
  }

  /** Whether a path leads from the cut before to the cut after. */
  isPassable(): boolean {
    const reached = new Uint8Array(this.size);
    reached[0] = 1;
    // Every step leads to a higher number, so one pass in their order visits all.
    for (let at = 0; at < this.size; at++) {
      if (reached[at] === 0) continue;
      const places = this.axes.map((axis, i) => axis[this.indexOn(i, at)] as Place);
      for (const [i, axis] of this.axes.entries()) {
        const { decision } = places[i] as Place;
        if (this.indexOn(i, at) + 1 >= axis.length) continue;
        if (decision !== null && !this.isLegal(decision, places)) continue;
        reached[at + (this.strides[i] as number)] = 1;
      }
    }
    return reached[this.size - 1] === 1;
  }

  private indexOn(axis: number, at: number): number {
    const { length } = this.axes[axis] as readonly Place[];
    return Math.floor(at / (this.strides[axis] as number)) % length;
  }

  /** Whether the watermark can have been within the decision's bounds. */
  private isLegal({ low, high }: Decision, places: readonly Place[]): boolean {
    const { atMost, atLeast } = this.boundsAt(places);
    const demanded = places.reduce((most, place) => Math.max(most, place.demanded), this.demanded);
    const lowest = Math.max(low, demanded, atLeast);
    return lowest <= atMost && lowest < high;
  }

  private boundsAt(places: readonly Place[]): Bounds {
    const { prefixes } = this.query;
    const { splits, table } = prefixes;
    const end = new Map(splits.map((split, i) => [split, (places[i] as Place).announced]));
    const atMost = lowestWaitedFor(table, splits, (q) => prefixes.highest(q, end.get(q) ?? 0));
    const atLeast = Math.min(...splits.map((q) => this.lowest(q, end.get(q) ?? 0)));
    return { atMost, atLeast };
  }

  /** What a split has certainly announced once its records below `end` are. */
  private lowest(split: number, end: number): number {
    const { attemptFrom } = this.epoch;
    if (!this.query.prompt || attemptFrom === null) return WATERMARK_MIN;
    return this.query.prefixes.watermarkSince(split, attemptFrom[split] ?? 0, end);
  }

  /** Places at the cuts, around each arrival that takes part, and where a time that matters comes. */
  private placesOf(split: number, decisions: readonly Decision[]): readonly Place[] {
    const { prefixes } = this.query;
    const { table } = prefixes;
    const { records } = table.splits[split] as SplitInfo;
    const from = this.epoch.from?.[split] ?? 0;
    const to = Math.min(this.epoch.to?.[split] ?? records.length, records.length);
    const own = decisions.filter(({ record }) => table.splitOf[record] === split);
    const level = levels(decisions);
    const levelAt = (end: number): string =>
      `${level(prefixes.highest(split, end))} ${level(this.lowest(split, end))}`;
    const places: Place[] = [];
    let announced = from;
    let demanded: number = WATERMARK_MIN;
    for (let offset = from; offset < to; offset++) {
      const arrivals = own.filter(({ record }) => offsetOf(table, record) === offset);
      for (const decision of arrivals) {
        places.push({ announced, decision, demanded });
        demanded = Math.max(demanded, decision.low);
      }
      if (arrivals.length === 0 && levelAt(offset + 1) === levelAt(announced)) continue;
      places.push({ announced, decision: null, demanded });
      announced = offset + 1;
    }
    places.push({ announced: Math.max(announced, to), decision: null, demanded });
    return places;
  }
}

/** How many of the times that matter a watermark has reached. */
function levels(decisions: readonly Decision[]): (watermark: number) => number {
  const times = [...new Set(decisions.flatMap(({ low, high }) => [low, high]))];
  return (watermark) => times.filter((time) => time <= watermark).length;
}
