/**
 * The history of a small run: what an observer of a correct engine would have written down, given
 * what each key emitted. Transactions become visible by the attempt that prepared them or by a
 * later one.
 */
import { hashString } from '../../../src/base/hash.ts';
import type { RandomStream } from '../../../src/base/random.ts';
import type { History, HistoryEvent, VisibleEvent } from '../../../src/model/history.ts';
import type { Row } from '../../../src/model/value.ts';
import { sourceId } from './layout.ts';
import type { SmallRun } from './small-run.ts';
import type { AttemptPlan, CheckpointPlan, Cut } from './skeleton.ts';
import type { OutRow } from './stage-run.ts';
import type { Emitted } from './walk.ts';

/** What all keys emitted, by attempt and then by completed checkpoint, keys mixed. */
export type Output = readonly (readonly (readonly OutRow[])[])[];

/** Rows of the keys in a random common order; each key keeps its own. */
export function mixed(random: RandomStream, units: readonly (readonly Emitted[])[]): Output {
  const [first] = units;
  return (first ?? []).map((emitted, attempt) =>
    emitted.map((_, part) =>
      shuffled(
        random,
        units.map((unit) => unit[attempt]?.[part] ?? []),
      ),
    ),
  );
}

function shuffled(random: RandomStream, lists: readonly (readonly OutRow[])[]): readonly OutRow[] {
  const rows: OutRow[] = [];
  const left = lists.map((list) => [...list]);
  for (let open = left; ;) {
    open = open.filter((list) => list.length > 0);
    if (open.length === 0) return rows;
    rows.push(random.pick(open).shift() as OutRow);
  }
}

interface Prepared {
  readonly sink: string;
  readonly subtask: number;
  readonly attempt: number;
  readonly checkpoint: number;
  readonly transaction: string;
  readonly rows: readonly Row[];
}

export function historyOf(run: SmallRun, output: Output, random: RandomStream): History {
  return new Writer(run, output, random).write();
}

class Writer {
  private readonly run: SmallRun;
  private readonly output: Output;
  private readonly random: RandomStream;
  private readonly transactional: boolean;
  private readonly events: HistoryEvent[] = [];
  private pending: Prepared[] = [];
  /** By sink and subtask. */
  private open = new Map<string, Row[]>();
  private attempt = 0;

  constructor(run: SmallRun, output: Output, random: RandomStream) {
    this.run = run;
    this.output = output;
    this.random = random;
    this.transactional = run.layout.connector === 'two-phase';
  }

  write(): History {
    const { kase, skeleton, clock } = this.run;
    const { options, scenario, seed } = kase;
    const common = { version: 1, subject: 'enumeration', caseDigest: '' } as const;
    this.events.push({ kind: 'header', ...common, clock, scenario, seed, options });
    skeleton.attempts.forEach((attempt, i) => {
      this.writeAttempt(attempt, { isLast: i === skeleton.attempts.length - 1 });
    });
    this.event({ kind: 'job', event: skeleton.outcome, reason: '' });
    // Nobody gives up when nothing is wrong: what made the job fail lasted to the end.
    const healedAt = skeleton.outcome === 'failed' ? this.events.length : 0;
    const end = { outcome: skeleton.outcome, reason: '', healedAt, messages: 0 };
    this.event({ kind: 'end', ...end });
    return this.events;
  }

  private event(event: Record<string, unknown>): void {
    this.events.push({ ...event, t: this.events.length } as unknown as HistoryEvent);
  }

  private writeAttempt(plan: AttemptPlan, { isLast }: { readonly isLast: boolean }): void {
    const { attempt, restored } = plan;
    this.attempt = attempt;
    this.event({ kind: 'attempt', attempt, leader: 1, restored, cause: 'test' });
    if (restored !== null) this.restore(plan, restored);
    const parts = this.output[attempt - 1] ?? [];
    let part = 0;
    let rows = [...(parts[0] ?? [])];
    const gaveUp = this.run.skeleton.outcome === 'failed';
    const untold =
      !isLast && !gaveUp && this.random.chance(0.15)
        ? plan.checkpoints.findLast((c) => c.completed)
        : null;
    for (const checkpoint of plan.checkpoints) {
      if (!checkpoint.completed) {
        this.deliver(rows.splice(0, this.random.below(rows.length + 1)));
        this.takeCheckpoint(checkpoint, { told: true });
        continue;
      }
      this.deliver(rows);
      this.takeCheckpoint(checkpoint, { told: checkpoint !== untold });
      part++;
      rows = [...(parts[part] ?? [])];
    }
    this.deliver(rows);
    if (isLast && this.run.skeleton.outcome !== 'failed') this.commitPending();
    else this.abandon();
    if (isLast) this.pending = [];
  }

  private restore({ from }: AttemptPlan, checkpoint: number): void {
    this.commitPending();
    const { attempt } = this;
    let first = 0;
    this.run.layout.sources.forEach(({ splits, parallelism }, i) => {
      for (let subtask = 0; subtask < parallelism; subtask++) {
        const own = splits.flatMap((split, s): [string, number][] =>
          s % parallelism === subtask ? [[split, from[first + s] ?? 0]] : [],
        );
        const offsets = Object.fromEntries(own);
        const operator = sourceId(i);
        this.event({ kind: 'restore', attempt, checkpoint, operator, subtask, offsets });
      }
      first += splits.length;
    });
  }

  private deliver(rows: readonly OutRow[]): void {
    for (const { sink, row } of rows) {
      const plain: Row = { key: row.key, ts: row.ts, value: row.value };
      const subtask = this.subtaskOf(row.key);
      const writer = `${sink}/${subtask}`;
      if (this.transactional) this.open.set(writer, [...(this.open.get(writer) ?? []), plain]);
      else {
        const { attempt } = this;
        const about = { sink, subtask, attempt, transaction: null, checkpoint: null };
        this.event({ kind: 'visible', ...about, rows: [plain] });
      }
    }
  }

  /** The same key always goes to the same subtask. */
  private subtaskOf(key: string): number {
    return hashString(key) % this.run.layout.sinkParallelism;
  }

  private takeCheckpoint(plan: CheckpointPlan, { told }: { readonly told: boolean }): void {
    const { attempt } = this;
    const about = { kind: 'checkpoint', checkpoint: plan.id, attempt } as const;
    const reasons = { periodic: null, final: 'final', savepoint: 'suspend' } as const;
    this.event({ ...about, event: 'triggered', offsets: null, reason: reasons[plan.kind] });
    for (const [writer, rows] of this.open) this.prepare(writer, rows, plan.id);
    this.open = new Map();
    if (!plan.completed) {
      this.event({ ...about, event: 'aborted', offsets: null, reason: 'test' });
      return;
    }
    if (!told) return;
    this.event({ ...about, event: 'completed', offsets: this.offsets(plan.cut), reason: null });
    // A notification may be lost: a later one covers it, if there is one.
    const gaveUp = this.run.skeleton.outcome === 'failed';
    if (gaveUp || this.random.chance(0.8)) this.commitPending();
  }

  private offsets(cut: Cut): Readonly<Record<string, number>> {
    const splits = this.run.layout.sources.flatMap((source) => source.splits);
    return Object.fromEntries(splits.map((split, i) => [split, cut[i] ?? 0]));
  }

  private prepare(writer: string, rows: readonly Row[], checkpoint: number): void {
    const { attempt } = this;
    const transaction = `${writer}/${attempt}/${checkpoint}`;
    const about = { ...identityOf(writer), attempt, transaction };
    this.event({ kind: 'transaction', ...about, checkpoint: null, event: 'opened' });
    this.event({ kind: 'written', ...about, rows });
    this.event({ kind: 'transaction', ...about, checkpoint, event: 'prepared' });
    this.pending.push({ ...about, checkpoint, rows });
  }

  private commitPending(): void {
    for (const { rows, ...prepared } of this.pending) {
      this.event({ kind: 'transaction', ...prepared, event: 'committed' });
      this.event({ kind: 'visible', ...prepared, rows });
    }
    this.pending = [];
  }

  /** The attempt failed: what no completed checkpoint covers is given up. */
  private abandon(): void {
    const newest = this.newestCompleted();
    const dropped = this.pending.filter(({ checkpoint }) => checkpoint > newest);
    this.pending = this.pending.filter(({ checkpoint }) => checkpoint <= newest);
    for (const { rows: _, ...prepared } of dropped) {
      this.event({ kind: 'transaction', ...prepared, event: 'aborted' });
    }
    for (const [writer, rows] of this.open) {
      const { attempt } = this;
      const transaction = `${writer}/${attempt}/open`;
      const about = { ...identityOf(writer), attempt, transaction, checkpoint: null };
      this.event({ kind: 'transaction', ...about, event: 'opened' });
      this.event({ kind: 'written', ...about, rows });
      this.event({ kind: 'transaction', ...about, event: 'aborted' });
    }
    this.open = new Map();
  }

  private newestCompleted(): number {
    const all = this.run.skeleton.attempts.slice(0, this.attempt).flatMap((a) => a.checkpoints);
    return all.findLast(({ completed }) => completed)?.id ?? 0;
  }
}

function identityOf(writer: string): { readonly sink: string; readonly subtask: number } {
  const [sink = '', subtask] = writer.split('/');
  return { sink, subtask: Number(subtask) };
}

export function visibleEvents(history: History): readonly VisibleEvent[] {
  return history.filter((event): event is VisibleEvent => event.kind === 'visible');
}
