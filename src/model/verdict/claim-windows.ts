/**
 * Claims about windows, panes and event time.
 */
import type { RecordName, Records } from './places.ts';
import type { Key } from '../value.ts';

type Pair = readonly [string, string];

interface PaneAt {
  readonly key: Key;
  readonly end: number;
  readonly sink: string;
}

/** What begins an explanation. */
export type WindowHeadline =
  | ({ readonly kind: 'fired-again'; readonly rows: Pair } & PaneAt)
  | ({ readonly kind: 'in-parts'; readonly rows: Pair } & PaneAt)
  | ({ readonly kind: 'gained'; readonly rows: Pair; readonly records: Records } & PaneAt)
  | ({ readonly kind: 'fired-early'; readonly row: string } & PaneAt)
  | ({ readonly kind: 'no-choice' } & PaneAt)
  | ({
      readonly kind: 'missing-from-window';
      readonly records: Records;
      readonly isSession: boolean;
    } & PaneAt)
  | {
      readonly kind: 'two-sessions';
      readonly records: Records;
      readonly sink: string;
      readonly operator: string;
    }
  /** Copies of a record that one row lists together, in rows apart. */
  | { readonly kind: 'copies-apart'; readonly records: Records; readonly sink: string }
  | {
      readonly kind: 'not-one-window';
      readonly row: string;
      readonly records: Records;
      readonly sink: string;
    }
  | {
      readonly kind: 'misplaced';
      readonly records: Records;
      readonly row: string;
      readonly sink: string;
      /** Under another key, or at another time. */
      readonly isRouted: boolean;
    }
  | { readonly kind: 'pane-given-by-none'; readonly row: string; readonly sink: string }
  | { readonly kind: 'late-counts'; readonly records: Records; readonly sink: string }
  | { readonly kind: 'ontime-dropped'; readonly records: Records; readonly sink: string }
  | {
      readonly kind: 'in-both';
      readonly records: Records;
      readonly sink: string;
      readonly lateSink: string;
    }
  | {
      readonly kind: 'in-neither';
      readonly records: Records;
      readonly sinks: readonly string[];
    }
  /** The same of a sort and its late output. */
  | {
      readonly kind: 'sorted-and-late';
      readonly records: Records;
      readonly sink: string;
      readonly lateSink: string;
    }
  | {
      readonly kind: 'sorted-nor-late';
      readonly records: Records;
      readonly sinks: readonly string[];
    }
  | {
      readonly kind: 'time-back';
      readonly key: Key;
      readonly sink: string;
      readonly rows: Pair;
      readonly times: readonly [number, number];
    }
  | { readonly kind: 'no-schedule'; readonly key: Key; readonly sink: string };

/** Between which watermarks a record arrived; null: no bound. */
export interface MetBetween {
  readonly record: RecordName;
  readonly low: number | null;
  readonly high: number | null;
}

export type WindowClaim =
  /** The timestamps of the records lie in this window of the operator. */
  | {
      readonly kind: 'in-window';
      readonly operator: string;
      readonly records: Records;
      readonly window: { readonly start: number; readonly end: number };
    }
  /** They are no further apart than a session of the operator bridges. */
  | { readonly kind: 'within-gap'; readonly records: Records; readonly operator: string }
  /** No row of that time contains any of the records; null: no row at all. */
  | {
      readonly kind: 'not-in-window';
      readonly records: Records;
      readonly sink: string;
      readonly end: number | null;
    }
  /** Even if nothing is late, no pane of the operator holds all of them. */
  | { readonly kind: 'no-common-window'; readonly records: Records; readonly operator: string }
  | {
      readonly kind: 'times-of';
      readonly records: Records;
      readonly sink: string;
      readonly times: readonly number[];
    }
  | { readonly kind: 'of-time'; readonly row: string; readonly ts: number }
  | { readonly kind: 'emits-in-time'; readonly operator: string }
  /** Upstream of the operator no record is further behind than the bound, and no split is idle. */
  | { readonly kind: 'punctual'; readonly operator: string }
  /** No legal schedule lets the operator's watermark reach `limit` before these records arrive. */
  | {
      readonly kind: 'unpassed';
      readonly operator: string;
      readonly sink: string;
      readonly records: Records;
      readonly limit: number;
    }
  /** Every legal schedule does. */
  | {
      readonly kind: 'passed';
      readonly operator: string;
      readonly sink: string;
      readonly records: Records;
      readonly limit: number;
    }
  /** No legal watermark of the operator is beyond this one by the cut; null: in the whole run. */
  | {
      readonly kind: 'unreached';
      readonly operator: string;
      readonly sink: string;
      readonly checkpoint: number | null;
      readonly watermark: number;
    }
  /** A record that is in no pane of its window was late for it. */
  | {
      readonly kind: 'met-late';
      readonly record: RecordName;
      readonly sink: string;
      readonly end: number;
      readonly low: number;
    }
  /** A record that is in this pane met a watermark within these bounds. */
  | {
      readonly kind: 'met-within';
      readonly record: RecordName;
      readonly row: string;
      readonly low: number | null;
      readonly high: number | null;
    }
  /** No schedule of the splits between the cuts gives all these records such watermarks. */
  | {
      readonly kind: 'no-watermarks';
      readonly operator: string;
      readonly sink: string;
      readonly met: readonly MetBetween[];
    }
  /** What the checker did; it proves nothing by itself. */
  | { readonly kind: 'tried'; readonly what: 'choices' | 'readings'; readonly count: number };
