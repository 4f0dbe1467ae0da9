/**
 * What every check is given: the plan of the case, the observation of the history, and the place
 * for findings; and how they name records and rows in texts.
 */
import type { JudgedPart } from '../../model/verdict/judged-part.ts';
import type { Witness } from '../../model/verdict/verdict.ts';
import type { Findings } from '../../judgement/findings.ts';
import type { Observation, Seen } from '../evidence/observe.ts';
import { offsetOf, recordName, type SplitInfo } from '../plan/records.ts';
import type { Plan } from '../plan/plan.ts';

export interface Context {
  readonly plan: Plan;
  readonly seen: Observation;
  readonly findings: Findings;
  readonly stepsMax: number;
  /** What of the input must show in the output; see completeness.ts. */
  readonly due: Due;
  /** Told by which regime each part of a sink is judged; left out: nobody asked. */
  readonly onRegime?: ((judged: JudgedPart) => void) | undefined;
}

/** Which records each transactional sink showed, and where. */
export type ShownBySink = ReadonlyMap<string, readonly Shown[]>;

/** What the checks of sinks are given: they note what transactional sinks showed. */
export interface SinkContext extends Context {
  readonly shown: Map<string, Shown[]>;
}

/** A visible row and the records it stems from. */
export interface Shown {
  readonly records: readonly number[];
  /** All that is in it, where that is more. */
  readonly whole?: () => readonly number[];
  readonly seen: Seen;
  /** The row leaves the pipeline as soon as its record enters it: nothing waits for time. */
  readonly prompt: boolean;
  /** A second appearance: a duplicate, which says nothing about cuts but may undo newer values. */
  readonly again: boolean;
  /** Other records give the same row: which of them it stems from is not known. */
  readonly isShared?: boolean;
}

export function noteShown({ shown }: SinkContext, sink: string, row: Shown): void {
  const rows = shown.get(sink);
  if (rows === undefined) shown.set(sink, [row]);
  else rows.push(row);
}

/** How much of the input the end of the run obliges the sinks to show. */
export interface Due {
  /** `all`: everything the run read; `none`: the run did not come to its end. */
  readonly kind: 'all' | 'none';
  /** Stopped with a savepoint: what no watermark had passed by then stays in the state. */
  readonly suspended: boolean;
  /** The job was stopped before it had read everything; the plan knows what it had read. */
  readonly cutShort: boolean;
  /** Of a job that gave up: the last checkpoint whose rows show; null otherwise. */
  readonly committed: number | null;
}

/** Whether what was read is due at all. */
export function isDue({ due }: Context): boolean {
  return due.kind === 'all';
}

/** Whether this item is: what may still wait in a savepoint is not. */
export function isItemDue(context: Context, { waits }: { readonly waits: boolean }): boolean {
  return isDue(context) && !waits;
}

/**
 * Whether rows at this sink may stem from records beyond those the job had read when it was
 * stopped: an earlier attempt may have got further, and wrote without transactions.
 */
export function mayShowMore({ due, plan, seen }: Context, sink: string): boolean {
  if (!due.cutShort) return false;
  // Without alignment the state itself runs ahead of the offsets.
  if (plan.kase.options.mode === 'at-least-once') return true;
  if (seen.attempts.length < 2) return false;
  return plan.sinks.some(({ spec }) => spec.id === sink && spec.connector !== 'two-phase');
}

/** A source record as a witness, with the visible row it takes part in, if any. */
export function witness(
  { plan }: Context,
  role: string,
  of: { readonly record?: number | undefined; readonly seen?: Seen | undefined },
): Witness {
  const { record, seen } = of;
  const { table } = plan;
  const source = record === undefined ? undefined : table.recordAt[record];
  const split =
    record === undefined ? null : (table.splits[table.splitOf[record] as number] as SplitInfo).name;
  return {
    role,
    key: seen?.row.key ?? source?.key ?? null,
    split,
    offset: record === undefined ? null : offsetOf(table, record),
    id: source?.id ?? null,
    value: seen?.row.value ?? source?.value ?? null,
    t: seen?.t ?? null,
    attempt: seen?.attempt ?? null,
    checkpoint: seen?.checkpoint ?? null,
    transaction: seen?.transaction ?? null,
  };
}

/** "s1@3, s1@4 and 5 more" */
export function recordList({ plan }: Context, records: readonly number[]): string {
  const shown = records.slice(0, 6).map((record) => recordName(plan.table, record));
  const more = records.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
