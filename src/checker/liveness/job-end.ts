/**
 * The moment at which the job said that it is over. It is an event of the history; of histories
 * that the simulator wrote before there was one, it is known by when it must have been.
 */
import type { Case } from '../../model/case.ts';
import type { HeaderEvent } from '../../model/history.ts';
import type { Observation } from '../evidence/observe.ts';

export interface JobEnd {
  /** ms; the latest it can have been where it is not exact. */
  readonly t: number;
  readonly isExact: boolean;
}

/**
 * The simulator recorded this long after the job's end and the last healing, until its last step.
 */
const aftermathMs = 1500;
const simulator = 'reference engine, simulated';

/** Null: the job never said so, or nobody can tell when it did. */
export function jobEndOf(seen: Observation, kase: Case, header: HeaderEvent | null): JobEnd | null {
  const { job, end } = seen;
  if (job !== null) return job.event === 'failed' ? null : { t: job.t, isExact: true };
  if (end === null || (end.outcome !== 'finished' && end.outcome !== 'suspended')) return null;
  if (header?.subject !== simulator || !sawWholeCluster(seen, kase)) return null;
  // Every node does something once per heartbeat, so the last step was not long before the end.
  const stoppedBy = end.t + kase.options.heartbeatIntervalMs;
  const t = stoppedBy - aftermathMs;
  const isCutOff = stoppedBy >= kase.deadlineMs;
  return isCutOff || t < lastCheckpoint(seen) ? null : { t, isExact: false };
}

/** The simulator records every node that starts; whoever writes a history by hand does not. */
function sawWholeCluster({ nodes }: Observation, { options }: Case): boolean {
  return nodes.size === options.taskManagers + 1;
}

/** No job ends before its last checkpoint has completed. */
function lastCheckpoint({ checkpoints }: Observation): number {
  return Math.max(0, ...[...checkpoints.values()].map(({ completedT }) => completedT));
}
