/**
 * The case: one JSON document that holds everything a replay needs.
 */
import type { Schedule } from './fault.ts';
import type { Guarantee } from './guarantee.ts';
import type { EngineOptions } from './options.ts';
import type { Pipeline } from './pipeline.ts';
import type { Workload } from './workload.ts';

export const caseVersion = 1;

export interface Case {
  readonly version: typeof caseVersion;
  /** The scenario it was generated from, or a name of the user's. */
  readonly scenario: string;
  readonly seed: number;
  readonly pipeline: Pipeline;
  readonly workload: Workload;
  readonly schedule: Schedule;
  readonly options: EngineOptions;
  /** What the subject promises; the verdict is about these. */
  readonly promises: readonly Guarantee[];
  /**
   * Virtual ms after which an unfinished run is stopped: a `stall` if all faults healed in time.
   */
  readonly deadlineMs: number;
}
