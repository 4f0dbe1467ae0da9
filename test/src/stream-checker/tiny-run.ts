/**
 * Stream histories of a few events, written down one by one: a record's fingerprint is a function
 * of its split and offset, and events follow each other every 10 ms unless they say otherwise.
 */
import { mix32 } from '../../../src/base/hash.ts';
import type {
  LogEvent,
  StreamAttempt,
  StreamCheckpoint,
  StreamEnd,
  StreamEvent,
  StreamHeader,
  StreamJob,
  StreamTransaction,
  VisibleRows,
  VisibleValues,
} from '../../../src/model/stream-history.ts';
import type { SmallRun } from './small-run.ts';

/** Who did something. */
export interface Who {
  readonly attempt?: number;
  readonly subtask?: number;
  readonly t?: number;
}

/** A visible row; `wrong`: what is added to its fingerprint. */
export interface TinyRow {
  readonly split?: number;
  readonly offset: number;
  readonly key?: number;
  readonly wrong?: number;
}

/** A visible value; `of`: offsets of the records that it counts, per split. */
export interface TinyValue {
  readonly key?: number;
  readonly vector: readonly number[];
  readonly of: readonly (readonly number[])[];
}

/** Where records stand: from an offset on, or each at its own. */
interface Where {
  readonly split?: number;
  readonly from?: number;
  readonly offset?: readonly number[];
}

function fingerprintOf(split: number, offset: number): number {
  return mix32(offset * 31 + split + 1);
}

const twoPhase = { connector: 'two-phase', subtasks: 1 } as const;
export const appendSink = { connector: 'append', subtasks: 1 } as const;

export function tinyHeader(changes: Partial<StreamHeader> = {}): StreamHeader {
  return {
    kind: 'header',
    version: 1,
    subject: 'tiny',
    splits: ['s0'],
    keys: 2,
    output: 'rows',
    fingerprints: true,
    sink: twoPhase,
    aligned: true,
    fifo: true,
    promises: ['exactly-once', 'validity', 'ordered', 'atomic-commit', 'checkpoint-sound'],
    ...changes,
  };
}

/** Events that name no time follow each other. */
export function tinyRun(header: StreamHeader, events: readonly StreamEvent[]): SmallRun {
  const timed = events.map((event, i) =>
    event.kind !== 'log' && Number.isNaN(event.t) ? { ...event, t: (i + 1) * 10 } : event,
  );
  return { header, events: timed };
}

export function log(key: readonly number[], where: Where = {}): LogEvent {
  const { split = 0, from = 0, offset = null } = where;
  const offsets = offset ?? key.map((_, i) => from + i);
  const fingerprint = Uint32Array.from(offsets, (o) => fingerprintOf(split, o));
  const first = offsets[0] ?? from;
  const named = offset === null ? {} : { offset: Int32Array.from(offset) };
  return { kind: 'log', split, from: first, ...named, key: Int32Array.from(key), fingerprint };
}

export function attempt(
  number: number,
  restored: number | null = null,
  t: number = Number.NaN,
): StreamAttempt {
  return { kind: 'attempt', t, attempt: number, restored };
}

export function completed(
  checkpoint: number,
  offsets: readonly number[],
  { attempt: by = 1, t = Number.NaN }: Who = {},
): StreamCheckpoint {
  return {
    kind: 'checkpoint',
    t,
    checkpoint,
    attempt: by,
    offsets: Int32Array.from(offsets),
  };
}

/** Of transaction `id`. */
export function transaction(
  event: StreamTransaction['event'],
  id: number,
  {
    checkpoint = 1,
    rows: written = 0,
    attempt: by = 1,
    subtask = 0,
    t = Number.NaN,
  }: Who & { readonly checkpoint?: number; readonly rows?: number } = {},
): StreamTransaction {
  return {
    kind: 'transaction',
    t,
    subtask,
    attempt: by,
    checkpoint,
    transaction: id,
    event,
    rows: written,
  };
}

/** `of`: the transaction and its checkpoint; null at an append sink. */
export function rows(
  of: readonly [number, number] | null,
  shown: readonly TinyRow[],
  { attempt: by = 1, subtask = 0, t = Number.NaN }: Who = {},
): VisibleRows {
  const [id, checkpoint] = of ?? [null, null];
  const print = ({ split = 0, offset, wrong = 0 }: TinyRow): number =>
    fingerprintOf(split, offset) + wrong;
  return {
    kind: 'rows',
    t,
    subtask,
    attempt: by,
    transaction: id,
    checkpoint,
    split: Uint16Array.from(shown, ({ split }) => split ?? 0),
    offset: Int32Array.from(shown, ({ offset }) => offset),
    key: Int32Array.from(shown, ({ key }) => key ?? 0),
    fingerprint: Uint32Array.from(shown, print),
  };
}

export function values(
  of: readonly [number, number] | null,
  shown: readonly TinyValue[],
  { attempt: by = 1, subtask = 0, t = Number.NaN }: Who = {},
): VisibleValues {
  const [id, checkpoint] = of ?? [null, null];
  const sum = (splits: TinyValue['of']): number =>
    splits
      .flatMap((offsets, split) => offsets.map((offset) => fingerprintOf(split, offset)))
      .reduce((a, b) => (a + b) >>> 0, 0);
  return {
    kind: 'values',
    t,
    subtask,
    attempt: by,
    transaction: id,
    checkpoint,
    key: Int32Array.from(shown, ({ key }) => key ?? 0),
    vector: Int32Array.from(shown.flatMap(({ vector }) => vector)),
    fingerprint: Uint32Array.from(shown, ({ of: counted }) => sum(counted)),
  };
}

/** A value of the first `n` records of its only split. */
export function count(n: number, key = 0): TinyValue {
  return { key, vector: [n], of: [Array.from({ length: n }, (_, i) => i)] };
}

export function job(event: StreamJob['event'], t: number = Number.NaN): StreamJob {
  return { kind: 'job', t, event };
}

export function end(outcome: StreamEnd['outcome'] = 'finished'): StreamEnd {
  return { kind: 'end', t: Number.NaN, outcome };
}
