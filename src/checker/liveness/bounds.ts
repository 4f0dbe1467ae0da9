/**
 * What the bounds over time are judged from: the whole input (also of a job that was stopped before
 * it had read it), how long correct work takes, when faults are an excuse, and until when the job
 * ran.
 */
import type { Case } from '../../model/case.ts';
import type { HeaderEvent } from '../../model/history.ts';
import type { Context } from '../context/context.ts';
import type { Findings } from '../../judgement/findings.ts';
import type { Observation } from '../evidence/observe.ts';
import type { Plan } from '../plan/plan.ts';
import { calmCheckpoints, type CalmCheckpoint } from './calm-checkpoints.ts';
import { influenceOf, type Influence } from './influence.ts';
import { jobEndOf, type JobEnd } from './job-end.ts';
import { progressOfAttempts, type AttemptProgress } from './attempt-progress.ts';
import { timingOf, type Timing } from './timing.ts';

export interface Bounds {
  readonly kase: Case;
  /** Of the whole input. */
  readonly plan: Plan;
  readonly seen: Observation;
  readonly findings: Findings;
  readonly timing: Timing;
  readonly influence: Influence;
  readonly attempts: readonly AttemptProgress[];
  readonly checkpoints: readonly CalmCheckpoint[];
  readonly end: JobEnd | null;
  /**
   * The first attempt that went back behind a completed checkpoint: it may repeat what was shown.
   */
  readonly steppedBackFrom: number;
  /** Until here the job had something to wait for: input, or the order to stop. */
  readonly runsUntil: number;
}

export interface BoundsSetting {
  readonly plan: Plan;
  readonly header: HeaderEvent | null;
}

export function boundsOf({ seen, findings }: Context, setting: BoundsSetting): Bounds {
  const { plan, header } = setting;
  const { kase, table } = plan;
  const { concurrentMax } = kase.options.checkpoint;
  // Of a history without header nothing is known that would make the judgement stricter.
  const timing = timingOf(kase, header?.clock ?? 'machine');
  const end = jobEndOf(seen, kase, header);
  const over = Math.min(end?.t ?? Infinity, seen.end?.t ?? Infinity);
  const influence = influenceOf(kase, seen, over);
  const runsUntil = Math.min(over, inputEnds(kase));
  return {
    kase,
    plan,
    seen,
    findings,
    timing,
    influence,
    attempts: progressOfAttempts({ table, seen, timing, influence, runsUntil }),
    checkpoints: calmCheckpoints(seen, { influence, timing, concurrentMax }),
    end,
    steppedBackFrom: steppedBackFrom(seen),
    runsUntil,
  };
}

/** When the last record comes, or the job is told to stop. */
export function inputEnds({ workload, options }: Case): number {
  const last = Math.max(0, ...workload.splits.map((log) => log.records.at(-1)?.at ?? 0));
  return Math.min(last, options.stop?.atMs ?? Infinity);
}

function steppedBackFrom({ attempts, checkpoints }: Observation): number {
  const back = attempts.find(({ restored, event }) =>
    [...checkpoints.values()].some(
      ({ checkpoint, completedAt }) =>
        (completedAt ?? Infinity) < event && checkpoint > (restored ?? 0),
    ),
  );
  return back?.attempt ?? Infinity;
}
