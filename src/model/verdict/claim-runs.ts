/**
 * Claims about the run: its end, attempts, checkpoints, transactions, cuts and watermark reports.
 */
import type { Records } from './places.ts';
import type { Key } from '../value.ts';

type Pair = readonly [string, string];

interface TransactionAt {
  readonly sink: string;
  readonly transaction: string;
}

/** What begins an explanation. */
export type RunHeadline =
  | ({ readonly kind: 'aborted-shows'; readonly row: string } & TransactionAt)
  | ({
      readonly kind: 'shows-early';
      readonly checkpoint: number;
      readonly row: string;
    } & TransactionAt)
  | ({
      readonly kind: 'zombie';
      readonly attempt: number;
      readonly successor: number;
      readonly row: string;
    } & TransactionAt)
  | ({ readonly kind: 'torn'; readonly shown: number; readonly of: number } & TransactionAt)
  | ({ readonly kind: 'nothing-shows'; readonly checkpoint: number } & TransactionAt)
  | ({ readonly kind: 'in-steps'; readonly times: readonly number[] } & TransactionAt)
  | {
      readonly kind: 'commits-back';
      readonly sink: string;
      readonly subtask: number;
      readonly rows: Pair;
      readonly checkpoints: readonly [number, number];
    }
  | {
      readonly kind: 'goes-back';
      readonly records: Records;
      readonly key: Key;
      readonly sink: string;
      readonly rows: Pair;
    }
  /** The row's checkpoint, and the one whose offsets do not fit. */
  | {
      readonly kind: 'beyond-cut';
      readonly records: Records;
      readonly row: string;
      readonly committed: number;
      readonly checkpoint: number;
    }
  | {
      readonly kind: 'behind-cut';
      readonly records: Records;
      readonly row: string;
      readonly committed: number;
      readonly checkpoint: number;
    }
  | {
      readonly kind: 'sees-without';
      readonly included: Records;
      readonly excluded: Records;
      readonly sink: string;
      readonly rows: Pair;
      readonly t: number;
    }
  | {
      readonly kind: 'commits-without';
      readonly included: Records;
      readonly excluded: Records;
      readonly sink: string;
      readonly rows: Pair;
      readonly checkpoints: readonly [number, number];
    }
  | {
      readonly kind: 'watermark-back';
      readonly operator: string;
      readonly subtask: number;
      readonly from: number;
      readonly to: number;
    }
  | {
      readonly kind: 'overtakes';
      readonly operator: string;
      readonly subtask: number;
      readonly watermark: number;
    }
  | {
      readonly kind: 'stood-still';
      readonly operator: string;
      readonly subtask: number;
      readonly watermark: number;
    };

type EndClaim =
  /** The run came to its end, or the checkpoint with which it was stopped had read these. */
  | {
      readonly kind: 'due';
      readonly records: Records;
      readonly checkpoint: number | null;
      readonly name: string | null;
    }
  /** The job gave up, and a checkpoint that had read these shows. */
  | {
      readonly kind: 'due-in';
      readonly records: Records;
      readonly checkpoint: number;
      readonly name: string | null;
    }
  /** The checkpoint with which the job was stopped had not read them. */
  | { readonly kind: 'stopped-before'; readonly records: Records; readonly checkpoint: number }
  | { readonly kind: 'ended'; readonly outcome: 'finished' | 'suspended' | 'failed' | 'deadline' }
  /** What would make the run legal; `isOnly`: nothing else of it is wrong. */
  | { readonly kind: 'without-records'; readonly records: Records; readonly isOnly: boolean }
  | { readonly kind: 'without-row'; readonly row: string; readonly isOnly: boolean };

type CommitClaim =
  | ({ readonly kind: 'aborted-before'; readonly row: string } & TransactionAt)
  | { readonly kind: 'of-checkpoint'; readonly row: string; readonly checkpoint: number }
  /** Neither this checkpoint nor a later one was complete when the row became visible. */
  | { readonly kind: 'none-completed'; readonly row: string; readonly checkpoint: number }
  /** The attempt began before the row showed, from an older checkpoint; null: from nothing. */
  | {
      readonly kind: 'restored-before';
      readonly attempt: number;
      readonly restored: number | null;
      readonly checkpoint: number;
      readonly row: string;
    }
  /** As the store told it. */
  | ({ readonly kind: 'was-committed'; readonly attempt: number } & TransactionAt)
  /** The attempt that prepared it completed this checkpoint with it. */
  | ({ readonly kind: 'covered'; readonly checkpoint: number } & TransactionAt)
  /** Another one of the same subtask shows, of a later checkpoint. */
  | ({ readonly kind: 'later-shows'; readonly later: string } & TransactionAt)
  | ({ readonly kind: 'rows-hidden'; readonly rows: number } & TransactionAt)
  /** Some of its rows were visible without the others. */
  | ({
      readonly kind: 'alone-first';
      readonly rows: number;
      readonly t: number;
      readonly until: number;
    } & TransactionAt)
  /** Whether the records are below the offsets of the checkpoint. */
  | {
      readonly kind: 'read';
      readonly records: Records;
      readonly checkpoint: number;
    }
  | {
      readonly kind: 'unread';
      readonly records: Records;
      readonly checkpoint: number;
    }
  /** In their split, the first ones come before the second ones or are the same. */
  | { readonly kind: 'not-after'; readonly first: Records; readonly second: Records };

type ReportClaim =
  /** Two reports of one operator and attempt: the second one is later, and lower. */
  | { readonly kind: 'later-lower'; readonly names: Pair }
  /** When that report was made, the source had announced no more; null: nothing. */
  | {
      readonly kind: 'announced-by-then';
      readonly name: string;
      readonly source: string;
      readonly subtask: number;
      readonly attempt: number;
      readonly watermark: number | null;
    }
  /** The operator reported nothing after it, though another one reported the end. */
  | { readonly kind: 'last-report'; readonly name: string };

/** What an anomaly is tied to. */
type TieClaim =
  /** A block of a split, offsets `from` to `to` - 1, that an attempt resumed beside. */
  | {
      readonly kind: 'next-to-restore';
      readonly split: string;
      readonly from: number;
      readonly to: number;
      /** The offset it resumed at. */
      readonly at: number;
      readonly attempt: number;
      /** Null: it began from nothing. */
      readonly checkpoint: number | null;
    }
  /** The attempt restored nothing, though the checkpoint had completed before it began. */
  | { readonly kind: 'began-from-nothing'; readonly attempt: number; readonly checkpoint: number }
  /**
   * Prepared for a checkpoint; that one, or a later one, completed; and nothing of it ever showed.
   */
  | ({
      readonly kind: 'never-committed';
      readonly checkpoint: number;
      readonly covered: number;
    } & TransactionAt);

export type RunClaim = EndClaim | CommitClaim | ReportClaim | TieClaim;
