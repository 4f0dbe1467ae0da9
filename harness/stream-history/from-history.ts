/**
 * The history of a case as a stream history, for those that fit in one (case-output.ts). Logs
 * first, then the events in order. What a stream history cannot hold (faults, watermarks, tasks)
 * says nothing about such a pipeline.
 */
import type {
  StreamEnd,
  StreamEvent,
  StreamHeader,
  StreamTransaction,
} from '../../src/model/stream-history.ts';
import { StreamRules } from '../../src/stream-checker/validate-stream.ts';
import type { Case } from '../../src/model/case.ts';
import type {
  CheckpointEvent,
  EndEvent,
  History,
  HistoryEvent,
  TransactionEvent,
  VisibleEvent,
} from '../../src/model/history.ts';
import type { Key } from '../../src/model/value.ts';
import { refusal } from '../store/refusal.ts';
import { type CaseOutput, outputOf } from './case-output.ts';

export interface StreamHistory {
  readonly header: StreamHeader;
  readonly events: readonly StreamEvent[];
}

/** Throws an InputError when the case shows what a stream history cannot hold. */
export function streamHistoryOf(kase: Case, history: History): StreamHistory {
  return new Conversion(kase, history).run();
}

/** A commit whose reply was lost took effect; others that failed did not happen. */
const transactionEvents: Readonly<
  Partial<Record<TransactionEvent['event'], StreamTransaction['event']>>
> = {
  prepared: 'prepared',
  committed: 'committed',
  'reply-lost': 'committed',
  aborted: 'aborted',
  'timed-out': 'aborted',
};

/** On a machine what became visible may be seen so much later than the job's word. */
const clocksMs = 100;

interface Owner {
  readonly attempt: number;
  /** Rows written into it. */
  rows: number;
}

class Conversion {
  private readonly kase: Case;
  private readonly history: History;
  private readonly output: CaseOutput;
  private readonly keys = new Map<Key, number>();
  private readonly owners = new Map<string, Owner>();
  private readonly numbers = new Map<string, number>();
  private readonly events: StreamEvent[] = [];
  private readonly isMachine: boolean;
  /** The newest attempt. */
  private attempt: number | null = null;
  /** Checkpoints of which the offsets were told. */
  private readonly told = new Set<number>();

  constructor(kase: Case, history: History) {
    const [header] = history;
    this.isMachine = header?.kind === 'header' && header.clock === 'machine';
    this.kase = kase;
    this.history = history;
    this.output = outputOf(kase);
  }

  run(): StreamHistory {
    this.logs();
    for (const event of this.history) this.own(event);
    const { kase, events } = this;
    const { sink, output, fifo } = this.output;
    const header: StreamHeader = {
      kind: 'header',
      version: 1,
      subject: kase.scenario,
      splits: kase.workload.splits.map(({ split }) => split),
      keys: [...this.keys.keys()],
      output,
      fingerprints: true,
      sink: {
        connector: sink.connector === 'append' ? 'append' : 'two-phase',
        subtasks: sink.parallelism,
      },
      aligned: kase.options.mode !== 'at-least-once',
      fifo,
      ...(output === 'values' ? { everyStep: true } : {}),
      promises: kase.promises,
    };
    for (const event of this.history) this.take(event);
    refuseContradictions(header, events);
    return { header, events };
  }

  /** Keys that no record has get the number after the last. */
  private keyNumber(key: Key): number {
    return this.keys.get(key) ?? this.keys.size;
  }

  private logs(): void {
    this.output.logs.forEach((records, split) => {
      for (const { key } of records) this.keys.set(key, this.keyNumber(key));
      const key = Int32Array.from(records, (record) => this.keyNumber(record.key));
      const fingerprint = Uint32Array.from(records, (record) => record.fingerprint);
      this.events.push({ kind: 'log', split, from: 0, key, fingerprint });
    });
  }

  /** Who opened a transaction, and how much was written into it. */
  private own(event: HistoryEvent): void {
    if (event.kind !== 'transaction' && event.kind !== 'written') return;
    const owner = this.owners.get(event.transaction) ?? { attempt: event.attempt, rows: 0 };
    this.owners.set(event.transaction, owner);
    if (event.kind === 'written') owner.rows += event.rows.length;
  }

  private numberOf(transaction: string): number {
    const known = this.numbers.get(transaction) ?? this.numbers.size;
    this.numbers.set(transaction, known);
    return known;
  }

  private take(event: HistoryEvent): void {
    switch (event.kind) {
      case 'attempt': {
        const { t, attempt, restored } = event;
        if (restored !== null) this.tellRestored(t, restored);
        this.events.push({ kind: 'attempt', t, attempt, restored });
        this.attempt = attempt;
        return;
      }
      case 'checkpoint':
        this.checkpoint(event);
        return;
      case 'transaction': {
        const what = transactionEvents[event.event];
        if (what !== undefined) this.transaction(event, what);
        return;
      }
      case 'visible':
        this.visible(event);
        return;
      case 'job': {
        const t = event.t + (this.isMachine ? clocksMs : 0);
        this.events.push({ kind: 'job', t, event: event.event });
        return;
      }
      case 'end':
        this.events.push({ kind: 'end', t: event.t, outcome: this.outcomeOf(event) });
        return;
      default:
    }
  }

  /**
   * A coordinator may die after a checkpoint is durable and before it tells of it: then a restore
   * does, and what the sources load from it is its offsets.
   */
  private tellRestored(t: number, checkpoint: number): void {
    if (this.told.has(checkpoint) || this.attempt === null) return;
    const offsets: Record<string, number> = {};
    for (const event of this.history) {
      if (event.kind !== 'restore' || event.checkpoint !== checkpoint) continue;
      Object.assign(offsets, event.offsets);
    }
    const all = this.kase.workload.splits.map(({ split }) => offsets[split]);
    if (!all.every((offset) => offset !== undefined)) return;
    this.told.add(checkpoint);
    const { attempt } = this;
    this.events.push({ kind: 'checkpoint', t, checkpoint, attempt, offsets: Int32Array.from(all) });
  }

  private checkpoint({ t, event, checkpoint, attempt, offsets }: CheckpointEvent): void {
    if (event !== 'completed') return;
    if (offsets !== null) this.told.add(checkpoint);
    const all = this.kase.workload.splits.map(({ split }) => offsets?.[split] ?? 0);
    const known = Int32Array.from(offsets === null ? [] : all);
    this.events.push({ kind: 'checkpoint', t, checkpoint, attempt, offsets: known });
  }

  private transaction(event: TransactionEvent, what: StreamTransaction['event']): void {
    const { t, subtask, checkpoint, transaction } = event;
    const owner = this.owners.get(transaction);
    this.events.push({
      kind: 'transaction',
      t,
      subtask,
      attempt: what === 'prepared' ? event.attempt : (owner?.attempt ?? event.attempt),
      checkpoint: checkpoint ?? 0,
      transaction: this.numberOf(transaction),
      event: what,
      rows: owner?.rows ?? 0,
    });
  }

  private visible({ t, subtask, attempt, checkpoint, transaction, rows }: VisibleEvent): void {
    const { output, read, sink } = this.output;
    const isDirect = sink.connector === 'append';
    const shown = rows.map(read);
    const event = {
      t,
      subtask,
      attempt,
      checkpoint: isDirect ? null : (checkpoint ?? 0),
      transaction: isDirect ? null : this.numberOf(transaction ?? 'none'),
      key: Int32Array.from(rows, ({ key }) => this.keyNumber(key)),
      fingerprint: Uint32Array.from(shown, ({ fingerprint }) => fingerprint),
    };
    if (output === 'values') {
      const vector = Int32Array.from(shown.flatMap((row) => row.vector));
      this.events.push({ kind: 'values', ...event, vector });
      return;
    }
    const split = Uint16Array.from(shown, (row) => row.split);
    const offset = Int32Array.from(shown, (row) => row.offset);
    this.events.push({ kind: 'rows', ...event, split, offset });
  }

  /** A job that was drained before it had read everything owes what a suspended one does. */
  private outcomeOf({ outcome }: EndEvent): StreamEnd['outcome'] {
    return outcome === 'finished' && this.kase.options.stop !== null ? 'suspended' : outcome;
  }
}

/** A history that a reader would refuse is refused here. */
function refuseContradictions(header: StreamHeader, events: readonly StreamEvent[]): void {
  const rules = new StreamRules(header);
  for (const [i, event] of events.entries()) {
    const fault = rules.faultOf(event);
    if (fault === null) continue;
    throw refusal('history', `event ${i + 1} of kind ${event.kind}`, {
      expectation: 'events that do not contradict each other',
      suggestion: fault,
    });
  }
}
