/**
 * Claims about long runs, whose rows are named by the event that shows them: events with rows are
 * counted from 1. A value counts records of its key, so many of the first ones of each split.
 */
import type { RecordName, Records } from './places.ts';
import type { Key } from '../value.ts';

/** Records of a value per split. */
export type Counts = readonly number[];

/** What `let` introduces: a row of a record, a value of a key, or an event that shows some. */
export interface ShowingClaim {
  readonly kind: 'showing';
  readonly name: string;
  /** Null: the event is not known any more, nor what it says. */
  readonly number: number | null;
  readonly record: RecordName | null;
  readonly key: Key | null;
  readonly counts: Counts | null;
  readonly t: number | null;
  /** The attempt that wrote it. */
  readonly attempt: number | null;
  readonly transaction: string | null;
  readonly checkpoint: number | null;
}

/** What begins an explanation of rows. */
type RowStreamHeadline =
  | { readonly kind: 'names-no-record'; readonly record: RecordName; readonly row: string }
  | { readonly kind: 'other-value'; readonly record: RecordName; readonly row: string }
  | {
      readonly kind: 'stream-behind';
      readonly first: RecordName;
      readonly second: RecordName;
      readonly row: string;
    }
  /** It had shown before, in an event that is not known any more. */
  | { readonly kind: 'shows-again'; readonly record: RecordName; readonly row: string }
  | { readonly kind: 'only-garbled'; readonly record: RecordName }
  | { readonly kind: 'sees-one-only'; readonly included: RecordName; readonly excluded: RecordName }
  | {
      readonly kind: 'shows-apart';
      readonly sink: string;
      readonly transaction: string;
      readonly times: readonly [number, number];
    }
  /** Nothing of it shows, and which records its values contain is not known. */
  | {
      readonly kind: 'values-hidden';
      readonly sink: string;
      readonly transaction: string;
      readonly rows: number;
    }
  | { readonly kind: 'over-before-all'; readonly over: number; readonly row: string }
  | { readonly kind: 'met-deadline'; readonly t: number };

interface ValueOf {
  readonly key: Key;
  readonly row: string;
}

/** What begins an explanation of values. */
type ValueHeadline =
  | ({ readonly kind: 'no-such-key' } & ValueOf)
  | ({ readonly kind: 'value-again' } & ValueOf)
  | ({ readonly kind: 'key-back' } & ValueOf)
  | ({ readonly kind: 'value-forked' } & ValueOf)
  | ({ readonly kind: 'not-the-sum' } & ValueOf)
  | ({ readonly kind: 'content-wrong' } & ValueOf)
  | ({ readonly kind: 'value-late'; readonly rows: readonly [string, string] } & Pick<
      ValueOf,
      'key'
    >)
  | ({ readonly kind: 'lacks-earlier'; readonly records: Records } & ValueOf)
  | ({
      readonly kind: 'lacks-records';
      readonly records: Records;
      /** It contains others that come after them in their splits. */
      readonly isLater: boolean;
    } & ValueOf)
  | ({
      readonly kind: 'counts-too-many';
      readonly split: string;
      readonly counts: number;
      readonly of: number;
    } & ValueOf)
  | ({
      readonly kind: 'counts-too-few';
      readonly split: string;
      readonly counts: number;
      readonly of: number;
    } & ValueOf)
  | ({
      readonly kind: 'adds-several';
      readonly added: number;
      readonly missing: number;
    } & ValueOf)
  | { readonly kind: 'lost-record'; readonly key: Key; readonly record: RecordName }
  | {
      readonly kind: 'state-without';
      readonly included: RecordName;
      readonly excluded: RecordName;
      /** The excluded one is in a later value; the one that it gave itself is not visible. */
      readonly isOwn: boolean;
      readonly t: number;
    };

export type StreamHeadline = RowStreamHeadline | ValueHeadline;

type RowStreamClaim =
  /** `end`: where the log of its split ends; null: there is no such split. */
  | { readonly kind: 'no-such-record'; readonly record: RecordName; readonly end: number | null }
  /** Fingerprints: of the row, and of the record. */
  | {
      readonly kind: 'prints-differ';
      readonly row: string;
      readonly record: RecordName;
      readonly prints: readonly [number, number];
    }
  | { readonly kind: 'shown-earlier'; readonly record: RecordName; readonly row: string }
  | { readonly kind: 'shown-at-all'; readonly record: RecordName }
  | { readonly kind: 'named-wrongly'; readonly record: RecordName }
  /** The newest checkpoint that shows, of a sink that commits them one after another. */
  | { readonly kind: 'newest-committed'; readonly checkpoint: number }
  /** The store said that it committed it, and nothing of it shows. */
  | {
      readonly kind: 'committed-unseen';
      readonly sink: string;
      readonly transaction: string;
      readonly attempt: number;
    }
  | {
      readonly kind: 'restored-older';
      readonly attempt: number;
      readonly restored: number;
      readonly checkpoint: number;
    };

/** Values of the key that come before the row are meant, in order of visibility. */
type ValueClaim =
  | { readonly kind: 'key-count'; readonly key: Key; readonly keys: number }
  /** For each split one of them counts as many records. */
  | ({ readonly kind: 'nothing-new' } & ValueOf)
  /** One of them counts more records of the split. */
  | ({ readonly kind: 'counts-fewer'; readonly split: string } & ValueOf)
  /**
   * None, or not the one before it in its attempt, counts so many of one split, and one more of
   * another.
   */
  | ({
      readonly kind: 'counts-beside';
      readonly more: string;
      readonly fewer: string;
      readonly isOwn: boolean;
    } & ValueOf)
  /** One of them counts fewer of the first split, and more of the second. */
  | ({ readonly kind: 'beside-one'; readonly more: string; readonly fewer: string } & ValueOf)
  /** What it adds of the split to the one before it in its attempt had shown. */
  | ({ readonly kind: 'adds-shown'; readonly split: string } & ValueOf)
  /** Its fingerprint, and that of the records it counts. */
  | ({ readonly kind: 'sum-differs'; readonly print: number; readonly sum: number } & ValueOf)
  | ({
      readonly kind: 'counts-beyond';
      readonly split: string;
      readonly counts: number;
      readonly of: number;
    } & ValueOf)
  | ({ readonly kind: 'later-adds-up' } & ValueOf)
  /** Some of them, which add up, contain the records. */
  | ({ readonly kind: 'had-shown'; readonly records: Records } & ValueOf)
  /** Its number and fingerprint are those of its records if these are left out. */
  | ({ readonly kind: 'without'; readonly records: Records } & ValueOf)
  /** … if the one counts twice, and the other one, if any, not at all. */
  | ({
      readonly kind: 'with-twice';
      readonly twice: RecordName;
      readonly never: RecordName | null;
    } & ValueOf)
  /** No value of the key goes on from it. */
  | ({ readonly kind: 'newest-of-key' } & ValueOf)
  | ({ readonly kind: 'counts-all' } & ValueOf)
  /** It contains others that come after them in their splits, if these are left out. */
  | ({ readonly kind: 'contains-later'; readonly records: Records } & ValueOf)
  | {
      readonly kind: 'lie-between';
      readonly records: Records;
      /** Whose offsets they are not below; null: of nothing. */
      readonly state: number | null;
      readonly offsets: number;
    }
  /** It counts these, and the value from which it goes on does not: that counts `since`. */
  | ({ readonly kind: 'adds'; readonly records: Records; readonly since: Counts } & ValueOf)
  /** So many of the values between the two show nowhere. */
  | ({ readonly kind: 'steps-missing'; readonly since: Counts; readonly missing: number } & ValueOf)
  /** No value of the key that adds up contains the record. */
  | { readonly kind: 'in-no-sum'; readonly key: Key; readonly record: RecordName }
  /** Up to that event a value of the key that adds up contains the record, or none does. */
  | {
      readonly kind: 'included-by';
      readonly record: RecordName;
      readonly key: Key;
      readonly row: string;
    }
  /** `isOwn`: none that the record gave itself. */
  | {
      readonly kind: 'excluded-by';
      readonly record: RecordName;
      readonly key: Key;
      readonly row: string;
      readonly isOwn: boolean;
    };

export type StreamClaim = RowStreamClaim | ValueClaim;

/** What only long runs say. */
export type StreamKind = ShowingClaim['kind'] | StreamHeadline['kind'] | StreamClaim['kind'];
