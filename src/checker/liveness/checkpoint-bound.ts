/**
 * Checkpoints keep coming while the job runs: one completes in every so many cycles, the first one
 * after the time in which nodes find each other, unless a fault is an excuse.
 */
import type { Bounds } from './bounds.ts';
import { reportNoCheckpoint } from './late-reports.ts';

export function checkCheckpoints(bounds: Bounds): void {
  const { kase, seen, findings, timing, influence, runsUntil } = bounds;
  const completed = [...seen.checkpoints.values()].map(({ completedT }) => completedT);
  const moments = completed.filter((t) => t < runsUntil).toSorted((a, b) => a - b);
  let since = 0;
  let allowedMs = timing.checkpointMs + kase.options.heartbeatTimeoutMs;
  for (const t of [...moments, runsUntil]) {
    const due = influence.calmFrom(since + allowedMs);
    if (t > due) {
      reportNoCheckpoint(bounds, { since, withinMs: allowedMs, due, until: t });
      return;
    }
    findings.cover('checkpoints-in-time');
    since = t;
    allowedMs = timing.checkpointMs;
  }
}
