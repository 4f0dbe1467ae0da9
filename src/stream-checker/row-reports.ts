/**
 * How what the rows of a long run can show wrong is told.
 */
import type { Claim } from '../model/verdict/claim.ts';
import type { AnomalyName } from '../model/guarantee.ts';
import type { DueClaims } from './due.ts';
import type { Ledger, Showing } from './ledger.ts';
import { type Finding, out, type Reporter, type Shown } from './reporter.ts';

/** A visible row that names a record. */
export interface Row {
  readonly split: number;
  readonly offset: number;
  readonly key: number;
  readonly showing: Showing;
}

/** What is still known of a record's first showing; number 0: its attempt only. */
export type First = Pick<Showing, 'number' | 'attempt' | 'transaction'>;

export interface Skew {
  readonly isBeyond: boolean;
  /** Whose offsets do not fit. */
  readonly checkpoint: number;
  /** What shows the record; absent: a row of it. */
  readonly shown?: Shown;
}

/** Fingerprints: of a row, and of its record. */
export interface Prints {
  readonly shown: number;
  readonly own: number;
}

/** Named limit: records of which a row with another value is remembered. */
const garbledMax = 10_000;

const pair = ['A', 'B'] as const;

export class RowReports {
  private readonly reporter: Reporter;
  private readonly ledger: Ledger;
  /** Records that a row with another value names: the first ones. */
  private readonly garbled = new Set<string>();

  constructor(reporter: Reporter, ledger: Ledger) {
    this.reporter = reporter;
    this.ledger = ledger;
  }

  /** `end` is one past the newest offset of its split; null: there is no such split. */
  phantom(row: Row, end: number | null): void {
    const { split, offset, showing } = row;
    const record = this.reporter.place(split, offset);
    this.reporter.report('phantom', null, () => ({
      parts: [{ role: 'unexplained', key: row.key, split, offset, showing }],
      sentence: { kind: 'names-no-record', record, row: 'A' },
      let: [this.reporter.shown('A', row)],
      however: [{ kind: 'no-such-record', record, end }],
    }));
  }

  misroute(row: Row, own: number): void {
    const { split, offset, key, showing } = row;
    const records = [this.reporter.place(split, offset)];
    const of = this.reporter.key(own);
    const under = this.reporter.key(key);
    this.reporter.report('misroute', row, () => ({
      parts: [{ role: `belongs to another key`, split, offset, key, showing }],
      sentence: { kind: 'misrouted', records, row: 'A', sink: out, key: of, under },
      let: [this.reporter.shown('A', row)],
      thus: [{ kind: 'key-of', records, sink: out, key: of }],
      however: [{ kind: 'under-key', row: 'A', key: under }],
    }));
  }

  /** It is no output of its record, which may be lost for that. */
  divergence(row: Row, { shown, own }: Prints): void {
    const { split, offset, key, showing } = row;
    if (this.garbled.size < garbledMax) this.garbled.add(`${split} ${offset}`);
    const record = this.reporter.place(split, offset);
    this.reporter.report('state-divergence', row, () => ({
      parts: [{ role: 'another value', split, offset, key, showing }],
      sentence: { kind: 'other-value', record, row: 'A' },
      let: [this.reporter.shown('A', row)],
      thus: [{ kind: 'rule', rule: 'value-of-record' }],
      however: [{ kind: 'prints-differ', row: 'A', record, prints: [shown, own] }],
    }));
  }

  reorder(row: Row, later: { readonly offset: number; readonly number: number }): void {
    const { split, offset, key, showing } = row;
    const { reporter } = this;
    const [first, second] = [reporter.place(split, offset), reporter.place(split, later.offset)];
    const before = this.ledger.showing(later.number);
    reporter.report('reorder', row, () => ({
      parts: [
        { role: 'visible first', split, offset: later.offset, key, showing: before },
        { role: 'visible after it', split, offset, key, showing },
      ],
      sentence: { kind: 'stream-behind', first, second, row: 'B' },
      let: [
        ...(before === null
          ? []
          : [reporter.shown('A', { split, offset: later.offset, showing: before })]),
        reporter.shown('B', { split, offset, showing }),
      ],
      thus: [
        { kind: 'split-order', first: [first], second: [second] },
        { kind: 'key-of', records: [first, second], sink: out, key: reporter.key(key) },
        { kind: 'keeps-order', sink: out, from: null },
      ],
      however: [{ kind: 'shown-earlier', record: second, row: 'B' }],
    }));
  }

  skew(row: Row, { isBeyond, checkpoint, shown }: Skew): void {
    const { split, offset, showing } = row;
    const records = [this.reporter.place(split, offset)];
    const committed = showing.checkpoint ?? 0;
    const kind = isBeyond ? 'beyond-cut' : 'behind-cut';
    this.reporter.report('offset-skew', row, () => ({
      parts: [{ role: isBeyond ? 'beyond the cut' : 'behind the cut', ...row }],
      sentence: { kind, records, row: 'A', committed, checkpoint },
      let: [this.reporter.shown('A', shown ?? { split, offset, showing })],
      thus: [{ kind: 'contains', rows: ['A'], records, whole: null }],
      however: [{ kind: isBeyond ? 'unread' : 'read', records, checkpoint }],
    }));
  }

  repeat(row: Row, first: First | null, withRollback: boolean): void {
    const { showing } = row;
    const before = first === null ? null : this.ledger.showing(first.number);
    const make = (): Omit<Finding, 'name'> => this.repeatWords(row, before);
    this.reporter.report(this.repeatName(first, showing), row, make);
    if (!withRollback || first?.number === showing.number) return;
    this.reporter.report('rollback', row, () => {
      const words = make();
      if (before === null) return words;
      const records = [this.reporter.place(row.split, row.offset)];
      const key = this.reporter.key(row.key);
      return {
        ...words,
        sentence: { kind: 'goes-back', records, key, sink: out, rows: pair },
        however: [{ kind: 'before', rows: pair }],
      };
    });
  }

  private repeatWords(row: Row, before: Showing | null): Omit<Finding, 'name'> {
    const { split, offset, key, showing } = row;
    const { reporter } = this;
    const record = reporter.place(split, offset);
    const records = [record];
    const parts = [
      { role: 'first visible', split, offset, key, showing: before },
      { role: 'visible again', split, offset, key, showing },
    ];
    const again = reporter.shown('B', row);
    const nearest: Claim = { kind: 'without-row', row: 'B', isOnly: false };
    const once: Claim = { kind: 'rule', rule: 'once' };
    if (before === null) {
      return {
        parts,
        sentence: { kind: 'shows-again', record, row: 'B' },
        let: [again],
        thus: [{ kind: 'shown-earlier', record, row: 'B' }],
        however: [once],
        nearest,
      };
    }
    const about = { kind: 'shows-twice', records, key: reporter.key(key), sink: out } as const;
    return {
      parts,
      sentence: [{ ...about, rows: pair }, this.howAgain(before, showing)],
      let: [reporter.shown('A', { split, offset, showing: before }), again],
      thus: [{ kind: 'same-output', rows: pair, records }],
      however: [once],
      nearest,
    };
  }

  /** Who made the two visible. */
  private howAgain(first: Showing, again: Showing): Claim {
    if (first.number === again.number) return { kind: 'at-once', rows: pair, t: again.t };
    const { transaction, attempt } = again;
    if (transaction !== null && first.transaction === transaction) {
      return { kind: 'one-transaction', rows: pair, transaction: `${transaction}` };
    }
    if (first.attempt === attempt) return { kind: 'one-attempt', rows: pair, attempt };
    const attempts = [first.attempt, attempt] as const;
    const began = this.ledger.attempts.find((own) => own.attempt === Math.max(...attempts));
    const restored = began === undefined ? {} : { restored: began.restored };
    return { kind: 'two-attempts', rows: pair, attempts, ...restored };
  }

  /** Who made both visible, and when. What was forgotten is a plain duplicate. */
  repeatName(first: First | null, again: Showing): AnomalyName {
    const { attempts } = this.ledger;
    const replayed = attempts.some(({ restored }) => restored !== null);
    if (first === null) return 'duplicate';
    if (first.number === again.number) return replayed ? 'duplicate-replay' : 'duplicate';
    if (first.transaction !== null && first.transaction === again.transaction) {
      return 'duplicate-sink';
    }
    if (first.attempt === again.attempt) return 'duplicate';
    if (again.attempt < first.attempt) return 'duplicate-zombie';
    const successor = attempts.find(({ attempt }) => attempt > first.attempt);
    const late = successor !== undefined && first.number > successor.after;
    return late && first.transaction === null ? 'duplicate-zombie' : 'duplicate-replay';
  }

  /**
   * `because`: why it is due, or an offset of its key and split that shows and had to wait for it.
   */
  loss({ split, offset, key }: Omit<Row, 'showing'>, because: DueClaims | number): void {
    const { reporter } = this;
    const record = reporter.place(split, offset);
    const records = [record];
    const isGarbled = this.garbled.has(`${split} ${offset}`);
    const isDue = (): readonly Claim[] => {
      if (typeof because !== 'number') return because(records, 'X');
      const later = reporter.place(split, because);
      return [
        { kind: 'split-order', first: records, second: [later] },
        { kind: 'key-of', records: [record, later], sink: out, key: reporter.key(key) },
        { kind: 'shown-at-all', record: later },
        { kind: 'keeps-order', sink: out, from: null },
      ];
    };
    reporter.report('loss', { split, offset }, () => ({
      parts: [{ role: 'missing', split, offset, key }],
      sentence: isGarbled
        ? { kind: 'only-garbled', record }
        : { kind: 'never-shows', records, sink: out },
      let: [{ kind: 'records', name: 'X', records, output: null }],
      thus: isDue(),
      however: [
        isGarbled
          ? { kind: 'named-wrongly', record }
          : { kind: 'not-shown', records, sinks: [out], name: 'X' },
      ],
      nearest: { kind: 'without-records', records, isOnly: false },
    }));
  }
}
