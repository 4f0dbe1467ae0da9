/**
 * Claims that begin an explanation: what is wrong, and how it came about. They are claims like the
 * others, but worded so that they stand before `let` has given any name.
 */
import type { RecordName, Records, SinkRow } from './places.ts';
import type { WindowHeadline } from './claim-windows.ts';
import type { LivenessHeadline } from './claim-liveness.ts';
import type { RunHeadline } from './claim-runs.ts';
import type { StreamHeadline } from './claim-streams.ts';
import type { Given } from './claim-rows.ts';
import type { Key } from '../value.ts';

type Pair = readonly [string, string];

type MissingClaim =
  | { readonly kind: 'never-shows'; readonly records: Records; readonly sink: string }
  /** The records each show, but no row contains them together. */
  | { readonly kind: 'never-together'; readonly records: Records; readonly sink: string }
  | { readonly kind: 'output-missing'; readonly records: Records; readonly output: SinkRow }
  /** It shows only in a row that is not what its records give. */
  | {
      readonly kind: 'only-in-wrong';
      readonly record: RecordName;
      readonly row: string;
      readonly sink: string;
    }
  | { readonly kind: 'none-shows'; readonly choices: readonly Given[] }
  | {
      readonly kind: 'named-seldom';
      readonly record: RecordName;
      /** Where it may show; the first one is where it is due. */
      readonly sinks: readonly string[];
      readonly times: number;
      readonly due: number;
    }
  | {
      readonly kind: 'absent-at';
      readonly record: RecordName;
      readonly sink: string;
      readonly key: Key;
      readonly ts: number;
    }
  | { readonly kind: 'key-missing'; readonly key: Key; readonly sink: string }
  | { readonly kind: 'outputs-incomplete'; readonly key: Key; readonly sink: string }
  | { readonly kind: 'never-all'; readonly key: Key; readonly sink: string }
  | {
      readonly kind: 'outputs-missing';
      readonly key: Key;
      readonly sink: string;
      readonly shown: number;
      readonly due: number;
    }
  | {
      readonly kind: 'not-counted';
      readonly records: Records;
      readonly key: Key;
      readonly sink: string;
      readonly row: string;
      readonly whole: Records;
    }
  | {
      readonly kind: 'values-skipped';
      readonly key: Key;
      readonly sink: string;
      readonly rows: Pair;
      readonly by: number;
    }
  /** A value counts more or less than the records of its key give. */
  | {
      readonly kind: 'counts-wrong';
      readonly key: Key;
      readonly sink: string;
      readonly row: string;
      readonly counts: number;
      readonly of: number;
      readonly records: Records;
    };

type UnexplainedClaim =
  | {
      readonly kind: 'names-nothing';
      readonly row: string;
      readonly sink: string;
      readonly ids: readonly number[];
    }
  | {
      readonly kind: 'names-others';
      readonly row: string;
      readonly sink: string;
      readonly records: Records;
    }
  | {
      readonly kind: 'names-unread';
      readonly row: string;
      readonly sink: string;
      readonly records: Records;
    }
  | { readonly kind: 'given-by-none'; readonly row: string; readonly sink: string }
  /** All that give it had not been read when the job was stopped. */
  | {
      readonly kind: 'gives-unread';
      readonly row: string;
      readonly sink: string;
      readonly records: Records;
    }
  /** It is not what the records give that its digits name. */
  | { readonly kind: 'sums-wrong'; readonly row: string; readonly sink: string }
  | {
      readonly kind: 'misrouted';
      readonly records: Records;
      readonly row: string;
      readonly sink: string;
      readonly key: Key;
      /** The key of the row. */
      readonly under: Key;
    }
  | {
      readonly kind: 'no-order';
      readonly key: Key;
      readonly sink: string;
      readonly output: number;
    }
  | {
      readonly kind: 'no-run';
      readonly key: Key;
      readonly sink: string;
      readonly attempt: number;
    }
  /** A list ends with what its attempt did not read. */
  | {
      readonly kind: 'unread-end';
      readonly key: Key;
      readonly sink: string;
      readonly row: string;
      readonly attempt: number;
      readonly records: Records;
    }
  /** A list holds part of a row that has several records. */
  | {
      readonly kind: 'lists-part';
      readonly key: Key;
      readonly sink: string;
      readonly row: string;
    }
  | { readonly kind: 'forked'; readonly key: Key; readonly sink: string; readonly rows: Pair }
  | {
      readonly kind: 'does-not-follow';
      readonly key: Key;
      readonly sink: string;
      readonly rows: Pair;
    }
  | {
      readonly kind: 'last-differs';
      readonly key: Key;
      readonly sink: string;
      readonly row: string;
    };

type OrderClaim =
  | {
      readonly kind: 'shows-behind';
      readonly first: Records;
      readonly second: Records;
      readonly rows: Pair;
      readonly sink: string;
    }
  | {
      readonly kind: 'processed-behind';
      readonly first: Records;
      readonly second: Records;
      readonly sink: string;
    }
  | {
      readonly kind: 'steps-reversed';
      readonly key: Key;
      readonly sink: string;
      readonly rows: Pair;
    };

type RepeatClaim =
  /** `records` null: the rows do not say which record it is about. */
  | {
      readonly kind: 'shows-twice';
      readonly records: Records | null;
      readonly key: Key;
      readonly sink: string;
      readonly rows: Pair;
    }
  | {
      readonly kind: 'counted-again';
      readonly row: string;
      readonly record: RecordName;
      readonly sink: string;
      readonly times: number;
    }
  | {
      readonly kind: 'named-often';
      readonly record: RecordName;
      readonly sink: string;
      readonly times: number;
      readonly due: number;
    }
  | { readonly kind: 'one-transaction'; readonly rows: Pair; readonly transaction: string }
  | { readonly kind: 'at-once'; readonly rows: Pair; readonly t: number }
  | { readonly kind: 'one-attempt'; readonly rows: Pair; readonly attempt: number }
  /** `restored`: what the later of the two attempts began from; absent: nobody told. */
  | {
      readonly kind: 'two-attempts';
      readonly rows: Pair;
      readonly attempts: readonly [number, number];
      readonly restored?: number | null;
    }
  /** The attempt that wrote the row had a successor when the row became visible. */
  | {
      readonly kind: 'superseded';
      readonly row: string;
      readonly attempt: number;
      readonly successor: number;
    };

export type RowHeadline = MissingClaim | UnexplainedClaim | OrderClaim | RepeatClaim;

export type HeadlineClaim =
  | RowHeadline
  | WindowHeadline
  | RunHeadline
  | LivenessHeadline
  | StreamHeadline;
