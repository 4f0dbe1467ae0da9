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
    ({ from, to }) => `faults excuse what is late from ${from} ms to ${ms(to)}`,
  );
  return [...slack, ...excused];
}

export function reportNoCheckpoint(
  bounds: Bounds,
  gap: { readonly since: number; readonly due: number; readonly until: number },
): void {
  const { since, due, until } = gap;
  bounds.findings.report({
    name: 'stall',
    operator: null,
    sentence: `No checkpoint completed between ${since} ms and ${until} ms, while the job ran.`,
    let: [`D = ${due} ms, by when one had to complete`],
    thus: [
      `a checkpoint completes within ${bounds.timing.checkpointMs} ms, also when one fails before it`,
      ...allowance(bounds),
    ],
    however: [`until ${until} ms none did`],
  });
}

export function reportLateRow(
  { findings }: Bounds,
  { row, t, attempt, checkpoint, transaction }: Seen,
  { sink, deadline }: { readonly sink: string; readonly deadline: Deadline },
): void {
  const { due, checkpoint: covering, t: visibleBy } = deadline;
  const { key, value } = row;
  const role = 'too late';
  const where = { split: null, offset: null, id: null };
  findings.report({
    name: 'stall',
    operator: sink,
    key,
    sentence: `${rowText(row)} became visible at ${t} ms, though it was due by ${visibleBy} ms.`,
    let: [`D = ${due} ms, by when it had left the pipeline`],
    thus:
      covering === null
        ? [`it is visible by ${visibleBy} ms`]
        : [
            `checkpoint ${covering} was triggered after D`,
            `its rows are visible by ${visibleBy} ms`,
          ],
    however: [`the row became visible at ${t} ms`],
    witnesses: [{ role, key, ...where, value, t, attempt, checkpoint, transaction }],
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
  const at = report === undefined ? 'in its attempt never did' : `did at ${report.t} ms`;
  bounds.findings.report({
    name: 'watermark-stall',
    operator,
    sentence: `Event time of ${operator}[${subtask}] had to reach ${milestone.watermark} by ${due} ms; it ${at}.`,
    let: [`W = ${milestone.watermark}, what the slowest split that counts had announced by then`],
    thus: [`W is there by ${due} ms`, ...allowance(bounds)],
    however: [
      last === undefined
        ? 'it had reported nothing before'
        : `the report before was ${last.watermark} at ${last.t} ms`,
    ],
  });
}

function ms(t: number): string {
  return t === Infinity ? 'the end' : `${t} ms`;
}
