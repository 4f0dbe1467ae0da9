/**
 * What the values of running aggregates can show wrong, in words.
 */
import type { EmptyCut } from '../kernel/bounds.ts';
import type { LeftOut, Place, Swap } from './decoder.ts';
import type { Lies } from './key-chains.ts';
import type { Ledger, Showing } from './ledger.ts';
import type { Reporter } from './reporter.ts';
import { RowReports } from './row-reports.ts';
import type { Skip } from './skipped-steps.ts';
import { keyNameOf } from './stream-history.ts';

/** A value that shows again; `isAgain`: its transaction had shown before. */
export interface Repeated {
  readonly key: number;
  readonly showing: Showing;
  readonly isAgain: boolean;
}

/** Records that a sentence names. */
const namedMax = 6;

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

  /**
   * What it contains shows again. `first`: the newest value before it. `place`: whether it is one that
   * had shown: a reader who takes out repeats does not take out another one.
   */
  repeat({ key, showing, isAgain }: Repeated, first: Showing | null, place: Lies): void {
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
    const name = isAgain ? 'duplicate-sink' : this.rows.repeatName(first, showing);
    this.reporter.report(name, null, () => words);
    if (place === 'beside') this.reporter.findings.refuteToo(name, 'out', 'effectively-once');
    else if (place !== 'shown') {
      const reason = `a value of key ${keyNameOf(this.reporter.header, key)} shows again, and not all that had shown is known`;
      this.reporter.findings.leaveOpen(reason, 'effectively-once');
    }
    this.wentBackTo(key, first, showing);
  }

  /** Without transactions an attempt goes on from what nobody saw. */
  leaveFork(key: number): void {
    const { findings, header } = this.reporter;
    const reason = `values of key ${keyNameOf(header, key)} are of no single run`;
    findings.leaveOpen(reason, 'effectively-once', 'exactly-once');
  }

  /** A later value contains what one before it does, but a reader misses that one. */
  leaveGap(key: number): void {
    const { findings, header } = this.reporter;
    const reason = `between values of key ${keyNameOf(header, key)} some do not show`;
    findings.leaveOpen(reason, 'effectively-once', 'exactly-once');
  }

  /** What a reader sees of the key is older than what was visible before. */
  wentBackTo(key: number, first: Showing | null, showing: Showing): void {
    const { promises } = this.reporter.header;
    const wanted = promises.some((g) => g === 'snapshot-consistent' || g === 'monotone');
    if (!wanted || first?.number === showing.number) return;
    this.reporter.report('rollback', null, () => ({
      parts: [
        { role: 'visible first', key, showing: first },
        { role: 'visible again', key, showing },
      ],
      sentence: `Key number ${key} went back to an earlier value.`,
      thus: 'A was visible before B, and B does not go on from it',
      however: 'the state of a key only grows',
    }));
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
    { showing, isBeyond }: { readonly showing: Showing; readonly isBeyond: boolean },
  ): void {
    this.rows.skew({ ...at, showing }, isBeyond);
  }

  /** `wasRight`: a later value shows that only this one is wrong. */
  diverged(key: number, showing: Showing, wasRight: boolean): void {
    this.reporter.report('state-divergence', null, () => ({
      parts: [{ role: 'wrong value', key, showing }],
      sentence: `A value of key number ${key} is not the sum of its records${wasRight ? '; a later one is' : ''}.`,
      thus: 'its vector names the records it contains',
      however: 'their fingerprints add up to another sum',
    }));
  }

  /** A value that should have shown before another one of its key. */
  late(key: number, later: Showing, showing: Showing): void {
    this.reporter.report('reorder', null, () => ({
      parts: [
        { role: 'visible first', key, showing: later },
        { role: 'visible after it', key, showing },
      ],
      sentence: `A value of key number ${key} shows after one that goes on from it.`,
      thus: 'B contains no record that A does not contain, and A some that B does not',
      however: 'A became visible before B',
    }));
  }

  /** A state that lacks records that an older one has, and has one that it lacks. */
  wentBack(
    key: number,
    {
      first,
      showing,
      records,
    }: {
      readonly first: Showing | null;
      readonly showing: Showing;
      readonly records: readonly Place[];
    },
  ): void {
    const list = this.list(records);
    this.reporter.report('forked-state', records[0] ?? null, () => ({
      parts: [
        { role: 'one state', key, showing: first },
        { role: 'another', key, showing },
      ],
      sentence: `A later value of key number ${key} lacks ${list}, which an earlier one contains.`,
      thus: `A contains ${list}`,
      however: `B contains none of them, but records that A does not: neither goes on from the other`,
      nearest: `a legal run if B contained ${list}`,
    }));
  }

  /** `pair`: the record that counts twice and the one that does not count; null: not known. */
  masked(key: number, showing: Showing | null, pair: Swap | null): void {
    const [twice, never] =
      pair === null
        ? ['another counts twice', 'one is missing']
        : [`${this.list([pair.twice])} counts twice`, `${this.list([pair.never])} is missing`];
    this.reporter.report('masked', null, () => ({
      parts: [{ role: 'does not add up', key, showing }],
      sentence: `The values of key number ${key} count right, but contain other records than they should.`,
      thus: 'as many records are in it as there are',
      however: `their fingerprints add up to another sum: ${never} and ${twice}`,
    }));
  }

  /** `twice`: the record that counts twice; null: not known. */
  countedTwice(
    key: number,
    { split, twice }: { readonly split: number; readonly twice: Place | null },
    showing: Showing | null,
  ): void {
    const what = twice === null ? 'a record of the split' : this.list([twice]);
    this.reporter.report('duplicate', twice, () => ({
      parts: [{ role: 'counts too many', key, ...twice, showing }],
      sentence: `The last value of key number ${key} counts more records of ${this.reporter.header.splits[split]} than there are.`,
      thus: `${what} counts more than once`,
      however: 'each input contributes to visible output once',
    }));
  }

  /** `offset` null: it is not known which record. `showing`: the first value that lacks it. */
  lost(
    key: number,
    {
      split,
      offset,
      reason,
    }: { readonly split: number; readonly offset: number | null; readonly reason: string },
    showing: Showing | null,
  ): void {
    const known = offset !== null;
    const split0 = this.reporter.header.splits[split] ?? `split ${split}`;
    const what = known ? this.reporter.record(split, offset) : `A record of ${split0}`;
    const place = known ? { split, offset } : null;
    this.reporter.report('loss', place, () => ({
      parts: [{ role: 'missing', key, ...(known ? { split, offset } : {}), showing }],
      sentence: `${what} of key number ${key} is in no value that adds up, though it was due.`,
      thus: 'the last value of the key contains fewer records of the split than there are',
      however: reason,
    }));
  }

  /** Records that the newest value lacks, though it contains later ones of their split. */
  leftOut(key: number, { records, between }: LeftOut, showing: Showing | null): void {
    const list = this.list(records);
    for (const { split, offset } of records) {
      this.reporter.report('loss', { split, offset }, () => ({
        parts: [{ role: 'missing', key, split, offset, showing }],
        sentence: `The last value of key number ${key} lacks ${list}, though it contains later records.`,
        thus: `its fingerprint is that of its records without ${list}`,
        however: 'what it contains comes after them, so they had their turn',
        nearest: `a legal run if ${list} ${records.length === 1 ? 'is' : 'are'} left out`,
        ...(between === null ? {} : { why: staleText(between) }),
      }));
    }
  }

  /** A value of its own that a record never gave. */
  skipped({ key, from, to, records, showing, missing }: Skip): void {
    const added = to.reduce((sum, n, p) => sum + n - (from[p] as number), 0);
    const [first] = records;
    this.reporter.report('loss', first ?? null, () => ({
      parts: [{ role: 'missing', key, ...first, showing }],
      sentence: `A value of key number ${key} adds ${added} records at once; ${missing} of them never ${missing === 1 ? 'shows its' : 'show their'} own.`,
      thus: `A contains ${this.list(records)}, which no value before it does`,
      however: 'each record gives a value of its own',
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

  private list(records: readonly Place[]): string {
    const names = records.slice(0, namedMax).map((at) => this.reporter.record(at.split, at.offset));
    const more = records.length - names.length;
    return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
  }
}

function staleText({
  state,
  offsets,
}: {
  readonly state: number;
  readonly offsets: number;
}): string {
  const from = state === 0 ? 'no state' : `the state of checkpoint ${state}`;
  return `they lie between ${from} and the offsets of checkpoint ${offsets}`;
}
