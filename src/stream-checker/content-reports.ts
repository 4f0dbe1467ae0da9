/**
 * How what a single value of a running aggregate shows wrong is told: that it is not the sum of its
 * records, what it stands for instead, and what the newest one lacks.
 */
import type { Claim } from '../model/verdict/claim.ts';
import type { RecordName } from '../model/verdict/places.ts';
import type { LeftOut, Place, Swap } from './decoder.ts';
import type { DueClaims } from './due.ts';
import type { VectorAt } from './key-chains.ts';
import type { Repeated, Showing } from './ledger.ts';
import type { KeyValue, Reporter } from './reporter.ts';
import type { Skip } from './skipped-steps.ts';

/** A value whose fingerprint is not that of the records it counts, or that counts too many. */
export interface WrongValue extends KeyValue {
  readonly print: number;
  /** Of the records it counts; null: it counts more than there are. */
  readonly sum: number | null;
  readonly beyond: Beyond | null;
}

export interface Beyond {
  readonly split: number;
  readonly counts: number;
  readonly of: number;
}

export class ContentReports {
  private readonly reporter: Reporter;

  constructor(reporter: Reporter) {
    this.reporter = reporter;
  }

  /** `wasRight`: a later value shows that only this one is wrong. */
  diverged(wrong: WrongValue, wasRight = false): void {
    const { key, showing } = wrong;
    const of = { key: this.reporter.key(key), row: 'A' };
    this.reporter.report('state-divergence', null, () => ({
      parts: [{ role: 'wrong value', key, showing }],
      sentence: { kind: 'not-the-sum', ...of },
      let: [this.reporter.value('A', wrong)],
      thus: [this.wrongClaim(wrong)],
      however: wasRight ? [{ kind: 'later-adds-up', ...of }] : [],
    }));
  }

  private wrongClaim({ key, print, sum, beyond }: WrongValue): Claim {
    const of = { key: this.reporter.key(key), row: 'A' };
    if (beyond === null) return { kind: 'sum-differs', ...of, print, sum: sum ?? 0 };
    return { kind: 'counts-beyond', ...of, ...beyond, split: this.reporter.split(beyond.split) };
  }

  /** A state that lacks records that an older one has, and has one that it lacks. */
  wentBack(
    value: Repeated & VectorAt,
    of: {
      readonly first: Showing | null;
      readonly leftOut: LeftOut;
      /** Of what it left out, what had shown. */
      readonly shown: readonly Place[];
    },
  ): void {
    const { key, showing, vector, at } = value;
    const counts = vector.slice(at, at + this.reporter.header.splits.length);
    const { first, shown } = of;
    const records = this.places(shown);
    const about = { key: this.reporter.key(key), row: 'B' };
    this.reporter.report('forked-state', shown[0] ?? null, () => ({
      parts: [
        { role: 'one state', key, showing: first },
        { role: 'another', key, showing },
      ],
      sentence: { kind: 'lacks-earlier', ...about, records },
      let: [
        ...(first === null ? [] : [this.reporter.shown('A', { key, showing: first })]),
        this.reporter.shown('B', { key, showing, counts }),
      ],
      thus: [{ kind: 'had-shown', ...about, records }],
      however: [{ kind: 'without', ...about, records: this.places(of.leftOut.records) }],
      why: this.between(of.leftOut),
    }));
  }

  /** `pair`: the record that counts twice and the one that does not count; null: not known. */
  masked(newest: WrongValue, pair: Swap | null): void {
    const { key, showing, beyond } = newest;
    const of = { key: this.reporter.key(key), row: 'A' };
    const many: Claim = beyond === null ? { kind: 'counts-all', ...of } : this.wrongClaim(newest);
    this.reporter.report('masked', null, () => ({
      parts: [{ role: 'does not add up', key, showing }],
      sentence: { kind: 'content-wrong', ...of },
      let: [this.reporter.value('A', newest)],
      thus: [many],
      however: [
        pair === null
          ? this.sumClaim(newest)
          : {
              kind: 'with-twice',
              ...of,
              twice: this.place(pair.twice),
              never: this.place(pair.never),
            },
      ],
    }));
  }

  /** What counts too many counts something twice. */
  private sumClaim({ key, print, sum }: WrongValue): Claim {
    if (sum === null) return { kind: 'rule', rule: 'once' };
    return { kind: 'sum-differs', key: this.reporter.key(key), row: 'A', print, sum };
  }

  /** `twice`: the record that counts twice; null: not known. */
  countedTwice(newest: WrongValue, twice: Place | null): void {
    const { key, showing, beyond } = newest;
    const of = { key: this.reporter.key(key), row: 'A' };
    if (beyond === null) return;
    const too = { ...of, ...beyond, split: this.reporter.split(beyond.split) };
    this.reporter.report('duplicate', twice, () => ({
      parts: [{ role: 'counts too many', key, ...twice, showing }],
      sentence: { kind: 'counts-too-many', ...too },
      let: [this.reporter.value('A', newest)],
      thus: [
        { kind: 'counts-beyond', ...too },
        ...(twice === null
          ? []
          : [{ kind: 'with-twice', ...of, twice: this.place(twice), never: null } as const]),
      ],
      however: [{ kind: 'rule', rule: 'once' }],
    }));
  }

  /** A record that no value contains that adds up. */
  lost(key: number, at: Place, because: DueClaims): void {
    const records = this.places([at]);
    const record = this.place(at);
    const name = this.reporter.key(key);
    this.reporter.report('loss', at, () => ({
      parts: [{ role: 'missing', key, ...at }],
      sentence: { kind: 'lost-record', key: name, record },
      let: [{ kind: 'records', name: 'X', records, output: null }],
      thus: because(records, 'X'),
      however: [{ kind: 'in-no-sum', key: name, record }],
      nearest: { kind: 'without-records', records, isOnly: false },
    }));
  }

  /** The newest value counts fewer than there are; of which is not known. */
  lostSome(newest: KeyValue, { split, counts, of }: Beyond): void {
    const { key, showing } = newest;
    const about = { key: this.reporter.key(key), row: 'A' };
    const few = { ...about, split: this.reporter.split(split), counts, of };
    this.reporter.report('loss', null, () => ({
      parts: [{ role: 'missing', key, showing }],
      sentence: { kind: 'counts-too-few', ...few },
      let: [this.reporter.value('A', newest)],
      thus: [{ kind: 'newest-of-key', ...about }],
      however: [{ kind: 'ended', outcome: 'finished' }],
    }));
  }

  /**
   * Records that the newest value lacks. `isLater`: though it contains later ones of their splits.
   */
  leftOut(newest: KeyValue, leftOut: LeftOut, isLater: boolean): void {
    const { key, showing } = newest;
    const of = { key: this.reporter.key(key), row: 'A' };
    const records = this.places(leftOut.records);
    for (const { split, offset } of leftOut.records) {
      this.reporter.report('loss', { split, offset }, () => ({
        parts: [{ role: 'missing', key, split, offset, showing }],
        sentence: { kind: 'lacks-records', ...of, records, isLater },
        let: [this.reporter.value('A', newest)],
        thus: [
          { kind: 'newest-of-key', ...of },
          { kind: 'without', ...of, records },
        ],
        however: isLater
          ? [{ kind: 'contains-later', ...of, records }]
          : [{ kind: 'rule', rule: 'values-grow' }],
        nearest: { kind: 'without-records', records, isOnly: false },
        why: this.between(leftOut),
      }));
    }
  }

  /** Values of their own that `missing` records never gave. */
  skipped({ key, from, to, records: added, showing }: Skip, missing: number): void {
    const [first] = added;
    const of = { key: this.reporter.key(key), row: 'A' };
    const since = [...from];
    const records = this.places(added);
    const all = to.reduce((sum, n, p) => sum + n - (from[p] as number), 0);
    this.reporter.report('loss', first ?? null, () => ({
      parts: [{ role: 'missing', key, ...first, showing }],
      sentence: { kind: 'adds-several', ...of, added: all, missing },
      let: [this.reporter.value('A', { key, counts: to, showing })],
      thus: [
        { kind: 'adds', ...of, records, since },
        { kind: 'steps-missing', ...of, since, missing },
      ],
      however: [{ kind: 'rule', rule: 'one-value-each' }],
    }));
  }

  private place({ split, offset }: Place): RecordName {
    return this.reporter.place(split, offset);
  }

  private places(records: readonly Place[]): RecordName[] {
    return records.map((at) => this.place(at));
  }

  private between({ records, between }: LeftOut): Claim[] {
    if (between === null) return [];
    const state = between.state === 0 ? null : between.state;
    return [
      { kind: 'lie-between', records: this.places(records), state, offsets: between.offsets },
    ];
  }
}
