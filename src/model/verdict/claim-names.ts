/**
 * Claims that give names: what `let` introduces.
 */
import type { Records, SinkRow } from './places.ts';
import type { ShowingClaim } from './claim-streams.ts';
import type { Row } from '../value.ts';

export type NamedClaim =
  | ShowingClaim
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
    }
  /** The aggregate that contains nothing. */
  | { readonly kind: 'nothing'; readonly name: string }
  | {
      readonly kind: 'attempt';
      readonly attempt: number;
      readonly t: number;
      /** The checkpoint it began from; null: from nothing. */
      readonly restored: number | null;
    }
  /** Next offsets to read, as a completed checkpoint has them. */
  | {
      readonly kind: 'offsets';
      readonly name: string;
      readonly checkpoint: number;
      readonly offsets: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'transaction';
      readonly name: string;
      readonly sink: string;
      readonly transaction: string;
      readonly checkpoint: number | null;
      /** Rows written into it; null: they do not matter. */
      readonly rows: number | null;
    }
  /** What an operator reported of its event time. */
  | {
      readonly kind: 'watermark';
      readonly name: string;
      readonly operator: string;
      readonly subtask: number;
      readonly attempt: number;
      readonly watermark: number;
      readonly t: number;
    }
  /** When the last fault had healed. */
  | { readonly kind: 'healed'; readonly name: string; readonly t: number };
