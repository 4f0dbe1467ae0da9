/**
 * Whether a visible row must have left the pipeline by a moment: its records were there, event time
 * or a timer had come to it. What nobody outside can tell is never due.
 */
import type { Seen } from '../evidence/observe.ts';
import { ownBounds } from '../plan/own-bound.ts';
import type { RecordTable } from '../plan/records.ts';
import { idsIn } from '../evidence/values.ts';
import type { AttemptProgress } from './attempt-progress.ts';
import type { Timing } from './timing.ts';
import type { Waits } from './waits.ts';

export interface RowDueSetting {
  readonly table: RecordTable;
  readonly attempts: readonly AttemptProgress[];
  readonly waits: Waits;
  readonly timing: Timing;
}

/** A row that may be due by a moment. */
interface Question {
  readonly ids: readonly number[] | null;
  readonly ts: number;
  readonly moment: number;
}

export class RowDue {
  private readonly setting: RowDueSetting;

  constructor(setting: RowDueSetting) {
    this.setting = setting;
  }

  /** When it was due, if that was by `moment`: in the first attempt that had the time for it. */
  by(moment: number, { row }: Seen): number | null {
    const { waits, attempts } = this.setting;
    if (waits.unknown) return null;
    const question = { ids: idsIn(row.value), ts: row.ts, moment };
    if (!this.isAnswerable(question)) return null;
    for (const attempt of attempts) {
      const due = this.within(attempt, question);
      if (due <= moment && due < attempt.until) return due;
      // Later attempts begin when this one is over.
      if (due < attempt.until || attempt.until > moment) return null;
    }
    return null;
  }

  /** Rows of timers and pairs have times of their own; a timer behind event time waits for long. */
  private isAnswerable({ ids }: Question): boolean {
    const { waits, table } = this.setting;
    if (ids === null) return waits.timerMs === null && !waits.partner && !waits.eventTimer;
    return !waits.eventTimer || ids.every((id) => !mayBeLate(table, table.byId.get(id)));
  }

  /** When the row is due in this attempt; infinite as soon as that is after the moment. */
  private within(attempt: AttemptProgress, question: Question): number {
    const { eventTime, timerMs, splits } = this.setting.waits;
    const { ids, ts, moment } = question;
    const reached = eventTime ? attempt.reachedBy(splits, ts) : 0;
    if (reached > moment) return Infinity;
    if (ids === null) {
      const through = eventTime ? attempt.throughUpTo(ts) : attempt.throughAt(ts);
      return Math.max(reached, through ?? Infinity);
    }
    if (timerMs === null) return Math.max(reached, this.lastOf(attempt, ids, moment));
    return this.firstOf(attempt, ids) + timerMs + this.setting.timing.clocksMs;
  }

  /** The newest one comes last as a rule, and settles most questions. */
  private lastOf({ through }: AttemptProgress, ids: readonly number[], moment: number): number {
    const { byId } = this.setting.table;
    let last = 0;
    for (let i = ids.length - 1; i >= 0; i--) {
      const record = byId.get(ids[i] as number);
      last = Math.max(last, record === undefined ? Infinity : (through[record] as number));
      if (last > moment) return Infinity;
    }
    return ids.length === 0 ? Infinity : last;
  }

  /** A timer was set by the first of them, whichever that was. */
  private firstOf({ through }: AttemptProgress, ids: readonly number[]): number {
    const { byId } = this.setting.table;
    const known = ids.flatMap((id) => byId.get(id) ?? []);
    if (known.length < ids.length) return Infinity;
    return known.reduce((first, record) => Math.min(first, through[record] as number), Infinity);
  }
}

/** Whether event time may have passed a record before its split had come to it. */
function mayBeLate(table: RecordTable, record: number | undefined): boolean {
  if (record === undefined) return true;
  const split = table.splits[table.splitOf[record] as number];
  const ts = table.recordAt[record]?.ts ?? 0;
  return split?.mayIdle === true || (ownBounds(table)[record] as number) >= ts;
}
