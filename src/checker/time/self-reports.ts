/**
 * Watermarks as operators themselves reported them, where the subject does: they never fall within
 * an attempt, and never pass what the input announced.
 */
import { WATERMARK_MAX } from '../../model/value.ts';
import type { WatermarkEvent } from '../../model/history.ts';
import type { Context } from '../context.ts';
import type { SplitInfo } from '../plan/records.ts';
import { PrefixTimes } from './lateness.ts';

export function checkSelfReports(context: Context): void {
  const { seen, findings, plan } = context;
  if ([...plan.stages.values()].some((stage) => usesEventTime(stage.spec.kind))) {
    findings.decide('watermark-sound', 'watermark-live');
  }
  if (seen.watermarks.length === 0) return;
  findings.decide('watermark-sound', 'watermark-live');
  findings.cover('watermarks', seen.watermarks.length);
  const last = new Map<string, WatermarkEvent>();
  const ceilings = new Map<string, Ceiling | null>();
  for (const event of seen.watermarks) {
    const id = `${event.attempt} ${event.operator} ${event.subtask}`;
    const before = last.get(id);
    if (before !== undefined && event.watermark < before.watermark) {
      regression(context, event, before);
    } else last.set(id, event);
    let ceiling = ceilings.get(event.operator);
    if (ceiling === undefined) {
      ceiling = ceilingOf(context, event.operator);
      ceilings.set(event.operator, ceiling);
    }
    if (ceiling !== null && event.watermark > ceiling.highest()) overtake(context, event, ceiling);
  }
}

function usesEventTime(kind: string): boolean {
  return kind === 'window' || kind === 'process' || kind === 'sort' || kind === 'interval-join';
}

interface Ceiling {
  /** Below the final watermark, the highest any legal schedule reaches. */
  highest(): number;
}

/** With the whole input read, the minimum over splits; end of input lifts it. */
function ceilingOf(context: Context, operator: string): Ceiling | null {
  const { plan } = context;
  const stage = plan.stages.get(operator);
  if (stage === undefined) return null;
  const prefixes = new PrefixTimes(plan.table, stage.splits);
  if (stage.splits.some((s) => (plan.table.splits[s] as SplitInfo).mayIdle)) return null;
  // Every split may have ended but one, so the furthest single split is the ceiling.
  const reach = stage.splits.map((q) => prefixes.watermark(q, prefixes.length(q)));
  const highest = Math.max(...reach);
  return { highest: () => highest };
}

function overtake(context: Context, event: WatermarkEvent, ceiling: Ceiling): void {
  if (event.watermark === WATERMARK_MAX) return;
  context.findings.report({
    name: 'watermark-overtake',
    operator: event.operator,
    sentence: `${event.operator}[${event.subtask}] announced watermark ${event.watermark}, beyond its input.`,
    let: [`W = ${event.watermark} at ${event.t} ms in attempt ${event.attempt}`],
    thus: [`no split ever announces more than ${ceiling.highest()} before it ends`],
    however: ['W is higher'],
  });
}

function regression(context: Context, event: WatermarkEvent, before: WatermarkEvent): void {
  context.findings.report({
    name: 'watermark-regression',
    operator: event.operator,
    sentence: `The watermark of ${event.operator}[${event.subtask}] went back from ${before.watermark} to ${event.watermark}.`,
    let: [`V = ${before.watermark} at ${before.t} ms`, `W = ${event.watermark} at ${event.t} ms`],
    thus: [`both are of attempt ${event.attempt}`],
    however: ['W is lower and later'],
  });
}
