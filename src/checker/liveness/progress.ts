/**
 * Progress: after the faults heal the job comes to its end; and what a run that did not end leaves
 * undecided.
 */
import type { Claim } from '../../model/verdict/claim.ts';
import type { EndEvent } from '../../model/history.ts';
import type { Context } from '../context/context.ts';
import { type Ending, failuresMax, recoveryBoundMs, timeLeftMs } from './completeness.ts';

export function checkProgress(context: Context, ending: Ending): void {
  const { findings, seen } = context;
  findings.decide('progress');
  if (ending.progress === 'fine') return;
  if (ending.progress === 'gave-up') {
    findings.cover('gave-up-legally');
    return;
  }
  if (ending.progress === 'too-short') {
    findings.leaveOpen(`${ending.reason}: too little time to judge`, 'progress');
  } else if (seen.end !== null) reportStall(context, seen.end);
  findings.leaveOpen(
    `what is missing may still have come: ${ending.reason}`,
    'at-least-once',
    'exactly-once',
    'effectively-once',
    'watermark-live',
  );
}

function reportStall(context: Context, end: EndEvent): void {
  const { healedAt, reason } = end;
  const { kase } = context.plan;
  const leftMs = Math.floor(timeLeftMs(kase, healedAt));
  const gaveUp = end.outcome === 'failed';
  context.findings.report({
    name: 'stall',
    operator: null,
    sentence: gaveUp ? { kind: 'gave-up', reason } : { kind: 'cut-off', leftMs },
    let: [{ kind: 'healed', name: 'H', t: healedAt }],
    thus: [{ kind: 'rule', rule: 'comes-to-its-end' }],
    however: [
      gaveUp
        ? attemptsClaim(context, healedAt)
        : { kind: 'enough-time', leftMs, neededMs: recoveryBoundMs(kase) },
      lastCheckpointClaim(context),
    ],
  });
}

/** Why the job was not to give up. */
function attemptsClaim({ seen, plan }: Context, healedAt: number): Claim {
  const attempts = seen.attempts.length;
  const most = failuresMax(plan.kase);
  if (most === null || attempts <= most) return { kind: 'attempts-made', attempts, most };
  const after = seen.attempts.filter(({ t }) => t > healedAt).length;
  return { kind: 'attempts-after', attempts: after, t: healedAt };
}

function lastCheckpointClaim({ seen }: Context): Claim {
  const last = [...seen.checkpoints.values()].at(-1);
  if (last === undefined) return { kind: 'last-completed', checkpoint: null, t: null };
  const { checkpoint, completedAt, completedT } = last;
  // The first event that shows it complete may be an attempt that restored it.
  const isTold = seen.attempts.every(({ event }) => event !== completedAt);
  return { kind: 'last-completed', checkpoint, t: isTold ? completedT : null };
}
