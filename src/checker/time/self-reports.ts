/**
 * Watermarks as operators themselves reported them, where the subject does: they never fall within
 * an attempt, never pass the minimum of what the sources had announced by then, and reach the end
 * when the job does.
 */
import type { Claim } from '../../model/verdict/claim.ts';
import { WATERMARK_MAX, WATERMARK_MIN } from '../../model/value.ts';
import type { WatermarkEvent } from '../../model/history.ts';
import type { StatefulSpec } from '../../model/operator-kinds.ts';
import type { SourceSpec } from '../../model/pipeline.ts';
import type { Context } from '../context/context.ts';
import type { SplitInfo } from '../plan/records.ts';

export function checkSelfReports(context: Context): void {
  const { seen, findings, plan } = context;
  const eventTime = [...plan.stages.values()].some(({ spec }) => usesEventTime(spec.kind));
  if (eventTime || seen.watermarks.length > 0) findings.decide('watermark-sound', 'watermark-live');
  if (seen.watermarks.length === 0) return;
  findings.cover('watermarks', seen.watermarks.length);
  new Reports(context).check();
}

function usesEventTime(kind: StatefulSpec['kind']): boolean {
  switch (kind) {
    case 'window':
    case 'process':
    case 'sort':
    case 'interval-join':
      return true;
    case 'reduce':
    case 'dedup':
      return false;
  }
}

/** Sources upstream of a stage whose reports bound it; null where idleness may lift the bound. */
type Bounds = ReadonlyMap<string, readonly SourceSpec[] | null>;

/** What a source subtask has announced; null: nothing yet. */
interface Announced {
  readonly source: string;
  readonly subtask: number;
  readonly watermark: number | null;
}

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
    const slowest = this.slowest(sources);
    if (slowest !== null && event.watermark > (slowest.watermark ?? WATERMARK_MIN)) {
      reportOvertake(this.context, event, slowest);
    }
  }

  /** The source subtask that has announced the least; those without splits do not count. */
  private slowest(sources: readonly SourceSpec[]): Announced | null {
    let slowest: Announced | null = null;
    for (const { id, parallelism, splits } of sources) {
      if (!this.speaking.has(id)) continue;
      const reports = this.latest.get(id);
      for (let subtask = 0; subtask < Math.min(parallelism, splits.length); subtask++) {
        const watermark = reports?.[subtask]?.watermark ?? null;
        const least = slowest?.watermark ?? (slowest === null ? WATERMARK_MAX : WATERMARK_MIN);
        if (slowest === null || (watermark ?? WATERMARK_MIN) < least) {
          slowest = { source: id, subtask, watermark };
        }
      }
    }
    return slowest;
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

function named(name: string, event: WatermarkEvent): Claim {
  const { operator, subtask, attempt, watermark, t } = event;
  return { kind: 'watermark', name, operator, subtask, attempt, watermark, t };
}

function reportRegression(
  { findings }: Context,
  event: WatermarkEvent,
  before: WatermarkEvent,
): void {
  const { operator, subtask } = event;
  const of = { operator, subtask, from: before.watermark, to: event.watermark } as const;
  findings.report({
    name: 'watermark-regression',
    operator,
    explain: () => ({
      sentence: { kind: 'watermark-back', ...of },
      let: [named('V', before), named('W', event)],
      thus: [{ kind: 'rule', rule: 'watermarks-rise' }],
      however: [{ kind: 'later-lower', names: ['V', 'W'] }],
    }),
  });
}

/** `slowest`: the source subtask that had announced the least by then, and what. */
function reportOvertake({ findings }: Context, event: WatermarkEvent, slowest: Announced): void {
  const { operator, subtask, attempt, watermark } = event;
  findings.report({
    name: 'watermark-overtake',
    operator,
    explain: () => ({
      sentence: { kind: 'overtakes', operator, subtask, watermark },
      let: [named('W', event)],
      thus: [
        {
          kind: 'announced-by-then',
          name: 'W',
          source: slowest.source,
          subtask: slowest.subtask,
          attempt,
          watermark: slowest.watermark,
        },
      ],
      however: [{ kind: 'rule', rule: 'watermark-minimum' }],
    }),
  });
}

function reportStall({ findings }: Context, event: WatermarkEvent): void {
  const { operator, subtask, watermark } = event;
  findings.report({
    name: 'watermark-stall',
    operator,
    explain: () => ({
      sentence: { kind: 'stood-still', operator, subtask, watermark },
      let: [named('W', event)],
      thus: [{ kind: 'ended', outcome: 'finished' }],
      however: [{ kind: 'last-report', name: 'W' }],
    }),
  });
}
