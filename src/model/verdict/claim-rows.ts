/**
 * Claims about visible rows and the records they are made of. Rows stand by the names that `let`
 * gave them; `whole` is all that a row is made of, for rows that do not name their records.
 */
import type { RecordName, Records, SinkRow } from './places.ts';
import type { Key, Row } from '../value.ts';

type Pair = readonly [string, string];

/** What rows are made of. */
type ContentClaim =
  /** Each of the rows contains all of the records. */
  | {
      readonly kind: 'contains';
      readonly rows: readonly string[];
      readonly records: Records;
      readonly whole: Records | null;
    }
  | {
      readonly kind: 'lacks';
      readonly row: string;
      readonly records: Records;
      readonly whole: Records | null;
    }
  /** Equal rows; `records`: what both contain, where they say so. */
  | { readonly kind: 'same-output'; readonly rows: Pair; readonly records: Records | null }
  /** Equal digits and fingerprints. */
  | { readonly kind: 'same-records'; readonly rows: Pair }
  | { readonly kind: 'same-but-keys'; readonly rows: Pair }
  | {
      readonly kind: 'same-but-key';
      readonly row: string;
      readonly records: Records;
      readonly output: SinkRow;
    }
  /** Read together, the records give one of the two rows only. */
  | { readonly kind: 'one-of'; readonly rows: Pair; readonly records: readonly [Records, Records] }
  /** How often a row lists a record, and how often it would if nothing else were read. */
  | {
      readonly kind: 'lists';
      readonly row: string;
      readonly record: RecordName;
      readonly times: number;
    }
  | {
      readonly kind: 'lists-alone';
      readonly record: RecordName;
      readonly sink: string;
      readonly times: number;
    }
  | { readonly kind: 'ends-with'; readonly row: string; readonly records: Records }
  /**
   * After its first `from` ids the row goes on with an id of each of these, and with none whole.
   */
  | {
      readonly kind: 'fits-none';
      readonly row: string;
      readonly from: number;
      readonly choices: readonly Records[];
    }
  | { readonly kind: 'names-ids'; readonly row: string; readonly ids: readonly number[] }
  | { readonly kind: 'no-such-id'; readonly ids: readonly number[] }
  /** The digits and the number in the row are those of the records. */
  | { readonly kind: 'digits-name'; readonly row: string; readonly records: Records }
  | { readonly kind: 'under-key'; readonly row: string; readonly key: Key }
  /** Whatever the records give at the sink is of this key. */
  | {
      readonly kind: 'key-of';
      readonly records: Records;
      readonly sink: string;
      readonly key: Key;
    };

/** Records and a row they give. */
export interface Given {
  readonly records: Records;
  readonly output: SinkRow;
}

/** What records give at a sink when nothing else is read and nothing is late. */
type GivenClaim =
  | { readonly kind: 'gives'; readonly records: Records; readonly output: SinkRow }
  /** The records give other rows than this one; `gives`: one of them, null: they give none. */
  | {
      readonly kind: 'gives-other';
      readonly row: string;
      readonly records: Records;
      readonly gives: Row | null;
    }
  /** Read together, all choices give as many rows as one of them does. */
  | { readonly kind: 'give-one'; readonly choices: readonly Records[]; readonly sink: string }
  /** No set of records that has all of `always` and some of `perhaps` gives the row. */
  | {
      readonly kind: 'none-gives';
      readonly row: string;
      readonly always: Records;
      readonly perhaps: Records;
    }
  | { readonly kind: 'no-record-gives'; readonly row: string }
  /** However many of the first ones of each split are read, they do not give the row. */
  | { readonly kind: 'no-prefix-gives'; readonly row: string; readonly records: Records }
  /**
   * Some order of the records gives all that shows under the row's key before it, and none it too.
   */
  | { readonly kind: 'order-until'; readonly row: string; readonly records: Records }
  | { readonly kind: 'no-order-gives'; readonly row: string; readonly records: Records }
  /**
   * From what its attempt began from, no run over the records gives all that the attempt shows of
   * the row's key up to the row, in this order, whatever it gives in between.
   */
  | {
      readonly kind: 'no-run-gives';
      readonly row: string;
      readonly attempt: number;
      readonly records: Records;
    }
  /** The row is what they give when some of them are read twice. */
  | {
      readonly kind: 'as-if-twice';
      readonly row: string;
      readonly records: Records;
      readonly whole: Records;
    };

/** What does not show, or not often enough. */
type AbsenceClaim =
  /** No visible row of the sinks contains any of the records. `name`: what `let` calls them. */
  | {
      readonly kind: 'not-shown';
      readonly records: Records;
      readonly sinks: readonly string[];
      readonly name: string | null;
    }
  | {
      readonly kind: 'not-together';
      readonly records: Records;
      readonly sink: string;
      readonly name: string | null;
    }
  | { readonly kind: 'no-such-row'; readonly output: SinkRow }
  /** The row shows less often than `givers` give it, each by itself. */
  | {
      readonly kind: 'shows-times';
      readonly output: SinkRow;
      readonly times: number;
      readonly givers: readonly Records[];
    }
  /** How often all visible rows of the sinks together name the record. */
  | {
      readonly kind: 'named-times';
      readonly record: RecordName;
      readonly sinks: readonly string[];
      readonly times: number;
    }
  | {
      readonly kind: 'named-alone';
      readonly record: RecordName;
      readonly sink: string;
      readonly times: number;
    }
  /** The record gives a row of that key and time, and no such visible row names it. */
  | {
      readonly kind: 'not-named-at';
      readonly record: RecordName;
      readonly sink: string;
      readonly key: Key;
      readonly ts: number;
    }
  | { readonly kind: 'no-row-of-key'; readonly sink: string; readonly key: Key }
  | {
      readonly kind: 'last-of-key';
      readonly row: string;
      readonly key: Key;
      readonly sink: string;
    }
  /** The row is none of the last values that its key may have. */
  | { readonly kind: 'none-of'; readonly row: string; readonly options: readonly Given[] }
  /** No row shows that all these records give, whichever comes last. */
  | { readonly kind: 'no-such-value'; readonly records: Records; readonly sink: string }
  /** In whatever order they are read, some row of theirs does not show under the key. */
  | {
      readonly kind: 'some-missing';
      readonly records: Records;
      readonly sink: string;
      readonly key: Key;
    }
  /** How many rows of a key show, and how many of it the records give. */
  | {
      readonly kind: 'outputs-shown';
      readonly records: Records;
      readonly key: Key;
      readonly sink: string;
      readonly shown: number;
      readonly due: number;
    };

/** Orders. */
type OrderClaim =
  | { readonly kind: 'before'; readonly rows: Pair }
  | { readonly kind: 'between'; readonly row: string; readonly rows: Pair }
  | { readonly kind: 'split-order'; readonly first: Records; readonly second: Records }
  /** Where an operator gives rows in order of time, those of the first ones come first. */
  | {
      readonly kind: 'time-order';
      readonly first: Records;
      readonly second: Records;
      readonly times: readonly [number, number];
    }
  | {
      readonly kind: 'listed-order';
      readonly row: string;
      readonly first: Records;
      readonly second: Records;
    }
  /** The paths to the sink keep the order of a key; `from`: those from that operator. */
  | { readonly kind: 'keeps-order'; readonly sink: string; readonly from: string | null };

/** Running aggregates: values of a key of which each continues the one before. */
type RunningClaim =
  /** The first row contains what the second does, and more. */
  | { readonly kind: 'continues'; readonly rows: Pair }
  | { readonly kind: 'neither-continues'; readonly rows: Pair }
  | { readonly kind: 'counts-more'; readonly rows: Pair; readonly by: number }
  | {
      readonly kind: 'no-value-between';
      readonly key: Key;
      readonly sink: string;
      readonly rows: Pair;
    }
  /** The second row differs from the first one by records that the first one counts. */
  | {
      readonly kind: 'adds-again';
      readonly rows: Pair;
      readonly records: Records;
      readonly whole: Records;
    }
  /** No record has the digits and the fingerprint by which the rows differ. */
  | { readonly kind: 'no-record-adds'; readonly rows: Pair }
  | { readonly kind: 'does-not-add-up'; readonly row: string; readonly records: Records }
  /** No visible value of the key counts more. */
  | { readonly kind: 'largest'; readonly row: string; readonly key: Key; readonly sink: string };

export type RowClaim = ContentClaim | GivenClaim | AbsenceClaim | OrderClaim | RunningClaim;
