/**
 * Claims about the run: its end, event time, attempts, checkpoints and transactions.
 */
import type { Records } from './claim.ts';

type EndClaim =
  /** The run came to its end, or the checkpoint with which it was stopped had read these. */
  | {
      readonly kind: 'due';
      readonly records: Records;
      readonly checkpoint: number | null;
      readonly name: string | null;
    }
  /** The checkpoint with which the job was stopped had not read them. */
  | { readonly kind: 'stopped-before'; readonly records: Records; readonly checkpoint: number }
  /** What would make the run legal; `isOnly`: nothing else of it is wrong. */
  | { readonly kind: 'without-records'; readonly records: Records; readonly isOnly: boolean }
  | { readonly kind: 'without-row'; readonly row: string; readonly isOnly: boolean };

type TimeClaim =
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
  /** The timestamps of the records lie in the window. */
  | {
      readonly kind: 'in-window';
      readonly records: Records;
      readonly window: { readonly start: number; readonly end: number };
    };

export type RunClaim = EndClaim | TimeClaim;
