/**
 * The plain facts of a case and its history, as the verifier looks them up: nothing is judged here,
 * and nothing is shared with what the checks make of the same history.
 */
import type { RecordName, Records } from '../../model/claim.ts';
import type { AttemptEvent, EndEvent, History, HistoryEvent } from '../../model/history.ts';
import type { Row } from '../../model/value.ts';
import type { SourceRecord } from '../../model/workload.ts';
import { type Given, givenAlone } from './given-alone.ts';

export interface VisibleRow {
  readonly row: Row;
  readonly sink: string;
  readonly position: number;
  readonly t: number;
  readonly subtask: number;
  readonly attempt: number;
  readonly transaction: string | null;
  readonly checkpoint: number | null;
  /** Index of the event that made it visible. */
  readonly event: number;
}

export interface Completion {
  readonly checkpoint: number;
  /** Index and time of the event that tells it: its completion, or a restore of it. */
  readonly event: number;
  readonly t: number;
}

export interface Began extends AttemptEvent {
  readonly event: number;
}

export class Facts {
  readonly given: Given;
  readonly history: History;
  readonly end: EndEvent | null;
  readonly attempts: readonly Began[];
  /** Each completion and each restore, in order. */
  readonly completions: readonly Completion[];
  private readonly rows = new Map<string, VisibleRow[]>();
  private readonly writers = new Map<string, number>();
  private readonly alone = new Map<string, readonly Row[]>();

  constructor(given: Given, history: History) {
    this.given = given;
    this.history = history;
    history.forEach((event, index) => this.take(event, index));
    this.end = history.find((event) => event.kind === 'end') ?? null;
    this.attempts = history.flatMap((event, index) =>
      event.kind === 'attempt' ? [{ ...event, event: index }] : [],
    );
    this.completions = history.flatMap((event, index) => {
      const checkpoint = completedBy(event);
      return checkpoint === null || event.kind === 'header'
        ? []
        : [{ checkpoint, event: index, t: event.t }];
    });
  }

  /** The rows of a sink in order of visibility. */
  rowsAt(sink: string): readonly VisibleRow[] {
    return this.rows.get(sink) ?? [];
  }

  hasSink(id: string): boolean {
    const { operators } = this.given.kase.pipeline;
    return operators.some((spec) => spec.kind === 'sink' && spec.id === id);
  }

  record({ split, offset }: RecordName): SourceRecord | undefined {
    return this.given.kase.workload.splits.find((log) => log.split === split)?.records[offset];
  }

  allRecords(): Records {
    return this.given.kase.workload.splits.flatMap(({ split, records }) =>
      records.map((_, offset) => ({ split, offset })),
    );
  }

  /** What a checkpoint had read; null: everything. */
  readBy(checkpoint: number | null): Records {
    if (checkpoint === null) return this.allRecords();
    return this.allRecords().filter(
      ({ split, offset }) => offset < (this.offsetIn(checkpoint, split) ?? 0),
    );
  }

  /** Whether nothing shows that later checkpoints have: the last one, or the last one that shows. */
  isEnd(checkpoint: number | null): boolean {
    if (checkpoint === null || this.completions.at(-1)?.checkpoint === checkpoint) return true;
    const shown = [...this.rows.values()].flat().map((row) => row.checkpoint ?? Infinity);
    return this.end?.outcome === 'failed' && checkpoint === Math.max(...shown);
  }

  /** What the pipeline gives at an operator when it reads these records, in this order, alone. */
  givenBy(records: Records, at: string): readonly Row[] {
    const id = `${at} ${records.map(({ split, offset }) => `${split}@${offset}`).join()}`;
    let rows = this.alone.get(id);
    if (rows === undefined) {
      rows = givenAlone(this.given, records, at);
      this.alone.set(id, rows);
    }
    return rows;
  }

  /** The next offset of a split, as a completed checkpoint has it; null: nobody told. */
  offsetIn(checkpoint: number, split: string): number | null {
    for (const event of this.history) {
      if (event.kind === 'checkpoint' && event.event === 'completed' && event.offsets !== null) {
        if (event.checkpoint === checkpoint) return event.offsets[split] ?? 0;
      }
    }
    for (const event of this.history) {
      if (event.kind !== 'restore' || event.checkpoint !== checkpoint) continue;
      const offset = event.offsets?.[split];
      if (offset !== undefined) return offset;
    }
    return null;
  }

  private take(event: HistoryEvent, index: number): void {
    const isAbout =
      event.kind === 'transaction' || event.kind === 'written' || event.kind === 'visible';
    if (!isAbout) return;
    const { sink, transaction } = event;
    const id = `${sink} ${transaction}`;
    // Who heard of a transaction first wrote it; a successor may commit it.
    if (transaction !== null && !this.writers.has(id)) this.writers.set(id, event.attempt);
    if (event.kind !== 'visible') return;
    const rows = this.rows.get(sink) ?? [];
    this.rows.set(sink, rows);
    const attempt = this.writers.get(id) ?? event.attempt;
    const { t, subtask, checkpoint } = event;
    const about = { sink, t, subtask, attempt, transaction, checkpoint, event: index };
    for (const row of event.rows) rows.push({ row, position: rows.length, ...about });
  }
}

function completedBy(event: HistoryEvent): number | null {
  if (event.kind === 'attempt') return event.restored;
  return event.kind === 'checkpoint' && event.event === 'completed' ? event.checkpoint : null;
}
