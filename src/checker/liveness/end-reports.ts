/**
 * How an end that was none, or that came too late, is told. Judges nothing.
 */
import type { Attempt, Seen } from '../observation/observe.ts';
import { rowText } from '../plan/items.ts';
import type { Bounds } from './bounds.ts';
import { allowance } from './late-reports.ts';

export function reportLateEnd(
  bounds: Bounds,
  { due, t }: { readonly due: number; readonly t: number },
): void {
  bounds.findings.report({
    name: 'stall',
    operator: null,
    sentence: `The job ended at ${t} ms, though it had to by ${due} ms.`,
    let: [`D = ${due} ms: its last input or the order to stop, and its time to recover`],
    thus: ['nothing keeps the job from ending by D', ...allowance(bounds)],
    however: [`it said that it was over at ${t} ms`],
  });
}

export function reportShownAfterEnd(
  { findings, end }: Bounds,
  { row, t, attempt, checkpoint, transaction }: Seen,
  { sink, over }: { readonly sink: string; readonly over: number },
): void {
  const { key, value } = row;
  const moment = end?.isExact === true ? `at ${over} ms` : `by ${over} ms`;
  const where = { split: null, offset: null, id: null };
  findings.report({
    name: 'premature-finish',
    operator: sink,
    key,
    sentence: `The job said that it was over ${moment}, before ${rowText(row)} was visible.`,
    let: [`E, when the job said so: ${moment}`],
    thus: ['what the job owes is visible at E'],
    however: [`the row became visible at ${t} ms`],
    witnesses: [
      { role: 'after the end', key, ...where, value, t, attempt, checkpoint, transaction },
    ],
  });
}

export function reportWorkAfterEnd(
  { findings, seen }: Bounds,
  { attempt, restored }: Attempt,
  work: string,
): void {
  const shows = [...seen.sinks.values()].some((rows) => rows.some((r) => r.attempt === attempt));
  findings.report({
    name: 'work-after-end',
    // What it threw away again is no output.
    alsoRefutes: shows ? ['exactly-once'] : [],
    operator: null,
    sentence: `Attempt ${attempt} ${work}, though the job was over.`,
    let: [`A = attempt ${attempt}, which restored checkpoint ${restored ?? 'none'}`],
    thus: ['a job that is over commits what its last checkpoint holds, and does nothing else'],
    however: [`A ${work}`],
  });
}
