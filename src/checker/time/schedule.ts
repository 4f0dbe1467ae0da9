/**
 * Whether one watermark schedule explains what happened to several records of a key. Each record
 * alone may be late or on time; together they may not: one that was dropped says that event time
 * had passed a point, one that was taken later says that it had not. Searched are the orders in
 * which the splits can have met, between the cuts of the surviving checkpoints: paths in a grid
 * with one axis per split. Only records whose outcome was open take part, and splits move in steps
 * of the times that matter to them, so the grid is small.
 */
import { WATERMARK_MAX, WATERMARK_MIN } from '../../model/value.ts';
import { offsetOf, type SplitInfo } from '../plan/records.ts';
import type { Epoch } from './epochs.ts';
import type { PrefixTimes } from './lateness.ts';

/** A record met a watermark of at least `low` and below `high`. */
export interface Decision {
  readonly record: number;
  readonly low: number;
  readonly high: number;
}

/** Where what a split has announced changes: after its records below `end`. */
interface Step {
  readonly end: number;
  /** The highest and the lowest watermark it can have announced by then. */
  readonly atMost: number;
  readonly atLeast: number;
}

/** What splits announce in the course of each epoch; the same for all keys of a stage. */
export class Announcements {
  readonly prefixes: PrefixTimes;
  /** Whether sources announce every record at once; if not, a watermark may lag as it likes. */
  private readonly prompt: boolean;
  private readonly known = new Map<Epoch, Map<number, readonly Step[]>>();

  constructor(prefixes: PrefixTimes, prompt: boolean) {
    this.prefixes = prefixes;
    this.prompt = prompt;
  }

  /** The first is what it has announced at the cut before, the last at the cut after. */
  steps(epoch: Epoch, split: number): readonly Step[] {
    let bySplit = this.known.get(epoch);
    if (bySplit === undefined) {
      bySplit = new Map();
      this.known.set(epoch, bySplit);
    }
    let steps = bySplit.get(split);
    if (steps === undefined) {
      steps = this.stepsOf(epoch, split);
      bySplit.set(split, steps);
    }
    return steps;
  }

  private stepsOf({ from, to, attemptFrom }: Epoch, split: number): readonly Step[] {
    const length = this.prefixes.length(split);
    const start = attemptFrom?.[split] ?? null;
    const steps: Step[] = [];
    for (let end = from?.[split] ?? 0; end <= Math.min(to?.[split] ?? length, length); end++) {
      const atMost = this.prefixes.highest(split, end);
      const certain = this.prompt && start !== null;
      const atLeast = certain ? this.prefixes.watermarkSince(split, start, end) : WATERMARK_MIN;
      const before = steps.at(-1);
      if (before?.atMost !== atMost || before.atLeast !== atLeast) {
        steps.push({ end, atMost, atLeast });
      }
    }
    return steps.length > 0 ? steps : [{ end: length, atMost: 0, atLeast: WATERMARK_MIN }];
  }
}

export interface ScheduleQuery {
  readonly announcements: Announcements;
  readonly epochs: readonly Epoch[];
  readonly decisions: readonly Decision[];
  /** Points of the grids that the search may visit. */
  readonly stepsMax: number;
}

export type ScheduleAnswer = 'possible' | 'impossible' | 'too-large';

export function findSchedule(query: ScheduleQuery): ScheduleAnswer {
  const { epochs, decisions } = query;
  const { prefixes } = query.announcements;
  if (epochs.slice(0, -1).some(({ from, to }) => from === null || to === null)) return 'possible';
  let left = query.stepsMax;
  let demanded: number = WATERMARK_MIN;
  for (const [i, epoch] of epochs.entries()) {
    // A restart makes event time start again.
    if (epoch.attempt !== epochs[i - 1]?.attempt) demanded = WATERMARK_MIN;
    const own = decisions.filter(({ record }) => isWithin(prefixes, epoch, record));
    if (own.length === 0) continue;
    const search = new EpochSearch(query, epoch, { decisions: own, low: demanded, left });
    if (!search.isPassable()) return search.left <= 0 ? 'too-large' : 'impossible';
    left = search.left;
    demanded = own.reduce((most, { low }) => Math.max(most, low), demanded);
  }
  return 'possible';
}

function isWithin({ table }: PrefixTimes, { from, to }: Epoch, record: number): boolean {
  const split = table.splitOf[record] as number;
  const offset = offsetOf(table, record);
  return offset >= (from?.[split] ?? 0) && offset < (to?.[split] ?? Number.POSITIVE_INFINITY);
}

/** A place of one split within an epoch: what it has announced, and what its next step decides. */
interface Place {
  /** The highest and the lowest watermark it can have announced by then. */
  readonly atMost: number;
  readonly atLeast: number;
  /** The arrival that leads to the next place, if it is that of a record that takes part. */
  readonly decision: Decision | null;
  /** The highest `low` of the arrivals before it. */
  readonly demanded: number;
}

interface Axis {
  readonly places: readonly Place[];
  /** Distance in the numbering of grid points between a place and the next. */
  readonly stride: number;
  /** Whether event time waits for the split, be it silent or not. */
  readonly waitedFor: boolean;
}

/** Depth first through the grid of one epoch; a point is visited once. */
class EpochSearch {
  /** Points that may still be visited. */
  left: number;
  private readonly query: ScheduleQuery;
  private readonly epoch: Epoch;
  private readonly demanded: number;
  private readonly axes: readonly Axis[];
  private readonly end: number;
  /** Without a split to wait for, the furthest one leads; one that has ended leads to the end. */
  private readonly lead: number;

  constructor(
    query: ScheduleQuery,
    epoch: Epoch,
    given: {
      readonly decisions: readonly Decision[];
      readonly low: number;
      readonly left: number;
    },
  ) {
    this.query = query;
    this.epoch = epoch;
    this.demanded = given.low;
    this.left = given.left;
    const { splits, table } = query.announcements.prefixes;
    const infos = splits.map((split) => table.splits[split] as SplitInfo);
    let size = 1;
    this.axes = splits.map((split, i) => {
      const places = this.placesOf(split, given.decisions);
      const axis = { places, stride: size, waitedFor: !(infos[i] as SplitInfo).mayIdle };
      size *= places.length;
      return axis;
    });
    this.end = size - 1;
    const ended = infos.some(({ besideEnded }) => besideEnded);
    this.lead = ended ? WATERMARK_MAX : Number.NEGATIVE_INFINITY;
  }

  /** Whether a path leads from the cut before to the cut after. */
  isPassable(): boolean {
    if (!Number.isSafeInteger(this.end)) this.left = 0;
    const visited = new Set<number>([0]);
    const open = [0];
    while (open.length > 0) {
      const at = open.pop() as number;
      if (at === this.end) return true;
      if (this.left-- <= 0) return false;
      for (const next of this.stepsFrom(at)) {
        if (visited.has(next)) continue;
        visited.add(next);
        open.push(next);
      }
    }
    return false;
  }

  /** Where the grid leads from here; what is tried first comes last. */
  private stepsFrom(at: number): readonly number[] {
    const here = this.axes.map(({ places, stride }) => Math.floor(at / stride) % places.length);
    const [plain, decided]: [number[], number[]] = [[], []];
    for (const [i, { places, stride }] of this.axes.entries()) {
      const index = here[i] as number;
      if (index + 1 >= places.length) continue;
      const { decision } = places[index] as Place;
      if (decision === null) plain.push(at + stride);
      else if (this.isLegal(decision, here)) decided.push(at + stride);
    }
    return [...plain, ...decided];
  }

  /** Whether the watermark can have been within the decision's bounds. */
  private isLegal({ low, high }: Decision, here: readonly number[]): boolean {
    let [lowest, atLeast] = [Math.max(this.demanded, low), Number.POSITIVE_INFINITY];
    let [atMost, furthest] = [Number.POSITIVE_INFINITY, this.lead];
    for (const [i, { places, waitedFor }] of this.axes.entries()) {
      const place = places[here[i] as number] as Place;
      lowest = Math.max(lowest, place.demanded);
      atLeast = Math.min(atLeast, place.atLeast);
      if (waitedFor) atMost = Math.min(atMost, place.atMost);
      furthest = Math.max(furthest, place.atMost);
    }
    lowest = Math.max(lowest, atLeast);
    return lowest <= (atMost === Number.POSITIVE_INFINITY ? furthest : atMost) && lowest < high;
  }

  /**
   * Places at the cuts, around each arrival that takes part, and where a time that matters comes.
   */
  private placesOf(split: number, decisions: readonly Decision[]): readonly Place[] {
    const { table } = this.query.announcements.prefixes;
    const steps = this.query.announcements.steps(this.epoch, split);
    const arrivals = decisions
      .filter(({ record }) => table.splitOf[record] === split)
      .sort((a, b) => a.record - b.record);
    const places: Place[] = [];
    let [announced] = steps as readonly [Step];
    let demanded: number = WATERMARK_MIN;
    let next = 0;
    const arriveBelow = (end: number): void => {
      for (; next < arrivals.length; next++) {
        const decision = arrivals[next] as Decision;
        if (offsetOf(table, decision.record) >= end) return;
        places.push({ ...announced, decision, demanded });
        demanded = Math.max(demanded, decision.low);
      }
    };
    for (const step of steps) {
      const before = places.length;
      arriveBelow(step.end);
      if (places.length === before && !isPassed(decisions, announced, step)) continue;
      places.push({ ...announced, decision: null, demanded });
      announced = step;
    }
    arriveBelow(Number.POSITIVE_INFINITY);
    places.push({ ...(steps.at(-1) as Step), decision: null, demanded });
    return places;
  }
}

/** Whether a time that matters lies between two announcements. */
function isPassed(decisions: readonly Decision[], before: Step, after: Step): boolean {
  const passes = (time: number): boolean =>
    (before.atMost < time && time <= after.atMost) ||
    (before.atLeast < time && time <= after.atLeast);
  return decisions.some(({ low, high }) => passes(low) || passes(high));
}
