/**
 * A job of which every run can be listed: what it reads, in which attempts and up to which cuts,
 * and the one or two operators that its sinks show. Null where the job is of another shape, or
 * where the history leaves a cut untold. Not here: how its rows meet (channels.ts), what they
 * become (play.ts).
 */
import type { StatefulSpec } from '../../model/operator-kinds.ts';
import type { OperatorSpec, WatermarkSpec } from '../../model/pipeline.ts';
import type { Checkpoint, Observation } from '../evidence/observe.ts';
import type { Branch } from '../plan/branches.ts';
import { isBuiltIn } from '../plan/built-in.ts';
import type { Plan, SinkPlan, Stage } from '../plan/plan.ts';
import type { SplitInfo } from '../plan/records.ts';
import { cutOf, survivingCheckpoints } from '../time/epochs.ts';

/** Jobs that read more are not listed: there are too many orders. */
const recordsMax = 16;
const channelsMax = 8;

export interface Cut {
  /** Next offset of each split. */
  readonly offsets: readonly number[];
  /** Event time had gone to its end. */
  readonly isFinal: boolean;
  /** Nothing is read after it. */
  readonly isLast: boolean;
}

/** What one attempt did for good. */
export interface Stretch {
  readonly from: readonly number[];
  readonly cuts: readonly Cut[];
}

export interface Reader {
  readonly split: SplitInfo | null;
  /** Number of the subtask that reads it. */
  readonly subtask: number;
  /** Null: nothing looks at the time. */
  readonly watermark: WatermarkSpec | null;
}

export interface Job {
  readonly plan: Plan;
  /** In order; none, one or two. */
  readonly stages: readonly Stage[];
  readonly sinks: readonly SinkPlan[];
  /** What enters the first stage, or the sink. */
  readonly branches: readonly Branch[];
  readonly readers: readonly Reader[];
  readonly stretches: readonly Stretch[];
  /** Channels that the rows of a split may take. */
  readonly copies: 1 | 2;
  readonly aligned: boolean;
  /** State without alignment counts twice what is read twice: no more than that is listed. */
  readonly repeats: boolean;
  /** Whether timers of processing time may go off at any moment. */
  readonly timers: boolean;
  /** Equal texts: the same runs. */
  readonly text: string;
}

export function jobOf(plan: Plan, seen: Observation): Job | null {
  const { kase, table } = plan;
  if (table.count > recordsMax || !kase.pipeline.operators.every(isBuiltIn)) return null;
  const stages = stagesInLine(plan);
  const shown = stages === null ? null : sinksOf(plan, stages);
  if (stages === null || shown === null) return null;
  const { sinks, branches } = shown;
  const copies = copiesOf(branches);
  const stretches = stretchesOf(plan, seen);
  if (copies === null || stretches === null) return null;
  const aligned = kase.options.mode !== 'at-least-once';
  const restores = seen.attempts.some(({ restored }) => restored !== null);
  const timers = stages.some(({ spec }) => hasProcessingTimers(spec));
  const timed = !timers && stages.some(({ spec }) => looksAtTime(spec));
  const readers = readersOf(plan, branches, timed);
  if (readers.length * copies > channelsMax) return null;
  return {
    plan,
    stages,
    sinks,
    branches,
    readers,
    stretches,
    copies,
    aligned,
    repeats: !aligned && restores,
    timers,
    text: JSON.stringify(stretches),
  };
}

/** Whether what the stage gives out may depend on watermarks or timers. */
export function looksAtTime({ kind }: StatefulSpec): boolean {
  switch (kind) {
    case 'reduce':
    case 'dedup':
      return false;
    case 'window':
    case 'process':
    case 'interval-join':
    case 'sort':
      return true;
  }
}

function hasProcessingTimers(spec: OperatorSpec): boolean {
  return spec.kind === 'process' && spec.fn.fn === 'processing-batch';
}

/** The stages one behind the other, each with one channel into the next; null: otherwise. */
function stagesInLine(plan: Plan): readonly Stage[] | null {
  const [first, second, ...others] = plan.stages.values();
  if (first === undefined) return [];
  if (others.length > 0) return null;
  const readsSources = ({ branches }: Stage): boolean =>
    branches.every(({ root }) => root.kind === 'source');
  if (second === undefined) return readsSources(first) ? [first] : null;
  const line = readsSources(first) ? [first, second] : [second, first];
  const [before, behind] = line as [Stage, Stage];
  const [branch, ...more] = behind.branches;
  const isBehind =
    more.length === 0 &&
    branch?.root.kind === 'stage' &&
    branch.root.output === 'main' &&
    branch.root.spec.id === before.spec.id;
  if (!readsSources(before) || !isBehind) return null;
  const narrow = before.spec.parallelism === 1 && !branch.fansOut && branch.fifo;
  return narrow && behind.spec.kind !== 'interval-join' ? line : null;
}

/** Sinks of one kind that show the last stage, and late outputs. */
function sinksOf(
  plan: Plan,
  stages: readonly Stage[],
): { readonly sinks: readonly SinkPlan[]; readonly branches: readonly Branch[] } | null {
  const { sinks } = plan;
  const connectors = new Set(sinks.map(({ spec }) => spec.connector));
  if (connectors.size !== 1) return null;
  const [first] = stages;
  if (first === undefined) {
    const [sink] = sinks;
    return sink === undefined || sinks.length > 1 ? null : { sinks, branches: sink.branches };
  }
  const showsStage = ({ branches: [branch, ...more] }: SinkPlan): boolean =>
    branch !== undefined &&
    more.length === 0 &&
    branch.root.kind === 'stage' &&
    (branch.root.output === 'late' || branch.root.spec.id === stages.at(-1)?.spec.id);
  return sinks.every(showsStage) ? { sinks, branches: first.branches } : null;
}

/** Null: rows of a split may take more than two ways. */
function copiesOf(branches: readonly Branch[]): Job['copies'] | null {
  const spread = branches.filter(({ fifo, fansOut }) => !fifo || fansOut);
  if (spread.length === 0) return 1;
  const ways = Math.max(
    ...spread.flatMap(({ chain }) =>
      chain.map(({ spec }) => (spec.kind === 'key-by' ? 1 : spec.parallelism)),
    ),
  );
  return ways === 2 && spread.length === branches.length ? 2 : null;
}

function readersOf(plan: Plan, branches: readonly Branch[], timed: boolean): readonly Reader[] {
  const readers: Reader[] = [];
  branches.forEach(({ root }, i) => {
    if (root.kind !== 'source') return;
    const { splits, parallelism, watermark } = root.spec;
    const count = Math.max(parallelism, splits.length);
    for (let s = 0; s < count; s++) {
      const number = plan.table.splitIndex.get(splits[s] ?? '');
      const split = number === undefined ? null : (plan.table.splits[number] ?? null);
      if (split === null && !timed) continue;
      const subtask = i * 1000 + (s % parallelism);
      readers.push({ split, subtask, watermark: timed ? watermark : null });
    }
  });
  return readers;
}

/** What the attempts did up to their last checkpoint that was kept. Null: nobody told. */
function stretchesOf(plan: Plan, seen: Observation): readonly Stretch[] | null {
  const { end, finals, triggers } = seen;
  if (end === null || end.outcome === 'deadline') return null;
  const line = survivingCheckpoints(seen);
  const last = line.at(-1)?.checkpoint ?? Number.NaN;
  const isEnd = (checkpoint: number): boolean =>
    finals.has(checkpoint) ||
    (end.outcome === 'finished' && checkpoint === last && coversAll(plan, line.at(-1)));
  const isSavepoint = (checkpoint: number): boolean =>
    triggers.get(checkpoint)?.reason === 'suspend';
  if (end.outcome === 'finished' && !isEnd(last)) return null;
  if (end.outcome === 'suspended' && !isSavepoint(last) && !isEnd(last)) return null;
  const byAttempt = new Map<number, Cut[]>();
  let from: readonly number[] = plan.table.splits.map(() => 0);
  const stretches: { from: readonly number[]; cuts: Cut[] }[] = [];
  for (const { checkpoint, attempt, offsets } of line) {
    if (offsets === null) return null;
    const isFinal = isEnd(checkpoint);
    const isLast = isFinal || isSavepoint(checkpoint);
    const cut: Cut = { offsets: cutOf(plan.table, offsets), isFinal, isLast };
    if (!isForward(plan, from, cut.offsets)) return null;
    const own = byAttempt.get(attempt);
    if (own === undefined) {
      byAttempt.set(attempt, [cut]);
      stretches.push({ from, cuts: byAttempt.get(attempt) as Cut[] });
    } else own.push(cut);
    from = cut.offsets;
  }
  return stretches;
}

/** A history may say anything: what lies behind the end of a log, or goes back, is no cut. */
function isForward({ table }: Plan, from: readonly number[], to: readonly number[]): boolean {
  return to.every((offset, split) => {
    const length = table.splits[split]?.records.length ?? 0;
    return Number.isInteger(offset) && offset >= (from[split] ?? 0) && offset <= length;
  });
}

/** Whether a checkpoint has read all there is: a job that finishes with it has come to its end. */
function coversAll({ table }: Plan, checkpoint: Checkpoint | undefined): boolean {
  return table.splits.every(
    ({ name, records }) => (checkpoint?.offsets?.[name] ?? 0) === records.length,
  );
}
