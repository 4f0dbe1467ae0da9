/**
 * How the run ended, and so how much of the input is due; and whether an end without success is
 * progress lost or a legal giving up.
 */
import type { Case } from '../../model/case.ts';
import type { RestartStrategy } from '../../model/options.ts';
import type { Due } from '../context/context.ts';
import type { Observation } from '../evidence/observe.ts';
import { survivingCheckpoints } from '../time/epochs.ts';
import type { Plan } from '../plan/plan.ts';
import type { Stopped } from '../plan/records.ts';

export interface Ending {
  readonly due: Due;
  /** False when a job was stopped and nothing tells what it had read by then. */
  readonly cutKnown: boolean;
  /** Offsets of the last checkpoint, when the job was stopped before its input had ended. */
  readonly stoppedAt: Stopped | null;
  readonly progress: 'fine' | 'stall' | 'too-short' | 'gave-up';
  readonly reason: string;
}

export function endingOf(plan: Plan, seen: Observation): Ending {
  const { kase } = plan;
  const { end } = seen;
  if (end === null) return ending('none', 'too-short', 'the history has no end');
  switch (end.outcome) {
    case 'finished':
      return kase.options.stop?.kind === 'drain'
        ? stopped(plan, seen, false)
        : ending('all', 'fine', 'the run finished');
    case 'suspended':
      return stopped(plan, seen, true);
    case 'failed': {
      const legal = mayGiveUp(kase, seen);
      const progress = legal ? 'gave-up' : 'stall';
      return gaveUp(plan, seen, ending('none', progress, `the job gave up: ${end.reason}`));
    }
    case 'deadline': {
      const left = timeLeftMs(kase, end.healedAt);
      const enough = left >= recoveryBoundMs(kase);
      const reason = `not finished ${Math.floor(left)} ms after the last fault had healed and the last input had come`;
      return ending('none', enough ? 'stall' : 'too-short', reason);
    }
  }
}

function ending(kind: Due['kind'], progress: Ending['progress'], reason: string): Ending {
  return {
    due: { kind, suspended: false, cutShort: false, committed: null },
    cutKnown: true,
    stoppedAt: null,
    progress,
    reason,
  };
}

/** A stopped job owes what its last checkpoint had read. */
function stopped({ table }: Plan, seen: Observation, suspended: boolean): Ending {
  const offsets = survivingCheckpoints(seen).at(-1)?.offsets ?? null;
  if (offsets === null) {
    const reason = 'the job was stopped and nothing tells what its last checkpoint had read';
    return { ...ending('none', 'fine', reason), cutKnown: false };
  }
  const cutShort = table.splits.some(({ name, records }) => (offsets[name] ?? 0) < records.length);
  return {
    due: { kind: 'all', suspended, cutShort, committed: null },
    cutKnown: true,
    stoppedAt:
      cutShort || suspended ? { offsets, suspended, restarted: seen.attempts.length > 1 } : null,
    progress: 'fine',
    reason: suspended ? 'the job was stopped with a savepoint' : 'the job was drained',
  };
}

/**
 * A job that gave up owes what it had committed. A sink with one subtask commits its checkpoints in
 * order, so the last one that shows tells how far; what was due by its cut is visible.
 */
function gaveUp(plan: Plan, seen: Observation, failed: Ending): Ending {
  const [sink, ...others] = plan.sinks;
  if (sink === undefined || others.length > 0) return failed;
  if (sink.spec.connector !== 'two-phase' || sink.spec.parallelism > 1) return failed;
  const rows = seen.sinks.get(sink.spec.id) ?? [];
  const last = rows.reduce((max, { checkpoint }) => Math.max(max, checkpoint ?? 0), 0);
  const offsets = seen.checkpoints.get(last)?.offsets ?? null;
  const isOnLine = survivingCheckpoints(seen).some(({ checkpoint }) => checkpoint === last);
  if (offsets === null || !isOnLine) return failed;
  const due = { kind: 'all', suspended: true, cutShort: true, committed: last } as const;
  const restarted = seen.attempts.length > 1;
  return { ...failed, due, stoppedAt: { offsets, suspended: true, restarted } };
}

/** From the last fault that healed, or the last input, to the deadline. */
export function timeLeftMs(kase: Case, healedAt: number): number {
  return kase.deadlineMs - Math.max(healedAt, lastArrival(kase));
}

function lastArrival({ workload, options }: Case): number {
  const last = Math.max(0, ...workload.splits.map((log) => log.records.at(-1)?.at ?? 0));
  return Math.max(last, options.stop?.atMs ?? 0);
}

/** Time in which a healthy job detects a failure, restarts, takes checkpoints and commits. */
export function recoveryBoundMs({ options }: Case): number {
  const { checkpoint, heartbeatTimeoutMs, restart } = options;
  const cycle = checkpoint.intervalMs + checkpoint.minPauseMs + checkpoint.timeoutMs;
  return 3 * (heartbeatTimeoutMs + longestDelay(restart)) + 3 * cycle;
}

function longestDelay(restart: RestartStrategy): number {
  return restart.kind === 'exponential' ? restart.maxMs : restart.delayMs;
}

/**
 * Legal reasons to give up: more failures than the strategy allows while faults lasted, or a
 * checkpoint that a fault made unreadable, with `onUnreadable: 'fail'`.
 */
function mayGiveUp(kase: Case, seen: Observation): boolean {
  const damaged = kase.schedule.some(
    ({ action }) =>
      action.kind === 'disk' &&
      (action.effect === 'corrupt-file' || action.effect === 'missing-file'),
  );
  if (damaged && kase.options.checkpoint.onUnreadable === 'fail') return true;
  const healedAt = seen.end?.healedAt ?? 0;
  const after = seen.attempts.filter((attempt) => attempt.t > healedAt).length;
  const most = failuresMax(kase);
  return most !== null && seen.attempts.length > most && after <= 1;
}

/** How many failures the restart strategy allows; null: any number. */
export function failuresMax({ options: { restart } }: Case): number | null {
  if (restart.kind === 'exponential') return null;
  return restart.kind === 'fixed-delay' ? restart.attemptsMax : restart.failuresMax;
}
