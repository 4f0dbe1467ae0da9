/**
 * A small run: a case, the outside of a run of it, and what that means for each key: the rows that
 * reach the stage and the channels they take in each attempt.
 */
import type { Case } from '../../../src/model/case.ts';
import type { WatermarkSpec } from '../../../src/model/pipeline.ts';
import type { HeaderEvent } from '../../../src/model/history.ts';
import type { SourceRecord } from '../../../src/model/workload.ts';
import { type Channels, channelsOf, type Feed } from './channels.ts';
import { type Layout } from './layout.ts';
import { type AttemptPlan, completedOf, type Skeleton } from './skeleton.ts';
import { type Arrival, functionOf, through } from './stage-run.ts';

export interface SmallRun {
  readonly kase: Case;
  readonly layout: Layout;
  readonly skeleton: Skeleton;
  readonly clock: HeaderEvent['clock'];
}

/** One key of the stage: no other key's rows concern it, only their times. */
export interface Unit {
  readonly key: string;
  readonly arrivals: readonly Arrival[];
  readonly feeds: readonly Feed[];
}

export function unitsOf({ kase, layout, clock }: SmallRun): readonly Unit[] {
  const before = layout.before.map(functionOf);
  const sources = layout.sources.flatMap((source, i) =>
    source.splits.map((split, s) => ({
      split,
      watermark: source.watermark,
      input: i === 1 ? 1 : 0,
      reader: i * 10 + (s % source.parallelism),
    })),
  );
  const joined = layout.stage?.kind === 'interval-join';
  const logs = sources.map(({ split }) => recordsOf(kase, split));
  let first = 0;
  const rowsOf = logs.map((records, i) => {
    const rows = records.map((record, offset) => {
      const { key, ts, value } = record;
      const from = [first + offset];
      const input = joined ? (sources[i]?.input ?? 0) : 0;
      return through(before, { key, ts, value, from }).map((row): Arrival => ({
        row,
        input: input === 1 ? 1 : 0,
      }));
    });
    first += records.length;
    return rows;
  });
  const timed = looksAtTime(layout);
  const keys = new Set(rowsOf.flat(2).map(({ row }) => row.key));
  return [...keys].sort().map((key) => {
    const arrivals: Arrival[] = [];
    const feeds = logs.map((records, i): Feed => {
      const { watermark, reader } = sources[i] as (typeof sources)[number];
      return {
        reader,
        watermark: timed ? watermark : null,
        mayIdle: timed && mayIdle({ watermark, records, clock }),
        records: records.map(({ ts }, offset) => ({
          ts,
          labels: (rowsOf[i]?.[offset] ?? []).flatMap((arrival) =>
            arrival.row.key === key ? [arrivals.push(arrival) - 1] : [],
          ),
        })),
      };
    });
    return { key, arrivals, feeds: [...feeds, ...(timed ? withoutSplit(layout) : [])] };
  });
}

/** Subtasks of a source that have nothing to read: they may end at once. */
function withoutSplit({ sources }: Layout): readonly Feed[] {
  return sources.flatMap(({ splits, parallelism, watermark }, i) =>
    Array.from({ length: Math.max(0, parallelism - splits.length) }, (_, subtask): Feed => ({
      watermark,
      mayIdle: false,
      records: [],
      reader: i * 10 + splits.length + subtask,
    })),
  );
}

function recordsOf({ workload }: Case, split: string): readonly SourceRecord[] {
  return workload.splits.find((log) => log.split === split)?.records ?? [];
}

/** In virtual time only what the log itself leaves out looks like silence. */
function mayIdle(split: {
  readonly watermark: WatermarkSpec;
  readonly records: readonly SourceRecord[];
  readonly clock: HeaderEvent['clock'];
}): boolean {
  const { idlenessMs } = split.watermark;
  if (idlenessMs === null) return false;
  if (split.clock === 'machine') return true;
  return split.records.some(({ at }, i) => at - (split.records[i - 1]?.at ?? 0) >= idlenessMs);
}

/** How the input of an attempt reaches the stage, up to its last completed checkpoint or beyond. */
export function attemptChannels(
  { kase, layout }: SmallRun,
  unit: Unit,
  { attempt, beyond }: { readonly attempt: AttemptPlan; readonly beyond: boolean },
): Channels {
  const last = attempt.checkpoints.at(-1);
  // An attempt whose last checkpoint was not completed may have come as far as its end.
  const ended = beyond && last?.completed === false && isStopped(attempt) ? [last] : [];
  return channelsOf({
    feeds: unit.feeds,
    from: attempt.from,
    checkpoints: [...completedOf(attempt), ...ended],
    copies: layout.spread ? 2 : 1,
    aligned: kase.options.mode !== 'at-least-once',
    beyond: (beyond || kase.options.mode === 'at-least-once') && !isStopped(attempt),
  });
}

/** The barrier of a checkpoint that ends the job is the last thing its sources send. */
function isStopped(attempt: AttemptPlan): boolean {
  return attempt.checkpoints.some(({ kind }) => kind !== 'periodic');
}

/** Whether watermarks do anything to the stage. */
function looksAtTime(layout: Layout): boolean {
  if (hasProcessingTimers(layout)) return false;
  const kinds = [layout.stage?.kind ?? 'reduce', layout.second?.kind ?? 'reduce'];
  return kinds.some((kind) => kind !== 'reduce' && kind !== 'dedup');
}

export function hasProcessingTimers({ stage }: Layout): boolean {
  return stage?.kind === 'process' && stage.fn.fn === 'processing-batch';
}
