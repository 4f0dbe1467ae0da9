/** Small stream histories and single anomalies planted into them. */
import type { StreamEvent, StreamHeader, VisibleRows } from '../../../src/model/stream-history.ts';
import {
  type StreamSettings,
  syntheticHeader,
  syntheticStream,
} from '../../../harness/bench/synthetic-stream.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';
import { checkStream } from '../../support/checker/verified-stream.ts';

export interface SmallRun {
  readonly header: StreamHeader;
  readonly events: StreamEvent[];
}

export const smallSettings: StreamSettings = {
  records: 600,
  splits: 3,
  keys: 10,
  subtasks: 2,
  perCheckpoint: 60,
  crashes: 0.3,
  promises: [
    'exactly-once',
    'validity',
    'ordered',
    'atomic-commit',
    'checkpoint-sound',
    'snapshot-consistent',
    'progress',
  ],
  output: 'rows',
};

export function smallRun(seed: number, settings: Partial<StreamSettings> = {}): SmallRun {
  const all = { ...smallSettings, ...settings };
  return { header: syntheticHeader(all), events: [...syntheticStream(seed, all)] };
}

/** What it explains is looked up, too. */
export function verdictOf(run: SmallRun, windowMax?: number): Verdict {
  return checkStream(run, windowMax === undefined ? {} : { windowMax });
}

export function namesOf(run: SmallRun, windowMax?: number): string[] {
  return verdictOf(run, windowMax)
    .anomalies.map(({ name }) => name)
    .sort();
}

const isRows = (event: StreamEvent): event is VisibleRows => event.kind === 'rows';

/** Indices of the events that show rows. */
export function showings({ events }: SmallRun): number[] {
  return events.flatMap((event, i) => (isRows(event) && event.key.length > 3 ? [i] : []));
}

export function rowsAt({ events }: SmallRun, index: number): VisibleRows {
  return events[index] as VisibleRows;
}

/** The rows in this order of positions; positions may repeat or be left out. */
export function pick(event: VisibleRows, positions: readonly number[]): VisibleRows {
  const of = (column: ArrayLike<number>): number[] => positions.map((at) => column[at] as number);
  return {
    ...event,
    split: Uint16Array.from(of(event.split)),
    offset: Int32Array.from(of(event.offset)),
    key: Int32Array.from(of(event.key)),
    fingerprint: Uint32Array.from(of(event.fingerprint)),
  };
}

export function placesOf(event: VisibleRows): number[] {
  return Array.from(event.key, (_, i) => i);
}

export function replaced(run: SmallRun, index: number, ...by: StreamEvent[]): SmallRun {
  return { ...run, events: run.events.toSpliced(index, 1, ...by) };
}

/** The number of rows that were written into a transaction, as if the engine had meant it so. */
export function announce(run: SmallRun, transaction: number | null, rows: number): SmallRun {
  const events = run.events.map((event) =>
    event.kind === 'transaction' && event.transaction === transaction && event.event === 'prepared'
      ? { ...event, rows }
      : event,
  );
  return { ...run, events };
}
