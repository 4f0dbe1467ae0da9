/**
 * A sink of panes: everything its check is given.
 */
import type { Seen } from '../../evidence/observe.ts';
import type { Branch } from '../../plan/branches.ts';
import type { PaneSpec } from '../../plan/declared.ts';
import type { Item } from '../../plan/items.ts';
import type { Stage } from '../../plan/plan.ts';

export interface LateRow {
  readonly item: Item;
  readonly seen: Seen;
}

/** What a sink of the late output showed. */
export interface LateRows {
  readonly sink: string;
  /** Late records with the rows that show them: one, or several where a record has copies. */
  readonly records: ReadonlyMap<number, readonly LateRow[]>;
  /** Every late row arrives there as one row: what is not there was not late. */
  readonly complete: boolean;
  readonly committed: boolean;
}

export interface PaneSink {
  readonly sink: string;
  /** Whether rows become visible by transactions of completed checkpoints only. */
  readonly committed: boolean;
  readonly upsert: boolean;
  readonly stage: Stage;
  readonly spec: PaneSpec;
  readonly items: readonly Item[];
  readonly branch: Branch;
  readonly rows: readonly Seen[];
  readonly late: LateRows | null;
}
