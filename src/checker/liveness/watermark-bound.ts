/**
 * Event time follows the input, where the subject reports watermarks: within an attempt the reports
 * of a source or stage come as far as the slowest split that counts, in time.
 */
import type { WatermarkEvent } from '../../model/history.ts';
import type { SourceSpec } from '../../model/pipeline.ts';
import type { Plan } from '../plan/plan.ts';
import type { Bounds } from './bounds.ts';
import { reportSlowWatermark } from './late-reports.ts';
import type { AttemptProgress } from './attempt-progress.ts';

/** A subtask that reports, and the splits it follows. */
interface Follower {
  readonly operator: string;
  readonly subtask: number;
  readonly splits: readonly number[];
}

export function checkWatermarks(bounds: Bounds): void {
  const { seen } = bounds;
  if (seen.watermarks.length === 0) return;
  const reports = reportsOf(seen.watermarks);
  const followers = followersOf(bounds).filter(({ operator }) => reports.has(operator));
  for (const progress of bounds.attempts) {
    const { attempt, t } = progress.attempt;
    if (progress.calmUntil <= t) continue;
    for (const follower of followers) {
      const { operator, subtask } = follower;
      const own = reports.get(operator)?.[attempt]?.[subtask] ?? [];
      checkFollower(bounds, progress, { follower, reports: own });
    }
  }
}

/** By operator, attempt and subtask. */
type Reports = ReadonlyMap<string, readonly (readonly WatermarkEvent[][] | undefined)[]>;

function reportsOf(watermarks: readonly WatermarkEvent[]): Reports {
  const reports = new Map<string, WatermarkEvent[][][]>();
  for (const event of watermarks) {
    let attempts = reports.get(event.operator);
    if (attempts === undefined) reports.set(event.operator, (attempts = []));
    const subtasks = (attempts[event.attempt] ??= []);
    (subtasks[event.subtask] ??= []).push(event);
  }
  return reports;
}

function followersOf({ plan }: Bounds): Follower[] {
  const { pipeline } = plan.kase;
  const sources = pipeline.operators.filter((operator) => operator.kind === 'source');
  const stages = [...plan.stages].flatMap(([operator, { spec, splits }]) =>
    Array.from({ length: spec.parallelism }, (_, subtask) => ({ operator, subtask, splits })),
  );
  return [...sources.flatMap((source) => readersOf(plan, source)), ...stages];
}

/**
 * Split i is read by subtask i modulo the parallelism; a subtask without one has nothing to follow.
 */
function readersOf(
  { table }: Plan,
  { id: operator, parallelism, splits: names }: SourceSpec,
): Follower[] {
  return Array.from({ length: Math.min(parallelism, names.length) }, (_, subtask) => {
    const own = names.filter((_name, i) => i % parallelism === subtask);
    return { operator, subtask, splits: own.flatMap((name) => table.splitIndex.get(name) ?? []) };
  });
}

interface Following {
  readonly follower: Follower;
  /** Of one attempt, in order of time. */
  readonly reports: readonly WatermarkEvent[];
}

function checkFollower(bounds: Bounds, progress: AttemptProgress, following: Following): void {
  const { influence, findings, runsUntil } = bounds;
  const { follower, reports } = following;
  const until = Math.min(progress.until, runsUntil);
  let next = 0;
  let judged = 0;
  for (const milestone of progress.milestones(follower.splits)) {
    const due = influence.calmFrom(milestone.at);
    if (due >= until) break;
    judged++;
    while ((reports[next]?.watermark ?? Infinity) < milestone.watermark) next++;
    const report = reports[next];
    if (report !== undefined && report.t <= due) continue;
    const { attempt } = progress.attempt;
    const last = reports[next - 1];
    reportSlowWatermark(bounds, { ...follower, attempt, due, milestone, report, last });
    break;
  }
  if (judged > 0) findings.cover('watermarks-in-time', judged);
}
