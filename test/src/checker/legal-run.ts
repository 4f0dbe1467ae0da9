/**
 * Legal histories without an engine: a random interleaving of the splits through the sequential
 * specification, cut into epochs by checkpoints, with crashes and restores in between. What it
 * makes visible is by construction explained, so a checker that objects is wrong.
 */
import { RandomStream } from '../../../src/base/random.ts';
import { hashString } from '../../../src/base/hash.ts';
import type { Case } from '../../../src/model/case.ts';
import type { Fault } from '../../../src/model/fault.ts';
import { builtinFunctions, type FunctionCatalog } from '../../../src/model/functions.ts';
import type { HistoryEvent } from '../../../src/model/history.ts';
import { defaultOptions, type EngineOptions } from '../../../src/model/options.ts';
import type { OperatorSpec, SinkSpec } from '../../../src/model/pipeline.ts';
import type { Guarantee } from '../../../src/model/guarantee.ts';
import type { Row } from '../../../src/model/value.ts';
import type { SplitLog } from '../../../src/model/workload.ts';
import { traceFields } from '../../../src/model/trace.ts';
import { SequentialRun, type SinkRow, type Step } from '../../../src/oracle/run.ts';

export interface CaseParts {
  readonly operators: readonly OperatorSpec[];
  readonly splits: readonly SplitLog[];
  readonly promises?: readonly Guarantee[];
  readonly options?: Partial<EngineOptions>;
  readonly schedule?: readonly Fault[];
}

export function makeCase(parts: CaseParts): Case {
  return {
    version: 1,
    scenario: 'test',
    seed: 1,
    pipeline: { name: 'test', operators: parts.operators, maxParallelism: 8 },
    workload: { splits: parts.splits },
    schedule: parts.schedule ?? [],
    options: { ...defaultOptions, ...parts.options },
    promises: parts.promises ?? ['exactly-once', 'validity', 'atomic-commit', 'progress'],
    deadlineMs: 60_000,
  };
}

export interface LogSettings {
  readonly splits: number;
  readonly records: number;
  readonly keys: number;
  /** Largest step back in event time. */
  readonly disorder: number;
}

/** Split logs with traceable values, in rising event time up to `disorder`. */
export function makeLogs(seed: number, settings: LogSettings): SplitLog[] {
  const random = new RandomStream(seed, 'logs');
  return Array.from({ length: settings.splits }, (_, s) => {
    let time = 0;
    const records = Array.from({ length: settings.records }, (_unused, i) => {
      time += random.below(8);
      const id = s * 1000 + i;
      return {
        id,
        at: i * 5,
        ts: time - random.below(settings.disorder + 1),
        key: `k${random.below(settings.keys)}`,
        value: { ...traceFields(id, s, settings.splits), amount: 1 + random.below(50) },
      };
    });
    return { split: `s${s}`, records };
  });
}

export const header = (kase: Case): HistoryEvent => ({
  kind: 'header',
  version: 1,
  subject: 'test',
  clock: 'virtual',
  scenario: kase.scenario,
  seed: kase.seed,
  caseDigest: '',
  options: kase.options,
});

type Script = readonly (Step | 'restart')[];

interface Saved {
  readonly checkpoint: number;
  readonly script: Script;
  readonly offsets: Record<string, number>;
  /** Transactions prepared up to here and not yet visible. */
  readonly pending: readonly Prepared[];
}
interface Prepared {
  readonly sink: string;
  readonly subtask: number;
  readonly attempt: number;
  readonly checkpoint: number;
  readonly transaction: string;
  readonly rows: readonly Row[];
}

/** Plays one legal run of `kase`; `crashes` is the probability of one after each step. */
export function legalRun(kase: Case, seed: number, crashes = 0.03): HistoryEvent[] {
  return new LegalRun(kase, seed, { crashes, functions: builtinFunctions }).play();
}

export interface RunSettings {
  readonly crashes: number;
  /** What the names of functions in the case stand for. */
  readonly functions: FunctionCatalog;
}

/** The same with functions of one's own. */
export function legalRunWith(kase: Case, seed: number, settings: RunSettings): HistoryEvent[] {
  return new LegalRun(kase, seed, settings).play();
}

class LegalRun {
  private readonly kase: Case;
  private readonly random: RandomStream;
  private readonly crashes: number;
  private readonly functions: FunctionCatalog;
  private readonly events: HistoryEvent[];
  private readonly sinks: ReadonlyMap<string, SinkSpec>;
  private run: SequentialRun;
  private script: (Step | 'restart')[] = [];
  private open = new Map<string, SinkRow[]>();
  private last: Saved | null = null;
  private uncommitted: Prepared[] = [];
  private attempt = 1;
  private checkpoint = 0;
  private transactions = 0;
  private t = 0;

  constructor(kase: Case, seed: number, { crashes, functions }: RunSettings) {
    this.kase = kase;
    this.random = new RandomStream(seed, 'legal run');
    this.crashes = crashes;
    this.functions = functions;
    this.run = new SequentialRun(kase.pipeline, kase.workload, functions);
    this.events = [header(kase)];
    const sinks = kase.pipeline.operators.filter((o) => o.kind === 'sink');
    this.sinks = new Map(sinks.map((sink) => [sink.id, sink]));
  }

  play(): HistoryEvent[] {
    this.event({ kind: 'attempt', attempt: 1, leader: 1, restored: null, cause: 'start' });
    let crashesLeft = 4;
    while (!this.run.finished()) {
      this.step();
      if (this.random.chance(0.12)) this.takeCheckpoint();
      if (crashesLeft > 0 && this.random.chance(this.crashes)) {
        crashesLeft--;
        this.crash();
      }
    }
    this.takeCheckpoint();
    this.commitPending();
    for (const index of this.kase.schedule.keys()) {
      this.event({ kind: 'fault', fault: index, event: 'effect', detail: 'test' });
    }
    const end = { outcome: 'finished', reason: '', healedAt: 0, messages: 0 } as const;
    this.event({ kind: 'end', ...end });
    return this.events;
  }

  private event(event: Record<string, unknown>): void {
    this.t += 1;
    this.events.push({ ...event, t: this.t } as unknown as HistoryEvent);
  }

  private step(): void {
    const open = this.kase.workload.splits.filter(
      ({ split, records }) => (this.run.offsets()[split] ?? 0) <= records.length,
    );
    const { split } = this.random.pick(open);
    this.apply(this.random.chance(0.1) ? { kind: 'time', ms: this.t } : { kind: 'read', split });
  }

  private apply(step: Step): void {
    this.script.push(step);
    this.run.step(step);
    for (const row of this.run.take()) this.deliver(row);
  }

  private deliver(row: SinkRow): void {
    const spec = this.sinks.get(row.sink) as SinkSpec;
    const subtask = hashString(row.row.key) % spec.parallelism;
    if (spec.connector === 'two-phase') {
      const id = `${row.sink} ${subtask}`;
      this.open.set(id, [...(this.open.get(id) ?? []), row]);
      return;
    }
    const { attempt } = this;
    const rows = [plain(row)];
    const sink = row.sink;
    const common = { sink, subtask, attempt, transaction: null, checkpoint: null };
    this.event({ kind: 'visible', ...common, rows });
  }

  private takeCheckpoint(): void {
    const checkpoint = ++this.checkpoint;
    const { attempt } = this;
    this.event({
      kind: 'checkpoint',
      checkpoint,
      attempt,
      event: 'triggered',
      offsets: null,
      reason: null,
    });
    for (const [id, rows] of this.open) this.prepare(id, rows, checkpoint);
    this.open.clear();
    if (this.random.chance(0.15) && !this.run.finished()) {
      const reason = 'test';
      this.event({
        kind: 'checkpoint',
        checkpoint,
        attempt,
        event: 'aborted',
        offsets: null,
        reason,
      });
      return;
    }
    const offsets = this.run.offsets();
    this.event({
      kind: 'checkpoint',
      checkpoint,
      attempt,
      event: 'completed',
      offsets,
      reason: null,
    });
    this.last = { checkpoint, script: [...this.script], offsets, pending: [...this.uncommitted] };
    // A lost notification: the next completion subsumes it.
    if (this.random.chance(0.8)) this.commitPending();
  }

  private prepare(id: string, rows: readonly SinkRow[], checkpoint: number): void {
    const [sink, subtask] = id.split(' ') as [string, string];
    const prepared: Prepared = {
      sink,
      subtask: Number(subtask),
      attempt: this.attempt,
      checkpoint,
      transaction: `${sink}/${subtask}/${this.attempt}/${++this.transactions}`,
      rows: rows.map(plain),
    };
    const { transaction, attempt } = prepared;
    const about = { sink, subtask: Number(subtask), attempt, transaction };
    this.event({ kind: 'transaction', ...about, checkpoint, event: 'opened' });
    this.event({ kind: 'written', ...about, rows: prepared.rows });
    this.event({ kind: 'transaction', ...about, checkpoint, event: 'prepared' });
    this.uncommitted.push(prepared);
  }

  private commitPending(): void {
    for (const prepared of this.uncommitted) this.commit(prepared);
    this.uncommitted = [];
  }

  private commit({ rows, ...prepared }: Prepared): void {
    this.event({ kind: 'transaction', ...prepared, event: 'committed' });
    this.event({ kind: 'visible', ...prepared, rows });
  }

  private crash(): void {
    this.attempt++;
    const { attempt, last } = this;
    const restored = last?.checkpoint ?? null;
    this.event({ kind: 'attempt', attempt, leader: 1, restored, cause: 'test' });
    this.script = last === null ? [] : [...last.script, 'restart'];
    this.run = new SequentialRun(this.kase.pipeline, this.kase.workload, this.functions);
    for (const step of this.script) {
      if (step === 'restart') this.run.restart();
      else this.run.step(step);
    }
    this.run.take();
    const restorable = new Set(last?.pending.map((p) => p.transaction));
    const [keep, drop] = [
      this.uncommitted.filter((p) => restorable.has(p.transaction)),
      this.uncommitted.filter((p) => !restorable.has(p.transaction)),
    ];
    for (const { rows: _, ...prepared } of drop) {
      this.event({ kind: 'transaction', ...prepared, event: 'aborted' });
    }
    this.uncommitted = keep;
    this.open.clear();
    this.commitPending();
  }
}

function plain({ row }: SinkRow): Row {
  return { key: row.key, ts: row.ts, value: row.value };
}
