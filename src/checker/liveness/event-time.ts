/**
 * How far event time must have come, and when: the minimum over the splits that certainly count.
 * A split holds it back from its start on, leaves the minimum when it has ended or has been silent
 * for its idleness timeout, and holds it back again as soon as a record is there.
 */
import { WATERMARK_MAX, WATERMARK_MIN } from '../../model/value.ts';
import { boundOf } from '../../oracle/specification.ts';
import type { RecordTable, SplitInfo } from '../plan/records.ts';

/** From `at` on the watermark is at least `watermark`. Both rise. */
export interface Milestone {
  readonly at: number;
  readonly watermark: number;
}

export interface EventTimeQuery {
  readonly table: RecordTable;
  /** Per record, when it has been read at the latest; see arrivals.ts. */
  readonly readBy: Float64Array;
  readonly startMs: number;
  /** First offset by split. */
  readonly from: Readonly<Record<string, number>>;
  /** How long what was read takes to get there. */
  readonly latencyMs: number;
  /** Nothing is asked after this. */
  readonly until: number;
}

/** What the minimum over the splits does at a moment, until the next step. */
interface Level {
  readonly t: number;
  readonly watermark: number;
}

/**
 * A watermark is announced some time after it could be, and only if nothing has held it back again
 * meanwhile: what counts is the lowest level until then.
 */
export function milestonesOf(
  query: EventTimeQuery,
  splits: readonly number[],
): readonly Milestone[] {
  const levels = levelsOf(query, splits);
  const delayMs = query.latencyMs + longestEmissionMs(query.table, splits);
  const lowest = new SlidingMinimum(levels);
  const milestones: Milestone[] = [];
  let reached: number = WATERMARK_MIN;
  for (let i = 0; i < levels.length; i++) {
    const at = (levels[i] as Level).t + delayMs;
    // What holds it back later is not known.
    if (at > query.until) break;
    const watermark = lowest.between(i, at);
    if (watermark <= reached) continue;
    reached = watermark;
    milestones.push({ at, watermark });
  }
  return milestones;
}

/** The lowest of the levels from one on until a time; both only advance. */
class SlidingMinimum {
  private readonly levels: readonly Level[];
  /** Levels that are lower than all behind them, in order. */
  private readonly candidates: number[] = [];
  private first = 0;
  private next = 0;

  constructor(levels: readonly Level[]) {
    this.levels = levels;
  }

  between(from: number, until: number): number {
    while ((this.levels[this.next]?.t ?? Infinity) <= until) this.add(this.next++);
    while ((this.candidates[this.first] ?? Infinity) < from) this.first++;
    return this.watermark(this.candidates[this.first]);
  }

  private add(level: number): void {
    const { candidates } = this;
    const watermark = this.watermark(level);
    while (candidates.length > this.first && this.watermark(candidates.at(-1)) >= watermark) {
      candidates.pop();
    }
    candidates.push(level);
  }

  private watermark(level: number | undefined): number {
    return this.levels[level ?? -1]?.watermark ?? Infinity;
  }
}

/** What is announced periodically waits for its turn; one turn may fall out. */
function longestEmissionMs(table: RecordTable, splits: readonly number[]): number {
  let longest = 0;
  for (const split of splits) {
    const spec = table.splits[split]?.source?.watermark;
    if (spec?.emission === 'periodic') longest = Math.max(longest, 2 * spec.intervalMs);
  }
  return longest;
}

/** The steps of all splits, merged in order of time; the lists are short, and there are few. */
function levelsOf(query: EventTimeQuery, splits: readonly number[]): Level[] {
  const walks = splits.map((split) => new SplitWalk(query, split));
  const levels: Level[] = [];
  for (;;) {
    let next: SplitWalk | undefined;
    for (const walk of walks) if (walk.nextT < (next?.nextT ?? Infinity)) next = walk;
    if (next === undefined || next.nextT > query.until) return levels;
    const t = next.nextT;
    next.step();
    const watermark = minimumOf(walks);
    if (watermark !== levels.at(-1)?.watermark) levels.push({ t, watermark });
  }
}

/** Nothing is certain while every split that has not ended is idle. */
function minimumOf(walks: readonly SplitWalk[]): number {
  let minimum: number = WATERMARK_MAX;
  let counting = false;
  let ended = true;
  for (const { counts, watermark } of walks) {
    if (counts !== 'ended') ended = false;
    if (counts !== 'yes') continue;
    counting = true;
    if (watermark < minimum) minimum = watermark;
  }
  return counting || ended ? minimum : WATERMARK_MIN;
}

type Move = 'idle' | 'back' | 'read' | 'ended';

/** One split: its records in order, with the silences between them. */
class SplitWalk {
  counts: 'yes' | 'idle' | 'ended' = 'yes';
  watermark: number = WATERMARK_MIN;
  /** When the next step is due; infinite when there is none. */
  nextT = Infinity;
  private move: Move = 'read';
  private readonly query: EventTimeQuery;
  private readonly split: SplitInfo;
  private readonly silentMs: number;
  private readonly behindMs: number;
  /** Next record, and when the one before it had been read. */
  private offset: number;
  private before: number;

  constructor(query: EventTimeQuery, number: number) {
    this.query = query;
    this.split = query.table.splits[number] as SplitInfo;
    this.silentMs = silenceMs(this.split);
    const spec = this.split.source?.watermark;
    this.behindMs = spec === undefined || !isCertain(this.split) ? Infinity : boundOf(spec) + 1;
    this.offset = query.from[this.split.name] ?? 0;
    this.before = query.startMs;
    this.plan();
  }

  step(): void {
    switch (this.move) {
      case 'idle':
        this.counts = 'idle';
        this.next('back', this.arrival);
        return;
      case 'back':
        this.counts = 'yes';
        this.next('read', this.readBy);
        return;
      case 'read':
        this.read();
        return;
      case 'ended':
        this.counts = 'ended';
        this.next('ended', Infinity);
    }
  }

  private read(): void {
    const ts = this.split.records[this.offset]?.ts ?? 0;
    if (ts - this.behindMs > this.watermark) this.watermark = ts - this.behindMs;
    this.before = this.nextT;
    this.offset++;
    this.plan();
  }

  /** What comes after the last record that was read. */
  private plan(): void {
    const idleAt = this.before + this.silentMs;
    if (this.offset >= this.split.records.length) this.next('ended', this.before);
    else if (this.arrival > idleAt) this.next('idle', idleAt);
    else this.next('read', this.readBy);
  }

  private next(move: Move, t: number): void {
    this.move = move;
    this.nextT = t;
  }

  private get arrival(): number {
    return Math.max(this.query.startMs, this.split.records[this.offset]?.at ?? Infinity);
  }

  private get readBy(): number {
    return this.query.readBy[this.split.first + this.offset] as number;
  }
}

/** After how much silence a split certainly leaves the minimum; infinite: it never does. */
function silenceMs({ source }: SplitInfo): number {
  const spec = source?.watermark;
  if (spec === undefined || spec.idlenessMs === null) return Infinity;
  return spec.idlenessMs + 2 * (spec.intervalMs > 0 ? spec.intervalMs : spec.idlenessMs);
}

/** A split that is taken for idle before its turn comes never announces its last record. */
function isCertain({ source }: SplitInfo): boolean {
  const spec = source?.watermark;
  if (spec === undefined) return false;
  if (spec.emission === 'per-record' || spec.idlenessMs === null) return true;
  return spec.idlenessMs >= 4 * spec.intervalMs;
}
