/**
 * How what came too late is told. Judges nothing.
 */
import type { WatermarkEvent } from '../../model/history.ts';
import type { Seen } from '../observation/observe.ts';
import { rowText } from '../plan/items.ts';
import type { Bounds } from './bounds.ts';
import type { Milestone } from './event-time.ts';
import type { Deadline } from './output-bound.ts';

/** What the bounds left room for. */
export function allowance({ timing, influence }: Bounds): string[] {
  const slack =
    timing.slackMs > 0 ? [`${timing.slackMs} ms of it are slack for a busy machine`] : [];
  const excused = influence.spans.map(
    ({ from, to }) => `faults excuse what is late from ${ms(from)} to ${ms(to)}`,
  );
  return [...slack, ...excused];
}

/** A time as histories have it, in whole microseconds. */
export function ms(t: number): string {
  return t === Infinity ? 'the end' : `${Math.round(t * 1000) / 1000} ms`;
}

export function reportNoCheckpoint(
  bounds: Bounds,
  gap: { readonly since: number; readonly due: number; readonly until: number },
): void {
  const { since, due, until } = gap;
  const { checkpointMs } = bounds.timing;
  bounds.findings.report({
    name: 'stall',
    operator: null,
    sentence: `No checkpoint completed between ${ms(since)} and ${ms(until)}, while the job ran.`,
    let: [`D = ${ms(due)}, by when one had to complete`],
    thus: [
      `a checkpoint completes within ${checkpointMs} ms, also when one fails before it`,
      ...allowance(bounds),
    ],
    however: [`until ${ms(until)} none did`],
  });
}

export function reportLateRow(
  bounds: Bounds,
  { row, t, attempt, checkpoint, transaction }: Seen,
  { sink, deadline }: { readonly sink: string; readonly deadline: Deadline },
): void {
  const { due, checkpoint: covering, t: visibleBy } = deadline;
  const { key, value } = row;
  const where = { split: null, offset: null, id: null };
  const covered = covering === null ? [] : [`checkpoint ${covering} was not triggered before D`];
  bounds.findings.report({
    name: 'stall',
    operator: sink,
    key,
    sentence: `${rowText(row)} became visible at ${ms(t)}, though it was due by ${ms(visibleBy)}.`,
    let: [`D = ${ms(due)}, by when it had to leave the pipeline`],
    thus: [...covered, `so the row is visible by ${ms(visibleBy)}`, ...allowance(bounds)],
    however: [`the row became visible at ${ms(t)}`],
    witnesses: [{ role: 'too late', key, ...where, value, t, attempt, checkpoint, transaction }],
  });
}

export interface SlowWatermark {
  readonly operator: string;
  readonly subtask: number;
  readonly due: number;
  readonly milestone: Milestone;
  /** The report that came that far, and the one before it. */
  readonly report: WatermarkEvent | undefined;
  readonly last: WatermarkEvent | undefined;
}

export function reportSlowWatermark(bounds: Bounds, slow: SlowWatermark): void {
  const { operator, subtask, due, milestone, report, last } = slow;
  const { watermark } = milestone;
  const name = `${operator}[${subtask}]`;
  const came = report === undefined ? 'in its attempt never did' : `did at ${ms(report.t)}`;
  bounds.findings.report({
    name: 'watermark-stall',
    operator,
    sentence: `Event time of ${name} had to reach ${watermark} by ${ms(due)}; it ${came}.`,
    let: [`W = ${watermark}, as far as the slowest split that counts had come`],
    thus: [`event time is at W by ${ms(due)}`, ...allowance(bounds)],
    however: [
      last === undefined
        ? `${name} had reported nothing before`
        : `the report before was ${last.watermark} at ${ms(last.t)}`,
    ],
  });
}
