/**
 * Whether a visible row must have left the pipeline by a moment: its records were there, event time or
 * a timer had come to it. What nobody outside can tell is never due.
 */
import type { Seen } from '../observation/observe.ts';
import { ownBounds } from '../plan/own-bound.ts';
import type { RecordTable } from '../plan/records.ts';
import { idsIn } from '../values.ts';
import { reachedBy, type AttemptProgress } from './attempt-progress.ts';
import type { Waits } from './waits.ts';

export class RowDue {
  private readonly table: RecordTable;
  private readonly attempts: readonly AttemptProgress[];
  private readonly waits: Waits;
  private readonly ofTime = new Map<number, readonly number[]>();

  constructor(table: RecordTable, attempts: readonly AttemptProgress[], waits: Waits) {
    this.table = table;
    this.attempts = attempts;
    this.waits = waits;
  }

  /** When it was due, if that was by `moment`: in the first attempt that had the time for it. */
  by(moment: number, { row }: Seen): number | null {
    if (this.waits.unknown) return null;
    const records = this.recordsOf(row.value, row.ts);
    if (records.length === 0 || this.mayBeBehind(records)) return null;
    for (const attempt of this.attempts) {
      const due = this.within(attempt, { records, ts: row.ts, moment });
      if (due <= moment && due < attempt.until) return due;
      // Later attempts begin when this one is over.
      if (due < attempt.until || attempt.until > moment) return null;
    }
    return null;
  }

  private mayBeBehind(records: readonly number[]): boolean {
    return this.waits.eventTimer && records.some((record) => mayBeLate(this.table, record));
  }

  /** When the row is due in this attempt; infinite as soon as that is after the moment. */
  private within(
    attempt: AttemptProgress,
    of: { readonly records: readonly number[]; readonly ts: number; readonly moment: number },
  ): number {
    const { eventTime, timerMs, splits } = this.waits;
    const { records, ts, moment } = of;
    const { through } = attempt;
    // The timer was set by the first of them, whichever that was.
    if (timerMs !== null) return earliest(through, records) + timerMs;
    let due = eventTime ? reachedBy(attempt.milestones(splits), ts) : 0;
    for (const record of records) {
      if (due > moment) return Infinity;
      due = Math.max(due, through[record] as number);
    }
    return due;
  }

  private recordsOf(value: Seen['row']['value'], ts: number): readonly number[] {
    const ids = idsIn(value);
    if (ids === null) return this.recordsAt(ts);
    const records: number[] = [];
    // The newest one is the last as a rule, and settles most questions.
    for (let i = ids.length - 1; i >= 0; i--) {
      const record = this.table.byId.get(ids[i] as number);
      if (record === undefined) return [];
      records.push(record);
    }
    return records;
  }

  /** A row that names no record stems from those of its own time, or up to it. */
  private recordsAt(ts: number): readonly number[] {
    const { timerMs, partner, eventTime } = this.waits;
    if (timerMs !== null || partner) return [];
    let records = this.ofTime.get(ts);
    if (records === undefined) {
      records = eventTime ? this.recordsUpTo(ts) : this.recordsOfTime(ts);
      this.ofTime.set(ts, records);
    }
    return records;
  }

  private recordsUpTo(ts: number): number[] {
    const records: number[] = [];
    this.table.recordAt.forEach((record, i) => {
      if (record.ts <= ts) records.push(i);
    });
    return records;
  }

  private recordsOfTime(ts: number): readonly number[] {
    return timesOf(this.table).get(ts) ?? [];
  }
}

const times = new WeakMap<RecordTable, ReadonlyMap<number, readonly number[]>>();

function timesOf(table: RecordTable): ReadonlyMap<number, readonly number[]> {
  let known = times.get(table);
  if (known === undefined) {
    const { recordAt } = table;
    known = Map.groupBy(recordAt.keys(), (record) => recordAt[record]?.ts ?? 0);
    times.set(table, known);
  }
  return known;
}

function earliest(through: Float64Array, records: readonly number[]): number {
  let first = Infinity;
  for (const record of records) first = Math.min(first, through[record] as number);
  return first;
}

/** Whether event time may have passed a record before its split had come to it. */
function mayBeLate(table: RecordTable, record: number): boolean {
  const split = table.splits[table.splitOf[record] as number];
  const ts = table.recordAt[record]?.ts ?? 0;
  return split?.mayIdle === true || (ownBounds(table)[record] as number) >= ts;
}
