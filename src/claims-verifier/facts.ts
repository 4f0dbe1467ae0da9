/**
 * The plain facts of a case and its history, as the verifier looks them up: nothing is judged here,
 * and nothing is shared with what the checks make of the same history.
 */
import type { RecordName, Records } from '../model/verdict/places.ts';
import type { AttemptEvent, EndEvent, History, HistoryEvent } from '../model/history.ts';
import type { Row } from '../model/value.ts';
import type { SourceRecord } from '../model/workload.ts';
import { type Given, givenAlone } from './given-alone.ts';
import { lateStageOf } from './paths.ts';
import { idsNamed } from './values.ts';

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
  private readonly naming = new Map<string, boolean>();

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

  /** Those that the run had read when it came to its end, or was stopped. */
  dueRecords(): Records {
    const last = this.completions.at(-1);
    const { stop } = this.given.kase.options;
    const wasStopped = this.end?.outcome === 'suspended' || stop?.kind === 'drain';
    if (!wasStopped || last === undefined) return this.allRecords();
    return this.allRecords().filter(
      ({ split, offset }) => offset < (this.offsetIn(last.checkpoint, split) ?? Infinity),
    );
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

  /** What a sink behind a late output shows of these records if all of them come too late. */
  givenLate(records: Records, sink: string): readonly Row[] {
    const late = lateStageOf(this.given.kase.pipeline, sink);
    return late === null ? [] : givenAlone(this.given, records, { at: sink, late });
  }

  /**
   * Whether rows at a sink name the records they are made of: what a record gives alone names it.
   * Functions of a user's own may drop, change or invent ids.
   */
  namesAt(sink: string): boolean {
    let names = this.naming.get(sink);
    if (names === undefined) {
      // What several records give together has to name some of them, too.
      const all = this.givenBy(this.allRecords(), sink);
      names = all.every(({ value }) => (idsNamed(value) ?? []).length > 0);
      names &&= this.allRecords().every((name) => {
        const id = this.record(name)?.id;
        const rows = this.givenBy([name], sink);
        const named = rows.flatMap(({ value }) => idsNamed(value) ?? []);
        return named.every((own) => own === id) && (rows.length === 0 || named.length > 0);
      });
      this.naming.set(sink, names);
    }
    return names;
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
