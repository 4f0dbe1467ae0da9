/**
 * What an operator can meet next: the channels of one attempt as one key sees them, each with its
 * rows, barriers and watermarks in order, and every step that the rules of chapter 5 of SEMANTICS
 * allow. Nothing here says what is late: that follows from the steps.
 */
import { WATERMARK_MAX, WATERMARK_MIN } from '../../model/value.ts';
import { watermarkOf } from '../../oracle/specification.ts';
import type { Job, Reader, Stretch } from './job.ts';

/** Rows of a key, by record. */
export type RowsOfRecord = (record: number) => readonly number[];

/** What the operator meets: a row by its number (0 and above), or one of these. */
export const barrierSign = -1;
export const endSign = -2;
export const timerSign = -3;
const watermarkSign = -10;

/** The sign of the watermark with this number in `times`. */
export function watermarkAt({ times }: Channels, sign: number): number | null {
  return sign > watermarkSign ? null : (times[watermarkSign - sign] ?? null);
}

interface Channel {
  readonly reader: Reader;
  /** A row's number; null: a row of another key. `barrier` and `end` are barriers. */
  readonly elements: readonly (number | 'barrier' | 'end' | null)[];
  /**
   * By position: number of the watermark that is due, of barriers passed, and whether input may
   * end.
   */
  readonly due: readonly number[];
  readonly passed: readonly number[];
  readonly mayEnd: readonly boolean[];
  /** The other channel of its split, where rows take either; -1: none. */
  readonly twin: number;
  readonly mayIdle: boolean;
}

export interface Channels {
  readonly list: readonly Channel[];
  readonly aligned: boolean;
  /** Watermarks by number, in rising order; the first is that of the beginning. */
  readonly times: readonly number[];
}

export interface State {
  readonly at: readonly number[];
  readonly announced: readonly number[];
  readonly idle: number;
  readonly ended: number;
  readonly now: number;
  /** Numbers of rows that one of two channels has brought. */
  readonly brought: readonly number[];
}

export interface Step {
  /** Null: the operator notices nothing. */
  readonly sign: number | null;
  readonly next: State;
}

export function channelsOf(job: Job, stretch: Stretch, rowsOf: RowsOfRecord): Channels {
  const { readers, copies, aligned } = job;
  const drafts = readers.flatMap((reader, r) =>
    Array.from({ length: copies }, (_, copy) => ({
      ...draftOf(job, { reader, stretch, rowsOf }),
      twin: copies === 1 ? -1 : r * 2 + (1 - copy),
    })),
  );
  const all = new Set([WATERMARK_MIN, WATERMARK_MAX, ...drafts.flatMap(({ due }) => due)]);
  const times = [...all].sort((a, b) => a - b);
  const numbers = new Map(times.map((time, number) => [time, number]));
  const list = drafts.map((draft): Channel => ({
    ...draft,
    due: draft.due.map((time) => numbers.get(time) ?? 0),
  }));
  return { list, aligned, times };
}

interface DraftAt {
  readonly reader: Reader;
  readonly stretch: Stretch;
  readonly rowsOf: RowsOfRecord;
}

function draftOf(
  { plan, aligned }: Job,
  { reader, stretch, rowsOf }: DraftAt,
): Omit<Channel, 'twin'> {
  const { split, watermark } = reader;
  const number = split === null ? -1 : plan.table.splits.indexOf(split);
  const length = split?.records.length ?? 0;
  const elements: (number | 'barrier' | 'end' | null)[] = [];
  const due: number[] = [WATERMARK_MIN];
  const passed: number[] = [0];
  const mayEnd: boolean[] = [];
  let offset = stretch.from[number] ?? 0;
  let highest: number = WATERMARK_MIN;
  const add = (element: (typeof elements)[number], barrier: number, ends: boolean): void => {
    elements.push(element);
    due.push(watermark === null ? WATERMARK_MIN : watermarkOf(watermark, highest));
    passed.push((passed.at(-1) ?? 0) + barrier);
    mayEnd.push(ends && watermark !== null);
  };
  const readTo = (to: number): void => {
    for (; offset < to; offset++) {
      const rows = rowsOf((split?.first ?? 0) + offset);
      // Its watermark goes out behind the last of them.
      for (const row of rows.slice(0, -1)) add(row, 0, false);
      highest = Math.max(highest, split?.records[offset]?.ts ?? WATERMARK_MIN);
      const last = rows.at(-1);
      if (last !== undefined) add(last, 0, false);
      else if (watermark !== null) add(null, 0, false);
    }
  };
  for (const { offsets, isFinal } of stretch.cuts) {
    readTo(offsets[number] ?? 0);
    add(isFinal ? 'end' : 'barrier', 1, isFinal || offset === length);
  }
  // Without alignment what lies beyond a barrier may come before the others' barriers.
  if (!aligned && !endsJob(stretch)) readTo(length);
  mayEnd.push(watermark !== null && offset === length);
  return {
    reader,
    elements,
    due,
    passed,
    mayEnd,
    mayIdle: split?.mayIdle === true && watermark !== null,
  };
}

function endsJob({ cuts }: Stretch): boolean {
  return cuts.at(-1)?.isLast === true;
}

export function startOf({ list }: Channels): State {
  const zeros = list.map(() => 0);
  return { at: zeros, announced: zeros, idle: 0, ended: 0, now: 0, brought: [] };
}

export function stateText({ at, announced, idle, ended, now, brought }: State): string {
  return String.fromCharCode(...at, ...announced, idle, ended, now, ...brought);
}

/** Barriers that have arrived on every channel. */
export function cutsIn({ list }: Channels, { at }: State): number {
  return Math.min(...list.map(({ passed }, i) => passed[at[i] ?? 0] ?? 0));
}

export function stepsFrom(channels: Channels, state: State): readonly Step[] {
  const cuts = cutsIn(channels, state);
  return channels.list.flatMap((channel, i) => {
    const own = channel.passed[state.at[i] ?? 0] ?? 0;
    const others = channels.aligned ? cuts : readerCuts(channels, state, channel.reader.subtask);
    return own > others ? [] : channelSteps(channels, state, { channel, i, cuts });
  });
}

/** Without alignment only the channels of one source subtask wait for each other. */
function readerCuts({ list }: Channels, { at }: State, subtask: number): number {
  return Math.min(
    ...list.map(({ reader, passed }, i) =>
      reader.subtask === subtask ? (passed[at[i] ?? 0] ?? 0) : Infinity,
    ),
  );
}

interface Place {
  readonly channel: Channel;
  readonly i: number;
  readonly cuts: number;
}

function channelSteps(channels: Channels, state: State, place: Place): readonly Step[] {
  const { channel, i } = place;
  const bit = 1 << i;
  const position = state.at[i] ?? 0;
  const isOpen = (state.ended & bit) === 0;
  const isIdle = (state.idle & bit) !== 0;
  const due = channel.due[position] ?? 0;
  const owes = isOpen && due > (state.announced[i] ?? 0);
  const announced = (): Step => announcing(state, { i, watermark: due, ended: 0 });
  if (owes && channel.reader.watermark?.emission === 'per-record') return [announced()];
  const steps: Step[] = [];
  if (owes && !isIdle) steps.push(announced());
  if (channel.mayIdle && isOpen && !isIdle) steps.push(...fallingSilent(channels, state, bit));
  if (isOpen && channel.mayEnd[position] === true) {
    steps.push(announcing(state, { i, watermark: channels.times.length - 1, ended: bit }));
  }
  return [...steps, ...taking(channels, state, place)];
}

function taking(channels: Channels, state: State, { channel, i, cuts }: Place): readonly Step[] {
  const bit = 1 << i;
  const position = state.at[i] ?? 0;
  const element = channel.elements[position];
  if (element === undefined) return [];
  const next = { ...state, at: state.at.with(i, position + 1) };
  if (element === 'barrier' || element === 'end') {
    const isTimed = channel.reader.watermark !== null;
    if (element === 'end' && isTimed && (state.ended & bit) === 0) return [];
    if (cutsIn(channels, next) === cuts) return [{ sign: null, next }];
    return [{ sign: element === 'end' ? endSign : barrierSign, next }];
  }
  const awake = { ...next, idle: state.idle & ~bit };
  if (channel.twin < 0 || element === null) return [{ sign: element, next: awake }];
  if (state.brought.includes(element)) return [{ sign: null, next: awake }];
  const brought = [...state.brought, element].sort((a, b) => a - b);
  const bringing = { sign: element, next: { ...awake, brought } };
  const isPast = (state.at[channel.twin] ?? 0) > position;
  return isPast ? [bringing] : [bringing, { sign: null, next: awake }];
}

function announcing(
  state: State,
  {
    i,
    watermark,
    ended,
  }: { readonly i: number; readonly watermark: number; readonly ended: number },
): Step {
  const next = {
    ...state,
    announced: state.announced.with(i, watermark),
    idle: state.idle & ~(1 << i),
    ended: state.ended | ended,
  };
  return risen(next, lowestOf(next));
}

/** It leaves the minimum; when it is the last one, nothing holds back the furthest. */
function fallingSilent({ list }: Channels, state: State, bit: number): readonly Step[] {
  const next = { ...state, idle: state.idle | bit };
  const steps = [risen(next, lowestOf(next))];
  const isLast = list.every((_, j) => (next.idle & (1 << j)) !== 0);
  if (isLast) steps.push(risen(next, Math.max(...next.announced)));
  return steps;
}

/** Of the channels that are active and have caught up. */
function lowestOf({ announced, idle, now }: State): number {
  const counting = announced.filter((time, i) => (idle & (1 << i)) === 0 && time >= now);
  return counting.length === 0 ? now : Math.min(...counting);
}

function risen(state: State, now: number): Step {
  if (now <= state.now) return { sign: null, next: state };
  return { sign: watermarkSign - now, next: { ...state, now } };
}
