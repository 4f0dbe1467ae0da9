/**
 * What the checker knows of a case before it sees a history, as types.
 */
import type { Case } from '../../model/case.ts';
import type { FunctionCatalog } from '../../model/functions.ts';
import type { SinkSpec } from '../../model/pipeline.ts';
import type { StatefulSpec } from '../../model/operator-kinds.ts';
import type { Branch } from './branches.ts';
import type { Item, Words } from './items.ts';
import type { RecordTable } from './records.ts';

export interface Stage {
  readonly spec: StatefulSpec;
  readonly branches: readonly Branch[];
  /** Split numbers whose watermarks reach it. */
  readonly splits: readonly number[];
  /** Whether rows of one split may reach it through several channels. */
  readonly fansOut: boolean;
  /** No record can be at or behind the watermark when it arrives. */
  readonly punctual: boolean;
  /** Every arrival order of the same rows; null when its input is not certain. */
  readonly items: readonly Item[] | null;
  /** Main output when it is settled, null otherwise. */
  output(): readonly Item[] | null;
}

export interface SinkPlan {
  readonly spec: SinkSpec;
  readonly branches: readonly Branch[];
}

export interface Plan {
  readonly kase: Case;
  /** What the names of functions in the case stand for. */
  readonly functions: FunctionCatalog;
  readonly table: RecordTable;
  readonly words: Words;
  readonly stages: ReadonlyMap<string, Stage>;
  readonly sinks: readonly SinkPlan[];
  /** The watermark that a stage behind these splits had certainly reached when the job ended. */
  reached(splits: readonly number[]): number;
}
