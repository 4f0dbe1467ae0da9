/**
 * Watermarks as operators themselves reported them, where the subject does: they never fall within
 * an attempt, never pass the minimum of what the sources had announced by then, and reach the end
 * when the job does.
 */
import { WATERMARK_MAX, WATERMARK_MIN } from '../../model/value.ts';
import type { WatermarkEvent } from '../../model/history.ts';
import type { SourceSpec } from '../../model/pipeline.ts';
import type { Context } from '../context.ts';
import type { SplitInfo } from '../plan/records.ts';

export function checkSelfReports(context: Context): void {
  const { seen, findings, plan } = context;
  const eventTime = [...plan.stages.values()].some(({ spec }) => usesEventTime(spec.kind));
  if (eventTime || seen.watermarks.length > 0) findings.decide('watermark-sound', 'watermark-live');
  if (seen.watermarks.length === 0) return;
  findings.cover('watermarks', seen.watermarks.length);
  new Reports(context).check();
}

function usesEventTime(kind: string): boolean {
  return kind === 'window' || kind === 'process' || kind === 'sort' || kind === 'interval-join';
}

/** Sources upstream of a stage whose reports bound it; null where idleness may lift the bound. */
type Bounds = ReadonlyMap<string, readonly SourceSpec[] | null>;

class Reports {
  private readonly context: Context;
  private readonly bounds: Bounds;
  /** Sources that report at all; silence of the others says nothing. */
  private readonly speaking: ReadonlySet<string>;
  private attempt = 0;
  /** Latest report by operator and subtask, of the present attempt. */
  private latest = new Map<string, WatermarkEvent[]>();

  constructor(context: Context) {
    this.context = context;
    this.bounds = boundsOf(context);
    this.speaking = new Set(context.seen.watermarks.map((event) => event.operator));
  }

  check(): void {
    for (const event of this.context.seen.watermarks) {
      if (event.attempt > this.attempt) {
        this.attempt = event.attempt;
        this.latest = new Map();
      }
      // Reports of a superseded attempt stand for themselves.
      if (event.attempt === this.attempt) this.onReport(event);
    }
    this.checkEnd();
  }

  private onReport(event: WatermarkEvent): void {
    let own = this.latest.get(event.operator);
    if (own === undefined) {
      own = [];
      this.latest.set(event.operator, own);
    }
    const before = own[event.subtask];
    if (before !== undefined && event.watermark < before.watermark) {
      reportRegression(this.context, event, before);
      return;
    }
    own[event.subtask] = event;
    const sources = this.bounds.get(event.operator) ?? null;
    if (sources === null) return;
    const bound = this.announced(sources);
    if (event.watermark > bound) reportOvertake(this.context, event, bound);
  }

  /** The minimum of what the sources' subtasks have announced; those without splits do not count. */
  private announced(sources: readonly SourceSpec[]): number {
    let minimum: number = WATERMARK_MAX;
    for (const { id, parallelism, splits } of sources) {
      if (!this.speaking.has(id)) continue;
      const reports = this.latest.get(id);
      for (let subtask = 0; subtask < Math.min(parallelism, splits.length); subtask++) {
        minimum = Math.min(minimum, reports?.[subtask]?.watermark ?? WATERMARK_MIN);
      }
    }
    return minimum;
  }

  /** Where final watermarks are reported, the end of input reaches every operator that reports. */
  private checkEnd(): void {
    const { seen } = this.context;
    if (seen.end?.outcome !== 'finished') return;
    const last = [...this.latest.values()].flatMap((events) => Object.values(events));
    if (!last.some((event) => event.watermark === WATERMARK_MAX)) return;
    for (const event of last) {
      if (event.watermark !== WATERMARK_MAX) reportStall(this.context, event);
    }
  }
}

function boundsOf({ plan }: Context): Bounds {
  const bounds = new Map<string, readonly SourceSpec[] | null>();
  for (const [id, stage] of plan.stages) {
    const sources = new Set<SourceSpec>();
    for (const split of stage.splits) {
      const { source } = plan.table.splits[split] as SplitInfo;
      if (source !== null) sources.add(source);
    }
    const idle = stage.splits.some((split) => (plan.table.splits[split] as SplitInfo).mayIdle);
    bounds.set(id, idle ? null : [...sources]);
  }
  return bounds;
}

const nameOf = ({ operator, subtask }: WatermarkEvent): string => `${operator}[${subtask}]`;

function reportRegression(
  { findings }: Context,
  event: WatermarkEvent,
  before: WatermarkEvent,
): void {
  findings.report({
    name: 'watermark-regression',
    operator: event.operator,
    sentence: `The watermark of ${nameOf(event)} went back from ${before.watermark} to ${event.watermark}.`,
    let: [`V = ${before.watermark} at ${before.t} ms`, `W = ${event.watermark} at ${event.t} ms`],
    thus: [`both are of attempt ${event.attempt}`],
    however: ['W is lower and later'],
  });
}

function reportOvertake({ findings }: Context, event: WatermarkEvent, bound: number): void {
  findings.report({
    name: 'watermark-overtake',
    operator: event.operator,
    sentence: `${nameOf(event)} announced watermark ${event.watermark}, beyond the minimum of its sources.`,
    let: [`W = ${event.watermark} at ${event.t} ms in attempt ${event.attempt}`],
    thus: [`by then the slowest of its sources had announced ${bound}`],
    however: ['a watermark never passes the minimum of its inputs'],
  });
}

function reportStall({ findings }: Context, event: WatermarkEvent): void {
  findings.report({
    name: 'watermark-stall',
    operator: event.operator,
    sentence: `The watermark of ${nameOf(event)} stood still at ${event.watermark} while the input ended.`,
    let: [`W = ${event.watermark} at ${event.t} ms, its last report`],
    thus: ['the job finished, so every input reached its end'],
    however: ['the end never reached this operator'],
  });
}
