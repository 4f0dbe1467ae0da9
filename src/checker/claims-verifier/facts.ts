/**
 * The plain facts of a case and its history, as the verifier looks them up: nothing is judged here,
 * and nothing is shared with what the checks make of the same history.
 */
import type { RecordName, Records } from '../../model/claim.ts';
import type { Case } from '../../model/case.ts';
import type { EndEvent, History, HistoryEvent, TransactionEvent } from '../../model/history.ts';
import type { Row } from '../../model/value.ts';
import type { SourceRecord } from '../../model/workload.ts';
import { givenAlone } from './given-alone.ts';

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
  /** Index of the event that tells it: its completion, or a restore of it. */
  readonly event: number;
}

export class Facts {
  readonly kase: Case;
  readonly history: History;
  readonly end: EndEvent | null;
  private readonly rows = new Map<string, VisibleRow[]>();
  private readonly writers = new Map<string, number>();
  private readonly given = new Map<string, ReadonlyMap<string, readonly Row[]>>();

  constructor(kase: Case, history: History) {
    this.kase = kase;
    this.history = history;
    history.forEach((event, index) => this.take(event, index));
    this.end = history.find((event) => event.kind === 'end') ?? null;
  }

  /** The rows of a sink in order of visibility. */
  rowsAt(sink: string): readonly VisibleRow[] {
    return this.rows.get(sink) ?? [];
  }

  record({ split, offset }: RecordName): SourceRecord | undefined {
    return this.kase.workload.splits.find((log) => log.split === split)?.records[offset];
  }

  /** What the pipeline shows at `sink` when it reads these records, in this order, and no others. */
  givenBy(records: Records, sink: string): readonly Row[] {
    const id = records.map(({ split, offset }) => `${split}@${offset}`).join();
    let rows = this.given.get(id);
    if (rows === undefined) {
      rows = givenAlone(this.kase, records);
      this.given.set(id, rows);
    }
    return rows.get(sink) ?? [];
  }

  completions(): readonly Completion[] {
    return this.history.flatMap((event, index) => {
      if (event.kind === 'checkpoint' && event.event === 'completed') {
        return [{ checkpoint: event.checkpoint, event: index }];
      }
      return event.kind === 'attempt' && event.restored !== null
        ? [{ checkpoint: event.restored, event: index }]
        : [];
    });
  }

  /** The next offset of a split, as a completed checkpoint has it; null: nobody told. */
  offsetIn(checkpoint: number, split: string): number | null {
    for (const event of this.history) {
      const told =
        (event.kind === 'checkpoint' && event.event === 'completed') || event.kind === 'restore';
      if (!told || event.checkpoint !== checkpoint || event.offsets === null) continue;
      if (event.kind === 'checkpoint') return event.offsets[split] ?? 0;
      const offset = event.offsets[split];
      if (offset !== undefined) return offset;
    }
    return null;
  }

  transactionEvents(sink: string, transaction: string): readonly TransactionEvent[] {
    return this.history.filter(
      (event): event is TransactionEvent =>
        event.kind === 'transaction' && event.sink === sink && event.transaction === transaction,
    );
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
    for (const row of event.rows) {
      const position = rows.length;
      rows.push({
        row,
        sink,
        position,
        t,
        subtask,
        attempt,
        transaction,
        checkpoint,
        event: index,
      });
    }
  }
}
