/**
 * The end is a moment. The job says that it is over within its time to recover after its last
 * input, the order to stop or the last fault; what it owes is visible by then; and what is over
 * stays over: an attempt that restores the job's last checkpoint commits, and does nothing else.
 */
import type { Work } from '../../model/verdict/claim-liveness.ts';
import { WATERMARK_MAX } from '../../model/value.ts';
import type { Attempt, Observation, Seen } from '../evidence/observe.ts';
import { inputEnds, type Bounds } from './bounds.ts';
import { recoveryBoundMs } from './completeness.ts';
import { reportLateEnd, reportShownAfterEnd, reportWorkAfterEnd } from './end-reports.ts';

/** A reader's clock and the nodes' may differ by this on a machine. */
const clocksMs = 100;

export function checkEnd(bounds: Bounds): void {
  checkEndsInTime(bounds);
  checkShownByEnd(bounds);
  const { seen, findings } = bounds;
  for (const attempt of seen.attempts) {
    if (seen.finals.has(attempt.restored ?? 0)) findings.cover('restores-of-last-checkpoint');
    const work = workOf(bounds, attempt);
    if (work !== null) reportWorkAfterEnd(bounds, attempt, work);
  }
}

function checkEndsInTime(bounds: Bounds): void {
  const { kase, plan, end, influence, timing, findings } = bounds;
  if (end === null || !end.isExact) return;
  const workMs = plan.table.count * timing.perRecordMs + timing.clocksMs + timing.slackMs;
  const input = inputEnds(kase);
  const due = influence.calmFrom(input + workMs + recoveryBoundMs(kase));
  if (end.t > due) reportLateEnd(bounds, { input, due, t: end.t });
  else findings.cover('ends-in-time');
}

/** What a superseded attempt shows after the end is repeated, which is another matter. */
function checkShownByEnd(bounds: Bounds): void {
  const { seen, findings, end, timing } = bounds;
  if (end === null) return;
  const over = end.t + (timing.slackMs > 0 ? clocksMs : 0);
  const last = seen.attempts.at(-1)?.attempt;
  const owed = ({ transaction, checkpoint, attempt }: Seen): boolean =>
    transaction === null
      ? attempt === last
      : checkpoint !== null && seen.checkpoints.has(checkpoint);
  for (const [sink, rows] of seen.sinks) {
    const late = rows.slice(rows.findLastIndex(({ t }) => t <= over) + 1);
    for (const row of late) {
      if (!owed(row) || findings.repeat('premature-finish', sink)) continue;
      reportShownAfterEnd(bounds, row, { sink, over: end.t });
    }
  }
}

/** What an attempt did after the end; null: nothing, or there was no end before it. */
function workOf({ seen }: Bounds, { attempt, restored, t }: Attempt): Work | null {
  if (seen.job?.event === 'finished' && t > seen.job.t) return { did: 'began', t };
  return restored !== null && seen.finals.has(restored)
    ? activityOf(seen, { attempt, restored })
    : null;
}

interface Restored {
  readonly attempt: number;
  readonly restored: number;
}

function activityOf(seen: Observation, { attempt, restored }: Restored): Work | null {
  for (const [checkpoint, trigger] of seen.triggers) {
    if (trigger.attempt === attempt) return { did: 'checkpoint', checkpoint, t: trigger.t };
  }
  const moved = seen.watermarks.find(
    (event) => event.attempt === attempt && event.watermark < WATERMARK_MAX,
  );
  if (moved !== undefined) {
    const { operator, watermark, t } = moved;
    return { did: 'event-time', operator, watermark, t };
  }
  for (const transaction of seen.transactions.values()) {
    if (transaction.attempt !== attempt) continue;
    // Who commits what nobody told of before did not write it.
    if (transaction.checkpoint !== null && transaction.checkpoint <= restored) continue;
    return { did: 'transaction', sink: transaction.sink, transaction: transaction.id };
  }
  for (const [sink, rows] of seen.sinks) {
    const row = rows.find((own) => own.attempt === attempt && own.transaction === null);
    if (row !== undefined) return { did: 'row', sink, t: row.t };
  }
  return null;
}
