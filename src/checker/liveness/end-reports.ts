/**
 * How an end that was none, or that came too late, is told. Judges nothing.
 */
import type { Attempt, Seen } from '../observation/observe.ts';
import { rowText } from '../plan/items.ts';
import type { Bounds } from './bounds.ts';
import { allowance, ms } from './late-reports.ts';

export function reportLateEnd(
  bounds: Bounds,
  { due, t }: { readonly due: number; readonly t: number },
): void {
  bounds.findings.report({
    name: 'stall',
    operator: null,
    sentence: `The job ended at ${ms(t)}, though it had to by ${ms(due)}.`,
    let: [`D = ${ms(due)}: its last input or the order to stop, and its time to recover`],
    thus: ['nothing keeps the job from ending by D', ...allowance(bounds)],
    however: [`it said that it was over at ${ms(t)}`],
  });
}

export function reportShownAfterEnd(
  { findings, end }: Bounds,
  { row, t, attempt, checkpoint, transaction }: Seen,
  { sink, over }: { readonly sink: string; readonly over: number },
): void {
  const { key, value } = row;
  const moment = end?.isExact === true ? `at ${ms(over)}` : `by ${ms(over)}`;
  const where = { split: null, offset: null, id: null };
  findings.report({
    name: 'premature-finish',
    operator: sink,
    key,
    sentence: `The job said that it was over ${moment}, before ${rowText(row)} was visible.`,
    let: [`E, when the job said so: ${moment}`],
    thus: ['what the job owes is visible at E'],
    however: [`the row became visible at ${ms(t)}`],
    witnesses: [
      { role: 'after the end', key, ...where, value, t, attempt, checkpoint, transaction },
    ],
  });
}

export function reportWorkAfterEnd(
  { findings }: Bounds,
  { attempt, restored }: Attempt,
  work: string,
): void {
  const what = restored === null ? 'nothing' : `checkpoint ${restored}`;
  findings.report({
    name: 'work-after-end',
    operator: null,
    sentence: `Attempt ${attempt} ${work}, though the job was over.`,
    let: [`A = attempt ${attempt}, which restored ${what}`],
    thus: ['a job that is over commits what its last checkpoint holds, and does nothing else'],
    however: [`A ${work}`],
  });
}
