/**
 * What the rows of a long run can show wrong, in words.
 */
import type { AnomalyName } from '../../model/guarantee.ts';
import type { Ledger, Showing } from './ledger.ts';
import type { Finding, Reporter } from './reporter.ts';

/** A visible row that names a record. */
export interface Row {
  readonly split: number;
  readonly offset: number;
  readonly key: number;
  readonly showing: Showing;
}

/** What is still known of a record's first showing; number 0: its attempt only. */
export type First = Pick<Showing, 'number' | 'attempt' | 'transaction'>;

/** Named limit: records of which a row with another value is remembered. */
const garbledMax = 10_000;

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
    this.reporter.report('phantom', null, () => ({
      parts: [{ role: 'unexplained', key: row.key, split, offset, showing }],
      sentence: `A visible row names ${this.reporter.record(split, offset)}, which is no record of the input.`,
      thus: `A names offset ${offset} of split ${split}`,
      however: this.absence(offset, end),
    }));
  }

  misroute(row: Row, own: number): void {
    const { split, offset, key, showing } = row;
    this.reporter.report('misroute', row, () => ({
      parts: [{ role: `belongs to another key`, split, offset, key, showing }],
      sentence: `${this.reporter.record(split, offset)} of key number ${own} was counted under key number ${key}.`,
      thus: `the record is of key number ${own}`,
      however: `A is under key number ${key}`,
    }));
  }

  /** It is no output of its record, which may be lost for that. */
  divergence(row: Row): void {
    const { split, offset, key, showing } = row;
    if (this.garbled.size < garbledMax) this.garbled.add(`${split} ${offset}`);
    this.reporter.report('state-divergence', row, () => ({
      parts: [{ role: 'another value', split, offset, key, showing }],
      sentence: `The visible value of ${this.reporter.record(split, offset)} is not the one of the record.`,
      thus: 'the fingerprint of the value is that of the record',
      however: 'A has another fingerprint',
    }));
  }

  reorder(row: Row, later: { readonly offset: number; readonly number: number }): void {
    const { split, offset, key, showing } = row;
    const [a, b] = [offset, later.offset].map((at) => this.reporter.record(split, at));
    const before = this.ledger.showing(later.number);
    this.reporter.report('reorder', row, () => ({
      parts: [
        { role: 'visible first', split, offset: later.offset, key, showing: before },
        { role: 'visible after it', split, offset, key, showing },
      ],
      sentence: `${a} comes before ${b} in its split, but shows after it.`,
      thus: 'the path from a split keeps the order of a key',
      however: `${b} became visible before ${a}`,
    }));
  }

  skew(row: Row, beyond: boolean): void {
    const { split, offset, key, showing } = row;
    const name = this.reporter.record(split, offset);
    this.reporter.report('offset-skew', row, () => ({
      parts: [{ role: beyond ? 'beyond the cut' : 'behind the cut', split, offset, key, showing }],
      sentence: beyond
        ? `${name} was committed with a checkpoint whose offsets do not include it.`
        : `${name} was committed later than a checkpoint whose offsets include it.`,
      thus: `A contains ${name}`,
      however: beyond
        ? `${name} was not read when the checkpoint was taken`
        : `${name} was read and shown when an earlier checkpoint was taken`,
    }));
  }

  repeat(row: Row, first: First | null, withRollback: boolean): void {
    const { split, offset, key, showing } = row;
    const name = this.repeatName(first, showing);
    const before = first === null ? null : this.ledger.showing(first.number);
    const record = this.reporter.record(split, offset);
    const make = (): Omit<Finding, 'name'> => ({
      parts: [
        { role: 'first visible', split, offset, key, showing: before },
        { role: 'visible again', split, offset, key, showing },
      ],
      sentence: `${record} shows twice.`,
      thus: `both rows are the output of ${record}`,
      however: 'each input contributes to visible output once',
      nearest: `a legal run if ${record} is applied twice`,
    });
    this.reporter.report(name, row, make);
    if (withRollback && first?.number !== showing.number) {
      this.reporter.report('rollback', row, () => ({
        ...make(),
        sentence: `Key number ${key} went back to its value after ${record}.`,
        however: 'what came after the first was visible before the second',
      }));
    }
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

  /** `because`: why it is due, or an offset of its key and split that shows and had to wait for it. */
  loss({ split, offset, key }: Omit<Row, 'showing'>, because: string | number): void {
    const record = this.reporter.record(split, offset);
    this.reporter.report('loss', { split, offset }, () => ({
      parts: [{ role: 'missing', split, offset, key }],
      sentence: `${record} never shows, though it was due.`,
      thus:
        typeof because === 'string'
          ? because
          : `${this.reporter.record(split, because)} of the same key shows, and the path from a split keeps the order of a key`,
      however: this.garbled.has(`${split} ${offset}`)
        ? 'no visible row that names it has its value'
        : 'no visible row names it',
      nearest: `a legal run if ${record} is left out`,
    }));
  }

  private absence(offset: number, end: number | null): string {
    if (end === null) return `there are ${this.reporter.header.splits.length} splits`;
    return offset < end
      ? `the log of that split has no record at offset ${offset}`
      : `the log of that split ends at ${end}`;
  }
}
