/**
 * The channels on which one attempt's input reaches an operator, as one key of it sees them: its
 * own rows, the watermarks of all splits, barriers, idleness and the end, each channel in order.
 * `moves` says what may happen next. Nothing here decides what is late: that follows from what
 * happens.
 */
import type { WatermarkSpec } from '../../../src/model/pipeline.ts';
import { WATERMARK_MAX, WATERMARK_MIN } from '../../../src/model/value.ts';
import type { CheckpointPlan, Cut } from './skeleton.ts';

/** A record of a split: its event time, and the labels of the rows it becomes for this key. */
export interface FeedRecord {
  readonly ts: number;
  readonly labels: readonly number[];
}

export interface Feed {
  /** Null: the operator does not look at the time. */
  readonly watermark: WatermarkSpec | null;
  readonly mayIdle: boolean;
  readonly records: readonly FeedRecord[];
  /**
   * Number of the subtask that reads it: its barrier comes between the records of all its splits.
   */
  readonly reader: number;
}

/** Labels that are no rows. Watermarks are numbered below `firstWatermark`. */
const barrierLabel = -1;
/** The last barrier of a job whose input has ended. */
const finalLabel = -2;
export const timeLabel = -3;
const firstWatermark = -10;
/** Records of a split, at most: two splits fit into one mask. */
const recordsMax = 15;

interface Element {
  /** The row's label; null: a row of another key, or a barrier. */
  readonly label: number | null;
  readonly barrier: 'none' | 'plain' | 'final';
  /** Bit of the record among those that may take either of two channels. */
  readonly bit: number;
}

interface Channel {
  readonly elements: readonly Element[];
  /** By position: the watermark its rows so far have announced, or may announce; by its number. */
  readonly due: readonly number[];
  readonly barriers: readonly number[];
  /** By position: whether the split may end here. */
  readonly mayEnd: readonly boolean[];
  readonly timed: boolean;
  readonly perRecord: boolean;
  readonly mayIdle: boolean;
  /** The other channel of the same split; -1: the split has one. */
  readonly twin: number;
  readonly reader: number;
}

export interface Channels {
  readonly list: readonly Channel[];
  readonly aligned: boolean;
  /** All there can be, in rising order; the states refer to them by number. */
  readonly watermarks: readonly number[];
}

export interface State {
  readonly at: readonly number[];
  readonly announced: readonly number[];
  /** Bit masks over channels. */
  readonly idle: number;
  readonly ended: number;
  /** The operator's own event time. */
  readonly now: number;
  /** Records that one of two channels has carried. */
  readonly carried: number;
}

export interface Move {
  /** What the operator sees; null: nothing. */
  readonly label: number | null;
  readonly next: State;
}

export interface AttemptInput {
  readonly feeds: readonly Feed[];
  readonly from: Cut;
  /** Those that completed, in order. */
  readonly checkpoints: readonly CheckpointPlan[];
  /** Channels per split: 1, or 2 where rows of a split are spread. */
  readonly copies: number;
  readonly aligned: boolean;
  /** Whether what lies beyond the last checkpoint can be read. */
  readonly beyond: boolean;
}

export function channelsOf(input: AttemptInput): Channels {
  const list = input.feeds.flatMap((_, split) =>
    Array.from({ length: input.copies }, (_unused, copy) => channelOf(input, split, copy)),
  );
  const values = new Set([...list.flatMap(({ due }) => due), WATERMARK_MAX]);
  const watermarks = [...values].sort((a, b) => a - b);
  const numbers = new Map(watermarks.map((watermark, number) => [watermark, number]));
  const numbered = list.map((channel) => ({
    ...channel,
    due: channel.due.map((watermark) => numbers.get(watermark) as number),
  }));
  return { list: numbered, aligned: input.aligned, watermarks };
}

function channelOf(input: AttemptInput, split: number, copy: number): Channel {
  const { watermark, mayIdle, records, reader } = input.feeds[split] as Feed;
  const timed = watermark !== null;
  const elements: Element[] = [];
  const due: number[] = [WATERMARK_MIN];
  const mayEnd: boolean[] = [];
  let offset = input.from[split] ?? 0;
  let maxTs = WATERMARK_MIN;
  const read = (to: number): void => {
    for (; offset < to; offset++) {
      const { ts, labels } = records[offset] as FeedRecord;
      const own = labels.length === 0 ? [null] : labels;
      own.forEach((label, i) => {
        if (i === own.length - 1) maxTs = Math.max(maxTs, ts);
        elements.push({
          label,
          barrier: 'none',
          bit: label === null ? 0 : 1 << (split * recordsMax + offset),
        });
        due.push(announcedBy(watermark, maxTs));
        mayEnd.push(false);
      });
    }
  };
  for (const { cut, kind } of input.checkpoints) {
    read(cut[split] ?? 0);
    const final = kind === 'final';
    mayEnd.push(timed && (final || offset === records.length));
    elements.push({ label: null, barrier: final ? 'final' : 'plain', bit: 0 });
    due.push(announcedBy(watermark, maxTs));
  }
  if (input.beyond) read(records.length);
  mayEnd.push(timed && offset === records.length);
  const barriers = [0];
  for (const { barrier } of elements) {
    barriers.push((barriers.at(-1) as number) + (barrier === 'none' ? 0 : 1));
  }
  const twin = input.copies === 1 ? -1 : split * 2 + (1 - copy);
  const perRecord = watermark?.emission === 'per-record';
  return { elements, due, barriers, mayEnd, timed, perRecord, mayIdle, twin, reader };
}

function announcedBy(spec: WatermarkSpec | null, maxTs: number): number {
  if (spec === null || maxTs === WATERMARK_MIN) return WATERMARK_MIN;
  return maxTs - (spec.strategy === 'ascending' ? 0 : spec.outOfOrdernessMs) - 1;
}

export function startOf({ list }: Channels): State {
  return {
    at: list.map(() => 0),
    announced: list.map(() => 0),
    idle: 0,
    ended: 0,
    now: 0,
    carried: 0,
  };
}

/** Equal states have equal keys; every number is small, and `carried` takes two places. */
export function stateKey({ at, announced, idle, ended, now, carried }: State): string {
  const high = carried >>> 15;
  return String.fromCharCode(...at, ...announced, idle, ended, now, carried & 0x7fff, high);
}

/** Checkpoints whose barriers have arrived on every channel. */
export function snapshotsIn({ list }: Channels, { at }: State): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [i, channel] of list.entries()) {
    least = Math.min(least, channel.barriers[at[i] as number] as number);
  }
  return least;
}

export function isExhausted({ list }: Channels, { at }: State): boolean {
  return list.every((channel, i) => at[i] === channel.elements.length);
}

export function watermarkOfLabel({ watermarks }: Channels, label: number): number {
  return watermarks[firstWatermark - label] as number;
}

export function isBarrier(label: number): boolean {
  return label === barrierLabel || label === finalLabel;
}

/** Whether the operator's input is over: everything that still waits is due. */
export function isEnd(label: number): boolean {
  return label === finalLabel;
}

/** The label of the watermark with this number. */
export function watermarkLabel(number: number): number {
  return firstWatermark - number;
}

export function isWatermark(label: number): boolean {
  return label <= firstWatermark;
}

export function moves(channels: Channels, state: State): readonly Move[] {
  const snapshots = snapshotsIn(channels, state);
  const found: Move[] = [];
  channels.list.forEach((channel, i) => {
    const passed = channel.barriers[state.at[i] as number] as number;
    if (passed > (channels.aligned ? snapshots : readerPassed(channels, state, channel.reader))) {
      return;
    }
    found.push(...channelMoves(channels, state, { channel, i, snapshots }));
  });
  return found;
}

/** Barriers that a reader has sent on all channels of its splits. */
function readerPassed({ list }: Channels, { at }: State, reader: number): number {
  let least = Number.POSITIVE_INFINITY;
  list.forEach((channel, i) => {
    if (channel.reader !== reader) return;
    least = Math.min(least, channel.barriers[at[i] as number] as number);
  });
  return least;
}

interface At {
  readonly channel: Channel;
  readonly i: number;
  readonly snapshots: number;
}

function channelMoves(channels: Channels, state: State, at: At): readonly Move[] {
  const { channel, i } = at;
  const bit = 1 << i;
  const position = state.at[i] as number;
  const hasEnded = (state.ended & bit) !== 0;
  const isIdle = (state.idle & bit) !== 0;
  const due = channel.due[position] as number;
  const behind = !hasEnded && due > (state.announced[i] as number);
  const announce = (): Move => announcing(state, { i, watermark: due, ended: 0 });
  if (behind && channel.perRecord) return [announce()];
  const found: Move[] = [];
  if (behind && !isIdle) found.push(announce());
  if (channel.mayIdle && !isIdle && !hasEnded) found.push(...goingIdle(channels, state, i));
  if (!hasEnded && channel.mayEnd[position] === true) {
    found.push(announcing(state, { i, watermark: channels.watermarks.length - 1, ended: bit }));
  }
  const element = channel.elements[position];
  if (element !== undefined) found.push(...consuming(channels, state, { ...at, element }));
  return found;
}

function consuming(
  channels: Channels,
  state: State,
  { channel, i, snapshots, element }: At & { readonly element: Element },
): readonly Move[] {
  const next = { ...state, at: state.at.with(i, (state.at[i] as number) + 1) };
  if (element.barrier !== 'none') {
    const isOpen = channel.timed && (state.ended & (1 << i)) === 0;
    if (element.barrier === 'final' && isOpen) return [];
    if (snapshotsIn(channels, next) === snapshots) return [{ label: null, next }];
    return [{ label: element.barrier === 'final' ? finalLabel : barrierLabel, next }];
  }
  const active = { ...next, idle: state.idle & ~(1 << i) };
  if (channel.twin < 0 || element.label === null) return [{ label: element.label, next: active }];
  const isCarried = (state.carried & element.bit) !== 0;
  if (isCarried) return [{ label: null, next: active }];
  const carry = { label: element.label, next: { ...active, carried: state.carried | element.bit } };
  const otherPassed = (state.at[channel.twin] as number) > (state.at[i] as number);
  return otherPassed ? [carry] : [carry, { label: null, next: active }];
}

function announcing(
  state: State,
  to: { readonly i: number; readonly watermark: number; readonly ended: number },
): Move {
  const { i, watermark, ended } = to;
  const announced = state.announced.with(i, watermark);
  const next = { ...state, announced, idle: state.idle & ~(1 << i), ended: state.ended | ended };
  return risingTo(next, minimumOf(next));
}

/** An idle channel leaves the minimum; when the last one goes, nothing holds the furthest back. */
function goingIdle(channels: Channels, state: State, i: number): readonly Move[] {
  const next = { ...state, idle: state.idle | (1 << i) };
  const all = channels.list.every((_, j) => (next.idle & (1 << j)) !== 0);
  const found = [risingTo(next, minimumOf(next))];
  if (all) found.push(risingTo(next, Math.max(...next.announced)));
  return found;
}

/** Over the active channels that have caught up with the operator's event time. */
function minimumOf({ announced, idle, now }: State): number {
  let least = Number.POSITIVE_INFINITY;
  announced.forEach((watermark, i) => {
    if ((idle & (1 << i)) === 0 && watermark >= now) least = Math.min(least, watermark);
  });
  return least === Number.POSITIVE_INFINITY ? now : least;
}

function risingTo(state: State, now: number): Move {
  if (now <= state.now) return { label: null, next: state };
  return { label: watermarkLabel(now), next: { ...state, now } };
}
