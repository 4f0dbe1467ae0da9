/**
 * What an explanation says, as data: each of its sentences is a claim about the case and its
 * history. Texts are made of claims in one place (checker/claims), and a verifier that shares no
 * code with the checks looks each of them up again (checker/claims-verifier).
 *
 * A name ("A", "R", "X") is given by a `let` of the same explanation and used by its other lines.
 */
import type { RuleName } from './rule.ts';
import type { Key, Row } from './value.ts';

/** A record of the input, by its place. */
export interface RecordName {
  readonly split: string;
  readonly offset: number;
}
export type Records = readonly RecordName[];

/** A row as it shows, or would show, at a sink. */
export interface SinkRow {
  readonly sink: string;
  readonly row: Row;
}

/** What `let` gives names to. */
export type NamedClaim =
  /** A visible row; `position` counts the rows of its sink in order of visibility, from 0. */
  | {
      readonly kind: 'row';
      readonly name: string;
      readonly sink: string;
      readonly position: number;
      readonly row: Row;
      readonly t: number;
      /** The attempt that wrote it. */
      readonly attempt: number;
      readonly transaction: string | null;
      readonly checkpoint: number | null;
    }
  /** Records; `output`: a row that they give by themselves. */
  | {
      readonly kind: 'records';
      readonly name: string;
      readonly records: Records;
      readonly output: SinkRow | null;
    };

/** What is said of rows and records. Rows stand by their names. */
export type RowClaim =
  /** Each of these rows contains all of these records. `whole`: all that the rows are made of. */
  | {
      readonly kind: 'contains';
      readonly rows: readonly string[];
      readonly records: Records;
      readonly whole: Records | null;
    }
  /** Two different visible rows are equal. */
  | { readonly kind: 'same-row'; readonly rows: readonly [string, string] }
  /** A row the input gives, by what it is made of. */
  | { readonly kind: 'gives'; readonly records: Records; readonly output: SinkRow }
  /** No visible row of the sinks contains any of these records. */
  | {
      readonly kind: 'not-shown';
      readonly records: Records;
      readonly sinks: readonly string[];
      /** What `let` calls the records; null: they are listed. */
      readonly name: string | null;
    }
  | { readonly kind: 'before'; readonly rows: readonly [string, string] };

/** The run came to its end, or the checkpoint with which it was stopped had read these records. */
export interface DueClaim {
  readonly kind: 'due';
  readonly records: Records;
  readonly checkpoint: number | null;
  readonly name: string | null;
}

/** Headlines: what is wrong, in one sentence. */
export type HeadlineClaim =
  | { readonly kind: 'never-shows'; readonly records: Records; readonly sink: string }
  | {
      readonly kind: 'shows-twice';
      /** Null: which record it is about does not show. */
      readonly records: Records | null;
      readonly key: Key;
      readonly sink: string;
      readonly rows: readonly [string, string];
    };

/** A rule the contradiction stands on. SEMANTICS.md states it; it is no fact of a history. */
export interface RuleClaim {
  readonly kind: 'rule';
  readonly rule: RuleName;
}

export type Claim = NamedClaim | RowClaim | DueClaim | HeadlineClaim | RuleClaim;
export type ClaimKind = Claim['kind'];
export type ClaimOf<K extends ClaimKind> = Extract<Claim, { readonly kind: K }>;

/** Where in an explanation a claim stands. */
export type ClaimPart =
  | 'sentence'
  | 'let'
  | 'then'
  | 'however'
  | 'why'
  | 'nearest'
  | 'expected'
  | 'observed';

export interface StatedClaim {
  readonly part: ClaimPart;
  readonly claim: Claim;
}
