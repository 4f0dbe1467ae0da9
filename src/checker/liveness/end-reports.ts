/**
 * How an end that was none, or that came too late, is told. Judges nothing.
 */
import type { Work } from '../../model/verdict/claim-liveness.ts';
import { plainRow, rowNamed } from '../claims/naming.ts';
import type { Attempt, Seen } from '../evidence/observe.ts';
import type { Bounds } from './bounds.ts';
import { allowance } from './late-reports.ts';

interface LateEnd {
  /** When the input had come, or the job was told to stop. */
  readonly input: number;
  readonly due: number;
  readonly t: number;
}

export function reportLateEnd(bounds: Bounds, { input, due, t }: LateEnd): void {
  bounds.findings.report({
    name: 'stall',
    operator: null,
    sentence: { kind: 'ended-late', t, by: due },
    let: [{ kind: 'end-due', name: 'D', input, by: due }],
    thus: [{ kind: 'rule', rule: 'comes-to-its-end' }, ...allowance(bounds)],
    however: [{ kind: 'job-said', t }],
  });
}

export function reportShownAfterEnd(
  { findings, end }: Bounds,
  seen: Seen,
  { sink, over }: { readonly sink: string; readonly over: number },
): void {
  const { row, t, attempt, checkpoint, transaction } = seen;
  const { key, value } = row;
  const isExact = end?.isExact === true;
  const where = { split: null, offset: null, id: null };
  const output = { sink, row: plainRow(row) };
  findings.report({
    name: 'premature-finish',
    operator: sink,
    key,
    sentence: { kind: 'over-before', row: 'R', output, over, isExact },
    let: [{ kind: 'job-over', name: 'E', t: over, isExact }, rowNamed(sink, seen, 'R')],
    thus: [{ kind: 'rule', rule: 'owed-by-end' }],
    however: [{ kind: 'shown-at', row: 'R', t }],
    witnesses: [
      { role: 'after the end', key, ...where, value, t, attempt, checkpoint, transaction },
    ],
  });
}

export function reportWorkAfterEnd(bounds: Bounds, own: Attempt, work: Work): void {
  const { attempt, restored, t } = own;
  const { job, sinks } = bounds.seen;
  const shows = [...sinks.values()].some((rows) => rows.some((row) => row.attempt === attempt));
  bounds.findings.report({
    name: 'work-after-end',
    // What it threw away again is no output.
    alsoRefutes: shows ? ['exactly-once'] : [],
    operator: null,
    sentence: { kind: 'worked-on', attempt, work },
    let: [{ kind: 'attempt', attempt, t, restored }],
    thus: [
      work.did === 'began'
        ? { kind: 'job-said', t: job?.t ?? 0 }
        : { kind: 'final-checkpoint', checkpoint: restored ?? 0 },
      { kind: 'rule', rule: 'over-stays-over' },
    ],
    however: [{ kind: 'did-work', attempt, work }],
  });
}
