/**
 * Measures how well one planted bug is found: runs up to a number of generated cases with it,
 * counts the violations, and shrinks the first one.
 */
import type { AnomalyName } from '../../src/model/guarantee.ts';
import type { CaseSize } from '../../reports/result.ts';
import { namesOf, shrunkFailure } from '../campaign/findings.ts';
import type { EvidenceStore } from '../store/evidence-store.ts';
import type { RunOutcome } from '../execution/outcome.ts';
import { jobWallMsMax, type WorkerPool } from '../workers/pool.ts';
import { quantile, waitingTimes, wilson, type Interval } from '../campaign/statistics.ts';
import type { ShrinkResult } from '../shrink/shrink.ts';
import { writeCase, writeExecution } from '../store/case-folder.ts';
import type { BugFile } from '../planting/bug-file.ts';
import type { Unmodified } from './unmodified.ts';

/** One element of `bugs` in `known-bugs --json`. */
export interface BugResult {
  readonly id: string;
  readonly modelledOn: string;
  readonly detected: boolean;
  readonly reached: boolean;
  readonly runs: number;
  readonly detections: number;
  /** Per run, with its 95 % Wilson interval. */
  readonly detectionProbability: number;
  readonly interval: Interval;
  /** Runs until the first detection, over all starts in the series; null without any detection. */
  readonly runsToDetection: { readonly median: number; readonly p95: number } | null;
  readonly anomalies: readonly AnomalyName[];
  /** Anomalies that the bug file does not name. */
  readonly unexpected: readonly AnomalyName[];
  /** Runs in which engine or checker threw instead of giving a verdict. */
  readonly crashed: number;
  readonly shrunk: CaseSize | null;
  readonly shrunkFrom: CaseSize | null;
  readonly minimalFaults: number;
  /** The shrunk case; null when nothing was found. */
  readonly file: string | null;
  /** Replays the same twice, and the unmodified engine explains it. */
  readonly confirmed: boolean;
}

export interface MeasureSettings {
  readonly seed: number;
  readonly runs: number;
  readonly shrinkRunsMax: number;
  readonly store: EvidenceStore;
  readonly unmodified: Unmodified;
}

/** Violations shrunk per bug: the smallest result is the one reported. */
const shrinkAttemptsMax = 2;

/** Runs the bug's scenarios in turn. The pool's engine must carry the bug. */
export async function measureBug(
  pool: WorkerPool,
  bug: BugFile,
  settings: MeasureSettings,
): Promise<BugResult> {
  const series = await runSeries(pool, bug, settings);
  const hits: boolean[] = [];
  for (const run of series) hits.push(await isDetection(run, settings.unmodified));
  const found = series.filter((_, index) => hits[index]);
  const shrunk = await shrinkBest(pool, bug, { found, settings });
  const reached = await pool.request({ kind: 'reached' });
  const file = shrunk === null ? null : saveShrunk(shrunk, bug, settings.store);
  const distinct = shrunk === null || (await settings.unmodified.explains(shrunk.case));
  return {
    ...statistics(bug, series, hits),
    reached: reached > 0,
    ...shrunkPart(shrunk, { file, distinct }),
  };
}

/** A violation that the unmodified engine does not show in the same run. */
async function isDetection(
  { scenario, outcome }: SeriesRun,
  unmodified: Unmodified,
): Promise<boolean> {
  return outcome.status === 'invalid' && !(await unmodified.isFalseAlarm(scenario, outcome.run));
}

interface SeriesRun {
  readonly scenario: string;
  readonly outcome: RunOutcome;
}

const runsPerJob = 20;

async function runSeries(
  pool: WorkerPool,
  bug: BugFile,
  settings: MeasureSettings,
): Promise<SeriesRun[]> {
  const perScenario = Math.ceil(settings.runs / bug.scenarios.length);
  const columns: SeriesRun[][] = [];
  for (const scenario of bug.scenarios) {
    const column: SeriesRun[] = [];
    for (let from = 0; from < perScenario; from += runsPerJob) {
      const to = Math.min(perScenario, from + runsPerJob);
      const job = { kind: 'runs', scenario, seed: settings.seed, from, to, step: 1 } as const;
      // One process per bug: its jobs come one after another.
      for (const outcome of await pool.request(job)) column.push({ scenario, outcome });
    }
    columns.push(column);
  }
  return interleave(columns).slice(0, settings.runs);
}

/** Scenarios take turns, as in a campaign with a time budget. */
function interleave<T>(columns: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...columns.map((column) => column.length));
  return Array.from({ length: longest }, (_, row) =>
    columns.flatMap((column) => column.slice(row, row + 1)),
  ).flat();
}

interface Found {
  readonly found: readonly SeriesRun[];
  readonly settings: MeasureSettings;
}

/** Shrinks the smallest of the first violations, preferring those the bug is known for. */
async function shrinkBest(
  pool: WorkerPool,
  bug: BugFile,
  { found, settings }: Found,
): Promise<ShrinkResult | null> {
  const known = (run: SeriesRun): number =>
    run.outcome.anomalies.some((name) => bug.anomalies.includes(name)) ? 0 : 1;
  const candidates = [...found]
    .sort(
      (a, b) =>
        known(a) - known(b) ||
        a.outcome.faults - b.outcome.faults ||
        a.outcome.events - b.outcome.events,
    )
    .slice(0, shrinkAttemptsMax);
  let best: ShrinkResult | null = null;
  for (const { scenario, outcome } of candidates) {
    const generate = { kind: 'generate', scenario, seed: settings.seed, run: outcome.run } as const;
    const kase = await pool.request(generate);
    const shrunk = await pool.request(
      {
        kind: 'shrink',
        case: kase,
        anomalies: bug.anomalies,
        runsMax: settings.shrinkRunsMax,
        mustReach: true,
      },
      2 * jobWallMsMax,
    );
    if (best === null || isSmaller(shrunk, best)) best = shrunk;
  }
  return best;
}

function isSmaller(a: ShrinkResult, b: ShrinkResult): boolean {
  return (
    a.to.faults - b.to.faults < 0 || (a.to.faults === b.to.faults && a.to.events < b.to.events)
  );
}

function saveShrunk(shrunk: ShrinkResult, bug: BugFile, store: EvidenceStore): string {
  const folder = `bugs/${bug.id}`;
  const file = writeCase(store, folder, shrunkFailure(shrunk, { bug: bug.id }));
  writeExecution(store, folder, shrunk.execution);
  return file;
}

type Statistics = Omit<BugResult, 'reached' | keyof ReturnType<typeof shrunkPart>>;

function statistics(
  bug: BugFile,
  series: readonly SeriesRun[],
  hits: readonly boolean[],
): Statistics {
  const detections = hits.filter(Boolean).length;
  const waits = waitingTimes(hits);
  const median = quantile(waits, 0.5);
  const p95 = quantile(waits, 0.95);
  const names = [...new Set(series.flatMap(({ outcome }) => outcome.anomalies))];
  return {
    id: bug.id,
    modelledOn: bug.modelledOn,
    detected: detections > 0,
    runs: series.length,
    detections,
    detectionProbability: series.length === 0 ? 0 : detections / series.length,
    interval: wilson(detections, series.length),
    runsToDetection: median === null || p95 === null ? null : { median, p95 },
    anomalies: names,
    unexpected: names.filter((name) => !bug.anomalies.includes(name)),
    crashed: series.filter(({ outcome }) => outcome.error !== null).length,
    minimalFaults: bug.minimalFaults,
  };
}

interface Smallest {
  readonly file: string | null;
  /** The unmodified engine does not show it. */
  readonly distinct: boolean;
}

function shrunkPart(
  shrunk: ShrinkResult | null,
  { file, distinct }: Smallest,
): Pick<BugResult, 'shrunk' | 'shrunkFrom' | 'file' | 'confirmed'> {
  if (shrunk === null) return { shrunk: null, shrunkFrom: null, file, confirmed: false };
  const shown = namesOf(shrunk.execution.verdict).length > 0;
  return {
    shrunk: shrunk.to,
    shrunkFrom: shrunk.from,
    file,
    confirmed: shrunk.confirmed && shown && distinct,
  };
}
