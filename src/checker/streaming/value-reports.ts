/**
 * What the values of running aggregates can show wrong, in words.
 */
import type { EmptyCut } from '../kernel/bounds.ts';
import type { Ledger, Showing } from './ledger.ts';
import type { Reporter } from './reporter.ts';
import { RowReports } from './row-reports.ts';

export class ValueReports {
  private readonly reporter: Reporter;
  private readonly rows: RowReports;

  constructor(reporter: Reporter, ledger: Ledger) {
    this.reporter = reporter;
    this.rows = new RowReports(reporter, ledger);
  }

  phantom(key: number, showing: Showing): void {
    this.reporter.report('phantom', null, () => ({
      parts: [{ role: 'unexplained', key, showing }],
      sentence: `A visible value is of key number ${key}, which there is not.`,
      thus: `A is of key number ${key}`,
      however: 'no record of the input has this key',
    }));
  }

  /** An older value shows again. */
  repeat(key: number, first: Showing | null, showing: Showing): void {
    const parts = [
      { role: 'visible first', key, showing: first },
      { role: 'visible again', key, showing },
    ];
    const words = {
      parts,
      sentence: `A value of key number ${key} shows again.`,
      thus: 'B contains no record that A does not contain',
      however: 'each value of a key contains one more record than the one before',
      nearest: 'a legal run without B',
    };
    this.reporter.report(this.rows.repeatName(first, showing), null, () => words);
    const { promises } = this.reporter.header;
    const wanted = promises.some((g) => g === 'snapshot-consistent' || g === 'monotone');
    if (wanted && first?.number !== showing.number) {
      const sentence = `Key number ${key} went back to an earlier value.`;
      this.reporter.report('rollback', null, () => ({ ...words, sentence }));
    }
  }

  forked(key: number, first: Showing | null, showing: Showing): void {
    this.reporter.report('forked-state', null, () => ({
      parts: [
        { role: 'one state', key, showing: first },
        { role: 'another', key, showing },
      ],
      sentence: `Two values of key number ${key} do not continue each other.`,
      thus: 'each contains records of a split that the other does not',
      however: 'the state of a key only grows',
    }));
  }

  skew(
    at: { readonly key: number; readonly split: number; readonly offset: number },
    showing: Showing,
  ): void {
    const name = this.reporter.record(at.split, at.offset);
    this.reporter.report('offset-skew', at, () => ({
      parts: [{ role: 'beyond the cut', ...at, showing }],
      sentence: `${name} was committed with a checkpoint whose offsets do not include it.`,
      thus: `A contains ${name}`,
      however: `${name} was not read when the checkpoint was taken`,
    }));
  }

  diverged(key: number, showing: Showing): void {
    this.reporter.report('state-divergence', null, () => ({
      parts: [{ role: 'wrong value', key, showing }],
      sentence: `A value of key number ${key} is not the sum of its records; the next one is.`,
      thus: 'its vector names the records it contains',
      however: 'their fingerprints add up to another sum',
    }));
  }

  masked(key: number, showing: Showing | null): void {
    this.reporter.report('masked', null, () => ({
      parts: [{ role: 'does not add up', key, showing }],
      sentence: `The values of key number ${key} count right, but contain other records than they should.`,
      thus: 'as many records of each split are in it as there are',
      however: 'their fingerprints add up to another sum: one is missing and another counts twice',
    }));
  }

  countedTwice(key: number, split: number, showing: Showing | null): void {
    this.reporter.report('duplicate', null, () => ({
      parts: [{ role: 'counts too many', key, showing }],
      sentence: `The last value of key number ${key} counts more records of ${this.reporter.header.splits[split]} than there are.`,
      thus: 'a record of the split counts more than once',
      however: 'each input contributes to visible output once',
    }));
  }

  /** `offset` null: it is not known which record. `showing`: the first value that lacks it. */
  lost(
    key: number,
    { split, offset }: { readonly split: number; readonly offset: number | null },
    showing: Showing | null,
  ): void {
    const known = offset !== null;
    const split0 = this.reporter.header.splits[split] ?? `split ${split}`;
    const what = known ? this.reporter.record(split, offset) : `A record of ${split0}`;
    const place = known ? { split, offset } : null;
    this.reporter.report('loss', place, () => ({
      parts: [{ role: 'missing', key, ...(known ? { split, offset } : {}), showing }],
      sentence: `${what} of key number ${key} is in no value, though it was due.`,
      thus: 'the last value of the key contains fewer records of the split than there are',
      however: 'the run came to its end',
    }));
  }

  inconsistent({ split, includes, low, excludes, high }: EmptyCut, showing: Showing): void {
    const [x, y] = [low - 1, high].map((offset) => this.reporter.record(split, offset));
    this.reporter.report('inconsistent-cut', null, () => ({
      parts: [
        { role: 'included', key: includes, split, offset: low - 1, showing },
        { role: 'excluded', key: excludes, split, offset: high, showing },
      ],
      sentence: `At ${showing.t} ms the visible values include ${x} but not ${y}, which comes before it.`,
      thus: `key number ${includes} includes ${x}, key number ${excludes} excludes ${y}`,
      however: 'no prefix of the split contains the one without the other',
      why: `admissible cuts: at least ${low} for the one, at most ${high} for the other`,
    }));
  }
}
