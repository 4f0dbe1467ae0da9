/**
 * By which rules a part of a sink was judged, for people who ask why a verdict is what it is.
 */
export interface JudgedPart {
  readonly sink: string;
  /** Sources and operators whose rows it shows. */
  readonly from: readonly string[];
  /** Name of the regime; `src/checker/README.md` has a chapter on each. */
  readonly regime: string;
  /** Why this one: what leads to the sink. */
  readonly because: string;
  readonly decides: string;
  readonly leavesOpen: string;
  /** Visible rows that were judged by it. */
  readonly rows: number;
}
