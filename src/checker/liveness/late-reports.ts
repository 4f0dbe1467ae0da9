/**
 * How what came too late is told. Judges nothing.
 */
import type { Claim } from '../../model/verdict/claim.ts';
import type { WatermarkEvent } from '../../model/history.ts';
import { plainRow, rowNamed } from '../claims/naming.ts';
import type { Seen } from '../evidence/observe.ts';
import type { Bounds } from './bounds.ts';
import type { Milestone } from './event-time.ts';

/** When a row had to be visible, and why. */
export interface Deadline {
  /** When it had to have left the pipeline. */
  readonly due: number;
  /** The checkpoint that had to show it, and when it was complete; null: none is needed. */
  readonly shows: { readonly checkpoint: number; readonly completed: number } | null;
  readonly t: number;
}

/** What the bounds left room for. */
export function allowance({ timing, influence }: Bounds): Claim[] {
  const { slackMs } = timing;
  const slack: Claim[] = slackMs > 0 ? [{ kind: 'slack', ms: slackMs }] : [];
  const excused = influence.spans.map(({ from, to }): Claim => ({
    kind: 'excused',
    from,
    to: to === Infinity ? null : to,
  }));
  return [...slack, ...excused];
}

interface Gap {
  readonly since: number;
  /** How long after it one had to complete, but for faults; and with them, when. */
  readonly withinMs: number;
  readonly due: number;
  readonly until: number;
}

export function reportNoCheckpoint(bounds: Bounds, gap: Gap): void {
  const { since, withinMs, due, until } = gap;
  bounds.findings.report({
    name: 'stall',
    operator: null,
    sentence: { kind: 'no-checkpoint-between', since, until },
    let: [{ kind: 'checkpoint-due', name: 'D', since, withinMs, by: due }],
    thus: [
      { kind: 'checkpoints-within', ms: withinMs, isFirst: since === 0 },
      ...allowance(bounds),
    ],
    however: [{ kind: 'none-until', since, until }],
  });
}

export function reportLateRow(
  bounds: Bounds,
  seen: Seen,
  { sink, deadline }: { readonly sink: string; readonly deadline: Deadline },
): void {
  const { due, shows, t: by } = deadline;
  const { row, t, attempt, checkpoint, transaction } = seen;
  const { key, value } = row;
  const where = { split: null, offset: null, id: null };
  const shown: Claim[] =
    shows === null
      ? [{ kind: 'rule', rule: 'shown-at-once' }]
      : [
          { kind: 'triggered-from', checkpoint: shows.checkpoint, from: due },
          { kind: 'shown-with', ...shows, by },
        ];
  bounds.findings.report({
    name: 'stall',
    operator: sink,
    key,
    sentence: { kind: 'row-late', row: 'R', output: { sink, row: plainRow(row) }, t, by },
    let: [rowNamed(sink, seen, 'R'), { kind: 'left-by', name: 'D', row: 'R', by: due }],
    thus: [...shown, ...allowance(bounds)],
    however: [{ kind: 'shown-at', row: 'R', t }],
    witnesses: [{ role: 'too late', key, ...where, value, t, attempt, checkpoint, transaction }],
  });
}

export interface SlowWatermark {
  readonly operator: string;
  readonly subtask: number;
  readonly attempt: number;
  readonly due: number;
  readonly milestone: Milestone;
  /** The report that came that far, and the one before it. */
  readonly report: WatermarkEvent | undefined;
  readonly last: WatermarkEvent | undefined;
}

export function reportSlowWatermark(bounds: Bounds, slow: SlowWatermark): void {
  const { operator, subtask, attempt, due: by, milestone, report, last } = slow;
  const { watermark } = milestone;
  const of = { operator, subtask, attempt };
  const before = last === undefined ? null : { watermark: last.watermark, t: last.t };
  bounds.findings.report({
    name: 'watermark-stall',
    operator,
    sentence: { kind: 'event-time-late', ...of, watermark, by, reached: report?.t ?? null },
    let: [{ kind: 'event-time-due', name: 'W', ...of, watermark, by }],
    thus: allowance(bounds),
    however: [{ kind: 'report-before', ...of, below: watermark, report: before }],
  });
}
