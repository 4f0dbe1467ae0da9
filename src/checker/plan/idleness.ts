/**
 * Whether a split can have been idle. A split that always has something to read is waited for: time
 * in which its source was blocked downstream does not count as idleness (FLINK-35886). Only silence
 * in the log itself, a fault that keeps records from it, or a stopped process can make it look
 * silent; and on a machine's clock a source that was given no time to read, which nobody outside
 * can tell from silence.
 */
import { silences } from '../../model/fault-kinds.ts';
import type { Case } from '../../model/case.ts';
import type { HeaderEvent } from '../../model/history.ts';
import type { SourceSpec } from '../../model/pipeline.ts';
import type { SourceRecord } from '../../model/workload.ts';

/** Gaps from this share of the timeout on may pass for silence: reading takes its time as well. */
const shareOfTimeout = 0.5;

export interface SplitUse {
  readonly kase: Case;
  readonly records: readonly SourceRecord[];
  readonly source: SourceSpec | null;
  /** Nothing follows the last record. */
  readonly ends: boolean;
  readonly clock: HeaderEvent['clock'];
}

export function mayIdle({ kase, records, source, ends, clock }: SplitUse): boolean {
  const timeoutMs = source?.watermark.idlenessMs ?? null;
  if (timeoutMs === null) return false;
  if (clock === 'machine' || !ends) return true;
  return longestGapMs(records) >= timeoutMs * shareOfTimeout || looksSilent(kase);
}

/** Longest time between two arrivals, or from the job's start to the first. */
function longestGapMs(records: readonly SourceRecord[]): number {
  let longest = 0;
  let before = 0;
  for (const { at } of records) {
    longest = Math.max(longest, at - before);
    before = at;
  }
  return longest;
}

function looksSilent(kase: Case): boolean {
  return kase.schedule.some(({ action }) => silences(action));
}
