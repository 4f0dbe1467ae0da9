/**
 * Progress: after the faults heal the job comes to its end; and what a run that did not end leaves
 * undecided.
 */
import type { Context } from '../context.ts';
import type { Ending } from './completeness.ts';

export function checkProgress(context: Context, ending: Ending): void {
  const { findings } = context;
  findings.decide('progress');
  if (ending.progress === 'fine') return;
  if (ending.progress === 'gave-up') {
    findings.cover('gave-up-legally');
    return;
  }
  if (ending.progress === 'too-short') {
    findings.leaveOpen(`${ending.reason}: too little time to judge`, 'progress');
  } else reportStall(context, ending);
  findings.leaveOpen(
    `what is missing may still have come: ${ending.reason}`,
    'at-least-once',
    'exactly-once',
    'effectively-once',
    'watermark-live',
  );
}

function reportStall({ findings, seen }: Context, { reason }: Ending): void {
  const last = [...seen.checkpoints.values()].at(-1);
  findings.report({
    name: 'stall',
    operator: null,
    sentence: `The job did not come to its end: ${reason}.`,
    let: [`H = ${seen.end?.healedAt ?? 0} ms, when the last fault had healed`],
    thus: ['from H on nothing keeps the job from finishing'],
    however: [
      last === undefined
        ? 'no checkpoint ever completed'
        : `the last completed checkpoint was ${last.checkpoint}, at ${last.completedT} ms`,
    ],
  });
}
